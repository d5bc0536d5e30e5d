package dev.oversight.event;

import java.lang.System.Logger.Level;

/** An incarnation was started. One without readiness is up with it. */
public record ChildStarted(String path, long incarnation, long atNanos, boolean awaitsReadiness)
        implements ChildEvent {
    @Override
    public String text() {
        return path + (awaitsReadiness ? " starting" : " started") + " (incarnation " + incarnation
                + ")";
    }

    @Override
    public Level level() {
        return Level.DEBUG;
    }
}
