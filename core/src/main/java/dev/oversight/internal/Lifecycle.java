package dev.oversight.internal;

import dev.oversight.Exit;
import dev.oversight.Shutdown;
import dev.oversight.StartFailedException;
import dev.oversight.event.AbandonedRunEnded;
import dev.oversight.event.ChildAbandoned;
import dev.oversight.event.ChildBackingOff;
import dev.oversight.event.ChildDown;
import dev.oversight.event.ChildReady;
import dev.oversight.event.ChildSilent;
import dev.oversight.event.ChildStarted;
import dev.oversight.event.ChildState;
import dev.oversight.event.ChildStopped;
import dev.oversight.event.ChildStopping;
import dev.oversight.event.StopCause;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * The life of single children: starts them, stops them, lets go of them. Knows nothing of rules; whose turn
 * it is to start it asks the {@link Order}, and who is gone it hands to {@link Departures}.
 */
final class Lifecycle {
    private final Situation here;
    private final Effects effects;
    private final Children children;
    private final Deadlines deadlines;
    private final SlowestStops slowest;
    private final Order order;
    private final Departures departures;

    /** Has just been said to have failed: what follows is not this class's to begin. */
    private @Nullable Child held;

    Lifecycle(
            Situation here,
            Effects effects,
            Children children,
            Deadlines deadlines,
            SlowestStops slowest,
            Order order,
            Departures departures) {
        this.here = here;
        this.effects = effects;
        this.children = children;
        this.deadlines = deadlines;
        this.slowest = slowest;
        this.order = order;
        this.departures = departures;
    }

    static Run liveRun(Child child) {
        Run run = child.run;
        if (run == null) {
            throw new IllegalStateException(child.path + " is " + child.state + " without a run");
        }
        return run;
    }

    // ------------------------------------------------------------------ start

    /** Starts a child that is NEW or RESTARTING. */
    void launch(Child child) {
        child.backsOff = false;
        child.isAtFirstRun = child.incarnation == 0;
        if (child.isAtFirstRun) { // another child may have had its path, and a run that goes on
            child.incarnation = effects.lastIncarnation(child.path);
        }
        child.incarnation++;
        if (!child.isAtFirstRun && !child.startedByRequest) {
            child.restarts++;
        }
        Run run = effects.launch(child, child.incarnation, isAwaited(child));
        run.startedNanos = here.now;
        child.run = run;
        boolean awaits = child.awaitsReadiness || run.notStarted;
        order.move(child, awaits ? ChildState.STARTING : ChildState.RUNNING);
        effects.publish(new ChildStarted(child.path, child.incarnation, here.now, awaits));
        if (!awaits) {
            up(child);
        } else if (child.spec.readyWithin().isPresent()) {
            deadlines.add(child, here.now + child.spec.readyWithin().get().toNanos());
        }
    }

    /** Whether its start is the tree's first, or was asked for: then a failure is the caller's to see. */
    boolean isAwaited(Child child) {
        return child.startedByRequest
                || (here.phase == SupervisorState.Phase.STARTING && child.isAtFirstRun);
    }

    void ready(Run run) {
        Child child = run.child;
        if (child.run != run || child.state != ChildState.STARTING) {
            return;
        }
        deadlines.remove(child);
        order.move(child, ChildState.RUNNING);
        effects.publish(new ChildReady(
                child.path,
                child.incarnation,
                here.now,
                Duration.ofNanos(here.now - run.startedNanos)));
        up(child);
    }

    void up(Child child) {
        Pulse pulse = child.run == null ? null : child.run.pulse;
        if (pulse != null) {
            pulse.excuse(here.now);
            listenAgain(child, here.now + heartbeatNanos(child) / 2);
        }
        here.everHadChild = true;
        child.startedByRequest = false;
        child.justAdded = false;
        child.isUp();
    }

    // ------------------------------------------------------------------ heartbeat

    static long heartbeatNanos(Child child) {
        return child.spec.heartbeatWithin().orElseThrow().toNanos();
    }

    void listenAgain(Child child, long atNanos) {
        deadlines.add(child, atNanos);
    }

    /** It has been silent for a while: the stack of its thread, as it is now, may say why. */
    void suspect(Child child, Pulse pulse, long heardNanos) {
        pulse.suspect(heardNanos);
        effects.publish(new ChildSilent(
                child.path,
                child.incarnation,
                here.now,
                Duration.ofNanos(here.now - heardNanos),
                child.spec.heartbeatWithin().orElseThrow()));
        effects.takeStack(liveRun(child));
    }

    void seenAt(Input.Evidence evidence) {
        if (evidence.run.pulse != null) {
            evidence.run.pulse.seenAt(evidence.stack);
        }
        effects.publish(evidence.asEvent(here.now));
    }

    // ------------------------------------------------------------------ restart

    /** Takes a child that is RESTARTING on: to its delay, or up, unless others have to come first. */
    void backOffOrBringUp(Child child) {
        if (child.backsOff && child.delayNanos > 0) {
            order.move(child, ChildState.BACKING_OFF);
            deadlines.add(child, here.now + child.delayNanos);
            effects.publish(new ChildBackingOff(
                    child.path,
                    child.incarnation,
                    here.now,
                    child.attempt,
                    Duration.ofNanos(child.delayNanos)));
        } else {
            bringUp(child);
        }
    }

    /** A child that was down, or whose delay is over, is on its way up. */
    void restarts(Child child) {
        deadlines.remove(child);
        order.move(child, ChildState.RESTARTING);
    }

    /** A delay may be over while everything ends. */
    void bringUp(Child child) {
        if (!here.isStopping()) {
            order.bringUp(child);
        }
    }

    // ------------------------------------------------------------------ stop

    void signal(Child child, StopCause why) {
        deadlines.remove(child);
        Run run = child.run;
        long stopBy = stopBy(child);
        if (run != null) {
            order.move(child, ChildState.STOPPING);
            effects.publish(new ChildStopping(child.path, run.incarnation, here.now, why));
        }
        askToStop(child, stopBy);
    }

    /**
     * Asks one to stop that has failed though its run lives. If it is gone at once, it is not brought up
     * here: those that are restarted with it have to be known, and to go down, before.
     */
    void signalHeld(Child child, StopCause why) {
        held = child;
        try {
            signal(child, why);
        } finally {
            held = null;
        }
    }

    void askToStop(Child child, long stopBy) {
        Run run = child.run;
        if (run == null) { // only after a defect: nothing is there that could be asked
            order.move(child, ChildState.STOPPED);
            departures.settle(child, new Exit(Exit.Kind.FAILED, here.cause, 0));
            return;
        }
        effects.signal(run, stopBy);
        child.dueNanos = stopBy; // also if it is unlimited: told when it has stopped
        if (child.spec.shutdown() instanceof Shutdown.Immediate) {
            abandon(child);
        } else if (stopBy != Long.MAX_VALUE) {
            deadlines.add(child, stopBy);
        }
    }

    /**
     * When the budget of a child is over that is asked to stop now: its own, and no more than half of
     * what is left for all, so that those after it are not left with nothing; the last one has all of it.
     */
    long stopBy(Child child) {
        long own = child.spec.shutdown() instanceof Shutdown.Within within
                ? here.now + within.budget().toNanos()
                : Long.MAX_VALUE;
        if (here.stopByNanos == Long.MAX_VALUE) {
            return own;
        }
        long left = Math.max(0, here.stopByNanos - here.now);
        long share = order.stopsTogether() ? left : Math.max(left / 2, left / children.live());
        return Math.min(own, here.now + share);
    }

    /** Somebody is in a hurry now: children that are stopping already get less time. */
    void hasten(Child child) {
        Run run = child.run;
        long stopBy = stopBy(child);
        if (run == null || stopBy >= (child.heapIndex < 0 ? Long.MAX_VALUE : child.dueNanos)) {
            return;
        }
        deadlines.remove(child);
        deadlines.add(child, stopBy);
        if (child.isSupervisor) {
            effects.signal(run, stopBy);
        }
    }

    void abandon(Child child) {
        deadlines.remove(child);
        Run run = liveRun(child);
        if (child.isSupervisor) {
            effects.abort(run); // it lets go of all below it, and ends without waiting for anything
            return;
        }
        child.run = null;
        run.abandoned = true;
        here.abandoned++;
        long after = here.now - child.sinceNanos;
        slowest.add(child, after, true, here);
        if (child.parkedBy == null || here.isStopping()) {
            order.move(child, ChildState.ABANDONED);
        }
        effects.publish(
                new ChildAbandoned(child.path, run.incarnation, here.now, Duration.ofNanos(after)));
        effects.abandon(run);
        gone(child, new Exit(Exit.Kind.ABANDONED, null, here.now - run.startedNanos));
    }

    /** A child that was asked to stop has ended. */
    void stopped(Child child, Run run) {
        Exit exit = new Exit(Exit.Kind.STOPPED, run.cause, here.now - run.startedNanos);
        long took = here.now - child.sinceNanos;
        tellSlowest(run);
        slowest.add(child, took, false, here);
        effects.publish(new ChildStopped(
                child.path, run.incarnation, here.now, exit, Duration.ofNanos(took)));
        Throwable failure = run.failure;
        gone(
                child,
                failure == null ? exit : new Exit(Exit.Kind.FAILED, failure, exit.uptimeNanos()));
    }

    /** A child that was asked to stop is gone, or no longer waited for. */
    private void gone(Child child, Exit exit) {
        child.incarnationEnded(exit);
        boolean comesBack = child.comesBack && !here.isStopping() && child.comesBackWithOthers();
        child.comesBack = false;
        if (comesBack) {
            child.lastExit = exit;
            order.move(child, ChildState.RESTARTING);
            if (child != held) {
                backOffOrBringUp(child);
            }
            return;
        }
        Exit parked = child.parkedBy;
        if (parked != null && child.state == ChildState.STOPPING && !here.isStopping()) {
            departures.park(child, parked);
            return;
        }
        if (child.state == ChildState.STOPPING) {
            order.move(child, ChildState.STOPPED);
        }
        departures.settle(child, exit);
    }

    /** A child that was to be started stays down. */
    void down(Child child) {
        deadlines.remove(child);
        order.move(child, ChildState.STOPPED);
        effects.publish(new ChildDown(child.path, child.incarnation, here.now));
        child.isNotUp(
                () -> new StartFailedException(child.path, "its start was called off", here.cause));
        Exit last = child.lastExit;
        departures.settle(child, last != null ? last : new Exit(Exit.Kind.STOPPED, null, 0));
    }

    /** An abandoned run has ended after all, perhaps long after its child is gone or restarted. */
    void lateEnd(Run run) {
        Child child = run.child;
        here.abandoned--;
        effects.publish(new AbandonedRunEnded(child.path, run.incarnation, here.now, run.cause));
        effects.released(run); // only now is its number free
        if (child.state == ChildState.ABANDONED && child.incarnation == run.incarnation) {
            order.move(child, ChildState.STOPPED);
        }
    }

    // ------------------------------------------------------------------ ends

    /** The run of a child has ended, whatever becomes of the child now. */
    void isOver(Run run) {
        run.child.run = null;
        deadlines.remove(run.child);
        here.abandonedBelow += run.abandonedBelow;
    }

    /** Who was slow below a nested supervisor counts if that one ended together with this one. */
    void tellSlowest(Run run) {
        if (run.slowestBelow != null && here.isStopping()) {
            slowest.addAll(run.slowestBelow);
        }
    }
}
