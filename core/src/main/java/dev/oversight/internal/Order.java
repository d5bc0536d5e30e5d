package dev.oversight.internal;

import dev.oversight.event.ChildState;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Whose turn it is: the order in which the children of one supervisor come up and go down. Decides when;
 * what is done to a child is the {@link Lifecycle}'s and the {@link Departures}'.
 */
abstract class Order {
    /** So many children are started in one turn, so that other inputs do not wait for a million. */
    static final int STARTS_PER_TURN = 256;

    final Situation here;
    final Children children;
    final Effects effects;

    private final boolean together;
    private @Nullable Lifecycle life;

    Order(Situation here, Children children, Effects effects, boolean together) {
        this.here = here;
        this.children = children;
        this.effects = effects;
        this.together = together;
    }

    /** Each of the two needs the other; called once, before anything else. */
    void use(Lifecycle lifecycle) {
        life = lifecycle;
    }

    final Lifecycle life() {
        Lifecycle used = life;
        if (used == null) {
            throw new IllegalStateException("no lifecycle yet");
        }
        return used;
    }

    /** Whether children that are to stop are asked all at once. */
    final boolean stopsTogether() {
        return together;
    }

    /** All children in the books are to come up. */
    abstract void begin();

    /** All children are to go down, for good. */
    abstract void end();

    /** A child that is NEW or RESTARTING is to come up as soon as it is its turn. */
    abstract void bringUp(Child child);

    /** Whether a child that is to come up now would have to wait for others. */
    abstract boolean hasToWait(Child child);

    /**
     * A child is restarted, together with those its supervisor's strategy names. It is RESTARTING, or still
     * STOPPING: it was not ready in time, was silent, or was said to have failed.
     */
    abstract void restart(Child failed, Rules rules);

    /** Whether a child that has just ended by itself was about to be stopped for the sake of others. */
    abstract boolean isAboutToStop(Child child);

    /** Goes as far as it can without waiting. */
    abstract void goOn();

    /** Whether nothing is under way: what was to come up is up, what was to go down is down. */
    abstract boolean isDone();

    /** Moves a child to another state, in the books and in the order. */
    final void move(Child child, ChildState to) {
        beforeMove(child, to);
        children.move(child, to, here.now);
    }

    /** Any child is about to move to another state. */
    abstract void beforeMove(Child child, ChildState to);

    /**
     * A child is about to be taken out of the books.
     *
     * @return whom it needed, and who may be needed by nobody now
     */
    abstract List<Child> forget(Child child);
}
