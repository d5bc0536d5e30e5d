package dev.oversight.runner;

import dev.oversight.Backoff;

import java.time.Duration;

/** How long a child waits before a restart, as a value that can be shown. */
sealed interface Delay {
    /** Not at all. */
    record None() implements Delay {}

    /** The same each time. */
    record Constant(Duration delay) implements Delay {}

    /**
     * Doubles up to a cap; up to a fifth longer at random, so that a group does not come back at
     * once.
     */
    record Doubling(Duration first, Duration cap) implements Delay {
        /** The default of the runner. */
        static final Doubling DEFAULT =
                new Doubling(Duration.ofMillis(200), Duration.ofSeconds(30));
    }

    /** The rule of the library. */
    default Backoff toBackoff() {
        return switch (this) {
            case None() -> Backoff.none();
            case Constant(Duration delay) -> Backoff.constant(delay);
            case Doubling(Duration first, Duration cap) ->
                Backoff.exponential(first, cap).withJitter(0.2);
        };
    }

    /** In words, after "restarted". */
    default String text() {
        return switch (this) {
            case None() -> "at once";
            case Constant(Duration delay) -> "after " + DurationText.of(delay);
            case Doubling(Duration first, Duration cap) ->
                "after " + DurationText.of(first) + ", doubling to " + DurationText.of(cap);
        };
    }
}
