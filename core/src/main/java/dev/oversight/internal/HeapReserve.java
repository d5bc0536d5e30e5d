package dev.oversight.internal;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Makes sure that a loop does not run out of heap half way. A child that has exhausted it reports its
 * end, drains the loop, and there a second {@link OutOfMemoryError} would hit its supervisor. So that
 * error is provoked here, before the loop is entered.
 */
final class HeapReserve {
    /** Far more than a turn of the loop needs. */
    private static final int BYTES = 1 << 16;

    private static final int TRIES = 1000;
    private static final long PAUSE_NANOS = 10_000_000;

    /** Where what is allocated is seen, or a compiler would leave it out. */
    @SuppressWarnings("UnusedVariable")
    private static volatile byte @Nullable [] sample;

    private HeapReserve() {}

    /**
     * Does nothing, but needs heap for it.
     *
     * @throws OutOfMemoryError if there is too little
     */
    static void require() {
        sample = new byte[BYTES];
        sample = null;
    }

    /**
     * Makes something, as soon as there is heap for it: for what nobody else would make up for. What is short
     * may also be threads, so it waits a little whatever there is of heap.
     */
    static <T> T whenThereIs(Supplier<T> making) {
        while (true) {
            try {
                return making.get();
            } catch (OutOfMemoryError notYet) {
                LockSupport.parkNanos(PAUSE_NANOS);
                await();
            }
        }
    }

    /** Waits until there is heap again; ten seconds at most, because somebody has to be told then. */
    static void await() {
        for (int tries = 0; tries < TRIES; tries++) {
            try {
                require();
                return;
            } catch (OutOfMemoryError notYet) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
