package dev.oversight.internal;

import dev.oversight.Exit;
import dev.oversight.OversightException;

import java.util.function.BooleanSupplier;

/**
 * Ties a {@link Submission} to the run on whose behalf it works: it does not outlive that run, and can
 * make it fail. Safe for use from any thread.
 */
public final class Tie {
    private static final Reply<Child> IGNORED = new Reply<>() {
        @Override
        public void succeed(Child child) {}

        @Override
        public void fail(OversightException gone) {}
    };

    private final ThreadRun run;
    private final Submission submission;
    private final BooleanSupplier stops;

    /** In the books of the run's child while it is tied. Touched by that supervisor's loop alone. */
    private final Watch watch = new Watch() {
        @Override
        void ended(Child child, Exit exit) {
            if (stops.getAsBoolean()) {
                runLoop().submitTo(submission.loop(), submission.termination());
            }
        }
    };

    Tie(ThreadRun run, Submission submission, BooleanSupplier stops) {
        this.run = run;
        this.submission = submission;
        this.stops = stops;
    }

    private SerialLoop runLoop() {
        return run.supervisor.loop();
    }

    /** Begins, and waits until it has, which nothing but the loop's own turn delays. */
    public void begin() {
        Awaited<Boolean> lives = new Awaited<>();
        run.supervisor
                .handle()
                .submit(new Input.Query<>(
                        state -> {
                            boolean current = run.child.run == run;
                            if (current) {
                                run.child.watch(watch);
                            }
                            return current;
                        },
                        lives));
        if (!lives.awaitUninterruptibly() && stops.getAsBoolean()) {
            submission.terminate();
        }
    }

    /** The submission has ended: nothing is to be kept for it. From inside its loop or from outside. */
    public void undo() {
        submit(new Input.Unwatch(run.child, watch));
    }

    /** The run has failed with that, if it still lives. From inside the submission's loop or from outside. */
    public void fail(Throwable cause) {
        submit(new Input.Fail(run.child.id, run, cause, IGNORED));
    }

    private void submit(Input input) {
        if (submission.loop().isDrainedByCaller()) {
            submission.loop().submitTo(runLoop(), input);
        } else {
            runLoop().submit(input);
        }
    }
}
