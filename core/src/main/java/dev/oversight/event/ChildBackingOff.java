package dev.oversight.event;

import java.lang.System.Logger.Level;
import java.time.Duration;

/** A restart waits for its delay. */
public record ChildBackingOff(
        String path, long incarnation, long atNanos, int attempt, Duration delay)
        implements ChildEvent {
    @Override
    public String text() {
        return path + " restarts in " + EventText.of(delay) + " (attempt " + attempt + ")";
    }

    @Override
    public Level level() {
        return Level.DEBUG;
    }
}
