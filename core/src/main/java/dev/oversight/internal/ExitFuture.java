package dev.oversight.internal;

import dev.oversight.Exit;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;

/** Tells the application of the end of an incarnation. Cancelling it ends the watch. */
final class ExitFuture extends CompletableFuture<Exit> {
    private final SupervisorRuntime supervisor;
    private final Watch watch = new Watch() {
        @Override
        void ended(Child child, Exit exit) {
            // What hangs on a future is code of the application, and must not run in a loop.
            supervisor
                    .loop()
                    .afterwards(() ->
                            supervisor.startThread(child.path + "/watch", () -> complete(exit)));
        }
    };

    private volatile @Nullable Child target;

    ExitFuture(SupervisorRuntime supervisor) {
        this.supervisor = supervisor;
    }

    Watch watch() {
        return watch;
    }

    void isTiedTo(Child child) {
        target = child;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        Child child = target;
        if (child != null) {
            supervisor.loop().submit(new Input.Unwatch(child, watch));
        }
        return super.cancel(mayInterruptIfRunning);
    }

    /** What is derived from it is an ordinary future. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
