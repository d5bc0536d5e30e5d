package dev.oversight.event;

import java.lang.System.Logger.Level;
import java.util.List;

/** Evidence: where a run was when it was abandoned or suspected to hang, innermost frame first. */
public record StackTaken(String path, long incarnation, long atNanos, List<StackTraceElement> stack)
        implements ChildEvent {
    @Override
    public String text() {
        return path + ": incarnation " + incarnation + " is at" + EventText.of(stack);
    }

    @Override
    public Level level() {
        return Level.WARNING;
    }
}
