package dev.oversight.event;

import java.time.Instant;
import java.util.List;

/**
 * A run that outlived its shutdown budget and still runs.
 *
 * @param path its child
 * @param incarnation which run
 * @param since when it was abandoned
 * @param stack where it is now, innermost frame first; empty if it has just ended
 */
public record AbandonedRun(
        String path, long incarnation, Instant since, List<StackTraceElement> stack) {
    /** Copies the stack. */
    public AbandonedRun {
        stack = List.copyOf(stack);
    }
}
