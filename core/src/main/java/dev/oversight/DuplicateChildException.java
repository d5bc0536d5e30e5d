package dev.oversight;

/** The id is taken by another child, running or not. The new spec was dropped. */
public final class DuplicateChildException extends OversightException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine. */
    public DuplicateChildException(String path, Object state) {
        super(
                path,
                path + " exists already (it is " + state
                        + "); choose another id, or delete(id) that child first",
                null);
    }
}
