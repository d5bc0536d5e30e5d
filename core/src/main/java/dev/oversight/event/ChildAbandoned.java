package dev.oversight.event;

import java.lang.System.Logger.Level;
import java.time.Duration;

/** A child outlived its shutdown budget: it is no longer waited for and cannot act any more. */
public record ChildAbandoned(String path, long incarnation, long atNanos, Duration after)
        implements ChildEvent {
    @Override
    public String text() {
        return path + " abandoned: still running " + EventText.of(after)
                + " after it was asked to stop (incarnation " + incarnation + ")";
    }

    @Override
    public Level level() {
        return Level.WARNING;
    }
}
