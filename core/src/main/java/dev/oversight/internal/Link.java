package dev.oversight.internal;

import dev.oversight.Exit;
import dev.oversight.LinkedChildEndedException;
import dev.oversight.OversightException;

import org.jspecify.annotations.Nullable;

/** Ties a run to another child: when that one's incarnation ends otherwise than in order, it fails too. */
final class Link extends Watch {
    private final ThreadRun run;
    private final SupervisorRuntime watched;

    /** Set in the loop of the watched child's supervisor; null until then. */
    private volatile @Nullable Child target;

    Link(ThreadRun run, SupervisorRuntime watched) {
        this.run = run;
        this.watched = watched;
    }

    void isTiedTo(Child child) {
        target = child;
    }

    @Override
    void ended(Child child, Exit exit) {
        if (!exit.isNormal()) {
            watched.loop()
                    .submitTo(
                            run.supervisor.loop(),
                            new Input.Fail(
                                    run.child.id,
                                    run,
                                    new LinkedChildEndedException(run.child.path, child.path, exit),
                                    IGNORED));
        }
    }

    /** The run has ended: nothing is to be kept for it. */
    void undo() {
        Child child = target;
        if (child != null) {
            watched.loop().submit(new Input.Unwatch(child, this));
        }
    }

    /** The run may be gone by then, which is as well. */
    private static final Reply<Child> IGNORED = new Reply<>() {
        @Override
        public void succeed(Child child) {}

        @Override
        public void fail(OversightException problem) {}
    };
}
