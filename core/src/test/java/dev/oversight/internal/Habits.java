package dev.oversight.internal;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the runs of a tree do of themselves when they are launched and when they are asked to stop. A run
 * that is asked ends at once, unless its child is deaf or slow. A nested supervisor is a run like any
 * other, unless each one has a harness of its own.
 */
final class Habits {
    /** How long after the signal they end; null if they do not. */
    private final Map<String, Duration> ends = new HashMap<>();

    private final Set<String> readyAtOnce = new HashSet<>();
    private final Set<String> withoutThread = new HashSet<>();
    private boolean playsNested;

    void deaf(String... ids) {
        for (String id : ids) {
            ends.put(id, null);
        }
    }

    void slow(String id, Duration time) {
        ends.put(id, time);
    }

    void readyAtOnce(String... ids) {
        readyAtOnce.addAll(List.of(ids));
    }

    void withoutThread(String... ids) {
        withoutThread.addAll(List.of(ids));
    }

    void playNested() {
        playsNested = true;
    }

    FakeRun launched(StateHarness supervisor, Child child, long incarnation) {
        World world = supervisor.world;
        FakeRun run = new FakeRun(child, incarnation, supervisor);
        world.runs.add(run);
        if (withoutThread.contains(child.id)) {
            run.notStarted = true;
            supervisor.handInEnd(run, new OutOfMemoryError("no thread"));
        } else if (child.isSupervisor && playsNested) {
            run.nested = supervisor.below(run);
            world.hand(run.nested, new Input.Start());
        } else if (child.awaitsReadiness && readyAtOnce.contains(child.id)) {
            world.hand(supervisor, new Input.Ready(run));
        }
        return run;
    }

    void signalled(FakeRun run, long byNanos) {
        World world = run.supervisor.world;
        String id = run.child.id;
        run.signalled = true;
        if (run.nested != null) {
            world.hand(run.nested, new Input.Stop(byNanos));
        } else if (!ends.containsKey(id)) {
            endUnlessOver(run);
        } else if (ends.get(id) != null) {
            world.after(ends.get(id), () -> endUnlessOver(run));
        }
    }

    void aborted(FakeRun run) {
        run.aborted = true;
        if (run.nested != null) {
            run.supervisor.world.hand(run.nested, new Input.Abort());
        } else {
            endUnlessOver(run);
        }
    }

    private static void endUnlessOver(FakeRun run) {
        if (!run.over) {
            run.supervisor.handInEnd(run, null);
        }
    }
}
