package dev.oversight.event;

import java.lang.System.Logger.Level;
import java.time.Instant;

/**
 * One fact about a supervisor or a child, in the order in which the supervisor decided it.
 *
 * <p>Events of one supervisor are in order; those of two supervisors may overtake one another.
 */
public sealed interface Event permits ChildEvent, SupervisorEvent, EventsDropped {
    /** Whom it is about: a place in the tree. */
    String path();

    /**
     * When it was decided: nanoseconds since 1970-01-01T00:00Z on the tree's monotonic clock, which was
     * set by the wall clock when the tree started and never jumps.
     */
    long atNanos();

    /** The same as an instant. */
    default Instant at() {
        return Instant.ofEpochSecond(0, atNanos());
    }

    /** How loud it is told in the log: failures warn, giving up is an error, most is for debugging. */
    Level level();

    /** The fact as a sentence for people, without the time. */
    String text();
}
