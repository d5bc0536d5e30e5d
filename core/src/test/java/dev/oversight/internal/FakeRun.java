package dev.oversight.internal;

/** A run without a thread: the script says what becomes of it. */
final class FakeRun extends Run {
    static final long NEVER = Long.MIN_VALUE;

    final StateHarness supervisor;

    /** The supervisor that it is, if the harness plays nested supervisors out. */
    StateHarness nested;

    /** Somebody waits for its start. */
    boolean awaited;

    boolean signalled;
    boolean aborted;

    /** As what it was told to have failed while it went on; null if it was not. */
    Throwable said;

    /** When it was last heard of, if it has to be. */
    long heardNanos;

    /** It waits to be asked to stop. */
    boolean rests;

    /** When it was said to be silent, if it has not been heard of since. */
    long suspectedNanos = NEVER;

    /** Its end has been handed in. */
    boolean over;

    /** It was let go of, and its supervisor knows that it has ended. */
    boolean released;

    FakeRun(Child child, long incarnation, StateHarness supervisor) {
        super(child, incarnation);
        this.supervisor = supervisor;
    }

    /** Such as {@code b#2}. */
    String label() {
        return supervisor.relative(child.path) + "#" + incarnation;
    }

    @Override
    public String toString() {
        return label()
                + (over ? " (over)" : abandoned ? " (abandoned)" : signalled ? " (signalled)" : "");
    }
}
