package dev.oversight.internal;

import java.util.List;

/**
 * When a run was last heard of. Written by the threads of the child, read by its supervisor's loop; each
 * beat is one write, and no beat is ever handed in as an input.
 */
final class Pulse {
    private volatile long beatNanos;

    /** It waits to be asked to stop, and owes nobody a beat. */
    private volatile boolean rests;

    /** Nobody looked before this time. Belongs to the loop, like all below. */
    private long excusedUntilNanos = Long.MIN_VALUE;

    /** What it was last heard of when it was suspected. */
    private long suspectedSinceNanos = Long.MIN_VALUE;

    /** Where it was when it was suspected; empty while that is not known. */
    private List<StackTraceElement> evidence = List.of();

    /** Any thread of the child. */
    void beat(long nowNanos) {
        beatNanos = nowNanos;
    }

    /** The child's own thread: it begins to wait, or has waited. */
    void rests(boolean value) {
        rests = value;
    }

    /** When it was last heard of; now, if it rests. */
    long heardNanos(long nowNanos) {
        return rests ? nowNanos : Math.max(beatNanos, excusedUntilNanos);
    }

    /** It is up, or nobody could have heard it. */
    void excuse(long nowNanos) {
        excusedUntilNanos = nowNanos;
    }

    /** Whether it was suspected, and not been heard of since. */
    boolean isSuspected(long heardNanos) {
        return suspectedSinceNanos == heardNanos;
    }

    void suspect(long heardNanos) {
        suspectedSinceNanos = heardNanos;
        evidence = List.of();
    }

    /** Where its thread was soon after it was suspected. */
    void seenAt(List<StackTraceElement> stack) {
        evidence = stack;
    }

    List<StackTraceElement> evidence() {
        return evidence;
    }
}
