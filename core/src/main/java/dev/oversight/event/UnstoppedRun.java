package dev.oversight.event;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * A run that was asked to stop and still runs.
 *
 * @param path its child
 * @param incarnation which run
 * @param asked when it was asked
 * @param due when its budget is over; null if it has no limit, or if it was abandoned already
 * @param abandoned whether it is no longer waited for
 * @param stack where it is now, innermost frame first; empty if it has just ended
 */
public record UnstoppedRun(
        String path,
        long incarnation,
        Instant asked,
        @Nullable Instant due,
        boolean abandoned,
        List<StackTraceElement> stack) {
    /** Copies the stack. */
    public UnstoppedRun {
        stack = List.copyOf(stack);
    }
}
