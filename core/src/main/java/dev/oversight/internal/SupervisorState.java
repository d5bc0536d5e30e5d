package dev.oversight.internal;

import dev.oversight.AutoShutdown;
import dev.oversight.ChildSpec;
import dev.oversight.Exit;
import dev.oversight.Outcome;
import dev.oversight.OversightException;
import dev.oversight.RuleFailedException;
import dev.oversight.StopOrder;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildState;
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
 * <p>This class knows the supervisor's own phases and hands each input to whom it concerns: {@link
 * Aftermath} decides what follows the end of a run, {@link Requests} what becomes of what was asked for,
 * {@link Lifecycle} does it to the child, {@link Departures} sees it off, {@link Order} knows whose turn
 * it is, {@link Limits} counts, {@link Rules} asks the application. An input is applied in two halves: the
 * first notes what happened to one child, in O(1); the second, {@link #goOn}, takes the group operation
 * under way, if there is one, as far as it goes without waiting.
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
    private final Departures departures;
    private final Lifecycle life;
    private final Limits limits;
    private final Aftermath aftermath;
    private final Requests requests;

    private long startedNanos;
    private long alarmNanos = Long.MAX_VALUE;

    private Outcome.Reason reason = Outcome.Reason.STOPPED;

    /** Requests that were broken off by a defect, perhaps before anybody took note of them; linked. */
    private @Nullable Input brokenOff;

    SupervisorState(SupervisorSpec spec, String path, Effects effects) {
        this.spec = spec;
        this.effects = effects;
        this.here = new Situation(path);
        this.children = new Children(path, spec.forgetsEnded());
        Rules rules = new Rules(spec, path);
        this.order = spec.isOrderedByDependencies()
                ? new GraphOrder(
                        here,
                        children,
                        effects,
                        spec.stopOrder() == StopOrder.TOGETHER,
                        rules.namesWholeGroups())
                : new LinearOrder(here, children, effects, spec.stopOrder() == StopOrder.TOGETHER);
        this.departures = new Departures(here, effects, children, forgotten, order);
        this.life = new Lifecycle(here, effects, children, deadlines, slowest, order, departures);
        this.order.use(life);
        this.limits = new Limits(spec, here);
        this.aftermath =
                new Aftermath(here, effects, order, life, departures, rules, limits, this::stop);
        this.requests = new Requests(
                here, effects, children, order, life, departures, rules, limits, aftermath);
    }

    // ------------------------------------------------------------------ for queries

    Phase phase() {
        return here.phase;
    }

    Situation situation() {
        return here;
    }

    Children children() {
        return children;
    }

    ExitMemory forgotten() {
        return forgotten;
    }

    Limits limits() {
        return limits;
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
                case Run run -> aftermath.ended(run);
                case Input.Ready ready -> life.ready(ready.run);
                case Input.Woke woke -> woke();
                case Input.GoOn goOn -> {}
                case Input.Start start -> start();
                case Input.Add add -> requests.add(add);
                case Input.Terminate terminate ->
                    requests.terminate(terminate.id, terminate.reply, false);
                case Input.End end -> requests.end(end.child, end.reply);
                case Input.Delete delete -> requests.terminate(delete.id, delete.reply, true);
                case Input.Restart restart -> requests.restart(restart);
                case Input.ChangeLimits change -> requests.changeLimits(change);
                case Input.Fail fail -> requests.fail(fail);
                case Input.Watching watching -> requests.watch(watching);
                case Input.Unwatch unwatch -> unwatch.child.unwatch(unwatch.watch);
                case Input.Stop stop -> stopBy(stop.byNanos);
                case Input.Abort abort -> abort();
                case Input.Evidence evidence -> life.seenAt(evidence);
                case Input.ReleasedBelow released -> releasedBelow();
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
        boolean isQuery = input instanceof Input.Query<?>;
        if (input.reply() != null && !isQuery) {
            input.next = brokenOff;
            brokenOff = input;
        }
        mend();
        goOn();
        setAlarm();
        if (isQuery) {
            input.refuse(requests.notRunning());
        } else if (here.phase == Phase.ENDED) {
            refuseBrokenOff(requests.notRunning()); // perhaps the end came first
        }
    }

    /** Whoever has an answer by now does not notice. */
    private void refuseBrokenOff(OversightException problem) {
        for (Input input = brokenOff; input != null; input = brokenOff) {
            brokenOff = input.next;
            input.next = null;
            input.refuse(problem);
        }
    }

    /** It could not even give up: tells all who wait for something that it will not come. */
    void refuseAll(OversightException problem) {
        refuseBrokenOff(problem);
        for (Child child = children.first(); child != null; child = child.later) {
            child.isNotUp(() -> problem);
            child.isDown();
        }
    }

    /** Makes up for what was left out where the defect struck, so that all can end. */
    private void mend() {
        Child earlier;
        for (Child child = children.last(); child != null; child = earlier) {
            earlier = child.earlier;
            if (child.state.isAtRest()) {
                Exit last = child.lastExit;
                departures.settle(
                        child, last != null ? last : new Exit(Exit.Kind.FAILED, here.cause, 0));
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
                case STARTING -> aftermath.notReady(child);
                case RUNNING -> aftermath.listen(child);
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
        departures.forgetNeededNoMore();
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
        here.stopBeganNanos = here.now;
        reason = why;
        here.cause = failure;
        order.end();
        effects.publish(new SupervisorStopping(here.path, here.now, why, failure));
    }

    private void stopBy(long byNanos) {
        boolean hurries = byNanos < here.stopByNanos;
        here.stopByNanos = Math.min(here.stopByNanos, byNanos);
        if (hurries) { // also those that were to stop before, for a reason of their own
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

    private void releasedBelow() {
        here.abandonedBelow--;
        effects.releasedBelow();
    }

    /** How many runs below it were let go of and go on, as far as it has heard. */
    int abandoned() {
        return here.abandoned + here.abandonedBelow;
    }

    private void end() {
        here.phase = Phase.ENDED;
        here.endedNanos = here.now;
        Outcome outcome = new Outcome(here.path, reason, here.cause, abandoned());
        try {
            refuseBrokenOff(requests.notRunning());
            effects.publish(new SupervisorEnded(here.path, here.now, outcome));
        } finally {
            effects.ended(outcome, slowest);
        }
    }
}
