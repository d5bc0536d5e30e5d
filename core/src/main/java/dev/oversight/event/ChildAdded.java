package dev.oversight.event;

import java.lang.System.Logger.Level;

/** A child was added at run time. */
public record ChildAdded(String path, long incarnation, long atNanos) implements ChildEvent {
    @Override
    public String text() {
        return path + " added";
    }

    @Override
    public Level level() {
        return Level.DEBUG;
    }
}
