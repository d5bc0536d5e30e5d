package dev.oversight.runner;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 500ms}, {@code 5s}, {@code 1.5s}, {@code 1m30s}, {@code
 * 2h}.
 */
final class DurationText {
    /** Time is kept in nanoseconds in a long, so there is a longest one; this is well below it. */
    static final Duration LONGEST = Duration.ofDays(36_500);

    private static final List<String> UNITS = List.of("h", "m", "s", "ms");
    private static final List<Long> MILLIS = List.of(3_600_000L, 60_000L, 1000L, 1L);
    private static final Pattern PART = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?)(ms|h|m|s)");
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,12}(\\.\\d+)?");

    private DurationText() {}

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException with the rest of a sentence that begins with the text itself
     */
    static Duration parse(String text) {
        if (NUMBER.matcher(text).matches() && !text.startsWith("-")) {
            throw new IllegalArgumentException("expected a unit; write " + text
                    + "s for seconds or " + text + "ms for milliseconds");
        }
        if (text.startsWith("-")) {
            throw new IllegalArgumentException(
                    "expected a duration that is not negative; remove the minus");
        }
        BigDecimal millis = BigDecimal.ZERO;
        Matcher part = PART.matcher(text);
        int end = 0;
        int lastUnit = -1;
        while (part.lookingAt()) {
            int unit = UNITS.indexOf(part.group(2));
            if (unit <= lastUnit) {
                throw new IllegalArgumentException(
                        "expected each unit once, the largest first; write 1h30m, 1m30s or 90s");
            }
            lastUnit = unit;
            millis = millis.add(
                    new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(MILLIS.get(unit))));
            end = part.end();
            part.region(end, text.length());
        }
        if (end == 0 || end != text.length()) {
            throw new IllegalArgumentException(
                    "expected a duration; write 500ms, 5s, 2m, 1m30s or 1h");
        }
        if (millis.compareTo(BigDecimal.valueOf(LONGEST.toMillis())) > 0) {
            throw new IllegalArgumentException(
                    "expected at most 876000h (a hundred years); write a shorter one");
        }
        return Duration.ofNanos(millis.movePointRight(6).longValue());
    }

    /** Writes one, to the millisecond: {@code 1m30s}, {@code 2.5s}, {@code 200ms}. */
    static String of(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1000) {
            return millis + "ms";
        }
        List<String> parts = new ArrayList<>();
        if (millis >= 3_600_000) {
            parts.add(millis / 3_600_000 + "h");
        }
        if (millis % 3_600_000 >= 60_000) {
            parts.add(millis % 3_600_000 / 60_000 + "m");
        }
        long rest = millis % 60_000;
        if (rest > 0) {
            parts.add(BigDecimal.valueOf(rest, 3).stripTrailingZeros().toPlainString() + "s");
        }
        return String.join("", parts);
    }
}
