package dev.oversight.spi;

/** Where a supervisor's time comes from. Safe for use from any thread, and must not block. */
public interface TimeSource {
    /**
     * Nanoseconds since 1970-01-01T00:00Z, monotonic: never goes backwards, whatever happens to the wall
     * clock.
     */
    long nanos();

    /** The JVM's monotonic clock, anchored to the wall clock once, when this is called. */
    static TimeSource system() {
        long offset =
                Math.multiplyExact(System.currentTimeMillis(), 1_000_000L) - System.nanoTime();
        return () -> System.nanoTime() + offset;
    }
}
