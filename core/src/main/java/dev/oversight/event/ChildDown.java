package dev.oversight.event;

import java.lang.System.Logger.Level;

/** A child that was to be started stays down: terminated, or its supervisor gave up. */
public record ChildDown(String path, long incarnation, long atNanos) implements ChildEvent {
    @Override
    public String text() {
        return path + " stays down";
    }

    @Override
    public Level level() {
        return Level.DEBUG;
    }
}
