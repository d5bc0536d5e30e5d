package dev.oversight.benchmarks;

import org.jspecify.annotations.Nullable;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of a peer's process: {@code metric siblings value} or {@code metric.of siblings value}.
 *
 * @param metric one of {@link Metric#names}
 * @param of whose figure or which ratio it is; empty for the peer's own figure
 * @param siblings how many children
 * @param value a number, {@code -} for "has no such thing", or another word
 */
record Line(String metric, String of, int siblings, String value) {
    private static final Pattern FORM = Pattern.compile(
            "([a-z]\\w*)(?:\\.([a-z]\\w*))? (\\d{1,9}) (-|[a-z]+|\\d+(?:\\.\\d+)?)");

    /** Null if it is anything else, such as a remark. */
    static @Nullable Line parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return null;
        }
        String of = form.group(2);
        return new Line(
                form.group(1),
                of == null ? "" : of,
                Integer.parseInt(form.group(3)),
                form.group(4));
    }

    /** Null if the value is a word. */
    @Nullable
    Double number() {
        return Character.isDigit(value.charAt(0)) ? Double.valueOf(value) : null;
    }
}
