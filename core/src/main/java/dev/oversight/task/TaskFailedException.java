package dev.oversight.task;

import org.jspecify.annotations.Nullable;

/** The work of a task threw, which is the cause. */
public final class TaskFailedException extends TaskException {
    private static final long serialVersionUID = 1L;

    TaskFailedException(String path, @Nullable Throwable cause) {
        super(path, path + " failed" + (cause == null ? "" : ": " + nameOf(cause)), cause);
    }

    /** Without its message, which may throw and shows with the cause. */
    private static String nameOf(Throwable cause) {
        return cause.getClass().getName();
    }
}
