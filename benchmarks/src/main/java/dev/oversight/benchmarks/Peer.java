package dev.oversight.benchmarks;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;

/** A system on which the work is done: ours, another, or what the JVM can do with none. */
interface Peer extends AutoCloseable {
    /** Makes ready what a task needs; null if the system has no such thing. */
    @Nullable
    Work open(Task task) throws Exception;

    @Override
    default void close() {}

    /** Work that is ready to be done, any number of times. Called in a virtual thread. */
    @FunctionalInterface
    interface Work extends AutoCloseable {
        /** Does it once; the figures of {@link Metric#names}. */
        double[] once() throws Exception;

        @Override
        default void close() throws Exception {}
    }

    /** Something done to children {@code task.pick(from)} to {@code task.pick(from + count - 1)}. */
    @FunctionalInterface
    interface Picked {
        void each(int from, int count) throws Exception;
    }

    static double[] perSecond(int count, long nanos) {
        return new double[] {count * 1e9 / nanos};
    }

    static double[] millis(long nanos) {
        return new double[] {nanos / 1e6};
    }

    /** Asks for a list again and again; the 99th percentile of what that took. */
    static double[] p99OfListings(int listings, int count, Callable<Integer> listing)
            throws Exception {
        long[] nanos = new long[listings];
        for (int i = 0; i < listings; i++) {
            long begin = System.nanoTime();
            int listed = listing.call();
            nanos[i] = System.nanoTime() - begin;
            if (listed != count) {
                throw new IllegalStateException(listed + " are listed, not " + count);
            }
        }
        Arrays.sort(nanos);
        return millis(nanos[listings * 99 / 100]);
    }

    /** Of sorted nanoseconds the median and the 99th percentile, in microseconds. */
    static double[] p50AndP99(long[] sorted) {
        return new double[] {sorted[sorted.length / 2] / 1e3, sorted[sorted.length * 99 / 100] / 1e3
        };
    }

    /** Ends children all over the tree and adds them again; only the ending is timed. */
    static double[] endAndReplace(Task task, Picked end, Picked replace) throws Exception {
        int chunk = Math.max(1, Math.min(task.siblings() / 2, 1_000));
        int count = task.scaled(10_000);
        long nanos = 0;
        int done = 0;
        for (; done < count; done += chunk) {
            long begin = System.nanoTime();
            end.each(done, chunk);
            nanos += System.nanoTime() - begin;
            replace.each(done, chunk);
        }
        return perSecond(done, nanos);
    }

    /** Heap in use after collection. */
    static long usedHeap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(Duration.ofMillis(50));
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
