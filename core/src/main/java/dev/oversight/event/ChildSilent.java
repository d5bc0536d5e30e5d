package dev.oversight.event;

import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * A child has made no heartbeat for half of what it may, and is suspected to hang; its stack follows as
 * {@link StackTaken}. Unless it is heard of, it fails when the whole limit is over.
 */
public record ChildSilent(
        String path, long incarnation, long atNanos, Duration silence, Duration limit)
        implements ChildEvent {
    @Override
    public String text() {
        return path + " made no heartbeat for " + EventText.of(silence) + "; it fails at "
                + EventText.of(limit);
    }

    @Override
    public Level level() {
        return Level.WARNING;
    }
}
