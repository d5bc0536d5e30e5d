package dev.oversight.event;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/** Parts of sentences. Bounded, whatever a child threw, and safe from what its methods do. */
final class EventText {
    private static final int LONGEST_MESSAGE = 500;
    private static final int FRAMES = 32;

    private EventText() {}

    static String of(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1) {
            return duration.toNanos() / 1000 + "us";
        }
        return millis < 1000
                ? millis + "ms"
                : Duration.ofMillis(millis)
                        .toString()
                        .substring(2)
                        .toLowerCase(java.util.Locale.ROOT);
    }

    /** A throwable whose own methods throw must not hurt whoever reports it. */
    static String of(@Nullable Throwable cause) {
        if (cause == null) {
            return "nothing";
        }
        String name = cause.getClass().getName();
        try {
            String message = cause.getMessage();
            if (message == null) {
                return name;
            }
            return name + ": "
                    + (message.length() <= LONGEST_MESSAGE
                            ? message
                            : message.substring(0, LONGEST_MESSAGE) + "…");
        } catch (Throwable broken) {
            return name + " (its getMessage threw " + broken.getClass().getName() + ")";
        }
    }

    static String of(List<StackTraceElement> stack) {
        StringBuilder text = new StringBuilder();
        for (StackTraceElement frame : stack.subList(0, Math.min(FRAMES, stack.size()))) {
            text.append("\n    ").append(frame);
        }
        if (stack.size() > FRAMES) {
            text.append("\n    … ").append(stack.size() - FRAMES).append(" more");
        }
        return text.toString();
    }
}
