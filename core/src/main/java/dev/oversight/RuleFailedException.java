package dev.oversight;

import org.jspecify.annotations.Nullable;

/** A restart rule, strategy or backoff of the application threw, so the supervisor gave up. */
public final class RuleFailedException extends OversightException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine. */
    public RuleFailedException(String path, String rule, @Nullable Throwable cause) {
        super(
                path,
                "the " + rule + " of " + path
                        + " failed; rules must be pure functions that do not throw",
                cause);
    }
}
