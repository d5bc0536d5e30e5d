package dev.oversight;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * A child did not come up: it ended before it was ready, was not ready in time, or its thread could
 * not be started. When a tree could not be started, the path names the child that failed, however
 * deep, the cause says why, and everything that was up has been stopped again.
 */
public final class StartFailedException extends OversightException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine. */
    public StartFailedException(String path, String what, @Nullable Throwable cause) {
        super(path, path + " could not be started: " + what, cause);
    }

    /** The same failure for somebody else who waits, with the stack of that one. Made by the engine. */
    public StartFailedException(StartFailedException same) {
        super(same.path(), Objects.requireNonNull(same.getMessage(), "message"), same.getCause());
    }
}
