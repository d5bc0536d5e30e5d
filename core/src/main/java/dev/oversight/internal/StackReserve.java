package dev.oversight.internal;

/**
 * Makes sure that a loop does not run out of stack half way. Whoever calls into a supervisor may have to
 * drain its loop, on the stack the caller has left; a child that calls at the end of an endless recursion
 * has none. So the overflow is provoked here, before the loop is entered, where it hurts nobody but the
 * caller.
 */
final class StackReserve {
    /** Calls of {@link #descend}, each some hundred bytes: far more than a turn of the loop needs. */
    private static final int DEPTH = 200;

    private StackReserve() {}

    /**
     * Does nothing, but needs stack for it. Only for calls from inside a child: others start shallow.
     *
     * @throws StackOverflowError if the calling child has too little left
     */
    static void require() {
        if (ThreadRun.ofCaller() != null) {
            descend(DEPTH, 0, 0, 0, 0);
        }
    }

    private static long descend(int depth, long a, long b, long c, long d) {
        return depth == 0 ? a + b + c + d : 1 + descend(depth - 1, b + depth, c, d, a);
    }
}
