package dev.oversight.event;

import java.lang.System.Logger.Level;

/** An incarnation said that there is nothing for it to run, and returned. */
public record ChildDeclined(String path, long incarnation, long atNanos) implements ChildEvent {
    @Override
    public String text() {
        return path + " declined to run";
    }

    @Override
    public Level level() {
        return Level.DEBUG;
    }
}
