package dev.oversight.internal;

import dev.oversight.ChildSpec;
import dev.oversight.event.ChildCounts;
import dev.oversight.event.ChildState;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/**
 * The children of one supervisor: in start order, by id, and counted by what they do. Every move of a
 * child's state comes here by way of the {@link Order}.
 */
final class Children {
    private final String supervisorPath;
    private final Map<String, Child> byId = new HashMap<>();
    private @Nullable Child first;
    private @Nullable Child last;
    private long nextOrdinal;
    private long nextGenerated = 1;
    private int supervisors;
    private int live;
    private int atRest;
    private int parked;
    private int significantActive;

    /** Whether it keeps no child that has ended for good. */
    private final boolean forgetsEnded;

    Children(String supervisorPath, boolean forgetsEnded) {
        this.supervisorPath = supervisorPath;
        this.forgetsEnded = forgetsEnded;
    }

    @Nullable
    Child first() {
        return first;
    }

    @Nullable
    Child last() {
        return last;
    }

    @Nullable
    Child find(String id) {
        return byId.get(id);
    }

    /** Appends a child whose id, if it has one, is free. */
    Child append(ChildSpec spec, long now) {
        String id = spec.id().orElseGet(this::generateId);
        ChildSpec named = spec.id().isPresent() ? spec : spec.id(id);
        Child child = new Child(named, id, supervisorPath + "/" + id, nextOrdinal++, forgetsEnded);
        child.sinceNanos = now;
        child.earlier = last;
        if (last == null) {
            first = child;
        } else {
            last.later = child;
        }
        last = child;
        byId.put(id, child);
        if (child.isSupervisor) {
            supervisors++;
        }
        if (spec.significant()) {
            significantActive++;
        }
        return child;
    }

    private String generateId() {
        String id;
        do {
            id = "child-" + nextGenerated++;
        } while (byId.containsKey(id));
        return id;
    }

    /**
     * Takes out a child that is at rest. Its links are cut: an abandoned run or a handle that holds on to
     * it would hold all that came after it, one linked to the next.
     */
    void remove(Child child) {
        if (!child.state.isAtRest()) {
            throw new IllegalStateException(
                    child.path + " is " + child.state + " and cannot be removed");
        }
        if (child.earlier == null) {
            first = child.later;
        } else {
            child.earlier.later = child.later;
        }
        if (child.later == null) {
            last = child.earlier;
        } else {
            child.later.earlier = child.earlier;
        }
        child.earlier = null;
        child.later = null;
        byId.remove(child.id);
        if (child.state == ChildState.PARKED) {
            parked--;
            significantActive -= child.spec.significant() ? 1 : 0;
        } else {
            atRest--;
        }
        if (child.isSupervisor) {
            supervisors--;
        }
    }

    /** The one door for moves, which only {@link Order#move} opens. */
    void move(Child child, ChildState to, long now) {
        ChildState from = child.state;
        if (!from.canMoveTo(to)) {
            throw new IllegalStateException(child.path + " cannot move from " + from + " to " + to);
        }
        live += (to.isLive() ? 1 : 0) - (from.isLive() ? 1 : 0);
        int rests = (isOver(to) ? 1 : 0) - (isOver(from) ? 1 : 0);
        atRest += rests;
        parked += (to == ChildState.PARKED ? 1 : 0) - (from == ChildState.PARKED ? 1 : 0);
        if (child.spec.significant()) {
            significantActive -= rests;
        }
        child.state = to;
        child.sinceNanos = now;
    }

    /** Down for good. One that is parked waits for somebody, so its supervisor does not end over it. */
    private static boolean isOver(ChildState state) {
        return state.isAtRest() && state != ChildState.PARKED;
    }

    int size() {
        return byId.size();
    }

    /** How many have a run. */
    int live() {
        return live;
    }

    /** How many are neither down for good nor forgotten; those that are parked are not. */
    int active() {
        return byId.size() - atRest;
    }

    int significantActive() {
        return significantActive;
    }

    ChildCounts counts() {
        return new ChildCounts(byId.size(), live, supervisors, byId.size() - supervisors, parked);
    }
}
