package dev.oversight.internal;

import dev.oversight.StartFailedException;
import dev.oversight.internal.SupervisorState.Phase;

import org.jspecify.annotations.Nullable;

/** How one supervisor stands: what those who decide for it and those who act for it share. */
final class Situation {
    final String path;
    Phase phase = Phase.NEW;

    /** The time of the input that is being applied. */
    long now;

    /** When all must be over, whatever the budgets say; {@link Long#MAX_VALUE} if nobody hurries. */
    long stopByNanos = Long.MAX_VALUE;

    /** When it began to stop, if it has. */
    long stopBeganNanos;

    /** When it ended, if it has. */
    long endedNanos;

    boolean everHadChild;

    /** Runs that were let go of and have not ended. */
    int abandoned;

    /** The same of those that nested supervisors had left behind when they ended. */
    int abandonedBelow;

    /** A significant child has ended by itself, and nobody has looked at it yet. */
    boolean significantEnded;

    /** The start of the supervisor cannot succeed, and nobody has looked at it yet. */
    @Nullable
    StartFailedException startFailure;

    /** Why it ends, if that is a failure. */
    @Nullable
    Throwable cause;

    Situation(String path) {
        this.path = path;
    }

    boolean isStopping() {
        return phase == Phase.STOPPING;
    }
}
