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

    private SupervisorNotRunningException(String path, String message) {
        super(path, message, null);
    }

    /** A nested supervisor that is down for the moment, or for good. Made by handles that outlive it. */
    public static SupervisorNotRunningException down(String path, Object state) {
        return new SupervisorNotRunningException(
                path,
                path + " is down (it is " + state + "), and what was added to it is gone;"
                        + " it takes requests again once the supervisor above has started it");
    }
}
