package dev.oversight.testkit;

import java.time.Duration;

/** Values as one would write them in a test. */
final class Sources {
    private Sources() {}

    static String of(Duration time) {
        long nanos = time.toNanos();
        if (nanos % 60_000_000_000L == 0 && nanos != 0) {
            return "ofMinutes(" + time.toMinutes() + ")";
        }
        if (nanos % 1_000_000_000L == 0) {
            return "ofSeconds(" + time.toSeconds() + ")";
        }
        return nanos % 1_000_000 == 0
                ? "ofMillis(" + time.toMillis() + ")"
                : "ofNanos(" + nanos + ")";
    }

    static String of(String text) {
        return "\"" + text + "\"";
    }
}
