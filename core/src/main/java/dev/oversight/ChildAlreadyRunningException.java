package dev.oversight;

/** The child is up, or on its way: only a child that is down can be restarted by request. */
public final class ChildAlreadyRunningException extends OversightException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine. */
    public ChildAlreadyRunningException(String path, Object state) {
        super(
                path,
                path + " is already " + state
                        + "; terminate(id) it first to have it started afresh",
                null);
    }
}
