package dev.oversight;

import org.jspecify.annotations.Nullable;

/** The supervisor is stopping or has ended, so it takes no more requests. */
public final class SupervisorNotRunningException extends OversightException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine. */
    public SupervisorNotRunningException(String path, String phase, @Nullable Throwable cause) {
        super(
                path,
                path + " " + phase
                        + " and takes no more requests; start its spec again for a new one",
                cause);
    }
}
