package dev.oversight.task;

/**
 * A task was asked to stop, outlived its shutdown budget, and is no longer waited for. Its thread still
 * runs: {@link dev.oversight.Supervisor#abandoned()} shows where. A result it may still have is dropped.
 */
public final class TaskAbandonedException extends TaskException {
    private static final long serialVersionUID = 1L;

    TaskAbandonedException(String path) {
        super(
                path,
                path + " was asked to stop, ignored it for longer than its shutdown allows and was"
                        + " abandoned; its thread still runs, and Supervisor.abandoned() shows where",
                null);
    }
}
