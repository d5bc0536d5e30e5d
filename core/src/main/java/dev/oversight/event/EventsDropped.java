package dev.oversight.event;

import java.lang.System.Logger.Level;

/** A listener was too slow, so events were not delivered to it. */
public record EventsDropped(String path, long atNanos, long count) implements Event {
    @Override
    public String text() {
        return count + " events were dropped: the listener is too slow";
    }

    @Override
    public Level level() {
        return Level.WARNING;
    }
}
