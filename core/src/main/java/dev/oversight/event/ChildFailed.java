package dev.oversight.event;

import java.lang.System.Logger.Level;
import java.time.Duration;

/** An incarnation failed, though nobody had asked it to stop; or its start failed. */
public record ChildFailed(
        String path,
        long incarnation,
        long atNanos,
        Throwable cause,
        long uptimeNanos,
        boolean restarting)
        implements ChildEvent {
    /** How long the incarnation lived. */
    public Duration uptime() {
        return Duration.ofNanos(uptimeNanos);
    }

    @Override
    public String text() {
        return path + " failed after " + EventText.of(uptime()) + " (incarnation " + incarnation
                + "): " + EventText.of(cause) + (restarting ? "; restarting" : "; not restarted");
    }

    @Override
    public Level level() {
        return Level.WARNING;
    }
}
