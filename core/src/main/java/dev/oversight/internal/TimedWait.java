package dev.oversight.internal;

import dev.oversight.spi.Timers;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A wait with a limit on the clock of the tree, which may be another one than that of the JVM. */
final class TimedWait {
    private TimedWait() {}

    /**
     * Waits until the future is completed or the time is over.
     *
     * @param end never completed by an exception
     * @param limitNanos zero or less does not wait
     * @return whether it is completed
     */
    static boolean await(CompletableFuture<?> end, long limitNanos, Timers timers)
            throws InterruptedException {
        if (end.isDone() || limitNanos <= 0) {
            return end.isDone();
        }
        CompletableFuture<Void> over = new CompletableFuture<>();
        Timers.Alarm alarm = timers.after(limitNanos, () -> over.complete(null));
        try {
            CompletableFuture.anyOf(end, over).get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("an end cannot fail", impossible);
        } finally {
            alarm.cancel();
            // Or this waiter would hang on the end, and be kept as long as that.
            over.complete(null);
        }
        return end.isDone();
    }
}
