package dev.oversight.internal;

import dev.oversight.AutoShutdown;
import dev.oversight.ChildAlreadyRunningException;
import dev.oversight.ChildFailedException;
import dev.oversight.ChildNotRunningException;
import dev.oversight.ChildSpec;
import dev.oversight.DuplicateChildException;
import dev.oversight.Exit;
import dev.oversight.NotReadyException;
import dev.oversight.Outcome;
import dev.oversight.OversightException;
import dev.oversight.RuleFailedException;
import dev.oversight.Shutdown;
import dev.oversight.StartFailedException;
import dev.oversight.SupervisorNotRunningException;
import dev.oversight.SupervisorSpec;
import dev.oversight.TooManyChildrenException;
import dev.oversight.TooManyFailuresException;
import dev.oversight.UnknownChildException;
import dev.oversight.event.AbandonedRunEnded;
import dev.oversight.event.ChildAbandoned;
import dev.oversight.event.ChildAdded;
import dev.oversight.event.ChildBackingOff;
import dev.oversight.event.ChildCompleted;
import dev.oversight.event.ChildDown;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildReady;
import dev.oversight.event.ChildRemoved;
import dev.oversight.event.ChildStarted;
import dev.oversight.event.ChildState;
import dev.oversight.event.ChildStopped;
import dev.oversight.event.ChildStopping;
import dev.oversight.event.Failure;
import dev.oversight.event.StopCause;
import dev.oversight.event.SupervisorEnded;
import dev.oversight.event.SupervisorStarted;
import dev.oversight.event.SupervisorStopping;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * What one supervisor knows and decides: deterministic, single-threaded, without a clock. Time comes in
 * as a number, what happened as an {@link Input}, decisions go out through {@link Effects}. The runtime,
 * the tests and the test kit drive this same class.
 *
 * <p>An input is applied in two halves. The first notes what happened to one child, in O(1). The second,
 * {@link #goOnWithSweep}, takes the group operation under way, if there is one, as far as it goes without
 * waiting.
 */
final class SupervisorState {
    /** How far the supervisor is. */
    enum Phase {
        NEW("was not started"),
        STARTING("is starting"),
        RUNNING("is running"),
        STOPPING("is stopping"),
        ENDED("has ended");

        final String text;

        Phase(String text) {
            this.text = text;
        }
    }

    /** So many children are started in one turn, so that other inputs do not wait for a million. */
    private static final int STARTS_PER_TURN = 256;

    private static final int FAILURES_PER_CHILD = 8;
    private static final int FORGOTTEN = 32;

    private final SupervisorSpec spec;
    private final String path;
    private final Effects effects;
    private final Children children;
    private final Deadlines deadlines = new Deadlines();
    private final Sweep sweep = new Sweep();
    private final Rules rules;
    private final @Nullable RestartWindow window;
    private final ExitMemory forgotten = new ExitMemory(FORGOTTEN);

    private Phase phase = Phase.NEW;
    private long now;
    private long startedNanos;
    private long alarmNanos = Long.MAX_VALUE;
    private boolean everHadChild;
    private int abandoned;

    /** How many the nested supervisors that have ended had left behind. */
    private int abandonedBelow;

    private Outcome.Reason reason = Outcome.Reason.STOPPED;
    private @Nullable Throwable cause;

    SupervisorState(SupervisorSpec spec, String path, Effects effects) {
        this.spec = spec;
        this.path = path;
        this.effects = effects;
        this.children = new Children(path);
        this.rules = new Rules(spec, path);
        this.window = spec.neverGivesUp()
                ? null
                : new RestartWindow(spec.intensity(), spec.period().toNanos());
    }

    // ------------------------------------------------------------------ for queries

    Phase phase() {
        return phase;
    }

    Children children() {
        return children;
    }

    ExitMemory forgotten() {
        return forgotten;
    }

    // ------------------------------------------------------------------ inputs

    /** Takes one input in and acts on it. Never blocks. */
    void apply(Input input, long nowNanos) {
        now = nowNanos;
        try {
            switch (input) {
                case Run run -> ended(run);
                case Input.Ready ready -> ready(ready.run);
                case Input.Woke woke -> woke();
                case Input.GoOn goOn -> {}
                case Input.Start start -> start();
                case Input.Add add -> add(add);
                case Input.Terminate terminate -> terminate(terminate.id, terminate.reply, false);
                case Input.End end -> end(end.child, end.reply);
                case Input.Delete delete -> terminate(delete.id, delete.reply, true);
                case Input.Restart restart -> restart(restart);
                case Input.Stop stop -> stop(Outcome.Reason.STOPPED, null);
                case Input.Abort abort -> abort();
                case Input.Evidence evidence -> effects.publish(evidence.stack(now));
                case Input.Query<?> query -> query.answer(this);
            }
            goOnWithSweep();
            if (stopIfNothingIsLeft()) {
                goOnWithSweep();
            }
        } catch (RuleFailedException broken) {
            fail(broken);
        }
        setAlarm();
    }

    /** Gives up after an input could not be applied, with books that may be half written. */
    void crash(Input input, Throwable defect) {
        if (input instanceof Run run && run.child.run == run) {
            run.child.run = null;
        }
        stop(Outcome.Reason.SUPERVISOR_FAILED, defect);
        mend();
        goOnWithSweep();
        setAlarm();
        if (input instanceof Input.Query<?> query) {
            query.refuse(notRunning());
        }
    }

    /** Makes up for what was left out where the defect struck, so that all can end. */
    private void mend() {
        Child earlier;
        for (Child child = children.last(); child != null; child = earlier) {
            earlier = child.earlier;
            if (child.state.isAtRest()) {
                Exit last = child.lastExit;
                settle(child, last != null ? last : new Exit(Exit.Kind.FAILED, cause, 0));
            } else if (child.run == null
                    ? child.state.isLive()
                    : child.state == ChildState.STOPPING && child.heapIndex < 0) {
                askToStop(child); // perhaps again, which does no harm
            }
        }
    }

    private void fail(Throwable defect) {
        stop(Outcome.Reason.SUPERVISOR_FAILED, defect);
        goOnWithSweep();
    }

    private void start() {
        if (phase != Phase.NEW) {
            return; // stopped before its turn came, by an interrupt of whoever starts it
        }
        phase = Phase.STARTING;
        startedNanos = now;
        for (ChildSpec child : spec.children()) {
            sweep.join(children.append(child, now));
        }
        sweep.start();
    }

    private void ready(Run run) {
        Child child = run.child;
        if (child.run != run || child.state != ChildState.STARTING) {
            return;
        }
        deadlines.remove(child);
        move(child, ChildState.RUNNING);
        effects.publish(new ChildReady(
                child.path, child.incarnation, now, Duration.ofNanos(now - run.startedNanos)));
        up(child);
    }

    private void woke() {
        alarmNanos = Long.MAX_VALUE;
        for (Child child = deadlines.pollDue(now); child != null; child = deadlines.pollDue(now)) {
            switch (child.state) {
                case STARTING -> notReady(child);
                case STOPPING -> abandon(child);
                case BACKING_OFF -> {
                    move(child, ChildState.RESTARTING);
                    launchUnlessSwept(child);
                }
                default ->
                    throw new IllegalStateException(child.path + " is due but " + child.state);
            }
        }
    }

    private void setAlarm() {
        long due = deadlines.earliest();
        if (due < alarmNanos) {
            effects.wakeAt(due);
            alarmNanos = due;
        }
    }

    // ------------------------------------------------------------------ ends

    private void ended(Run run) {
        Child child = run.child;
        if (child.run != run) {
            lateEnd(run);
            return;
        }
        child.run = null;
        deadlines.remove(child);
        abandonedBelow += run.abandonedBelow;
        long uptime = now - run.startedNanos;
        if (child.state == ChildState.STOPPING) {
            Exit exit = new Exit(Exit.Kind.STOPPED, run.cause, uptime);
            effects.publish(new ChildStopped(
                    child.path,
                    run.incarnation,
                    now,
                    exit,
                    Duration.ofNanos(now - child.sinceNanos)));
            stopped(child, exit);
        } else {
            Exit.Kind kind = run.cause == null ? Exit.Kind.COMPLETED : Exit.Kind.FAILED;
            Exit exit = new Exit(kind, run.cause, uptime);
            try {
                endedByItself(child, run, exit);
            } catch (RuleFailedException broken) {
                if (child.state.isLive()) {
                    downForGood(child, run, exit);
                }
                throw broken;
            }
        }
    }

    /** An abandoned run has ended after all, perhaps long after its child is gone or restarted. */
    private void lateEnd(Run run) {
        Child child = run.child;
        abandoned--;
        effects.released(run);
        effects.publish(new AbandonedRunEnded(child.path, run.incarnation, now, run.cause));
        if (child.state == ChildState.ABANDONED && child.incarnation == run.incarnation) {
            move(child, ChildState.STOPPED);
        }
    }

    /** A child ended though nobody had asked it to. */
    private void endedByItself(Child child, Run run, Exit exit) {
        if (phase == Phase.STOPPING) {
            downForGood(child, run, exit);
            return;
        }
        boolean restarts = rules.shouldRestart(child, exit);
        boolean startFailed =
                child.state == ChildState.STARTING && (restarts || exit.cause() != null);
        if (startFailed && isAwaited(child)) {
            startFailed(child, startFailure(child, exit.cause()));
            downForGood(child, run, exit);
        } else if (!restarts) {
            if (exit.cause() == null) {
                up(child); // it did what it was to do, whether it said that it was ready or not
            }
            child.endedByItself = true;
            downForGood(child, run, exit);
        } else if (child.swept && sweep.step() == Sweep.Step.STOPPING) {
            // Overtaken by the sweep that was about to stop it: the same failure, not another one.
            restarting(child, run, exit);
        } else if (allowed(child, run, exit)) {
            restarting(child, run, exit);
            rules.backOff(child, exit.uptimeNanos());
            restartWithSiblings(child);
        } else {
            downForGood(child, run, exit);
            tooManyFailures();
        }
    }

    /** Whether its start is the tree's first, or was asked for: then a failure is the caller's to see. */
    private boolean isAwaited(Child child) {
        return child.startedByRequest || (phase == Phase.STARTING && child.incarnation == 1);
    }

    /** A nested supervisor names the place below it that failed. */
    private static StartFailedException startFailure(Child child, @Nullable Throwable thrown) {
        if (child.isSupervisor && thrown instanceof StartFailedException below) {
            return below;
        }
        String what = thrown == null
                ? "it returned before it was ready"
                : "it failed before it was ready";
        return new StartFailedException(child.path, what, thrown);
    }

    /** Its readiness limit is over: the start failed, but the run is still there. */
    private void notReady(Child child) {
        if (phase == Phase.STOPPING) {
            return; // it is stopped when its turn comes, and nothing is restarted any more
        }
        Run run = liveRun(child);
        NotReadyException notReady =
                new NotReadyException(child.path, child.spec.readyWithin().orElseThrow());
        Exit exit = new Exit(Exit.Kind.FAILED, notReady, now - run.startedNanos);
        boolean awaited = isAwaited(child);
        boolean restarts = !awaited && rules.shouldRestart(child, exit);
        boolean within = !restarts || allowed(child, run, exit);
        remember(child, run, exit);
        effects.publish(new ChildFailed(
                child.path,
                run.incarnation,
                now,
                notReady,
                exit.uptimeNanos(),
                restarts && within));
        child.comesBack = restarts && within;
        child.endedByItself = !awaited && !restarts;
        if (awaited) {
            startFailed(
                    child,
                    new StartFailedException(child.path, "it was not ready in time", notReady));
        }
        if (restarts && within) {
            rules.backOff(child, exit.uptimeNanos());
        }
        signal(child, StopCause.NOT_READY);
        if (!within) {
            tooManyFailures();
        } else if (restarts) {
            restartWithSiblings(child);
        }
    }

    /** A start that somebody waits for has failed: the tree's, or one asked for by request. */
    private void startFailed(Child child, StartFailedException failure) {
        child.isNotUp(() -> failure);
        if (!child.startedByRequest) {
            stop(Outcome.Reason.START_FAILED, failure);
        } else if (child.justAdded) {
            child.deleted = true;
        }
    }

    /** Notes an end after which the child is not started again. */
    private void downForGood(Child child, Run run, Exit exit) {
        publishEnd(child, run, exit, false);
        move(child, ChildState.STOPPED);
        settle(child, exit);
    }

    /** Notes an end after which it is. */
    private void restarting(Child child, Run run, Exit exit) {
        publishEnd(child, run, exit, true);
        child.lastExit = exit;
        move(child, ChildState.RESTARTING);
    }

    private void publishEnd(Child child, Run run, Exit exit, boolean restarting) {
        Throwable thrown = exit.cause();
        if (thrown != null) {
            remember(child, run, exit);
            effects.publish(new ChildFailed(
                    child.path, run.incarnation, now, thrown, exit.uptimeNanos(), restarting));
        } else {
            effects.publish(new ChildCompleted(
                    child.path, run.incarnation, now, exit.uptimeNanos(), restarting));
        }
    }

    private void remember(Child child, Run run, Exit exit) {
        if (child.failures == null) {
            child.failures = new ExitMemory(FAILURES_PER_CHILD);
        }
        child.failures.add(failure(child, run.incarnation, exit));
    }

    private Failure failure(Child child, long incarnation, Exit exit) {
        return new Failure(child.path, incarnation, now, exit);
    }

    /** Counts a restart. The stamp is taken here, before any sibling is stopped. */
    private boolean allowed(Child child, Run run, Exit exit) {
        if (window == null) {
            return true;
        }
        Throwable thrown = exit.cause();
        String what = thrown == null ? "returned, and is to be restarted" : "failed";
        return window.allows(
                now, new ChildFailedException(child.path, run.incarnation, what, thrown));
    }

    private void tooManyFailures() {
        if (window == null) {
            throw new IllegalStateException(path + " never gives up");
        }
        stop(
                Outcome.Reason.TOO_MANY_FAILURES,
                new TooManyFailuresException(
                        path, spec.intensity(), spec.period(), window.failures()));
    }

    // ------------------------------------------------------------------ restarts

    /** The failed child is RESTARTING, or STOPPING because it was not ready. */
    private void restartWithSiblings(Child failed) {
        if (rules.restartsOneAlone()) {
            if (failed.state == ChildState.RESTARTING) {
                backOffOrLaunch(failed);
            }
            return;
        }
        // Whatever is younger than a sweep that is still stopping is part of it already.
        Child until = sweep.step() == Sweep.Step.STOPPING ? sweep.named() : null;
        boolean wider = !rules.forEachAffected(failed, children, until, child -> {
            if (!child.state.isAtRest()
                    && (child.comesBack || child.state != ChildState.STOPPING)) {
                sweep.include(child);
            }
        });
        if (failed.state == ChildState.RESTARTING) {
            backOffOrLaunch(failed);
        }
        if (wider && until != null) {
            sweep.stopBelow(until);
        } else {
            sweep.stop(children.last());
        }
    }

    /** Takes a child that is RESTARTING on: to its delay, or up, unless the sweep does that in order. */
    private void backOffOrLaunch(Child child) {
        if (child.backsOff && child.delayNanos > 0) {
            move(child, ChildState.BACKING_OFF);
            deadlines.add(child, now + child.delayNanos);
            effects.publish(new ChildBackingOff(
                    child.path,
                    child.incarnation,
                    now,
                    child.attempt,
                    Duration.ofNanos(child.delayNanos)));
        } else {
            launchUnlessSwept(child);
        }
    }

    private void launchUnlessSwept(Child child) {
        // A delay may be over while the supervisor waits for a younger child to stop.
        if (!child.swept && phase != Phase.STOPPING) {
            launch(child);
        }
    }

    private void launch(Child child) {
        child.backsOff = false;
        child.goesDown = false;
        child.incarnation++;
        if (child.incarnation > 1 && !child.startedByRequest) {
            child.restarts++;
        }
        Run run = effects.launch(child, child.incarnation, isAwaited(child));
        run.startedNanos = now;
        child.run = run;
        boolean awaits = child.awaitsReadiness || run.notStarted;
        move(child, awaits ? ChildState.STARTING : ChildState.RUNNING);
        effects.publish(new ChildStarted(child.path, child.incarnation, now, awaits));
        if (!awaits) {
            up(child);
        } else if (child.spec.readyWithin().isPresent()) {
            deadlines.add(child, now + child.spec.readyWithin().get().toNanos());
        }
    }

    private void up(Child child) {
        everHadChild = true;
        child.startedByRequest = false;
        child.justAdded = false;
        child.isUp();
    }

    // ------------------------------------------------------------------ stops

    private void signal(Child child, StopCause why) {
        deadlines.remove(child);
        Run run = child.run;
        if (run != null) {
            move(child, ChildState.STOPPING);
            effects.publish(new ChildStopping(child.path, run.incarnation, now, why));
        }
        askToStop(child);
    }

    private void askToStop(Child child) {
        Run run = child.run;
        if (run == null) { // only after a defect: nothing is there that could be asked
            move(child, ChildState.STOPPED);
            settle(child, new Exit(Exit.Kind.FAILED, cause, 0));
            return;
        }
        effects.signal(run);
        switch (child.spec.shutdown()) {
            case Shutdown.Unbounded unbounded -> {}
            case Shutdown.Immediate immediate -> abandon(child);
            case Shutdown.Within within ->
                deadlines.add(child, now + within.budget().toNanos());
        }
    }

    private void abandon(Child child) {
        deadlines.remove(child);
        Run run = liveRun(child);
        if (child.isSupervisor) {
            effects.abort(run); // it lets go of all below it, and ends without waiting for anything
            return;
        }
        child.run = null;
        run.abandoned = true;
        abandoned++;
        Duration after = Duration.ofNanos(now - child.sinceNanos);
        move(child, ChildState.ABANDONED);
        effects.publish(new ChildAbandoned(child.path, run.incarnation, now, after));
        effects.abandon(run);
        stopped(child, new Exit(Exit.Kind.ABANDONED, null, now - run.startedNanos));
    }

    /** A child that was asked to stop is gone, or no longer waited for. */
    private void stopped(Child child, Exit exit) {
        boolean comesBack =
                child.comesBack && phase != Phase.STOPPING && !child.deleted && child.keepsSpec;
        child.comesBack = false;
        if (comesBack) {
            child.lastExit = exit;
            move(child, ChildState.RESTARTING);
            backOffOrLaunch(child);
        } else {
            if (child.state == ChildState.STOPPING) {
                move(child, ChildState.STOPPED);
            }
            settle(child, exit);
        }
    }

    /** A child that was to be started stays down. */
    private void down(Child child) {
        deadlines.remove(child);
        move(child, ChildState.STOPPED);
        effects.publish(new ChildDown(child.path, child.incarnation, now));
        child.isNotUp(
                () -> new StartFailedException(child.path, "its start was called off", cause));
        Exit last = child.lastExit;
        settle(child, last != null ? last : new Exit(Exit.Kind.STOPPED, null, 0));
    }

    /** A child is at rest: whoever waits is told, and it is forgotten if nothing keeps it. */
    private void settle(Child child, Exit exit) {
        child.lastExit = exit;
        child.swept = false;
        child.goesDown = false;
        child.startedByRequest = false;
        child.justAdded = false;
        child.backsOff = false;
        child.attempt = 0;
        child.delayNanos = 0;
        child.isNotUp(() -> startFailure(child, exit.cause()));
        child.isDown();
        if (child.deleted || !child.keepsSpec || spec.forgetsEnded()) {
            forget(child);
        }
        if (child.endedByItself) {
            child.endedByItself = false;
            endIfSignificant(child);
        }
    }

    private void forget(Child child) {
        if (children.find(child.id) != child) {
            return;
        }
        sweep.forget(child);
        children.remove(child);
        Exit exit = child.lastExit;
        if (exit != null) {
            forgotten.add(failure(child, child.incarnation, exit));
        }
        effects.publish(new ChildRemoved(child.path, child.incarnation, now));
    }

    // ------------------------------------------------------------------ requests

    private void add(Input.Add add) {
        String id = add.spec.id().orElse(null);
        Child same = id == null ? null : children.find(id);
        if (isClosed(add.reply)) {
            return;
        }
        if (same != null) {
            add.reply.fail(new DuplicateChildException(same.path, same.state));
            return;
        }
        if (children.size() >= spec.maxChildren()) {
            add.reply.fail(new TooManyChildrenException(path, children.size(), spec.maxChildren()));
            return;
        }
        Child child = children.append(add.spec, now);
        if (add.whenDown != null) {
            child.whenDown(add.whenDown);
        }
        child.startedByRequest = true;
        child.justAdded = true;
        boolean queued = sweep.step() != Sweep.Step.NONE;
        if (queued && add.fromInside) {
            add.reply.succeed(child);
        } else {
            child.whenUp(add.reply);
        }
        effects.publish(new ChildAdded(child.path, 0, now));
        if (queued) {
            sweep.join(child);
        } else {
            launch(child);
        }
    }

    private void terminate(String id, Reply<Exit> reply, boolean delete) {
        Child child = children.find(id);
        if (phase == Phase.NEW || phase == Phase.ENDED) {
            reply.fail(notRunning());
        } else if (child == null) {
            reply.fail(new UnknownChildException(path, id));
        } else if (child.state.isAtRest()) {
            if (delete) {
                child.whenDown(reply);
                child.isDown();
                forget(child);
            } else {
                reply.fail(new ChildNotRunningException(child.path, child.state));
            }
        } else {
            child.deleted |= delete;
            child.comesBack = false;
            child.whenDown(reply);
            child.isNotUp(() ->
                    new StartFailedException(child.path, "it was terminated by request", null));
            if (!child.state.isLive()) {
                down(child);
            } else if (child.state != ChildState.STOPPING && phase != Phase.STOPPING) {
                signal(child, StopCause.REQUEST);
            }
        }
    }

    /** The child and nobody else: its id may have passed on to another one. */
    private void end(Child child, Reply<Exit> reply) {
        if (children.find(child.id) == child) {
            terminate(child.id, reply, false);
        } else {
            child.whenDown(reply);
            child.isDown();
        }
    }

    private void restart(Input.Restart restart) {
        if (isClosed(restart.reply)) {
            return;
        }
        Child child = children.find(restart.id);
        if (child == null) {
            restart.reply.fail(new UnknownChildException(path, restart.id));
            return;
        }
        switch (child.state) {
            case NEW, STARTING, RUNNING, STOPPING ->
                restart.reply.fail(new ChildAlreadyRunningException(child.path, child.state));
            case RESTARTING -> child.whenUp(restart.reply);
            case BACKING_OFF -> {
                deadlines.remove(child);
                child.whenUp(restart.reply);
                move(child, ChildState.RESTARTING);
                launchUnlessSwept(child);
            }
            case STOPPED, ABANDONED -> {
                child.whenUp(restart.reply);
                child.startedByRequest = true;
                move(child, ChildState.RESTARTING);
                if (sweep.step() == Sweep.Step.STOPPING) {
                    sweep.join(child); // it comes up in order with the others
                } else {
                    launch(child);
                }
            }
        }
    }

    private boolean isClosed(Reply<?> reply) {
        if (phase == Phase.STARTING || phase == Phase.RUNNING) {
            return false;
        }
        reply.fail(notRunning());
        return true;
    }

    private OversightException notRunning() {
        return new SupervisorNotRunningException(path, phase.text, cause);
    }

    // ------------------------------------------------------------------ the supervisor's own end

    private void stop(Outcome.Reason why, @Nullable Throwable failure) {
        if (phase == Phase.STOPPING || phase == Phase.ENDED) {
            return;
        }
        phase = Phase.STOPPING;
        reason = why;
        cause = failure;
        sweep.end(children.last());
        effects.publish(new SupervisorStopping(path, now, why, failure));
    }

    private void abort() {
        stop(Outcome.Reason.STOPPED, null);
        Child earlier;
        for (Child child = children.last(); child != null; child = earlier) {
            earlier = child.earlier;
            if (child.state.isLive()) {
                if (child.state != ChildState.STOPPING) {
                    signal(child, StopCause.SUPERVISOR);
                }
                if (child.run != null) {
                    abandon(child);
                }
            }
        }
    }

    private void endIfSignificant(Child child) {
        AutoShutdown rule = spec.autoShutdown();
        if (child.spec.significant()
                && (rule == AutoShutdown.ANY_SIGNIFICANT
                        || (rule == AutoShutdown.ALL_SIGNIFICANT
                                && children.significantActive() == 0))) {
            stop(Outcome.Reason.SIGNIFICANT_ENDED, null);
        }
    }

    private boolean stopIfNothingIsLeft() {
        if (phase != Phase.RUNNING
                || children.active() > 0
                || !everHadChild
                || spec.autoShutdown() != AutoShutdown.NOTHING_LEFT) {
            return false;
        }
        stop(Outcome.Reason.NO_CHILD_LEFT, null);
        return true;
    }

    // ------------------------------------------------------------------ the sweep

    /** Takes the group operation as far as it goes without waiting. */
    private void goOnWithSweep() {
        if (sweep.step() == Sweep.Step.ENDING) {
            stopAll();
        }
        if (sweep.step() == Sweep.Step.STOPPING && isStopped() && !sweep.isDelayed()) {
            sweep.start();
        }
        if (sweep.step() == Sweep.Step.STARTING && isStarted()) {
            sweep.done();
            if (phase == Phase.STARTING) {
                phase = Phase.RUNNING;
                effects.publish(new SupervisorStarted(
                        path, now, children.size(), Duration.ofNanos(now - startedNanos)));
                effects.started();
            }
        }
    }

    /** Whether all that were to go down are down. */
    private boolean isStopped() {
        for (Child child = sweep.cursor(); child != null; child = sweep.cursor()) {
            if (child.goesDown && child.state.isLive()) {
                if (child.state != ChildState.STOPPING) {
                    child.comesBack = true;
                    signal(child, StopCause.SIBLING);
                }
                if (child.state == ChildState.STOPPING) {
                    return false;
                }
            }
            if (sweep.cursor() == child) { // it may have been forgotten meanwhile
                sweep.pass(child);
            }
        }
        return true;
    }

    /** Whether all that were to come up are up, or will not. */
    private boolean isStarted() {
        int starts = 0;
        for (Child child = sweep.cursor(); child != null; child = sweep.cursor()) {
            if (child.swept) {
                if (child.state == ChildState.NEW || child.state == ChildState.RESTARTING) {
                    if (starts++ == STARTS_PER_TURN) {
                        effects.goOn();
                        return false;
                    }
                    launch(child);
                }
                if (child.state != ChildState.RUNNING && !child.state.isAtRest()) {
                    return false; // on its way up or down, or backing off
                }
            }
            sweep.pass(child);
        }
        return true;
    }

    private void stopAll() {
        for (Child child = sweep.cursor(); child != null; child = sweep.cursor()) {
            if (child.state.isLive()) {
                if (child.state != ChildState.STOPPING) {
                    signal(child, StopCause.SUPERVISOR);
                }
                if (child.state == ChildState.STOPPING) {
                    return;
                }
            } else if (!child.state.isAtRest()) {
                down(child);
            }
            if (sweep.cursor() == child) {
                sweep.pass(child);
            }
        }
        sweep.done();
        phase = Phase.ENDED;
        Outcome outcome = new Outcome(path, reason, cause, abandoned + abandonedBelow);
        try {
            effects.publish(new SupervisorEnded(path, now, outcome));
        } finally {
            effects.ended(outcome);
        }
    }

    private static Run liveRun(Child child) {
        Run run = child.run;
        if (run == null) {
            throw new IllegalStateException(child.path + " is " + child.state + " without a run");
        }
        return run;
    }

    private void move(Child child, ChildState to) {
        sweep.moves(child, to);
        children.move(child, to, now);
    }
}
