package dev.oversight.event;

import java.lang.System.Logger.Level;

/** A child failed too often and stays down until somebody resumes it; the others go on. */
public record ChildParked(String path, long incarnation, long atNanos, Throwable cause)
        implements ChildEvent {
    @Override
    public String text() {
        return path + " is parked until it is restarted by request: " + EventText.of(cause);
    }

    @Override
    public Level level() {
        return Level.ERROR;
    }
}
