package dev.oversight;

/** The supervisor has as many children as it may have. The new spec was dropped. */
public final class TooManyChildrenException extends OversightException {
    private static final long serialVersionUID = 1L;

    private final int limit;

    /** Made by the engine. */
    public TooManyChildrenException(String supervisor, int found, int limit) {
        super(
                supervisor,
                supervisor + " has " + found + " children, and its maxChildren is " + limit
                        + "; wait until one has ended, delete those that are down, or raise the limit",
                null);
        this.limit = limit;
    }

    /** How many children it may have. */
    public int limit() {
        return limit;
    }
}
