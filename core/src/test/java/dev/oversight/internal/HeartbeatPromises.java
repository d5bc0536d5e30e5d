package dev.oversight.internal;

import dev.oversight.event.ChildEvent;
import dev.oversight.event.ChildReady;
import dev.oversight.event.ChildSilent;
import dev.oversight.event.ChildStarted;
import dev.oversight.event.ChildState;
import dev.oversight.event.ChildStopping;
import dev.oversight.event.Event;
import dev.oversight.event.StopCause;

/**
 * Nobody is failed for silence who was heard of in time, who was not suspected before, or who waits to be
 * asked to stop; and nobody stays silent for longer than the limit. Where an alarm comes late by half of
 * it, nobody could be heard until then.
 */
final class HeartbeatPromises {
    private final StateHarness harness;

    HeartbeatPromises(StateHarness harness) {
        this.harness = harness;
    }

    void before(Input input) {
        if (input instanceof Input.Woke) {
            for (Child child : harness.children()) {
                if (child.beats && child.state == ChildState.RUNNING) {
                    FakeRun run = (FakeRun) child.run;
                    if (harness.world.now - child.dueNanos >= limit(run) / 2) {
                        heard(run);
                    }
                }
            }
        }
    }

    private void heard(FakeRun run) {
        run.heardNanos = harness.world.now;
        run.suspectedNanos = FakeRun.NEVER;
    }

    void take(Event event) {
        switch (event) {
            case ChildStarted e when !e.awaitsReadiness() -> up(e);
            case ChildReady e -> up(e);
            case ChildSilent e -> {
                FakeRun run = run(e);
                require(!run.rests, e.path() + " is suspected while it waits to be stopped");
                require(
                        silence(run) >= limit(run) / 2,
                        e.path() + " is suspected after " + silence(run));
                run.suspectedNanos = harness.world.now;
            }
            case ChildStopping e
            when e.why() == StopCause.SILENT -> {
                FakeRun run = run(e);
                require(
                        !run.rests && isSuspected(run) && silence(run) >= limit(run),
                        e.path() + " is failed for a silence of " + silence(run));
            }
            default -> {}
        }
    }

    private void up(ChildEvent event) {
        heard(run(event));
    }

    private FakeRun run(ChildEvent event) {
        return harness.live(event.path().substring(event.path().lastIndexOf('/') + 1));
    }

    private long silence(FakeRun run) {
        return harness.world.now - run.heardNanos;
    }

    private static boolean isSuspected(FakeRun run) {
        return run.suspectedNanos != FakeRun.NEVER;
    }

    /** It was suspected a moment ago, late as that was, and its stack is being taken. */
    private boolean isLookedAt(FakeRun run) {
        return isSuspected(run) && harness.world.now - run.suspectedNanos < limit(run) / 4;
    }

    private static long limit(FakeRun run) {
        return run.child.spec.heartbeatWithin().orElseThrow().toNanos();
    }

    /** After each input: whose silence is over the limit is failed as soon as the alarm has gone off. */
    void after() {
        if (!harness.isOpen()) {
            return;
        }
        for (Child child : harness.children()) {
            if (child.beats && child.state == ChildState.RUNNING) {
                FakeRun run = (FakeRun) child.run;
                require(
                        run.rests
                                || silence(run) < limit(run)
                                || child.dueNanos <= harness.world.now
                                || isLookedAt(run),
                        child.path + " has been silent for " + silence(run));
            }
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
