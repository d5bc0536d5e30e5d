package dev.oversight.internal;

import dev.oversight.AtLimit;
import dev.oversight.Exit;
import dev.oversight.Outcome;
import dev.oversight.Restart;
import dev.oversight.TooManyChildrenException;
import dev.oversight.TooManyFailuresException;
import dev.oversight.event.ChildCompleted;
import dev.oversight.event.ChildCoolingDown;
import dev.oversight.event.ChildDeclined;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildState;
import dev.oversight.event.Event;
import dev.oversight.event.LimitsChanged;
import dev.oversight.event.SupervisorCoolingDown;
import dev.oversight.event.SupervisorStopping;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * What one supervisor has promised those who ask it and those who rely on it, as they would note it: who
 * is to stay down, who waits for an answer, and which restarts were spent. Looks at what happened before,
 * where {@link Invariants} look at the moment.
 */
final class Promises {
    /** Somebody who has asked, and the child that the answer depends on. */
    private record Open(Asked<?> asked, Child child, boolean up) {}

    private final StateHarness harness;

    /** Completed, given up, or stopped by a person since its last start; nobody asked for it since. */
    private final Set<Child> staysDown = new HashSet<>();

    private final List<Open> open = new ArrayList<>();

    /** The restarts that count, of all and of those that have an allowance of their own. */
    private final List<Long> spent = new ArrayList<>();

    private final Map<Child, List<Long>> ownSpent = new HashMap<>();
    private final Set<Child> parked = new HashSet<>();
    private long coolUntil = Long.MIN_VALUE;

    /** How many restarts are allowed; null if without limit. */
    private AtLimit.Allowance allowance;

    private int maxChildren;

    /** It was lowered: more may count than are allowed, until the next failure. */
    private boolean lowered;

    /** Permanent children that have just ended and, by the event, do not come back. */
    private final List<Child> lost = new ArrayList<>();

    /** Whose restart was counted last, in this input. */
    private Child counted;

    /** Those that have just said that there is nothing to run. */
    private final List<Child> declined = new ArrayList<>();

    private Input current;
    private Child asksFor;
    private int sizeBefore;
    private boolean atRest;

    Promises(StateHarness harness) {
        this.harness = harness;
        this.maxChildren = harness.spec.maxChildren();
        this.allowance = harness.spec.neverGivesUp()
                ? null
                : new AtLimit.Allowance(harness.spec.intensity(), harness.spec.period());
    }

    // ------------------------------------------------------------------ who stays down

    void before(Input input) {
        current = input;
        counted = null;
        sizeBefore = harness.state.children().size();
        lost.clear();
        declined.clear();
        asksFor = switch (input) {
            case Input.Terminate terminate -> find(terminate.id);
            case Input.Delete delete -> find(delete.id);
            case Input.End end -> find(end.child.id) == end.child ? end.child : null;
            case Input.Restart restart -> find(restart.id);
            default -> null;
        };
        atRest = asksFor != null && asksFor.state.isAtRest();
        boolean mayStart = asksFor != null && !asksFor.state.isLive();
        if (input instanceof Input.Restart && mayStart && harness.isOpen()) {
            staysDown.remove(asksFor);
            parked.remove(asksFor);
        }
    }

    private Child find(String id) {
        return id == null ? null : harness.state.children().find(id);
    }

    void launched(Child child) {
        require(!staysDown.contains(child), child.path + " was to stay down");
        require(!parked.contains(child), child.path + " is parked, and nobody has asked for it");
    }

    /** After each input, when the books are in order again. */
    void after() {
        noteRequest();
        for (Child child : harness.children()) {
            boolean isParked = child.parkedBy != null || child.state == ChildState.PARKED;
            if (isParked && parked.add(child)) {
                parked(child, child.parkedBy != null ? child.parkedBy : child.lastExit);
            } else if (!isParked) {
                parked.remove(child);
            }
            if (child.state.isAtRest()) {
                staysDown.add(child);
            }
        }
        if (counted != null) {
            require(count(spent) <= allowance(), "more restarts than " + allowance());
        }
        for (Child child : lost) {
            boolean letGo = child.state == ChildState.ABANDONED;
            boolean forgotten = harness.spec.forgetsEnded() && find(child.id) != child;
            if (letGo || forgotten) {
                ownSpent.remove(child); // it was parked, and that in the same moment
            }
            require(
                    parked.contains(child) || letGo || forgotten || !harness.isOpen(),
                    child.path + " is permanent, and was given up");
        }
        for (Child child : declined) {
            boolean isDown = child.state == ChildState.STOPPED;
            require(isDown, child.path + " declined, and is " + child.state);
        }
        for (Open one : open) {
            boolean isDone = one.up && declined.contains(one.child);
            require(!isDone || !one.asked.isRefused(), one.asked + ", but the start was done");
        }
        open.removeIf(one -> !one.asked.isOpen());
        for (Open one : open) {
            require(
                    !one.child.state.isAtRest(),
                    one.asked + ", but " + one.child.path + " is " + one.child.state);
            require(!one.up || one.child.state != ChildState.RUNNING, one.asked + ", but it is up");
        }
        counted = null;
    }

    private void noteRequest() {
        switch (current) {
            case Input.Terminate terminate -> note(terminate.reply, false);
            case Input.Delete delete -> note(delete.reply, false);
            case Input.End end -> note(end.reply, false);
            case Input.Restart restart -> note(restart.reply, true);
            case Input.Add add -> {
                room(((Asked<?>) add.reply));
                asksFor = add.spec.id().map(this::find).orElse(null);
                note(add.reply, true);
            }
            default -> {}
        }
    }

    /** One more is refused if there are as many as there may be by now, or more, and only then. */
    private void room(Asked<?> asked) {
        boolean isFull = asked.isRefused() && asked.problem() instanceof TooManyChildrenException;
        require(
                !isFull || sizeBefore >= maxChildren,
                asked + ", although there were " + sizeBefore);
        require(
                harness.state.children().size() <= Math.max(maxChildren, sizeBefore),
                "more children than " + maxChildren);
    }

    private void note(Reply<?> reply, boolean up) {
        Asked<?> asked = (Asked<?>) reply;
        if (asksFor == null || asked.isRefused()) {
            return;
        }
        if (!up && !atRest) {
            staysDown.add(asksFor);
        }
        if (asked.isOpen()) {
            open.add(new Open(asked, asksFor, up));
        }
    }

    // ------------------------------------------------------------------ what was spent

    void take(Event event) {
        switch (event) {
            case ChildFailed e -> {
                Child child = child(e.path());
                if (child.run != null) {
                    ((FakeRun) child.run).said = e.cause();
                }
                ended(child, e.restarting());
            }
            case ChildCompleted e -> ended(child(e.path()), e.restarting());
            case ChildDeclined e -> declined.add(child(e.path()));
            case ChildCoolingDown e -> {
                spent.remove(counted == null ? -1 : spent.size() - 1);
                List<Long> own = ownSpent.remove(counted);
                require(
                        count(own) > counted.spec.intensity().orElseThrow().restarts(),
                        e.path() + " cools down too early");
                counted = null;
            }
            case SupervisorCoolingDown e -> {
                require(counted != null && count(spent) > allowance(), "cools down too early");
                spent.clear();
                coolUntil = harness.world.now + e.pause().toNanos();
                counted = null;
            }
            case LimitsChanged e -> {
                count(spent); // by the period that held so far
                if (allowance == null) {
                    spent.clear();
                }
                allowance = e.intensity();
                maxChildren = e.maxChildren();
                lowered = count(spent) > allowance();
            }
            case SupervisorStopping e -> {
                boolean tooMany = e.reason() == Outcome.Reason.TOO_MANY_FAILURES;
                require(
                        tooMany == e.cause() instanceof TooManyFailuresException,
                        e.reason() + " because of " + e.cause());
                if (e.cause() instanceof TooManyFailuresException why) {
                    refused(why);
                }
            }
            default -> {}
        }
    }

    private Child child(String path) {
        return find(path.substring(path.lastIndexOf('/') + 1));
    }

    private void ended(Child child, boolean restarting) {
        if (!restarting) {
            if (child.spec.restart() == Restart.PERMANENT
                    && !child.startedByRequest
                    && harness.phase() == SupervisorState.Phase.RUNNING
                    && !(current instanceof Run run && run.declined)) {
                lost.add(child);
            }
            return;
        }
        require(!staysDown.contains(child), child.path + " was to stay down");
        require(harness.isOpen(), child.path + " is restarted while all is to stop");
        boolean overtaken = child.goesDown && current instanceof Run;
        if (overtaken || harness.world.now < coolUntil) {
            return;
        }
        if (counted != null) {
            require(count(spent) <= allowance(), "more restarts than " + allowance());
        }
        counted = child;
        spent.add(harness.world.now);
        AtLimit.Allowance own = child.spec.intensity().orElse(null);
        if (own != null) {
            List<Long> its = ownSpent.computeIfAbsent(child, c -> new ArrayList<>());
            its.add(harness.world.now);
            require(
                    count(its, own.period()) <= own.restarts()
                            || child.spec.atLimit() instanceof AtLimit.CoolDown,
                    child.path + " has more restarts than " + own);
        }
    }

    private void parked(Child child, Exit exit) {
        refused((TooManyFailuresException) exit.cause());
        ownSpent.remove(child);
    }

    /** One more would have been one too many. */
    private void refused(TooManyFailuresException why) {
        if (why.path().equals(harness.path)) {
            require(
                    count(spent) == allowance() || (lowered && count(spent) > allowance()),
                    "gave up after " + count(spent) + " restarts");
            return;
        }
        Child child = child(why.path());
        require(
                child == null
                        ? harness.spec.forgetsEnded()
                        : child.spec.intensity().isPresent(),
                why.path() + " has no allowance that could be spent");
        if (child != null) {
            AtLimit.Allowance own = child.spec.intensity().get();
            require(
                    count(ownSpent.get(child), own.period()) == own.restarts(),
                    child.path + " was given up too early");
        }
    }

    /** How many children there may be, as the events say. */
    int maxChildren() {
        return maxChildren;
    }

    private int allowance() {
        return allowance == null ? Integer.MAX_VALUE : allowance.restarts();
    }

    private long count(List<Long> stamps) {
        return count(stamps, allowance == null ? harness.spec.period() : allowance.period());
    }

    private long count(List<Long> stamps, Duration period) {
        if (stamps == null) {
            return 0;
        }
        stamps.removeIf(at -> harness.world.now - at >= period.toNanos());
        return stamps.size();
    }

    /** When the oldest restart that counts no longer does; {@link Long#MAX_VALUE} if none counts. */
    long nextForgotten() {
        count(spent);
        long next = spent.isEmpty() || allowance == null
                ? Long.MAX_VALUE
                : spent.getFirst() + allowance.period().toNanos();
        for (Map.Entry<Child, List<Long>> entry : ownSpent.entrySet()) {
            Duration period = entry.getKey().spec.intensity().orElseThrow().period();
            if (count(entry.getValue(), period) > 0) {
                next = Math.min(next, entry.getValue().getFirst() + period.toNanos());
            }
        }
        return next;
    }

    /** For a fingerprint: what somebody who has noted all this would expect. */
    void describe(LongConsumer to) {
        count(spent);
        spent.forEach(at -> to.accept(at - harness.world.now));
        to.accept(Math.max(harness.world.now, coolUntil) - harness.world.now);
    }

    /** The same of one child. */
    int noted(Child child) {
        return (staysDown.contains(child) ? 1 : 0) + (parked.contains(child) ? 2 : 0);
    }

    // ------------------------------------------------------------------ the end

    void ended(Outcome outcome) {
        int left = 0;
        for (FakeRun run : harness.world.runs) {
            if (isBelow(run.supervisor)) {
                require(run.over || run.abandoned, run + " was forgotten at the end");
                left += run.abandoned && !run.over ? 1 : 0;
            }
        }
        require(
                outcome.abandoned() == left || harness.world.hasQueued(),
                "left behind " + left + ", but " + outcome);
    }

    private boolean isBelow(StateHarness supervisor) {
        for (StateHarness at = supervisor; at != null; at = at.parent) {
            if (at == harness) {
                return true;
            }
        }
        return false;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
