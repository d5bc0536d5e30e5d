package dev.oversight;

import java.time.Duration;

/** Durations as people write them: {@code 5s}, {@code 1.5s}, {@code 200ms}, {@code 2m30s}. */
final class Durations {
    private Durations() {}

    static String text(Duration duration) {
        return duration.toString().substring(2).toLowerCase(java.util.Locale.ROOT);
    }
}
