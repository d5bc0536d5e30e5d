package dev.oversight.event;

import java.lang.System.Logger.Level;
import java.time.Duration;

/** All children of a supervisor are up. */
public record SupervisorStarted(String path, long atNanos, int children, Duration took)
        implements SupervisorEvent {
    @Override
    public String text() {
        return path + " up with " + children + (children == 1 ? " child" : " children") + " after "
                + EventText.of(took);
    }

    @Override
    public Level level() {
        return Level.INFO;
    }
}
