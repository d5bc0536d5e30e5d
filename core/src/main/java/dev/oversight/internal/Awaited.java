package dev.oversight.internal;

import dev.oversight.OversightException;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The answer that the calling thread waits for. Answering only unparks it. */
final class Awaited<T> implements Reply<T> {
    private final Thread waiting = Thread.currentThread();
    private volatile boolean answered;
    private @Nullable T value;
    private @Nullable OversightException problem;

    @Override
    public void succeed(T answer) {
        if (answered) {
            return;
        }
        value = answer;
        answered = true;
        LockSupport.unpark(waiting);
    }

    @Override
    public void fail(OversightException why) {
        if (answered) {
            return; // whoever waits may be reading it
        }
        problem = why;
        answered = true;
        LockSupport.unpark(waiting);
    }

    /** Waits for the answer. */
    T await() throws InterruptedException {
        while (!answered) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                throw new InterruptedException(
                        "interrupted while waiting for a supervisor; the request stands");
            }
        }
        return take();
    }

    boolean isAnswered() {
        return answered;
    }

    /**
     * Waits for the answer as long as that holds; looks again whenever the thread is unparked.
     *
     * @return null if there is no answer yet, and it no longer holds
     */
    @Nullable
    T awaitWhile(BooleanSupplier holds) throws InterruptedException {
        while (!answered && holds.getAsBoolean()) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                throw new InterruptedException(
                        "interrupted while waiting for a supervisor; the request stands");
            }
        }
        return answered ? take() : null;
    }

    /** Waits for the answer to a question, which a loop gives without waiting for anything. */
    T awaitUninterruptibly() {
        boolean interrupted = false;
        while (!answered) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return take();
    }

    /** The problem was found in another thread; its stack is to show the caller's. */
    private T take() {
        if (problem != null) {
            problem.fillInStackTrace();
            throw problem;
        }
        if (value == null) {
            throw new IllegalStateException("answered with nothing");
        }
        return value;
    }
}
