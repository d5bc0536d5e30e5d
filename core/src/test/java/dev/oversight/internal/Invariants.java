package dev.oversight.internal;

import dev.oversight.Dependency;
import dev.oversight.Exit;
import dev.oversight.Shutdown;
import dev.oversight.StopOrder;
import dev.oversight.Strategy;
import dev.oversight.event.ChildCounts;
import dev.oversight.event.ChildState;
import dev.oversight.event.Event;
import dev.oversight.event.StopCause;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What holds after every input, whatever the script. */
final class Invariants {
    private final StateHarness harness;
    final EventReplay replay;
    private int sizeBefore;
    final Promises promises;
    private final EndPromises end;
    private final HeartbeatPromises heartbeats;
    final GroupPromises groups;

    /** Those for whom the alarm has gone off now, as they were. */
    private final Map<Child, ChildState> due = new HashMap<>();

    private final boolean isGraph;
    private boolean wasAborted;
    private boolean hurries;

    Invariants(StateHarness harness) {
        this.harness = harness;
        this.replay = new EventReplay(harness.spec, harness.path);
        this.promises = new Promises(harness);
        this.end = new EndPromises(harness);
        this.heartbeats = new HeartbeatPromises(harness);
        this.groups = new GroupPromises(harness);
        this.isGraph = harness.spec.isOrderedByDependencies();
    }

    boolean hurried() {
        return hurries;
    }

    void before(Input input) {
        due.clear();
        if (input instanceof Input.Woke) {
            for (Child child : harness.children()) {
                if (child.heapIndex >= 0 && child.dueNanos <= harness.world.now) {
                    due.put(child, child.state);
                }
            }
        }
        promises.before(input);
        end.before(input);
        heartbeats.before(input);
        wasAborted |= input instanceof Input.Abort;
        hurries |= input instanceof Input.Stop stop && stop.byNanos != Long.MAX_VALUE;
    }

    void after() {
        if (!harness.expectsDefects()) {
            due.forEach((child, was) -> require(
                    child.state != was
                            || child.heapIndex < 0
                            || child.dueNanos > harness.world.now
                            || harness.phase() == SupervisorState.Phase.ENDED,
                    () -> child.path + " was due, and nothing came of it"));
            promises.after();
            end.after();
            heartbeats.after();
        }
    }

    void take(Event event) {
        replay.take(event);
        promises.take(event);
        end.take(event);
        heartbeats.take(event);
        if (!harness.expectsDefects()) {
            groups.take(event);
        }
    }

    void check() {
        if (harness.phase() == SupervisorState.Phase.NEW) {
            return;
        }
        linksAreConsistent();
        countersEqualARecount();
        runsBelongToLiveChildren();
        atMostOneRunPerChild();
        if (harness.expectsDefects()) {
            if (harness.phase() == SupervisorState.Phase.ENDED) {
                nothingIsLeft();
            }
            return;
        }
        deadlinesAreRight();
        nothingIsForgotten();
        require(
                replay.difference(harness.state.children()).isEmpty(),
                () -> replay.difference(harness.state.children()));
        for (Watched watched : harness.world.watches) {
            if (watched.supervisor == harness) {
                require(watched.problem().isEmpty(), watched::problem);
            }
        }
        for (Asked<?> asked : harness.world.requests) {
            require(asked.answers() <= 1, () -> asked + " was answered twice");
        }
        if (harness.phase() == SupervisorState.Phase.ENDED) {
            nothingIsLeft();
        }
    }

    private void linksAreConsistent() {
        Children children = harness.state.children();
        Child earlier = null;
        for (Child child = children.first(); child != null; child = child.later) {
            Child here = child;
            require(child.earlier == earlier, () -> here.path + " has a wrong link");
            require(
                    earlier == null || earlier.ordinal < child.ordinal,
                    () -> here.path + " is out of order");
            require(children.find(child.id) == child, () -> here.path + " is not found by its id");
            earlier = child;
        }
        require(children.last() == earlier, () -> "the last child is not the last");
    }

    private void countersEqualARecount() {
        Children children = harness.state.children();
        int size = 0;
        int live = 0;
        int active = 0;
        int supervisors = 0;
        int significant = 0;
        int parked = 0;
        for (Child child : harness.children()) {
            size++;
            live += child.state.isLive() ? 1 : 0;
            boolean over = child.state.isAtRest() && child.state != ChildState.PARKED;
            active += over ? 0 : 1;
            parked += child.state == ChildState.PARKED ? 1 : 0;
            supervisors += child.isSupervisor ? 1 : 0;
            significant += child.spec.significant() && !over ? 1 : 0;
        }
        int most = Math.max(promises.maxChildren(), sizeBefore); // a lower limit ends nobody
        require(children.size() <= most, () -> children.size() + " children, allowed are " + most);
        sizeBefore = children.size();
        List<Object> kept = List.of(
                children.counts(),
                children.size(),
                children.active(),
                children.significantActive());
        List<Object> recounted = List.of(
                new ChildCounts(size, live, supervisors, size - supervisors, parked),
                size,
                active,
                significant);
        require(
                kept.equals(recounted),
                () -> "counts, size, active, significant are " + kept + ", counted " + recounted);
    }

    private void runsBelongToLiveChildren() {
        for (Child child : harness.children()) {
            Run run = child.run;
            require(
                    (run != null) == child.state.isLive(),
                    () -> child.path + " is " + child.state + " with " + run);
            if (run != null) {
                require(!run.abandoned, () -> run + " is abandoned, and in the books as live");
                require(
                        run.child == child && run.incarnation == child.incarnation,
                        () -> run + " is stale");
            }
        }
    }

    private void atMostOneRunPerChild() {
        Map<String, FakeRun> alive = new HashMap<>();
        for (FakeRun run : harness.world.runs) {
            if (!run.over && !run.abandoned) {
                FakeRun other = alive.put(run.child.path, run);
                require(other == null, () -> run + " lives beside " + other);
            }
        }
    }

    private void deadlinesAreRight() {
        Set<Integer> indices = new HashSet<>();
        long earliest = Long.MAX_VALUE;
        for (Child child : harness.children()) {
            Long due = expectedDue(child);
            if (child.heapIndex >= 0) {
                require(
                        indices.add(child.heapIndex),
                        () -> child.path + " shares its place in the heap");
                require(
                        due != null || hurries,
                        () -> child.path + " is " + child.state + " and has a deadline");
                require(
                        due == null
                                || child.dueNanos == due
                                || (hurries && (child.dueNanos < due || isLetOff(child))),
                        () -> child.path + " is due " + (child.dueNanos - due) + " ns late");
                earliest = Math.min(earliest, child.dueNanos);
            } else {
                require(
                        child.state != ChildState.RUNNING
                                || !child.beats
                                || harness.phase() == SupervisorState.Phase.STOPPING,
                        () -> child.path + " is running and nobody listens for its heartbeat");
                require(
                        due == null || due < harness.world.now || isLetOff(child),
                        () -> child.path + " is " + child.state + " and has no deadline");
            }
        }
        for (int index : indices) {
            require(index < indices.size(), () -> "the heap has a hole");
        }
        long first = earliest;
        require(
                harness.alarm <= first || harness.phase() == SupervisorState.Phase.ENDED,
                () -> "the alarm is set " + (harness.alarm - first)
                        + " ns after the first deadline");
    }

    private static Long expectedDue(Child child) {
        return switch (child.state) {
            case STARTING ->
                child.spec
                        .readyWithin()
                        .map(limit -> child.run.startedNanos + limit.toNanos())
                        .orElse(null);
            case RUNNING -> child.beats && child.heapIndex >= 0 ? (Long) child.dueNanos : null;
            case STOPPING ->
                child.spec.shutdown() instanceof Shutdown.Within within
                        ? (Long) (child.sinceNanos + within.budget().toNanos())
                        : null;
            case BACKING_OFF -> child.sinceNanos + child.delayNanos;
            default -> null;
        };
    }

    /** A nested supervisor that was aborted, or a start whose limit is over while all stops. */
    private boolean isLetOff(Child child) {
        return (child.state == ChildState.STOPPING && ((FakeRun) child.run).aborted)
                || (child.state == ChildState.STARTING
                        && harness.phase() == SupervisorState.Phase.STOPPING);
    }

    /** Whatever waits, waits for something that will come. */
    private void nothingIsForgotten() {
        boolean waits = false;
        boolean something = harness.world.hasQueued();
        for (Child child : harness.children()) {
            boolean turns = child.state == ChildState.NEW || child.state == ChildState.RESTARTING;
            waits |= turns;
            something |= child.state == ChildState.STARTING
                    || child.state == ChildState.STOPPING
                    || child.state == ChildState.BACKING_OFF;
            require(
                    !turns || child.swept || harness.phase() == SupervisorState.Phase.STOPPING,
                    () -> child.path + " is " + child.state + " and part of no sweep");
            require(
                    child.state != ChildState.BACKING_OFF
                            || child.swept
                            || isOneForOne()
                            || harness.phase() == SupervisorState.Phase.STOPPING,
                    () -> child.path + " backs off, and its group does not wait for it");
        }
        boolean under = harness.phase() == SupervisorState.Phase.STOPPING
                || harness.phase() == SupervisorState.Phase.STARTING;
        require(
                something || !(waits || under) || waitsForSiblings(),
                () -> harness.phase() + " is stuck: " + harness.states());
        require(
                harness.phase() != SupervisorState.Phase.ENDED || !waits,
                () -> "ended with " + harness.states());
    }

    /** What waits, waits for siblings that run on, or that a person has stopped. */
    private boolean waitsForSiblings() {
        return harness.phase() != SupervisorState.Phase.STOPPING
                && harness.children().stream()
                        .filter(child -> child.state == ChildState.NEW
                                || child.state == ChildState.RESTARTING)
                        .noneMatch(child -> GraphOrder.waitsFor(child).isEmpty());
    }

    private void nothingIsLeft() {
        require(
                harness.children().stream().allMatch(child -> child.state.isAtRest()),
                () -> "ended with " + harness.states());
        require(harness.effects.outcome != null, () -> "ended without an outcome");
        if (harness.parent == null) {
            for (Asked<?> asked : harness.world.requests) {
                require(!asked.isOpen(), () -> asked + " was never answered");
            }
        }
    }

    // ------------------------------------------------------------------ before an effect

    void mayLaunch(Child child) {
        promises.launched(child);
        SupervisorState.Phase phase = harness.phase();
        require(
                phase == SupervisorState.Phase.STARTING || phase == SupervisorState.Phase.RUNNING,
                () -> child.path + " is started while the supervisor is " + phase);
        if (isGraph) {
            for (Dependency need : child.spec.dependencies()) {
                require(
                        isSatisfied(need),
                        () -> child.path + " does not wait for " + need + " in "
                                + harness.states());
            }
            for (Child other : harness.children()) {
                boolean comesFirst = GraphOrder.dependents(child).contains(other.id)
                        || harness.spec.strategy() == Strategy.ONE_FOR_ALL;
                require(
                        !comesFirst || !other.goesDown,
                        () -> child.path + " is started before " + other.path + " is down");
            }
            return;
        }
        if (child.startedByRequest || isOneForOne()) {
            return;
        }
        for (Child older = child.earlier; older != null; older = older.earlier) {
            Child one = older;
            boolean waits = one.state == ChildState.NEW
                    || one.state == ChildState.RESTARTING
                    || one.state == ChildState.BACKING_OFF
                    || (one.state == ChildState.STARTING && !one.startedByRequest);
            require(
                    !waits || !isGroup(),
                    () -> child.path + " overtakes " + one.path + " in " + harness.states());
        }
    }

    /** By the state it has reached, not by what the order has noted. */
    private boolean isSatisfied(Dependency need) {
        Child needed = harness.child(need.id());
        Exit last = needed.lastExit;
        boolean isDone = needed.state == ChildState.STOPPED
                && last != null
                && (last.kind() == Exit.Kind.COMPLETED || last.kind() == Exit.Kind.DECLINED);
        return isDone
                || switch (need.condition()) {
                    case STARTED ->
                        needed.state == ChildState.STARTING || needed.state == ChildState.RUNNING;
                    case READY -> needed.state == ChildState.RUNNING;
                    case COMPLETED -> false;
                };
    }

    void maySignal(Child child, StopCause why) {
        if (harness.spec.stopOrder() == StopOrder.TOGETHER) {
            return;
        }
        if (isGraph) {
            mayStopInGraph(child, why);
            return;
        }
        boolean inOrder =
                why == StopCause.SUPERVISOR ? !wasAborted : why == StopCause.SIBLING && isGroup();
        if (!inOrder) {
            return;
        }
        for (Child younger = child.later; younger != null; younger = younger.later) {
            Child one = younger;
            boolean byRequest =
                    why == StopCause.SIBLING && one.state == ChildState.STOPPING && !one.goesDown;
            require(
                    !one.state.isLive() || byRequest,
                    () -> child.path + " is stopped before " + one.path + " is gone: "
                            + harness.states());
        }
    }

    private void mayStopInGraph(Child child, StopCause why) {
        for (Child other : harness.children()) {
            boolean counts = GraphOrder.dependents(child).contains(other.id)
                    && ((why == StopCause.SUPERVISOR && !wasAborted)
                            || (why == StopCause.SIBLING && other.goesDown));
            require(
                    !counts || !other.state.isLive(),
                    () -> child.path + " is stopped before " + other.path + ", which needs it: "
                            + harness.states());
        }
    }

    private boolean isOneForOne() {
        return harness.spec.strategy() == Strategy.ONE_FOR_ONE;
    }

    private boolean isGroup() {
        return harness.spec.strategy() == Strategy.ONE_FOR_ALL
                || harness.spec.strategy() == Strategy.REST_FOR_ONE;
    }

    private static void require(boolean holds, java.util.function.Supplier<String> otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise.get());
        }
    }
}
