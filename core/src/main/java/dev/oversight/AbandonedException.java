package dev.oversight;

/**
 * This run was abandoned: it was asked to stop, outlived its budget, and may not act for its child
 * any more. A successor may be running. The right answer is to clean up and return.
 */
public final class AbandonedException extends OversightException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine. */
    public AbandonedException(String path, long incarnation) {
        super(
                path,
                "incarnation " + incarnation + " of " + path
                        + " was abandoned after it outlived its shutdown budget; it must clean up and return",
                null);
    }
}
