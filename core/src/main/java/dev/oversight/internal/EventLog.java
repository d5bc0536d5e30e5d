package dev.oversight.internal;

import dev.oversight.TooManyFailuresException;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.Event;
import dev.oversight.event.EventsDropped;
import dev.oversight.event.SupervisorEvent;
import dev.oversight.event.SupervisorStopping;

import org.jspecify.annotations.Nullable;

/**
 * Tells the {@link System.Logger} {@code dev.oversight} what one supervisor decides, in words. Failures
 * are warnings with their stack, giving up is an error, a supervisor's start and end are information,
 * the rest is debugging.
 *
 * <p>A child that fails in a tight loop must not drown the log, nor be slowed down by it: at most so
 * many lines a second are written for the children of a supervisor, the rest is counted.
 */
final class EventLog {
    private static final int LINES_PER_SECOND = 20;
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final ListenerQueue queue;
    private long secondBeganNanos;
    private int lines;
    private long unwritten;

    EventLog(ListenerQueue queue) {
        this.queue = queue;
    }

    /** In the supervisor's loop. */
    void offer(Event event) {
        if (!Log.isLoggable(event.level())) {
            return;
        }
        if (event.atNanos() - secondBeganNanos >= SECOND_NANOS) {
            secondBeganNanos = event.atNanos();
            lines = 0;
        }
        if (lines < LINES_PER_SECOND || event instanceof SupervisorEvent) {
            if (unwritten > 0) {
                queue.offer(new EventsDropped(event.path(), event.atNanos(), unwritten));
                unwritten = 0;
            }
            lines++;
            queue.offer(event);
        } else {
            unwritten++;
        }
    }

    /** In the log's own thread: a logger may block. */
    static void write(Event event) {
        Log.log(event.level(), () -> text(event), cause(event));
    }

    private static String text(Event event) {
        return event instanceof EventsDropped dropped
                ? dropped.count() + " more events before this one, at most " + LINES_PER_SECOND
                        + " a second are written"
                : event.text();
    }

    /** What is to be printed with its stack. Failures that escalate are printed whole at the root only. */
    private static @Nullable Throwable cause(Event event) {
        return switch (event) {
            case ChildFailed failed ->
                failed.cause() instanceof TooManyFailuresException ? null : failed.cause();
            case SupervisorStopping stopping ->
                stopping.cause() instanceof TooManyFailuresException
                                && event.path().contains("/")
                        ? null
                        : stopping.cause();
            default -> null;
        };
    }
}
