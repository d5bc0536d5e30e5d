package dev.oversight.event;

import dev.oversight.Exit;

import java.lang.System.Logger.Level;
import java.time.Duration;

/** A child that was asked to stop has ended. The exit keeps what it threw. */
public record ChildStopped(String path, long incarnation, long atNanos, Exit exit, Duration took)
        implements ChildEvent {
    @Override
    public String text() {
        return path + " stopped after " + EventText.of(took)
                + (exit.cause() == null ? "" : ", with " + EventText.of(exit.cause()));
    }

    @Override
    public Level level() {
        return Level.DEBUG;
    }
}
