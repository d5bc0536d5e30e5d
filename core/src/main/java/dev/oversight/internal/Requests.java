package dev.oversight.internal;

import dev.oversight.ChildAlreadyRunningException;
import dev.oversight.ChildNeededException;
import dev.oversight.ChildNotRunningException;
import dev.oversight.DuplicateChildException;
import dev.oversight.Exit;
import dev.oversight.InvalidSpecException;
import dev.oversight.OversightException;
import dev.oversight.StartFailedException;
import dev.oversight.SupervisorNotRunningException;
import dev.oversight.TooManyChildrenException;
import dev.oversight.UnknownChildException;
import dev.oversight.event.ChildAdded;
import dev.oversight.event.ChildState;
import dev.oversight.event.StopCause;
import dev.oversight.internal.SupervisorState.Phase;

import java.util.List;

/**
 * What people and programs ask of one supervisor: checks whether it can be done, begins it, and sees to
 * it that each request is answered exactly once. Semantics: otp-parity, "terminate" and below.
 */
final class Requests {
    private final Situation here;
    private final Effects effects;
    private final Children children;
    private final Order order;
    private final Lifecycle life;
    private final Departures departures;
    private final Rules rules;
    private final Limits limits;
    private final Aftermath aftermath;

    Requests(
            Situation here,
            Effects effects,
            Children children,
            Order order,
            Lifecycle life,
            Departures departures,
            Rules rules,
            Limits limits,
            Aftermath aftermath) {
        this.here = here;
        this.effects = effects;
        this.children = children;
        this.order = order;
        this.life = life;
        this.departures = departures;
        this.rules = rules;
        this.limits = limits;
        this.aftermath = aftermath;
    }

    void add(Input.Add add) {
        String id = add.spec.id().orElse(null);
        Child same = id == null ? null : children.find(id);
        if (isClosed(add.reply)) {
            return;
        }
        if (same != null) {
            add.reply.fail(new DuplicateChildException(same.path, same.state));
            return;
        }
        if (children.size() >= limits.maxChildren()) {
            add.reply.fail(
                    new TooManyChildrenException(here.path, children.size(), limits.maxChildren()));
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

    void terminate(String id, Reply<Exit> reply, boolean delete) {
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
                departures.forget(child);
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
    void end(Child child, Reply<Exit> reply) {
        if (children.find(child.id) == child) {
            terminate(child.id, reply, false);
        } else {
            child.whenDown(reply);
            child.isDown();
        }
    }

    void restart(Input.Restart restart) {
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

    /** Whom it has already it keeps: the limit of children counts for those that are to come. */
    void changeLimits(Input.ChangeLimits change) {
        if (isClosed(change.reply)) {
            return;
        }
        int before = limits.maxChildren();
        effects.publish(limits.change(change.maxChildren, change.intensity));
        change.reply.succeed(before);
    }

    /** Somebody says that a run has failed: the caller, or a link to a sibling that has ended. */
    void fail(Input.Fail fail) {
        Child child = fail.run != null ? fail.run.child : children.find(fail.id);
        if (child == null) {
            fail.reply.fail(new UnknownChildException(here.path, fail.id));
        } else if (here.isStopping() || here.phase == Phase.ENDED) {
            fail.reply.fail(notRunning());
        } else if (child.run == null
                || (fail.run != null && child.run != fail.run)
                || child.state == ChildState.STOPPING) {
            fail.reply.fail(new ChildNotRunningException(child.path, child.state));
        } else {
            fail.reply.succeed(child);
            aftermath.failAlive(child, fail.cause, StopCause.FAILED);
        }
    }

    void watch(Input.Watching watching) {
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

    OversightException notRunning() {
        return new SupervisorNotRunningException(here.path, here.phase.text, here.cause);
    }
}
