package dev.oversight.event;

import java.lang.System.Logger.Level;
import java.time.Duration;

/** An incarnation returned, and nobody had asked it to stop. */
public record ChildCompleted(
        String path, long incarnation, long atNanos, long uptimeNanos, boolean restarting)
        implements ChildEvent {
    /** How long the incarnation lived. */
    public Duration uptime() {
        return Duration.ofNanos(uptimeNanos);
    }

    @Override
    public String text() {
        return path + " completed after " + EventText.of(uptime())
                + (restarting ? "; restarting" : "");
    }

    @Override
    public Level level() {
        return restarting ? Level.WARNING : Level.DEBUG;
    }
}
