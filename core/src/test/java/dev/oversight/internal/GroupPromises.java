package dev.oversight.internal;

import dev.oversight.ChildSpec;
import dev.oversight.Strategy;
import dev.oversight.event.ChildCompleted;
import dev.oversight.event.ChildEvent;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildStarted;
import dev.oversight.event.ChildState;
import dev.oversight.event.Event;
import dev.oversight.event.SupervisorStopping;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whoever is restarted together goes down first: of a group that its strategy names at a failure, nobody is
 * started before all runs that lived at that moment are gone. In a graph that holds for those that depend
 * on it. Goes by the event of the failure, not by what the engine has noted.
 */
final class GroupPromises {
    private final StateHarness harness;

    /** The runs that are to go, by their children. */
    private final Map<Child, FakeRun> goDown = new HashMap<>();

    /** Who is to come up when they are gone. */
    private final Set<Child> comeUp = new HashSet<>();

    GroupPromises(StateHarness harness) {
        this.harness = harness;
    }

    void take(Event event) {
        switch (event) {
            case ChildFailed e when e.restarting() -> failed(e);
            case ChildCompleted e when e.restarting() -> failed(e);
            case ChildStarted e -> started(child(e));
            case SupervisorStopping e -> {
                goDown.clear();
                comeUp.clear();
            }
            default -> {}
        }
    }

    private Child child(ChildEvent event) {
        return harness.child(event.path().substring(event.path().lastIndexOf('/') + 1));
    }

    private void failed(ChildEvent event) {
        Collection<ChildSpec> group = group(child(event));
        for (Child child : harness.children()) {
            if (group.contains(child.spec) && !child.state.isAtRest()) {
                comeUp.add(child);
                FakeRun run = (FakeRun) child.run;
                boolean stopsByRequest = child.state == ChildState.STOPPING && !child.comesBack;
                if (run != null && !run.over && !stopsByRequest) {
                    goDown.put(child, run);
                }
            }
        }
    }

    /** Empty if the strategy is one of the application, which counts how often it is asked. */
    private Collection<ChildSpec> group(Child failed) {
        Strategy strategy = harness.spec.strategy();
        if (strategy == Strategy.REST_FOR_DEPENDENTS) {
            return GraphOrder.dependentsOf(failed).stream()
                    .map(child -> child.spec)
                    .toList();
        }
        boolean isKnown = strategy == Strategy.ONE_FOR_ALL
                || strategy == Strategy.REST_FOR_ONE
                || strategy == SceneRules.Groups.SAME;
        return isKnown
                ? strategy.affected(
                        failed.spec,
                        harness.children().stream().map(child -> child.spec).toList())
                : List.of();
    }

    private void started(Child child) {
        goDown.values().removeIf(run -> run.over || run.abandoned);
        if (!comeUp.remove(child)) {
            return;
        }
        for (Child other : goDown.keySet()) {
            boolean comesFirst = !harness.spec.isOrderedByDependencies()
                    || harness.spec.strategy() == Strategy.ONE_FOR_ALL
                    || GraphOrder.dependents(child).contains(other.id);
            if (comesFirst) {
                throw new AssertionError(
                        child.path + " is started before " + goDown.get(other) + " is gone");
            }
        }
    }

    /** For a fingerprint. */
    int noted(Child child) {
        FakeRun run = goDown.get(child);
        return (comeUp.contains(child) ? 1 : 0)
                + (run != null && !run.over && !run.abandoned ? 2 : 0);
    }
}
