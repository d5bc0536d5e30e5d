package dev.oversight.event;

import dev.oversight.Outcome;

import java.lang.System.Logger.Level;

/** A supervisor has ended. */
public record SupervisorEnded(String path, long atNanos, Outcome outcome)
        implements SupervisorEvent {
    @Override
    public String text() {
        return path + " ended: " + outcome.reason()
                + (outcome.abandoned() == 0
                        ? ""
                        : ", " + outcome.abandoned() + " abandoned and still running");
    }

    @Override
    public Level level() {
        return outcome.isFailure() ? Level.ERROR : Level.INFO;
    }
}
