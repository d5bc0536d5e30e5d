package dev.oversight.task;

import dev.oversight.OversightException;

import org.jspecify.annotations.Nullable;

/**
 * A task ended without a result. Made in the thread that asks for it, so its stack shows who waited;
 * what the task threw, with the task's stack, is the cause.
 */
public abstract sealed class TaskException extends OversightException
        permits TaskFailedException, TaskStoppedException, TaskAbandonedException {
    private static final long serialVersionUID = 1L;

    TaskException(String path, String message, @Nullable Throwable cause) {
        super(path, message, cause);
    }
}
