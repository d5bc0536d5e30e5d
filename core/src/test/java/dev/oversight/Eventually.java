package dev.oversight;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Bounded waiting for what other threads will do. Nothing is concluded from how long it took. */
final class Eventually {
    static final Duration LIMIT = Duration.ofSeconds(15);

    private Eventually() {}

    /** Waits until the condition holds; fails with {@code what} if it does not. */
    static void await(String what, BooleanSupplier condition) {
        await(() -> what, condition);
    }

    static void await(Supplier<String> what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        for (int tries = 0; !condition.getAsBoolean(); tries++) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + LIMIT.toSeconds() + " s: " + what.get());
            }
            pause(tries);
        }
    }

    /** Calls in a thread of its own and fails, with that thread's stack, if the call does not return. */
    static <T> T returns(String what, Call<T> call) throws Exception {
        Caller<T> caller = calling(what, call);
        return caller.result();
    }

    /** Calls in a platform thread of its own. */
    static <T> Caller<T> calling(String what, Call<T> call) {
        return new Caller<>(what, call);
    }

    /** What the test has another thread call. */
    interface Call<T> {
        T call() throws Exception;
    }

    /** A call under way in another thread. */
    static final class Caller<T> {
        private final String what;
        private final Thread thread;
        private volatile T value;
        private volatile Throwable thrown;

        private Caller(String what, Call<T> call) {
            this.what = what;
            this.thread = Thread.ofPlatform().daemon().name("test: " + what).start(() -> {
                try {
                    value = call.call();
                } catch (Throwable failure) {
                    thrown = failure;
                }
            });
        }

        Thread thread() {
            return thread;
        }

        boolean isDone() {
            return !thread.isAlive();
        }

        /** Waits until the thread of the call is parked or blocked in it. */
        void awaitBlocked() {
            Eventually.await(what + " blocks", () -> switch (thread.getState()) {
                case WAITING, TIMED_WAITING, TERMINATED -> true;
                default -> false;
            });
        }

        T result() throws Exception {
            Throwable failure = failure();
            if (failure instanceof Exception exception) {
                throw exception;
            }
            if (failure != null) {
                throw new AssertionError(what, failure);
            }
            return value;
        }

        /** What it threw; null if it returned. */
        Throwable failure() throws InterruptedException {
            if (!thread.join(LIMIT)) {
                AssertionError hangs = new AssertionError("does not return: " + what);
                hangs.setStackTrace(thread.getStackTrace());
                throw hangs;
            }
            return thrown;
        }
    }

    private static void pause(int tries) {
        if (tries < 100) {
            Thread.onSpinWait();
            return;
        }
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("the test was interrupted", e);
        }
    }
}
