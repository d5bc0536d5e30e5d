package dev.oversight.adopt;

import dev.oversight.ChildBody;
import dev.oversight.ChildContext;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A child that waits for a thread of the application. */
record AdoptedThread<T extends Thread>(Supplier<? extends T> factory, Consumer<? super T> stop)
        implements ChildBody {
    /** Keeps what the thread died of, and passes it on to a handler that the thread has of its own. */
    private static final class Death implements Thread.UncaughtExceptionHandler {
        private final Thread.@Nullable UncaughtExceptionHandler own;
        private volatile @Nullable Throwable cause;

        Death(Thread thread) {
            Thread.UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
            own = handler instanceof ThreadGroup ? null : handler;
        }

        @Override
        public void uncaughtException(Thread dying, Throwable thrown) {
            cause = thrown;
            if (own != null) {
                own.uncaughtException(dying, thrown);
            }
        }
    }

    @Override
    public void run(ChildContext self) throws Exception {
        T thread = factory.get();
        Objects.requireNonNull(thread, () -> "the factory of " + self.path() + " returned null");
        if (thread.getState() != Thread.State.NEW) {
            throw new IllegalStateException(self.path() + ": the factory returned " + thread
                    + ", which is "
                    + thread.getState() + ", expected a new thread; make one in the factory,"
                    + " as a thread can be started only once");
        }
        Death death = new Death(thread);
        thread.setUncaughtExceptionHandler(death);
        thread.start();
        Throwable early = announced(thread, self);
        InterruptedException stranger = awaitEnd(thread, self);
        if (early != null) {
            Ending.rethrow(early);
        }
        Throwable cause = death.cause;
        if (stranger != null) {
            if (cause != null) {
                stranger.addSuppressed(cause);
            }
            throw stranger;
        }
        if (cause != null) {
            Ending.rethrow(cause);
        }
    }

    /**
     * Says that it is up. The thread runs already, so nothing that is thrown here may end the child before it.
     *
     * @return what was thrown: the run has been let go of in between, or it was to stop and that threw
     */
    private @Nullable Throwable announced(T thread, ChildContext self) {
        try {
            self.onStop(() -> stop.accept(thread));
            self.ready();
            return null;
        } catch (Throwable thrown) {
            thread.interrupt();
            return thrown;
        }
    }

    /**
     * Waits, whatever happens: as long as the thread lives, the child does, and if it outlives its budget
     * it is listed as abandoned until it ends.
     *
     * @return the interrupt of this thread that nobody asked for; null if there was none
     */
    private static @Nullable InterruptedException awaitEnd(Thread thread, ChildContext self) {
        InterruptedException stranger = null;
        while (true) {
            try {
                thread.join();
                return stranger;
            } catch (InterruptedException e) {
                if (self.running()) {
                    stranger = e;
                    thread.interrupt();
                } else if (Ending.isAbandoned(self)) {
                    thread.interrupt();
                }
            }
        }
    }
}
