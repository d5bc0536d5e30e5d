package dev.oversight.internal;

import dev.oversight.AutoShutdown;
import dev.oversight.ChildAlreadyRunningException;
import dev.oversight.ChildNeededException;
import dev.oversight.ChildNotRunningException;
import dev.oversight.ChildSpec;
import dev.oversight.DuplicateChildException;
import dev.oversight.Exit;
import dev.oversight.InvalidSpecException;
import dev.oversight.NotReadyException;
import dev.oversight.Outcome;
import dev.oversight.OversightException;
import dev.oversight.RuleFailedException;
import dev.oversight.StartFailedException;
import dev.oversight.StopOrder;
import dev.oversight.SupervisorNotRunningException;
import dev.oversight.SupervisorSpec;
import dev.oversight.TooManyChildrenException;
import dev.oversight.UnknownChildException;
import dev.oversight.event.ChildAdded;
import dev.oversight.event.ChildState;
import dev.oversight.event.StopCause;
import dev.oversight.event.SupervisorEnded;
import dev.oversight.event.SupervisorStarted;
import dev.oversight.event.SupervisorStopping;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/**
 * What one supervisor knows and decides: deterministic, single-threaded, without a clock. Time comes in
 * as a number, what happened as an {@link Input}, decisions go out through {@link Effects}. The runtime,
 * the tests and the test kit drive this same class.
 *
 * <p>This class decides by rule what becomes of an input; {@link Lifecycle} does it to the child, {@link
 * Order} knows whose turn it is, {@link Limits} counts, {@link Rules} asks the application. An input is
 * applied in two halves: the first notes what happened to one child, in O(1); the second, {@link
 * #goOn}, takes the group operation under way, if there is one, as far as it goes without waiting.
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

    private static final int FORGOTTEN = 32;

    private final SupervisorSpec spec;
    private final Effects effects;
    private final Situation here;
    private final Children children;
    private final Deadlines deadlines = new Deadlines();
    private final ExitMemory forgotten = new ExitMemory(FORGOTTEN);
    private final SlowestStops slowest = new SlowestStops();
    private final Order order;
    private final Lifecycle life;
    private final Rules rules;
    private final Limits limits;

    private long startedNanos;
    private long alarmNanos = Long.MAX_VALUE;

    /** How many the nested supervisors that have ended had left behind. */
    private int abandonedBelow;

    private Outcome.Reason reason = Outcome.Reason.STOPPED;

    SupervisorState(SupervisorSpec spec, String path, Effects effects) {
        this.spec = spec;
        this.effects = effects;
        this.here = new Situation(path);
        this.children = new Children(path, spec.forgetsEnded());
        this.rules = new Rules(spec, path);
        this.limits = new Limits(spec, here);
        this.order = spec.isOrderedByDependencies()
                ? new GraphOrder(
                        here,
                        children,
                        effects,
                        spec.stopOrder() == StopOrder.TOGETHER,
                        rules.namesWholeGroups())
                : new LinearOrder(here, children, effects, spec.stopOrder() == StopOrder.TOGETHER);
        this.life =
                new Lifecycle(here, effects, children, deadlines, forgotten, slowest, this.order);
        this.order.use(life);
    }

    // ------------------------------------------------------------------ for queries

    Phase phase() {
        return here.phase;
    }

    Children children() {
        return children;
    }

    ExitMemory forgotten() {
        return forgotten;
    }

    SlowestStops slowest() {
        return slowest;
    }

    // ------------------------------------------------------------------ inputs

    /** Takes one input in and acts on it. Never blocks. */
    void apply(Input input, long nowNanos) {
        here.now = nowNanos;
        try {
            switch (input) {
                case Run run -> ended(run);
                case Input.Ready ready -> life.ready(ready.run);
                case Input.Woke woke -> woke();
                case Input.GoOn goOn -> {}
                case Input.Start start -> start();
                case Input.Add add -> add(add);
                case Input.Terminate terminate -> terminate(terminate.id, terminate.reply, false);
                case Input.End end -> end(end.child, end.reply);
                case Input.Delete delete -> terminate(delete.id, delete.reply, true);
                case Input.Restart restart -> restart(restart);
                case Input.Fail fail -> fail(fail);
                case Input.Watching watching -> watch(watching);
                case Input.Unwatch unwatch -> unwatch.child.unwatch(unwatch.watch);
                case Input.Stop stop -> stopBy(stop.byNanos);
                case Input.Abort abort -> abort();
                case Input.Evidence evidence -> effects.publish(evidence.stack(here.now));
                case Input.Query<?> query -> query.answer(this);
            }
            goOn();
        } catch (RuleFailedException broken) {
            stop(Outcome.Reason.SUPERVISOR_FAILED, broken);
            goOn();
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
        goOn();
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
                life.settle(child, last != null ? last : new Exit(Exit.Kind.FAILED, here.cause, 0));
            } else if (child.run == null
                    ? child.state.isLive()
                    : child.state == ChildState.STOPPING && child.heapIndex < 0) {
                life.askToStop(child, life.stopBy(child)); // perhaps again, which does no harm
            }
        }
    }

    private void start() {
        if (here.phase != Phase.NEW) {
            return; // stopped before its turn came, by an interrupt of whoever starts it
        }
        here.phase = Phase.STARTING;
        startedNanos = here.now;
        for (ChildSpec child : spec.children()) {
            children.append(child, here.now);
        }
        order.begin();
    }

    private void woke() {
        alarmNanos = Long.MAX_VALUE;
        for (Child child = deadlines.pollDue(here.now);
                child != null;
                child = deadlines.pollDue(here.now)) {
            switch (child.state) {
                case STARTING -> notReady(child);
                case STOPPING -> life.abandon(child);
                case BACKING_OFF -> {
                    life.restarts(child);
                    life.bringUp(child);
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
            life.lateEnd(run);
            return;
        }
        child.run = null;
        deadlines.remove(child);
        abandonedBelow += run.abandonedBelow;
        slowest.addAll(run.slowestBelow);
        if (child.state == ChildState.STOPPING) {
            life.stopped(child, run);
            return;
        }
        Exit exit = new Exit(kindOf(run), run.cause, here.now - run.startedNanos);
        try {
            endedByItself(child, run, exit);
        } catch (RuleFailedException broken) {
            if (child.state.isLive()) {
                life.downForGood(child, run, exit);
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
            life.downForGood(child, run, exit);
            return;
        }
        if (exit.kind() == Exit.Kind.DECLINED) {
            child.isUp(); // it has answered: there is nothing to run
            life.downForGood(child, run, exit);
            return;
        }
        boolean restarts = rules.shouldRestart(child, exit);
        boolean startFailed =
                child.state == ChildState.STARTING && (restarts || exit.cause() != null);
        if (startFailed && life.isAwaited(child)) {
            startFailed(child, Lifecycle.startFailure(child, exit.cause()));
            life.downForGood(child, run, exit);
        } else if (!restarts) {
            if (exit.cause() == null) {
                life.up(child); // it did what it was to do, ready or not
            }
            child.endedByItself = true;
            life.downForGood(child, run, exit);
        } else if (order.isAboutToStop(child)) {
            // Overtaken by the sweep that was about to stop it: the same failure, not another one.
            life.restarting(child, run, exit);
            life.bringUp(child);
        } else {
            restartWithinLimits(child, run, exit);
        }
    }

    private void restartWithinLimits(Child child, Run run, Exit exit) {
        switch (limits.ask(child, run, exit)) {
            case Limits.Verdict.Allowed allowed -> {
                life.restarting(child, run, exit);
                rules.backOff(child, exit.uptimeNanos());
                order.restart(child, rules);
            }
            case Limits.Verdict.Later later -> {
                life.restarting(child, run, exit);
                rules.backOff(child, exit.uptimeNanos());
                comesBackLater(child, later);
                order.restart(child, rules);
            }
            case Limits.Verdict.Parked parked ->
                life.parked(child, run, exit, parked(parked, exit));
            case Limits.Verdict.GivenUp givenUp -> {
                life.downForGood(child, run, exit);
                stop(Outcome.Reason.TOO_MANY_FAILURES, givenUp.why());
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
    private void notReady(Child child) {
        if (!here.isStopping()) { // else it is stopped when its turn comes
            Duration limit = child.spec.readyWithin().orElseThrow();
            NotReadyException failure = new NotReadyException(child.path, limit);
            failAlive(child, failure, StopCause.NOT_READY);
        }
    }

    /** A run has failed although it has not ended: it is stopped, and what follows a failure follows. */
    private void failAlive(Child child, Throwable failure, StopCause why) {
        Run run = Lifecycle.liveRun(child);
        Exit exit = new Exit(Exit.Kind.FAILED, failure, here.now - run.startedNanos);
        boolean awaited = child.state == ChildState.STARTING && life.isAwaited(child);
        boolean restarts = !awaited && rules.shouldRestart(child, exit);
        Limits.@Nullable Verdict verdict = restarts ? limits.ask(child, run, exit) : null;
        boolean comesBack = verdict instanceof Limits.Verdict.Allowed
                || verdict instanceof Limits.Verdict.Later;
        life.failed(child, run, exit, failure, comesBack);
        child.comesBack = comesBack;
        child.endedByItself = !awaited && !restarts;
        if (awaited) {
            startFailed(child, new StartFailedException(child.path, "it " + why.text(), failure));
        }
        if (comesBack) {
            rules.backOff(child, exit.uptimeNanos());
            if (verdict instanceof Limits.Verdict.Later later) {
                comesBackLater(child, later);
            }
        } else if (verdict instanceof Limits.Verdict.Parked parked) {
            child.parkedBy = parked(parked, exit);
        }
        life.signal(child, why);
        if (verdict instanceof Limits.Verdict.GivenUp givenUp) {
            stop(Outcome.Reason.TOO_MANY_FAILURES, givenUp.why());
        } else if (comesBack) {
            order.restart(child, rules);
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
            add.reply.fail(
                    new TooManyChildrenException(here.path, children.size(), spec.maxChildren()));
            return;
        }
        List<String> problems = rules.problemsOf(add.spec, children);
        if (!problems.isEmpty()) {
            add.reply.fail(new InvalidSpecException(here.path + "/" + id, problems));
            return;
        }
        Child child = children.append(add.spec, here.now);
        if (add.whenDown != null) {
            child.whenDown(add.whenDown);
        }
        child.startedByRequest = true;
        child.justAdded = true;
        boolean waits = order.hasToWait(child);
        if (waits && add.fromInside) {
            add.reply.succeed(child);
        } else {
            child.whenUp(add.reply);
        }
        effects.publish(new ChildAdded(child.path, 0, here.now));
        order.bringUp(child);
    }

    private void terminate(String id, Reply<Exit> reply, boolean delete) {
        Child child = children.find(id);
        if (here.phase == Phase.NEW || here.phase == Phase.ENDED) {
            reply.fail(notRunning());
        } else if (child == null) {
            reply.fail(new UnknownChildException(here.path, id));
        } else if (delete && child.isNeeded()) {
            reply.fail(new ChildNeededException(child.path, GraphOrder.dependents(child)));
        } else if (child.state.isAtRest()) {
            if (delete) {
                child.whenDown(reply);
                child.isDown();
                life.forget(child);
            } else {
                reply.fail(new ChildNotRunningException(child.path, child.state));
            }
        } else {
            child.deleted |= delete;
            child.comesBack = false;
            child.parkedBy = null;
            child.whenDown(reply);
            child.isNotUp(() ->
                    new StartFailedException(child.path, "it was terminated by request", null));
            if (!child.state.isLive()) {
                life.down(child);
            } else if (child.state != ChildState.STOPPING && !here.isStopping()) {
                life.signal(child, StopCause.REQUEST);
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
            restart.reply.fail(new UnknownChildException(here.path, restart.id));
            return;
        }
        switch (child.state) {
            case NEW, STARTING, RUNNING, STOPPING ->
                restart.reply.fail(new ChildAlreadyRunningException(child.path, child.state));
            case RESTARTING -> child.whenUp(restart.reply);
            case BACKING_OFF -> {
                child.whenUp(restart.reply);
                life.restarts(child);
                life.bringUp(child);
            }
            case STOPPED, ABANDONED, PARKED -> {
                child.whenUp(restart.reply);
                child.startedByRequest = true;
                life.restarts(child);
                life.bringUp(child);
            }
        }
    }

    /** Somebody says that a run has failed: the caller, or a link to a sibling that has ended. */
    private void fail(Input.Fail fail) {
        Child child = fail.run != null ? fail.run.child : children.find(fail.id);
        if (child == null) {
            fail.reply.fail(new UnknownChildException(here.path, fail.id));
        } else if (child.run == null
                || (fail.run != null && child.run != fail.run)
                || child.state == ChildState.STOPPING
                || here.isStopping()) {
            fail.reply.fail(new ChildNotRunningException(child.path, child.state));
        } else {
            fail.reply.succeed(child);
            failAlive(child, fail.cause, StopCause.FAILED);
        }
    }

    private void watch(Input.Watching watching) {
        Child child = children.find(watching.id);
        if (child == null) {
            watching.reply.fail(new UnknownChildException(here.path, watching.id));
            return;
        }
        watching.reply.succeed(child);
        Exit last = child.lastExit;
        if (child.run != null || last == null) {
            child.watch(watching.watch);
        } else {
            watching.watch.ended(child, last);
        }
    }

    private boolean isClosed(Reply<?> reply) {
        if (here.phase == Phase.STARTING || here.phase == Phase.RUNNING) {
            return false;
        }
        reply.fail(notRunning());
        return true;
    }

    private OversightException notRunning() {
        return new SupervisorNotRunningException(here.path, here.phase.text, here.cause);
    }

    // ------------------------------------------------------------------ the supervisor's own way

    /** Takes what is under way as far as it goes without waiting, and ends if nothing is left. */
    private void goOn() {
        order.goOn();
        if (here.significantEnded) {
            here.significantEnded = false;
            if (isEndedBySignificant()) {
                stop(Outcome.Reason.SIGNIFICANT_ENDED, null);
                order.goOn();
            }
        }
        if (here.startFailure != null && here.phase == Phase.STARTING) {
            stop(Outcome.Reason.START_FAILED, here.startFailure);
            order.goOn();
        }
        if (here.phase == Phase.STARTING && order.isDone()) {
            here.phase = Phase.RUNNING;
            effects.publish(new SupervisorStarted(
                    here.path,
                    here.now,
                    children.size(),
                    Duration.ofNanos(here.now - startedNanos)));
            effects.started();
        }
        if (isNothingLeft()) {
            stop(Outcome.Reason.NO_CHILD_LEFT, null);
            order.goOn();
        }
        if (here.isStopping() && order.isDone()) {
            end();
        }
    }

    private boolean isEndedBySignificant() {
        return switch (spec.autoShutdown()) {
            case ANY_SIGNIFICANT -> true;
            case ALL_SIGNIFICANT -> children.significantActive() == 0;
            case NEVER, NOTHING_LEFT -> false;
        };
    }

    private boolean isNothingLeft() {
        return here.phase == Phase.RUNNING
                && children.active() == 0
                && here.everHadChild
                && spec.autoShutdown() == AutoShutdown.NOTHING_LEFT;
    }

    private void stop(Outcome.Reason why, @Nullable Throwable failure) {
        if (here.isStopping() || here.phase == Phase.ENDED) {
            return;
        }
        here.phase = Phase.STOPPING;
        reason = why;
        here.cause = failure;
        order.end();
        effects.publish(new SupervisorStopping(here.path, here.now, why, failure));
    }

    private void stopBy(long byNanos) {
        boolean hurries = byNanos < here.stopByNanos;
        here.stopByNanos = Math.min(here.stopByNanos, byNanos);
        if (hurries && here.isStopping()) {
            for (Child child = children.last(); child != null; child = child.earlier) {
                if (child.state == ChildState.STOPPING) {
                    life.hasten(child);
                }
            }
        }
        stop(Outcome.Reason.STOPPED, null);
    }

    private void abort() {
        stop(Outcome.Reason.STOPPED, null);
        Child earlier;
        for (Child child = children.last(); child != null; child = earlier) {
            earlier = child.earlier;
            if (child.state.isLive()) {
                if (child.state != ChildState.STOPPING) {
                    life.signal(child, StopCause.SUPERVISOR);
                }
                if (child.run != null) {
                    life.abandon(child);
                }
            }
        }
    }

    private void end() {
        here.phase = Phase.ENDED;
        Outcome outcome =
                new Outcome(here.path, reason, here.cause, here.abandoned + abandonedBelow);
        try {
            effects.publish(new SupervisorEnded(here.path, here.now, outcome));
        } finally {
            effects.ended(outcome, slowest.longestFirst());
        }
    }
}
