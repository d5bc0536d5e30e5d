package dev.oversight;

/** There is no child of that id. */
public final class UnknownChildException extends OversightException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine. */
    public UnknownChildException(String supervisor, String id) {
        super(
                supervisor + "/" + id,
                supervisor + " has no child \"" + id + "\"; children() lists those it has",
                null);
    }
}
