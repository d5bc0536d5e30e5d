package dev.oversight.internal;

import dev.oversight.Condition;
import dev.oversight.Dependency;
import dev.oversight.Exit;
import dev.oversight.StartFailedException;
import dev.oversight.event.ChildState;
import dev.oversight.event.StopCause;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Start order is what children depend on: one comes up when all it depends on is there, independent
 * ones at the same time, and it goes down when all that depend on it are down.
 *
 * <p>Each child is looked at again only when one of its neighbours has moved, so an event costs as much
 * as there are neighbours. A child remembers the first neighbour that held it up, so that one with many
 * is not looked at as a whole each time.
 */
final class GraphOrder extends Order {
    /** That one child needs another. In the list of the one that is needed, at {@code slot}. */
    static final class Edge {
        final Child dependent;
        final Child needed;
        final Condition condition;
        private int slot;

        Edge(Child dependent, Child needed, Condition condition) {
            this.dependent = dependent;
            this.needed = needed;
            this.condition = condition;
        }

        /** Whether the dependent may start, as far as this goes. */
        boolean isSatisfied() {
            if (hasDoneItsWork(needed)) {
                return true;
            }
            boolean stays = !needed.goesDown;
            return switch (condition) {
                case STARTED ->
                    stays
                            && (needed.state == ChildState.STARTING
                                    || needed.state == ChildState.RUNNING);
                case READY -> stays && needed.state == ChildState.RUNNING;
                case COMPLETED -> false;
            };
        }

        private static boolean hasDoneItsWork(Child child) {
            Exit last = child.lastExit;
            return child.state == ChildState.STOPPED
                    && last != null
                    && (last.kind() == Exit.Kind.COMPLETED || last.kind() == Exit.Kind.DECLINED);
        }
    }

    /** What ties a child to others. */
    static final class Links {
        private List<Edge> needs = List.of();
        private final List<Edge> dependents = new ArrayList<>(0);

        /** All before it were satisfied when it was last looked at. */
        private int nextNeed;

        /** All before it were down when it was last looked at. */
        private int nextDependent;

        /** Waits in {@link GraphOrder#due}. */
        private boolean queued;

        /** The start of the supervisor waits for it. */
        private boolean startsTree;

        List<Edge> dependents() {
            return dependents;
        }

        private void add(Edge edge) {
            edge.slot = dependents.size();
            dependents.add(edge);
        }

        private void remove(Edge edge) {
            Edge last = dependents.removeLast();
            if (last != edge) {
                dependents.set(edge.slot, last);
                last.slot = edge.slot;
            }
            nextDependent = 0;
        }
    }

    /** Whether nobody is started before all that go down are down: with any strategy that names a group. */
    private final boolean waitsForAll;

    /** Children whose neighbours are to be looked at. */
    private final Deque<Child> moved = new ArrayDeque<>();

    /** Children that are to come up, and to be looked at. */
    private final Deque<Child> due = new ArrayDeque<>();

    private int goingDown;
    private int delayed;
    private int comingUp;
    private boolean ends;
    private boolean endBegan;

    GraphOrder(
            Situation here,
            Children children,
            Effects effects,
            boolean together,
            boolean waitsForAll) {
        super(here, children, effects, together);
        this.waitsForAll = waitsForAll;
    }

    private static Links links(Child child) {
        Links links = child.links;
        if (links == null) {
            links = new Links();
            child.links = links;
        }
        return links;
    }

    /** Ties a child to those it depends on, which are in the books: the spec was checked. */
    private void tie(Child child) {
        Links links = links(child);
        if (child.spec.dependencies().isEmpty() || !links.needs.isEmpty()) {
            return;
        }
        List<Edge> needs = new ArrayList<>();
        for (Dependency dependency : child.spec.dependencies()) {
            Child needed = children.find(dependency.id());
            if (needed == null) {
                throw new IllegalStateException(
                        child.path + " depends on " + dependency.id() + ", which does not exist");
            }
            Edge edge = new Edge(child, needed, dependency.condition());
            links(needed).add(edge);
            needs.add(edge);
        }
        links.needs = List.copyOf(needs);
    }

    @Override
    void begin() {
        for (Child child = children.first(); child != null; child = child.later) {
            links(child).startsTree = true;
            comingUp++;
            bringUp(child);
        }
    }

    @Override
    void end() {
        ends = true;
    }

    @Override
    void bringUp(Child child) {
        tie(child);
        child.swept = true;
        enqueue(child);
    }

    private void enqueue(Child child) {
        Links links = links(child);
        if (!links.queued) {
            links.queued = true;
            due.add(child);
        }
    }

    @Override
    boolean hasToWait(Child child) {
        tie(child);
        return isHeldBack() || !isSatisfied(child);
    }

    private boolean isHeldBack() {
        return waitsForAll && (goingDown > 0 || delayed > 0);
    }

    @Override
    void restart(Child failed, Rules rules) {
        if (!rules.restartsOneAlone()) {
            List<Child> group = new ArrayList<>();
            rules.forEachAffected(failed, children, null, child -> {
                if (!child.state.isAtRest()
                        && (child.comesBack || child.state != ChildState.STOPPING)) {
                    include(child);
                    group.add(child);
                }
            });
            for (Child child : group) {
                stopIfItsTurn(child);
            }
        }
        if (failed.state == ChildState.RESTARTING) {
            life().backOffOrBringUp(failed);
        }
    }

    private void include(Child child) {
        child.swept = true;
        if (child.state.isLive() && !child.goesDown) {
            child.goesDown = true;
            goingDown++;
            for (Edge need : links(child).needs) {
                links(need.needed).nextDependent = 0;
            }
        }
    }

    @Override
    boolean isAboutToStop(Child child) {
        return child.goesDown;
    }

    @Override
    void goOn() {
        if (ends && !endBegan) {
            endBegan = true;
            beginEnd();
        }
        do {
            for (Child child = moved.poll(); child != null; child = moved.poll()) {
                lookAtNeighbours(child);
            }
        } while (startDue() && !moved.isEmpty());
    }

    private void beginEnd() {
        Child earlier;
        for (Child child = children.last(); child != null; child = earlier) {
            earlier = child.earlier;
            if (!child.state.isLive() && !child.state.isAtRest()) {
                life().down(child);
            }
        }
        for (Child child = children.last(); child != null; child = earlier) {
            earlier = child.earlier;
            links(child).nextDependent = 0;
            stopIfItsTurn(child);
        }
    }

    private void lookAtNeighbours(Child child) {
        Links links = links(child);
        if (!child.state.isLive()) {
            for (Edge need : links.needs) {
                stopIfItsTurn(need.needed);
                if (need.needed.swept && !ends) {
                    enqueue(need.needed); // it may have waited for this one to be down
                }
            }
        }
        if (ends) {
            return;
        }
        for (Edge edge : links.dependents) {
            if (edge.dependent.swept) {
                enqueue(edge.dependent);
                failStartIfHopeless(edge);
            }
        }
    }

    /** False if the rest is left to the next turn. */
    private boolean startDue() {
        int starts = 0;
        int looks = due.size();
        while (!isHeldBack() && looks-- > 0 && !ends) {
            if (starts == STARTS_PER_TURN) {
                effects.goOn();
                return false;
            }
            Child child = due.remove();
            links(child).queued = false;
            if (child.swept
                    && (child.state == ChildState.NEW || child.state == ChildState.RESTARTING)
                    && isSatisfied(child)
                    && dependentsAreDown(child)) {
                child.swept = false;
                starts++;
                life().launch(child);
            }
        }
        return true;
    }

    private boolean isSatisfied(Child child) {
        Links links = links(child);
        for (int i = links.nextNeed; i < links.needs.size(); i++) {
            if (!links.needs.get(i).isSatisfied()) {
                links.nextNeed = i;
                return false;
            }
        }
        for (int i = 0; i < links.nextNeed; i++) { // what was satisfied then may not be any more
            if (!links.needs.get(i).isSatisfied()) {
                links.nextNeed = i;
                return false;
            }
        }
        links.nextNeed = 0;
        return true;
    }

    /** Those that are to go down together with it; when all ends, all. */
    private boolean dependentsAreDown(Child child) {
        Links links = links(child);
        for (int i = links.nextDependent; i < links.dependents.size(); i++) {
            Child dependent = links.dependents.get(i).dependent;
            if (dependent.state.isLive() && (ends || dependent.goesDown)) {
                links.nextDependent = i;
                return false;
            }
        }
        links.nextDependent = 0;
        return true;
    }

    private void stopIfItsTurn(Child child) {
        if (!child.state.isLive()
                || child.state == ChildState.STOPPING
                || !(ends || child.goesDown)
                || !(stopsTogether() || dependentsAreDown(child))) {
            return;
        }
        if (ends) {
            life().signal(child, StopCause.SUPERVISOR);
        } else {
            child.comesBack = true;
            life().signal(child, StopCause.SIBLING);
        }
    }

    /** At the start of the supervisor nobody would bring up again what a child waits for in vain. */
    private void failStartIfHopeless(Edge edge) {
        Child needed = edge.needed;
        Child waiting = edge.dependent;
        if (here.phase == SupervisorState.Phase.STARTING
                && here.startFailure == null
                && waiting.state == ChildState.NEW
                && needed.state.isAtRest()
                && !edge.isSatisfied()) {
            Exit last = needed.lastExit;
            here.startFailure = new StartFailedException(
                    waiting.path,
                    "it depends on " + needed.path + " (" + edge.condition + "), which is "
                            + needed.state,
                    last == null ? null : last.cause());
        }
    }

    @Override
    boolean isDone() {
        return ends ? endBegan && children.live() == 0 : comingUp == 0;
    }

    @Override
    void beforeMove(Child child, ChildState to) {
        if (child.goesDown && !to.isLive()) {
            child.goesDown = false;
            goingDown--;
        }
        delayed += (to == ChildState.BACKING_OFF ? 1 : 0)
                - (child.state == ChildState.BACKING_OFF ? 1 : 0);
        Links links = links(child);
        if (!links.needs.isEmpty() || !links.dependents.isEmpty()) {
            moved.add(child);
        }
        if (links.startsTree && (to == ChildState.RUNNING || to.isAtRest())) {
            links.startsTree = false;
            comingUp--;
        }
    }

    @Override
    List<Child> forget(Child child) {
        List<Child> needed = new ArrayList<>();
        for (Edge edge : links(child).needs) {
            links(edge.needed).remove(edge);
            needed.add(edge.needed);
        }
        return needed;
    }

    /** A child and all that depend on it, directly or not. */
    static Set<Child> dependentsOf(Child failed) {
        Set<Child> found = new LinkedHashSet<>(List.of(failed));
        Deque<Child> todo = new ArrayDeque<>(found);
        for (Child child = todo.poll(); child != null; child = todo.poll()) {
            for (Edge edge : links(child).dependents) {
                if (found.add(edge.dependent)) {
                    todo.add(edge.dependent);
                }
            }
        }
        return found;
    }

    /** The ids of those that depend on a child directly. */
    static List<String> dependents(Child child) {
        return links(child).dependents.stream().map(edge -> edge.dependent.id).toList();
    }

    /** The ids of those a child waits for now. */
    static List<String> waitsFor(Child child) {
        @Nullable Links links = child.links;
        if (links == null
                || (child.state != ChildState.NEW && child.state != ChildState.RESTARTING)) {
            return List.of();
        }
        return links.needs.stream()
                .filter(edge -> !edge.isSatisfied())
                .map(edge -> edge.needed.id)
                .toList();
    }
}
