package dev.oversight;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;

/**
 * How one incarnation of a child ended.
 *
 * @param kind what happened
 * @param cause what it threw; null if it returned. Kept for a {@linkplain Kind#STOPPED stopped}
 *     child too, which may have died of its own in the instant in which it was asked to stop
 * @param uptimeNanos how long the incarnation lived, on the monotonic clock
 */
public record Exit(Kind kind, @Nullable Throwable cause, long uptimeNanos) {
    /** What ended an incarnation. */
    public enum Kind {
        /** The body returned, and nobody had asked it to. */
        COMPLETED,
        /** It said that there is nothing for it to run, and returned. */
        DECLINED,
        /** It was asked to stop, and ended, in whatever way. */
        STOPPED,
        /**
         * It threw, though nobody had asked it to stop; or it went on, but was not ready in time, made no
         * heartbeat or was said to have failed.
         */
        FAILED,
        /** It was asked to stop, did not, and is no longer waited for. Its thread still runs. */
        ABANDONED
    }

    /** Checks that the kind is not missing. */
    public Exit {
        Objects.requireNonNull(kind, "kind");
    }

    /** How long the incarnation lived. */
    public Duration uptime() {
        return Duration.ofNanos(uptimeNanos);
    }

    /** Whether the end was in order: COMPLETED, DECLINED or STOPPED. */
    public boolean isNormal() {
        return kind == Kind.COMPLETED || kind == Kind.DECLINED || kind == Kind.STOPPED;
    }
}
