package dev.oversight.event;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a child took to stop when its supervisor ended.
 *
 * @param path the child
 * @param incarnation which of its runs
 * @param askedNanos when it was asked to, as in {@link Event#atNanos}
 * @param took how long it took, or how long it was, or has been, waited for
 * @param budget how long it might take; null if there was no limit
 * @param way what came of it
 */
public record StopTime(
        String path,
        long incarnation,
        long askedNanos,
        Duration took,
        @Nullable Duration budget,
        Way way) {
    /** What came of a request to stop. */
    public enum Way {
        /** It has ended. */
        STOPPED,
        /** It outlived its budget, and was no longer waited for. */
        ABANDONED,
        /** It is still waited for. */
        STOPPING
    }

    /** When it was asked to. */
    public Instant asked() {
        return Instant.ofEpochSecond(0, askedNanos);
    }

    /** Whether it outlived its budget. */
    public boolean abandoned() {
        return way == Way.ABANDONED;
    }
}
