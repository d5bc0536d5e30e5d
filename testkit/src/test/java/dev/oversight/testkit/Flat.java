package dev.oversight.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Whether something that is measured again and again grows. */
final class Flat {
    /** So much of a heap may be a matter of when one looks. */
    static final double HEAP_NOISE_KIB = 2_048;

    private static final int ENOUGH = 5;

    private Flat() {}

    /** What the heap holds after a collection. */
    static long heapKiB() {
        System.gc();
        System.gc(); // what the first one let go of
        Runtime jvm = Runtime.getRuntime();
        return (jvm.totalMemory() - jvm.freeMemory()) / 1024;
    }

    /** How many processors the JVM has kept busy on average. */
    static double load() {
        ProcessHandle.Info jvm = ProcessHandle.current().info();
        Duration up = Duration.between(jvm.startInstant().orElseThrow(), Instant.now());
        return (double) jvm.totalCpuDuration().orElseThrow().toMillis() / up.toMillis();
    }

    /**
     * Prints what was found.
     *
     * @throws AssertionError if by the line that fits best it has grown by more than a twentieth of its mean,
     *     and by more than noise
     */
    static void judge(String what, double[] values, double noise) {
        if (values.length < ENOUGH) {
            System.out.println(what + ": too few samples to tell whether it grows");
            return;
        }
        double mean = 0;
        for (double value : values) {
            mean += value / values.length;
        }
        double middle = (values.length - 1) / 2.0;
        double covariance = 0;
        double variance = 0;
        for (int i = 0; i < values.length; i++) {
            covariance += (i - middle) * (values[i] - mean);
            variance += (i - middle) * (i - middle);
        }
        double growth = covariance / variance * (values.length - 1);
        double allowed = Math.max(noise, mean / 20);
        String found = String.format(
                Locale.ROOT,
                "%s: %,.0f on average over %d samples, grew by %,.0f, allowed are %,.0f",
                what,
                mean,
                values.length,
                growth,
                allowed);
        System.out.println(found);
        if (growth > allowed) {
            throw new AssertionError(found);
        }
    }
}
