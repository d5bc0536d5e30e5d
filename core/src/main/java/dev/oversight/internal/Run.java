package dev.oversight.internal;

import org.jspecify.annotations.Nullable;

/**
 * One incarnation of a child. When it has ended it is itself the input that says so, so that even a
 * child that died of an exhausted heap is reported.
 *
 * <p>The engine compares runs by identity: whatever a run says that is no longer its child's current
 * one is stale.
 */
non-sealed class Run extends Input {
    final Child child;
    final long incarnation;

    /** When it was heard of; null if its child declares no heartbeat. */
    final @Nullable Pulse pulse;

    /** When it was launched. */
    long startedNanos;

    /** What it threw; null if it returned. Written before it is handed over. */
    @Nullable
    Throwable cause;

    /** If it was a supervisor: how many runs it left behind. Written before it is handed over. */
    int abandonedBelow;

    /** If it was a supervisor: who below it took longest to stop. Written before it is handed over. */
    @Nullable
    SlowestStops slowestBelow;

    /** It said that there is nothing to run. Written before it is handed over. */
    boolean declined;

    /** As what it failed while it went on: it ends as that, however it stops. Belongs to the loop. */
    @Nullable
    Throwable failure;

    /** It could not even be started, and is on its way back as an input. */
    boolean notStarted;

    /** It outlived its budget and may no longer act. Written by the loop, read by anyone. */
    volatile boolean abandoned;

    Run(Child child, long incarnation) {
        this.child = child;
        this.incarnation = incarnation;
        this.pulse = child.beats ? new Pulse() : null;
    }
}
