package dev.oversight.task;

import dev.oversight.OversightException;

import java.time.Duration;

/** A task had not ended when the time to wait for it was over. It goes on. */
public final class TaskNotFinishedException extends OversightException {
    private static final long serialVersionUID = 1L;

    TaskNotFinishedException(String path, Duration limit) {
        super(
                path,
                path + " had not ended after " + limit
                        + " and goes on; wait again, or call cancel() to stop it",
                null);
    }
}
