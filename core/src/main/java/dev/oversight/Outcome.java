package dev.oversight;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * How a supervisor ended. Everything below it has ended too, or is counted as abandoned.
 *
 * @param path the supervisor
 * @param reason what made it end
 * @param cause why, with every failure that led there as cause and suppressed; null if nothing failed
 * @param abandoned how many runs below it outlived their shutdown and still ran when it ended
 */
public record Outcome(String path, Reason reason, @Nullable Throwable cause, int abandoned) {
    /** What makes a supervisor end. */
    public enum Reason {
        /** It was asked to: closed, interrupted in {@code run}, or stopped by its parent. */
        STOPPED(false),
        /** Nothing was left to run: {@link AutoShutdown#NOTHING_LEFT}. */
        NO_CHILD_LEFT(false),
        /** Its significant children have ended. */
        SIGNIFICANT_ENDED(false),
        /** More failures than the intensity allows: {@link TooManyFailuresException}. */
        TOO_MANY_FAILURES(true),
        /** A child did not come up at the start: {@link StartFailedException}. */
        START_FAILED(true),
        /** A custom rule threw ({@link RuleFailedException}), or the supervisor itself failed. */
        SUPERVISOR_FAILED(true);

        private final boolean failure;

        Reason(boolean failure) {
            this.failure = failure;
        }

        /** Whether it means that something failed. */
        public boolean isFailure() {
            return failure;
        }
    }

    /** Checks that no component but the cause is missing. */
    public Outcome {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(reason, "reason");
    }

    /** Whether it ended because something failed: for its parent, a failure as well. */
    public boolean isFailure() {
        return reason.isFailure();
    }
}
