package dev.oversight.internal;

import dev.oversight.ChildBody;
import dev.oversight.ChildContext;
import dev.oversight.ChildSpec;
import dev.oversight.Exit;
import dev.oversight.OversightException;
import dev.oversight.Supervisor;
import dev.oversight.spi.Timers;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * A child that was added for what comes of it: its end is told without a thread. For the packages of the
 * library that are built on the engine. Safe for use from any thread.
 */
public final class Submission {
    /** Told of the end of the child. */
    @FunctionalInterface
    public interface Ended {
        /**
         * Called once, inside the loop, when the child is at rest for good: it must neither block nor
         * run code of the application.
         *
         * @param supervisorStops whether its supervisor was stopping by then
         */
        void on(Exit exit, boolean supervisorStops);
    }

    private final SupervisorHandle supervisor;
    private final String id;
    private final String path;

    /**
     * A child that is not added yet.
     *
     * @param id never used twice in this supervisor, so that a late request cannot hit another child
     */
    public Submission(Supervisor supervisor, String id) {
        this.supervisor = SupervisorHandle.of(supervisor);
        this.id = id;
        this.path = supervisor.path() + "/" + id;
    }

    /**
     * Adds the child and waits until it is up, which nothing but the loop's own turn delays for one that
     * declares no readiness. An interrupt does not end the wait.
     *
     * @param child checked by the caller
     */
    public void add(ChildSpec child, Ended ended) {
        SupervisorRuntime runtime = supervisor.runtime();
        Awaited<Child> reply = new Awaited<>();
        boolean inside = runtime.runOfCaller() != null;
        supervisor.submit(new Input.Add(child.id(id), inside, reply, new Reply<Exit>() {
            @Override
            public void succeed(Exit exit) {
                ended.on(exit, runtime.loop().isStopping());
            }

            @Override
            public void fail(OversightException impossible) {
                throw new IllegalStateException("an end cannot fail", impossible);
            }
        }));
        reply.awaitUninterruptibly();
    }

    /** Its id. */
    public String id() {
        return id;
    }

    /** Its place in the tree. */
    public String path() {
        return path;
    }

    /** Asks it to stop, and neither waits nor tells what came of it. Does nothing if it is gone. */
    public void terminate() {
        supervisor.submit(termination());
    }

    Input termination() {
        return new Input.Terminate(id, new Reply<Exit>() {
            @Override
            public void succeed(Exit exit) {}

            @Override
            public void fail(OversightException gone) {}
        });
    }

    /**
     * Ties it to one incarnation of another child: when that has ended or was abandoned, this one is
     * asked to stop; at once if that is so already.
     *
     * @param stops asked first, inside the loop of the other's supervisor; no to let it run
     * @return to be {@linkplain Tie#undo undone} when this child has ended
     */
    public Tie tieTo(ChildContext caller, BooleanSupplier stops) {
        return new Tie((ThreadRun) itself(caller), this, stops);
    }

    /**
     * The incarnation that a context speaks for. What a body was handed may stand before it, as in the test
     * kit.
     *
     * @throws IllegalArgumentException if it is the context of no incarnation that lives
     */
    public static ChildContext itself(ChildContext self) {
        if (self instanceof ThreadRun) {
            return self;
        }
        String path = self.path();
        long incarnation = self.incarnation();
        ThreadRun caller = ThreadRun.ofCaller();
        if (caller != null
                && caller.path().equals(path)
                && caller.incarnation == incarnation
                && caller.supervisor.handle() == self.supervisor()) {
            return caller;
        }
        String id = path.substring(path.lastIndexOf('/') + 1);
        Run live = SupervisorHandle.of(self.supervisor()).liveRun(id);
        if (live instanceof ThreadRun run && run.incarnation == incarnation) {
            return run;
        }
        throw new IllegalArgumentException(self + " speaks for incarnation " + incarnation + " of "
                + path + ", which does not live; expected the ChildContext of one that does");
    }

    SerialLoop loop() {
        return supervisor.runtime().loop();
    }

    /** Runs code of the application in a thread of its own. From inside the loop or from outside. */
    public void inThreadOfItsOwn(Runnable action) {
        SupervisorRuntime runtime = supervisor.runtime();
        Runnable start = () -> runtime.startThread(runtime.path() + "/reply", action);
        if (runtime.loop().isDrainedByCaller()) {
            runtime.loop().afterwards(start);
        } else {
            start.run();
        }
    }

    /** Calls back on the tree's clock, outside the loops. */
    public Timers.Alarm after(Duration delay, Runnable action) {
        return supervisor
                .runtime()
                .tree()
                .platform()
                .timers()
                .after(SupervisorRuntime.clampedNanos(delay), action);
    }

    /**
     * Waits until that is completed or the time is over, on the tree's clock.
     *
     * @param limit zero or less does not wait
     */
    public void await(CompletableFuture<?> end, Duration limit) throws InterruptedException {
        TimedWait.await(
                end,
                SupervisorRuntime.clampedNanos(limit),
                supervisor.runtime().tree().platform().timers());
    }

    /** The child inside which the calling thread runs; null if it is in none. */
    public static @Nullable ChildContext caller() {
        return ThreadRun.ofCaller();
    }

    /** The body of the child inside which the calling thread runs; null if it is in none. */
    public static @Nullable ChildBody bodyOfCaller() {
        ThreadRun run = ThreadRun.ofCaller();
        return run == null ? null : run.child.spec.body().orElse(null);
    }
}
