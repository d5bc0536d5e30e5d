package dev.oversight.internal;

import dev.oversight.Exit;
import dev.oversight.HeartbeatMissedException;
import dev.oversight.NotReadyException;
import dev.oversight.Outcome;
import dev.oversight.RuleFailedException;
import dev.oversight.StartFailedException;
import dev.oversight.event.ChildState;
import dev.oversight.event.StopCause;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;

/**
 * What follows when a run has ended or is said to have failed: the child is restarted within its limits
 * and with whom the strategy names, stays down, or its supervisor gives up.
 */
final class Aftermath {
    /** The supervisor as far as a child can bring it down. */
    interface Superior {
        void stop(Outcome.Reason why, @Nullable Throwable failure);
    }

    private final Situation here;
    private final Effects effects;
    private final Order order;
    private final Lifecycle life;
    private final Departures departures;
    private final Rules rules;
    private final Limits limits;
    private final Superior supervisor;

    Aftermath(
            Situation here,
            Effects effects,
            Order order,
            Lifecycle life,
            Departures departures,
            Rules rules,
            Limits limits,
            Superior supervisor) {
        this.here = here;
        this.effects = effects;
        this.order = order;
        this.life = life;
        this.departures = departures;
        this.rules = rules;
        this.limits = limits;
        this.supervisor = supervisor;
    }

    void ended(Run run) {
        Child child = run.child;
        if (child.run != run) {
            life.lateEnd(run);
            return;
        }
        life.isOver(run);
        if (child.state == ChildState.STOPPING) {
            life.stopped(child, run);
        } else {
            endedByItself(child, run);
            life.tellSlowest(run); // only now is known whether that was the end of all
        }
    }

    private void endedByItself(Child child, Run run) {
        Exit exit = new Exit(kindOf(run), run.cause, here.now - run.startedNanos);
        try {
            endedByItself(child, run, exit);
        } catch (RuleFailedException broken) {
            if (child.state.isLive()) {
                departures.downForGood(child, run, exit);
            }
            throw broken;
        }
    }

    private static Exit.Kind kindOf(Run run) {
        if (run.cause != null) {
            return Exit.Kind.FAILED;
        }
        return run.declined ? Exit.Kind.DECLINED : Exit.Kind.COMPLETED;
    }

    /** A child ended though nobody had asked it to. */
    private void endedByItself(Child child, Run run, Exit exit) {
        if (here.isStopping()) {
            departures.downForGood(child, run, exit);
            return;
        }
        if (exit.kind() == Exit.Kind.DECLINED) {
            life.up(child); // it has answered: there is nothing to run
            departures.downForGood(child, run, exit);
            return;
        }
        boolean restarts = rules.shouldRestart(child, exit);
        boolean startFailed =
                child.state == ChildState.STARTING && (restarts || exit.cause() != null);
        if (startFailed && life.isAwaited(child)) {
            StartFailedException failure = Departures.startFailure(child, exit.cause());
            boolean takesAllDown = isNotUp(child, failure);
            departures.downForGood(child, run, exit);
            if (takesAllDown) {
                supervisor.stop(Outcome.Reason.START_FAILED, failure);
            }
        } else if (!restarts) {
            if (exit.cause() == null) {
                life.up(child); // it did what it was to do, ready or not
            }
            child.endedByItself = true;
            departures.downForGood(child, run, exit);
        } else if (order.isAboutToStop(child)) {
            // Overtaken by the sweep that was about to stop it: the same failure, not another one.
            departures.restarting(child, run, exit);
            life.bringUp(child);
        } else {
            restartWithinLimits(child, run, exit);
        }
    }

    private void restartWithinLimits(Child child, Run run, Exit exit) {
        switch (limits.ask(child, run, exit)) {
            case Limits.Verdict.Allowed allowed -> {
                departures.restarting(child, run, exit);
                rules.backOff(child, exit.uptimeNanos());
                order.restart(child, rules);
            }
            case Limits.Verdict.Later later -> {
                departures.restarting(child, run, exit);
                rules.backOff(child, exit.uptimeNanos());
                comesBackLater(child, later);
                order.restart(child, rules);
            }
            case Limits.Verdict.Parked parked ->
                departures.parked(child, run, exit, parked(parked, exit));
            case Limits.Verdict.GivenUp givenUp -> {
                departures.downForGood(child, run, exit);
                supervisor.stop(Outcome.Reason.TOO_MANY_FAILURES, givenUp.why());
            }
        }
    }

    private void comesBackLater(Child child, Limits.Verdict.Later later) {
        child.delayAtLeast(later.delayNanos());
        if (later.begins() != null) {
            effects.publish(later.begins());
        }
    }

    private static Exit parked(Limits.Verdict.Parked parked, Exit exit) {
        return new Exit(Exit.Kind.FAILED, parked.why(), exit.uptimeNanos());
    }

    /** Its readiness limit is over: the start failed, but the run is still there. */
    void notReady(Child child) {
        if (!here.isStopping()) { // else it is stopped when its turn comes
            Duration limit = child.spec.readyWithin().orElseThrow();
            NotReadyException failure = new NotReadyException(child.path, limit);
            failAlive(child, failure, StopCause.NOT_READY);
        }
    }

    /** Listens for the heartbeat of a child that is up: when it may be late, and when it is. */
    void listen(Child child) {
        if (here.isStopping()) {
            return; // it is stopped when its turn comes
        }
        Pulse pulse = Objects.requireNonNull(Lifecycle.liveRun(child).pulse, "pulse");
        long limit = Lifecycle.heartbeatNanos(child);
        if (here.now - child.dueNanos >= limit / 2) {
            pulse.excuse(here.now); // the alarm is that late: nothing ran here, the child neither
        }
        long heard = pulse.heardNanos(here.now);
        long silence = here.now - heard;
        if (silence < limit / 2) {
            life.listenAgain(child, heard + limit / 2);
        } else if (!pulse.isSuspected(heard)) {
            life.suspect(child, pulse, heard);
            // Late as it may be by now, there is time for the stack to be taken.
            life.listenAgain(child, Math.max(heard + limit, here.now + limit / 4));
        } else {
            HeartbeatMissedException failure = new HeartbeatMissedException(
                    child.path,
                    Duration.ofNanos(limit),
                    Duration.ofNanos(silence),
                    pulse.evidence());
            failAlive(child, failure, StopCause.SILENT);
        }
    }

    /** A run has failed although it has not ended: it is stopped, and what follows a failure follows. */
    void failAlive(Child child, Throwable failure, StopCause why) {
        Run run = Lifecycle.liveRun(child);
        run.failure = failure;
        try {
            failAlive(child, run, failure, why);
        } catch (RuleFailedException broken) {
            supervisor.stop(Outcome.Reason.SUPERVISOR_FAILED, broken);
            if (child.run == run && child.state != ChildState.STOPPING) {
                life.signal(child, why);
            }
        }
    }

    private void failAlive(Child child, Run run, Throwable failure, StopCause why) {
        Exit exit = new Exit(Exit.Kind.FAILED, failure, here.now - run.startedNanos);
        boolean awaited = child.state == ChildState.STARTING && life.isAwaited(child);
        boolean restarts = !awaited && shouldRestart(child, run, exit, failure);
        Limits.@Nullable Verdict verdict = restarts ? limits.ask(child, run, exit) : null;
        boolean comesBack = verdict instanceof Limits.Verdict.Allowed
                || verdict instanceof Limits.Verdict.Later;
        departures.failed(child, run, exit, failure, comesBack);
        child.comesBack = comesBack;
        child.endedByItself = !awaited && !restarts;
        @Nullable
        StartFailedException takesAllDown = awaited ? notUpInTime(child, failure, why) : null;
        if (comesBack) {
            rules.backOff(child, exit.uptimeNanos());
            if (verdict instanceof Limits.Verdict.Later later) {
                comesBackLater(child, later);
            }
        } else if (verdict instanceof Limits.Verdict.Parked parked) {
            child.parkedBy = parked(parked, exit);
        }
        if (takesAllDown != null) {
            supervisor.stop(Outcome.Reason.START_FAILED, takesAllDown);
        } else if (verdict instanceof Limits.Verdict.GivenUp givenUp) {
            supervisor.stop(Outcome.Reason.TOO_MANY_FAILURES, givenUp.why());
        }
        life.signalHeld(child, why);
        if (comesBack) {
            order.restart(child, rules);
        }
    }

    /** A failure is told even if the rule cannot say what follows. */
    private boolean shouldRestart(Child child, Run run, Exit exit, Throwable failure) {
        try {
            return rules.shouldRestart(child, exit);
        } catch (RuleFailedException broken) {
            departures.failed(child, run, exit, failure, false);
            throw broken;
        }
    }

    /** Why the supervisor ends; null if the start was asked for by request and is nobody else's loss. */
    private static @Nullable StartFailedException notUpInTime(
            Child child, Throwable failure, StopCause why) {
        StartFailedException problem =
                new StartFailedException(child.path, "it " + why.text(), failure);
        return isNotUp(child, problem) ? problem : null;
    }

    /** A start that somebody waits for has failed. True if it was the tree's, which has failed as well. */
    private static boolean isNotUp(Child child, StartFailedException failure) {
        child.isNotUp(() -> new StartFailedException(failure));
        if (child.startedByRequest) {
            child.deleted |= child.justAdded;
            return false;
        }
        return true;
    }
}
