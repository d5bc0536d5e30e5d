package dev.oversight.internal;

import dev.oversight.Outcome;
import dev.oversight.event.ChildStopping;
import dev.oversight.event.Event;
import dev.oversight.event.StopCause;

import java.util.function.Consumer;

/** Keeps what a state wants done, and refuses what it may never want. */
final class FakeEffects implements Effects {
    private final StateHarness harness;
    private StopCause lastStop;

    /** Sees each line before it is carried out, and may throw; null for nobody. */
    Consumer<String> saboteur;

    Outcome outcome;
    int startedCalls;
    int goOnCalls;

    FakeEffects(StateHarness harness) {
        this.harness = harness;
    }

    private void note(String what, FakeRun run) {
        if (notes()) {
            note(what + " " + run.label());
        }
    }

    private boolean notes() {
        return harness.world.records || saboteur != null;
    }

    private void note(String line) {
        sabotage(line);
        harness.world.effects.add(line);
    }

    private void sabotage(String line) {
        if (saboteur != null) {
            saboteur.accept(line);
        }
    }

    @Override
    public Run launch(Child child, long incarnation, boolean awaited) {
        if (notes()) {
            note("start " + harness.relative(child.path) + "#" + incarnation);
        }
        if (harness.world.checks && !harness.expectsDefects()) {
            harness.invariants.mayLaunch(child);
        }
        FakeRun run = harness.world.habits.launched(harness, child, incarnation);
        run.awaited = awaited;
        return run;
    }

    @Override
    public void signal(Run run, long byNanos) {
        FakeRun fake = (FakeRun) run;
        note("signal", fake);
        if (harness.world.checks && !harness.expectsDefects()) {
            boolean again = fake.child.isSupervisor && byNanos != Long.MAX_VALUE;
            require(!fake.signalled || again, fake, "is signalled twice");
            if (!fake.signalled) {
                harness.invariants.maySignal(fake.child, lastStop);
            }
        }
        if (!fake.signalled || fake.nested != null) {
            harness.world.habits.signalled(fake, byNanos);
        }
    }

    @Override
    public void abandon(Run run) {
        FakeRun fake = (FakeRun) run;
        note("abandon", fake);
        require(fake.signalled || harness.expectsDefects(), fake, "was not asked to stop");
        require(fake.abandoned, fake, "is not fenced");
    }

    @Override
    public void takeStack(Run run) {
        note("look at " + ((FakeRun) run).label());
    }

    @Override
    public void released(Run run) {
        note("release", (FakeRun) run);
        require(run.abandoned, (FakeRun) run, "was never abandoned");
        ((FakeRun) run).released = true;
        releasedBelow();
    }

    @Override
    public void releasedBelow() {
        if (harness.self != null && outcome != null) {
            harness.world.hand(harness.parent, new Input.ReleasedBelow());
        }
    }

    @Override
    public long lastIncarnation(String path) {
        return harness.world.lastIncarnation(path);
    }

    @Override
    public void abort(Run run) {
        FakeRun fake = (FakeRun) run;
        note("abort", fake);
        require(fake.child.isSupervisor, fake, "is no supervisor");
        if (!fake.aborted) {
            harness.world.habits.aborted(fake);
        }
    }

    @Override
    public void wakeAt(long nanos) {
        sabotage("wake");
        if (nanos >= harness.alarm) {
            throw new AssertionError("a new wish is for earlier, not " + (nanos - harness.alarm));
        }
        harness.alarm = nanos;
    }

    @Override
    public void goOn() {
        goOnCalls++;
        harness.world.hand(harness, new Input.GoOn());
    }

    @Override
    public void publish(Event event) {
        if (saboteur != null) {
            saboteur.accept("event " + EventLine.of(harness.relative(event.path()), event));
        }
        if (harness.world.records) {
            harness.world.events.add(event);
        }
        if (!harness.expectsDefects()) {
            harness.invariants.take(event);
        }
        if (event instanceof ChildStopping stopping) {
            lastStop = stopping.why();
        }
    }

    @Override
    public void started() {
        if (notes()) {
            note("up " + harness.relative(harness.path));
        }
        if (++startedCalls > 1) {
            throw new AssertionError(harness.path + " has started twice");
        }
        if (harness.self != null) {
            harness.world.hand(harness.parent, new Input.Ready(harness.self));
        }
    }

    @Override
    public void ended(Outcome end, SlowestStops slowest) {
        if (notes()) {
            note("end " + harness.relative(harness.path) + " " + end.reason());
        }
        if (outcome != null) {
            throw new AssertionError("a second end, after " + outcome);
        }
        outcome = end;
        if (!harness.expectsDefects()) {
            harness.invariants.promises.ended(end);
        }
        harness.alarm = Long.MAX_VALUE;
        if (harness.self != null) {
            harness.self.abandonedBelow = end.abandoned();
            harness.self.slowestBelow = slowest;
            harness.parent.handInEnd(harness.self, end.isFailure() ? end.cause() : null);
        }
    }

    private static void require(boolean holds, FakeRun run, String otherwise) {
        if (!holds) {
            throw new AssertionError(run + " " + otherwise);
        }
    }
}
