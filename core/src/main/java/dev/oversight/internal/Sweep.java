package dev.oversight.internal;

import dev.oversight.event.ChildState;

import org.jspecify.annotations.Nullable;

/**
 * The order in which a group of children goes down and comes up: from the youngest to the oldest, one
 * at a time, then from the oldest to the youngest. There is one sweep at a time; a failure during it
 * makes it wider and sends it back to stopping.
 *
 * <p>Holds only the position; {@link LinearOrder} acts.
 */
final class Sweep {
    /** Where it is. */
    enum Step {
        /** No sweep. */
        NONE,
        /** Stops the children that are part of it. */
        STOPPING,
        /** Starts the children that are part of it. */
        STARTING,
        /** The last one: stops all children. */
        ENDING
    }

    private Step step = Step.NONE;
    private @Nullable Child cursor;
    private @Nullable Child oldest;
    private @Nullable Child named;
    private int delayed;
    private int goingDown;

    Step step() {
        return step;
    }

    @Nullable
    Child cursor() {
        return cursor;
    }

    /**
     * The oldest that the strategy named since it began to stop: whatever is younger is part of it, unless
     * it is at rest. Older ones may be part of it alone, by request.
     */
    @Nullable
    Child named() {
        return named;
    }

    /**
     * Whether one of its children waits for its delay: nothing is started before that is over. Where groups
     * are restarted, whoever waits for a delay is part of it.
     */
    boolean isDelayed() {
        return delayed > 0;
    }

    /** How many that are part of it have a run that is to be stopped first. */
    int goingDown() {
        return goingDown;
    }

    /** Goes on to the next child in the direction of the step; null after the last. */
    void pass(Child child) {
        if (step == Step.STARTING) {
            child.swept = false;
            cursor = child.later;
        } else {
            cursor = child == oldest ? null : child.earlier;
        }
    }

    /** Makes a child part of it that the strategy names. */
    void include(Child child) {
        join(child);
        if (child.state.isLive() && !child.goesDown) {
            child.goesDown = true;
            goingDown++;
        }
        if (named == null || child.ordinal < named.ordinal) {
            named = child;
        }
    }

    /** Makes a child part of it that is to come up in order with the others. */
    void join(Child child) {
        child.swept = true;
        if (oldest == null || child.ordinal < oldest.ordinal) {
            oldest = child;
        }
    }

    /** Any child is about to move to another state. */
    void beforeMove(Child child, ChildState to) {
        delayed += (to == ChildState.BACKING_OFF ? 1 : 0)
                - (child.state == ChildState.BACKING_OFF ? 1 : 0);
        if (child.goesDown && !to.isLive()) {
            child.goesDown = false;
            goingDown--;
        }
    }

    /** Begins, or begins again, to stop the children that are part of it. */
    void stop(@Nullable Child youngest) {
        step = Step.STOPPING;
        cursor = youngest;
    }

    /** Goes on stopping with those that have just become part of it, older than those named so far. */
    void stopBelow(Child formerNamed) {
        if (cursor == null) {
            cursor = formerNamed.earlier;
        }
    }

    /** Begins to start the children that are part of it. */
    void start() {
        step = Step.STARTING;
        cursor = oldest;
        named = null;
    }

    /** Begins to stop everything. */
    void end(@Nullable Child youngest) {
        step = Step.ENDING;
        cursor = youngest;
        oldest = null;
    }

    void done() {
        step = Step.NONE;
        cursor = null;
        oldest = null;
        named = null;
    }

    /** A child is taken out of the books. */
    void forget(Child child) {
        if (cursor == child) {
            pass(child);
        }
        if (oldest == child) {
            oldest = child.later;
        }
        if (named == child) {
            named = child.later;
        }
    }
}
