package dev.oversight.event;

/** Why a child was asked to stop. */
public enum StopCause {
    /** Terminated or deleted by request. */
    REQUEST("by request"),
    /** A sibling failed, and the strategy restarts this one too. */
    SIBLING("a sibling failed"),
    /** It did not say that it was ready in time. */
    NOT_READY("was not ready in time"),
    /** It made no heartbeat in time. */
    SILENT("made no heartbeat in time"),
    /** It was said to have failed: by request, or because of a link. */
    FAILED("was said to have failed"),
    /** Its supervisor stops. */
    SUPERVISOR("its supervisor stops");

    private final String text;

    StopCause(String text) {
        this.text = text;
    }

    /** For people. */
    public String text() {
        return text;
    }
}
