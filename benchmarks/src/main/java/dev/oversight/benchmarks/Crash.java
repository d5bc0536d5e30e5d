package dev.oversight.benchmarks;

/** A failure that costs nothing to make. */
@SuppressWarnings("StaticAssignmentOfThrowable") // it has no stack
final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final Crash INSTANCE = new Crash();

    private Crash() {
        super("crash", null, false, false);
    }
}
