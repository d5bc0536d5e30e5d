package dev.oversight.internal;

import dev.oversight.ChildBody;
import dev.oversight.Outcome;
import dev.oversight.StartFailedException;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.spi.Platform;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;

/** Starts trees. */
public final class Supervisors {
    private Supervisors() {}

    /** See {@link Supervisor#start(SupervisorSpec, Platform, UnaryOperator)}. */
    public static Supervisor start(
            SupervisorSpec spec, Platform platform, UnaryOperator<ChildBody> around)
            throws InterruptedException {
        SupervisorRuntime root = launched(spec, platform, around);
        try {
            awaitStart(root);
        } catch (InterruptedException e) {
            root.handle().close();
            throw e;
        }
        if (!root.whenStarted().isDone()) {
            throw startFailure(root.handle().awaitEndUninterruptibly());
        }
        return root.handle();
    }

    /** See {@link Supervisor#run}. */
    public static Outcome run(SupervisorSpec spec, Platform platform) {
        SupervisorRuntime root = launched(spec, platform, UnaryOperator.identity());
        try {
            return root.handle().join();
        } catch (InterruptedException e) {
            root.handle().close();
            Outcome outcome = root.handle().awaitEndUninterruptibly();
            Thread.currentThread().interrupt();
            return outcome;
        }
    }

    /** See {@link Supervisor#launch(SupervisorSpec, Platform, UnaryOperator)}. */
    public static Supervisor launch(
            SupervisorSpec spec, Platform platform, UnaryOperator<ChildBody> around) {
        SupervisorRuntime root = made(spec, platform, around);
        root.loop().submit(new Input.Start()); // here, so that whoever has it finds it starting
        return root.handle();
    }

    private static SupervisorRuntime launched(
            SupervisorSpec spec, Platform platform, UnaryOperator<ChildBody> around) {
        SupervisorRuntime root = made(spec, platform, around);
        root.loop().submitFromThreadOfItsOwn(new Input.Start());
        return root;
    }

    private static SupervisorRuntime made(
            SupervisorSpec spec, Platform platform, UnaryOperator<ChildBody> around) {
        Objects.requireNonNull(spec, "spec");
        Objects.requireNonNull(platform, "platform");
        Objects.requireNonNull(around, "around");
        Tree tree = new Tree(platform, Thread.currentThread().getContextClassLoader(), around);
        return new SupervisorRuntime(spec.check(), tree);
    }

    private static void awaitStart(SupervisorRuntime root) throws InterruptedException {
        try {
            CompletableFuture.anyOf(root.whenStarted(), root.whenEnded()).get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(
                    "a supervisor's start cannot fail this way", impossible);
        }
    }

    private static StartFailedException startFailure(Outcome outcome) {
        if (outcome.cause() instanceof StartFailedException failure) {
            return new StartFailedException(failure);
        }
        return new StartFailedException(
                outcome.path(),
                "it ended while it was starting: " + outcome.reason(),
                outcome.cause());
    }
}
