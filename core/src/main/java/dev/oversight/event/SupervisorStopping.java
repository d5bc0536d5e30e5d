package dev.oversight.event;

import dev.oversight.Outcome;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger.Level;

/** A supervisor begins to stop its children. */
public record SupervisorStopping(
        String path,
        long atNanos,
        Outcome.Reason reason,
        @Nullable Throwable cause) implements SupervisorEvent {
    /** Whether it stops because something failed. */
    public boolean isFailure() {
        return reason.isFailure();
    }

    @Override
    public String text() {
        return path + " stopping: " + reason + (cause == null ? "" : ": " + EventText.of(cause));
    }

    @Override
    public Level level() {
        return isFailure() ? Level.ERROR : Level.INFO;
    }
}
