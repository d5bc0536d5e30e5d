package dev.oversight.event;

import java.lang.System.Logger.Level;

/** A child was forgotten: deleted, temporary, or added and not come up. */
public record ChildRemoved(String path, long incarnation, long atNanos) implements ChildEvent {
    @Override
    public String text() {
        return path + " removed";
    }

    @Override
    public Level level() {
        return Level.DEBUG;
    }
}
