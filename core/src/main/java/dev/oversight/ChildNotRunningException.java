package dev.oversight;

/** The child is down, so there is nothing to terminate. {@code restart(id)} starts it. */
public final class ChildNotRunningException extends OversightException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine. */
    public ChildNotRunningException(String path, Object state) {
        super(
                path,
                path + " is not running (it is " + state
                        + "); restart(id) starts it, delete(id) forgets it",
                null);
    }
}
