package dev.oversight.testkit;

import java.util.List;
import java.util.Objects;

/**
 * Something that did not hold while {@link Chaos} was at work.
 *
 * @param kind what kind of thing
 * @param path whom it is about
 * @param what in words
 * @param atNanos when, on the clock of {@link dev.oversight.event.Event#atNanos}
 * @param around the events around it, of the child's supervisor and all below it
 * @param actions what the chaos had last done by then
 */
public record ChaosViolation(
        Kind kind,
        String path,
        String what,
        long atNanos,
        Recording around,
        List<ChaosAction> actions) {
    /** What may be found. */
    public enum Kind {
        /** Two incarnations of one child ran, neither of which was abandoned. */
        TWO_LIVE,
        /** A child that was stopped by request was started although nobody is known to have asked. */
        CAME_BACK,
        /** A request was not answered in time, or by something that is no answer. */
        UNANSWERED,
        /** A child was not up again in time after the chaos, though its rule says so. */
        NOT_RECOVERED,
        /** A supervisor ended for a reason that its rules do not allow. */
        ENDED,
        /** Children were started or stopped in another order than their supervisor promises. */
        OUT_OF_ORDER,
        /** What the events tell is impossible, or not what the books of the supervisor say. */
        BOOKS,
        /** The tree had not ended in time after it was told to stop. */
        NOT_STOPPED,
        /** Threads were alive when all was over. */
        THREADS_LEFT
    }

    /** Copies the list. */
    public ChaosViolation {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(around, "around");
        actions = List.copyOf(actions);
    }

    @Override
    public String toString() {
        return kind + " " + path + ": " + what;
    }
}
