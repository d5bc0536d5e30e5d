package dev.oversight.internal;

/** A run without a thread: the script says what becomes of it. */
final class FakeRun extends Run {
    final StateHarness supervisor;

    /** The supervisor that it is, if the harness plays nested supervisors out. */
    StateHarness nested;

    /** Somebody waits for its start. */
    boolean awaited;

    boolean signalled;
    boolean aborted;

    /** As what it was told to have failed while it went on; null if it was not. */
    Throwable said;

    /** Its end has been handed in. */
    boolean over;

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
