package dev.oversight.event;

import java.lang.System.Logger.Level;
import java.time.Duration;

/** Too many children failed: what fails is not started again before a pause is over. */
public record SupervisorCoolingDown(String path, long atNanos, Duration pause, Throwable cause)
        implements SupervisorEvent {
    @Override
    public String text() {
        return path + " restarts nothing for " + EventText.of(pause) + ": " + EventText.of(cause);
    }

    @Override
    public Level level() {
        return Level.ERROR;
    }
}
