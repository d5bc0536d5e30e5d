package dev.oversight.event;

import java.lang.System.Logger.Level;
import java.time.Duration;

/** A child that declares readiness is up. */
public record ChildReady(String path, long incarnation, long atNanos, Duration took)
        implements ChildEvent {
    @Override
    public String text() {
        return path + " ready after " + EventText.of(took);
    }

    @Override
    public Level level() {
        return Level.DEBUG;
    }
}
