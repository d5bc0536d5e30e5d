package dev.oversight.event;

import dev.oversight.Exit;

import java.time.Instant;

/**
 * The end of one incarnation, as it is remembered.
 *
 * @param path the child
 * @param incarnation which of its runs
 * @param atNanos when it ended, as in {@link Event#atNanos}
 * @param exit how
 */
public record Failure(String path, long incarnation, long atNanos, Exit exit) {
    /** When it ended. */
    public Instant at() {
        return Instant.ofEpochSecond(0, atNanos);
    }
}
