package dev.oversight.event;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a child took to stop when its supervisor ended.
 *
 * @param path the child
 * @param incarnation which of its runs
 * @param askedNanos when it was asked to, as in {@link Event#atNanos}
 * @param took how long it took, or how long it was waited for
 * @param abandoned whether it outlived its budget
 */
public record StopTime(
        String path, long incarnation, long askedNanos, Duration took, boolean abandoned) {
    /** When it was asked to. */
    public Instant asked() {
        return Instant.ofEpochSecond(0, askedNanos);
    }
}
