package dev.oversight.testkit;

/** What a child fails with that a test has fail. */
public final class SimulatedFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Names who was to fail. */
    public SimulatedFailure(String who) {
        super(who + " was told to fail");
    }
}
