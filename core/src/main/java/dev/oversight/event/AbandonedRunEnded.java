package dev.oversight.event;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger.Level;

/** An abandoned run has ended after all. */
public record AbandonedRunEnded(
        String path,
        long incarnation,
        long atNanos,
        @Nullable Throwable cause) implements ChildEvent {
    @Override
    public String text() {
        return path + ": abandoned incarnation " + incarnation + " has ended"
                + (cause == null ? "" : ", with " + EventText.of(cause));
    }

    @Override
    public Level level() {
        return Level.INFO;
    }
}
