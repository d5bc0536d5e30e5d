package dev.oversight.runner;

import dev.oversight.NotReadyException;
import dev.oversight.OversightException;
import dev.oversight.process.ProcessFailedException;
import dev.oversight.process.ProcessNotStartedException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Failures in words. Bounded, whatever they are made of. */
final class Causes {
    private static final int MOST_LINES = 100;
    private static final int LONGEST = 500;

    private Causes() {}

    /** One line: what happened, without the path in front, since the line has it already. */
    static String shortly(@Nullable Throwable cause, String path) {
        String text = sentence(cause);
        return text.startsWith(path + " ") ? text.substring(path.length() + 1) : text;
    }

    /** One line: what happened, and where. */
    static String sentence(@Nullable Throwable cause) {
        if (cause == null) {
            return "it ended by itself";
        }
        boolean speaksForItself = cause instanceof OversightException
                || cause instanceof ProcessFailedException
                || cause instanceof ProcessNotStartedException;
        String message = cause.getMessage();
        if (cause instanceof NotReadyException && message != null) {
            // The cure it names is one for people who write Java.
            message = message.replaceFirst(";.*", "") + "; see why, or raise ready.within";
        }
        String text = message == null
                ? cause.getClass().getName()
                : speaksForItself ? message : cause.getClass().getName() + ": " + message;
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /**
     * Everything that led to a failure: first the earlier ones, oldest first, then the last
     * one.
     */
    static List<String> lines(@Nullable Throwable cause) {
        List<String> lines = new ArrayList<>();
        add(cause, "", lines, Collections.newSetFromMap(new IdentityHashMap<>()));
        return lines;
    }

    private static void add(
            @Nullable Throwable cause, String indent, List<String> lines, Set<Throwable> seen) {
        if (cause == null || !seen.add(cause)) {
            return;
        }
        if (lines.size() == MOST_LINES) {
            lines.add(indent + "... and more");
        }
        if (lines.size() >= MOST_LINES) {
            return;
        }
        lines.add(indent + sentence(cause));
        for (Throwable earlier : cause.getSuppressed()) {
            add(earlier, indent + "  ", lines, seen);
        }
        add(cause.getCause(), indent + "  ", lines, seen);
    }
}
