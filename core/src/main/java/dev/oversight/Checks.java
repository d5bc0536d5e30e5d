package dev.oversight;

import java.time.Duration;
import java.util.Objects;

/** The checks that several descriptions share, with one wording. */
final class Checks {
    private Checks() {}

    static void notNegative(String field, Duration value) {
        Objects.requireNonNull(value, field);
        if (value.isNegative()) {
            throw InvalidSpecException.of(
                    field, value, "zero or more", "use a Duration that is not negative");
        }
        fits(field, value);
    }

    static void positive(String field, Duration value) {
        Objects.requireNonNull(value, field);
        if (value.isNegative() || value.isZero()) {
            throw InvalidSpecException.of(
                    field, value, "more than zero", "use a positive Duration");
        }
        fits(field, value);
    }

    /** Time is kept in nanoseconds, so a duration ends at about 146 years, half the range of a long. */
    private static void fits(String field, Duration value) {
        if (value.compareTo(LONGEST) > 0) {
            throw InvalidSpecException.of(
                    field,
                    value,
                    "at most " + LONGEST.toDays() + " days",
                    "leave the limit away, or use Shutdown.unbounded()");
        }
    }

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

    static void id(String field, String id) {
        Objects.requireNonNull(id, field);
        if (id.isBlank() || id.indexOf('/') >= 0 || id.chars().anyMatch(Character::isISOControl)) {
            throw InvalidSpecException.of(
                    field,
                    '"' + id + '"',
                    "a name without '/' and control characters",
                    "'/' separates the ids of a path; use '-' or '.' instead");
        }
    }
}
