package dev.oversight.internal;

import dev.oversight.Exit;
import dev.oversight.StartFailedException;
import dev.oversight.event.ChildCompleted;
import dev.oversight.event.ChildDeclined;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildParked;
import dev.oversight.event.ChildRemoved;
import dev.oversight.event.ChildState;
import dev.oversight.event.Failure;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * How children go: says how a run has ended and remembers it, tells who waits once a child is at rest, and
 * takes it out of the books if nothing keeps it. What follows for others is the {@link Aftermath}'s.
 */
final class Departures {
    private static final int FAILURES_PER_CHILD = 8;

    private final Situation here;
    private final Effects effects;
    private final Children children;
    private final ExitMemory forgotten;
    private final Order order;

    /** Whom those that were forgotten had needed. */
    private final Queue<Child> neededNoMore = new ArrayDeque<>(0);

    Departures(
            Situation here, Effects effects, Children children, ExitMemory forgotten, Order order) {
        this.here = here;
        this.effects = effects;
        this.children = children;
        this.forgotten = forgotten;
        this.order = order;
    }

    // ------------------------------------------------------------------ the end of a run

    /** Notes an end after which the child is not started again. */
    void downForGood(Child child, Run run, Exit exit) {
        publishEnd(child, run, exit, false);
        order.move(child, ChildState.STOPPED);
        settle(child, exit);
    }

    /** Notes an end after which it is. */
    void restarting(Child child, Run run, Exit exit) {
        publishEnd(child, run, exit, true);
        child.incarnationEnded(exit);
        child.lastExit = exit;
        order.move(child, ChildState.RESTARTING);
    }

    /** Notes an end after which it stays down, for a person to resume. */
    void parked(Child child, Run run, Exit exit, Exit why) {
        publishEnd(child, run, exit, false);
        child.incarnationEnded(exit);
        park(child, why);
    }

    /** Keeps it down, for a person to resume. */
    void park(Child child, Exit why) {
        order.move(child, ChildState.PARKED);
        Throwable cause = why.cause();
        if (cause != null) {
            effects.publish(new ChildParked(child.path, child.incarnation, here.now, cause));
        }
        settle(child, why);
    }

    private void publishEnd(Child child, Run run, Exit exit, boolean restarting) {
        Throwable thrown = exit.cause();
        if (exit.kind() == Exit.Kind.DECLINED) {
            effects.publish(new ChildDeclined(child.path, run.incarnation, here.now));
        } else if (thrown != null) {
            failed(child, run, exit, thrown, restarting);
        } else {
            effects.publish(new ChildCompleted(
                    child.path, run.incarnation, here.now, exit.uptimeNanos(), restarting));
        }
    }

    /** Tells of a failure, and remembers it. */
    void failed(Child child, Run run, Exit exit, Throwable thrown, boolean restarting) {
        if (child.failures == null) {
            child.failures = new ExitMemory(FAILURES_PER_CHILD);
        }
        child.failures.add(failure(child, run.incarnation, exit));
        effects.publish(new ChildFailed(
                child.path, run.incarnation, here.now, thrown, exit.uptimeNanos(), restarting));
    }

    private Failure failure(Child child, long incarnation, Exit exit) {
        return new Failure(child.path, incarnation, here.now, exit);
    }

    /** A child is at rest: whoever waits is told, and it is forgotten if nothing keeps it. */
    void settle(Child child, Exit exit) {
        child.lastExit = exit;
        child.rests();
        child.isNotUp(() -> startFailure(child, exit.cause()));
        child.isDown();
        child.incarnationEnded(exit);
        if (isToBeForgotten(child)) {
            forget(child);
        }
        if (child.endedByItself) {
            child.endedByItself = false;
            here.significantEnded |= child.spec.significant();
        }
    }

    /** New for each who waits. A nested supervisor names the place below it that failed. */
    static StartFailedException startFailure(Child child, @Nullable Throwable thrown) {
        if (child.isSupervisor && thrown instanceof StartFailedException below) {
            return new StartFailedException(below);
        }
        String what = thrown == null
                ? "it returned before it was ready"
                : "it failed before it was ready";
        return new StartFailedException(child.path, what, thrown);
    }

    /** Takes a child that is at rest out of the books, unless others depend on it. */
    void forget(Child child) {
        if (children.find(child.id) != child || child.isNeeded()) {
            return;
        }
        neededNoMore.addAll(order.forget(child));
        children.remove(child);
        Exit exit = child.lastExit;
        if (exit != null) {
            forgotten.add(failure(child, child.incarnation, exit));
        }
        effects.publish(new ChildRemoved(child.path, child.incarnation, here.now));
    }

    /**
     * Forgets those that were kept because a child that has been forgotten depended on them. Not at once: whoever
     * goes through the children takes it that none goes but the one it is at.
     */
    void forgetNeededNoMore() {
        for (Child child = neededNoMore.poll(); child != null; child = neededNoMore.poll()) {
            if (child.state.isAtRest() && isToBeForgotten(child)) {
                forget(child);
            }
        }
    }

    private static boolean isToBeForgotten(Child child) {
        return child.deleted || !child.staysListed();
    }
}
