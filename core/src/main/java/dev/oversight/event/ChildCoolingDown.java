package dev.oversight.event;

import java.lang.System.Logger.Level;
import java.time.Duration;

/** A child failed too often, and is not started again before a pause is over. */
public record ChildCoolingDown(
        String path, long incarnation, long atNanos, Duration pause, Throwable cause)
        implements ChildEvent {
    @Override
    public String text() {
        return path + " pauses for " + EventText.of(pause) + ": " + EventText.of(cause);
    }

    @Override
    public Level level() {
        return Level.WARNING;
    }
}
