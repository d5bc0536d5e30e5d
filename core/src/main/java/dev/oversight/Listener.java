package dev.oversight;

import dev.oversight.event.Event;

/**
 * Is told what the supervisors of a tree decide, one event after the other, in a virtual thread of
 * its own, never in a supervisor's. It may block: then its events wait in a queue of 16,384, and when
 * that is full the newest are dropped and counted in an {@link dev.oversight.event.EventsDropped}.
 * What it throws is logged with its name; the next event is delivered all the same.
 */
@FunctionalInterface
public interface Listener {
    /** Takes note of an event. Never called by two threads at once. */
    void on(Event event);
}
