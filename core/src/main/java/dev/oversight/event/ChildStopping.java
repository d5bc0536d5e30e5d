package dev.oversight.event;

import java.lang.System.Logger.Level;

/** A child was asked to stop; its budget runs from here. */
public record ChildStopping(String path, long incarnation, long atNanos, StopCause why)
        implements ChildEvent {
    @Override
    public String text() {
        return path + " stopping: " + why.text();
    }

    @Override
    public Level level() {
        return Level.DEBUG;
    }
}
