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

    /** Sees each line before it is carried out, and may throw. */
    Consumer<String> saboteur = line -> {};

    Outcome outcome;
    int startedCalls;
    int goOnCalls;

    FakeEffects(StateHarness harness) {
        this.harness = harness;
    }

    private void note(String line) {
        saboteur.accept(line);
        harness.world.effects.add(line);
    }

    @Override
    public Run launch(Child child, long incarnation, boolean awaited) {
        note("start " + harness.relative(child.path) + "#" + incarnation);
        if (!harness.expectsDefects()) {
            harness.invariants.mayLaunch(child);
        }
        FakeRun run = harness.launched(child, incarnation);
        run.awaited = awaited;
        return run;
    }

    @Override
    public void signal(Run run, long byNanos) {
        FakeRun fake = (FakeRun) run;
        note("signal " + fake.label());
        if (!harness.expectsDefects()) {
            boolean again = fake.child.isSupervisor && byNanos != Long.MAX_VALUE;
            require(!fake.signalled || again, fake, "is signalled twice");
            if (!fake.signalled) {
                harness.invariants.maySignal(fake.child, lastStop);
            }
        }
        if (!fake.signalled || fake.nested != null) {
            harness.signalled(fake, byNanos);
        }
    }

    @Override
    public void abandon(Run run) {
        FakeRun fake = (FakeRun) run;
        note("abandon " + fake.label());
        require(fake.signalled || harness.expectsDefects(), fake, "was not asked to stop");
        require(fake.abandoned, fake, "is not fenced");
    }

    @Override
    public void takeStack(Run run) {
        note("look at " + ((FakeRun) run).label());
    }

    @Override
    public void released(Run run) {
        note("release " + ((FakeRun) run).label());
        require(run.abandoned, (FakeRun) run, "was never abandoned");
    }

    @Override
    public void abort(Run run) {
        FakeRun fake = (FakeRun) run;
        note("abort " + fake.label());
        require(fake.child.isSupervisor, fake, "is no supervisor");
        if (!fake.aborted) {
            harness.aborted(fake);
        }
    }

    @Override
    public void wakeAt(long nanos) {
        saboteur.accept("wake");
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
        saboteur.accept("event " + EventLine.of(harness.relative(event.path()), event));
        harness.world.events.add(event);
        if (!harness.expectsDefects()) {
            harness.invariants.replay.take(event);
            harness.invariants.promises.take(event);
        }
        if (event instanceof ChildStopping stopping) {
            lastStop = stopping.why();
        }
    }

    @Override
    public void started() {
        note("up " + harness.relative(harness.path));
        if (++startedCalls > 1) {
            throw new AssertionError(harness.path + " has started twice");
        }
        if (harness.self != null) {
            harness.world.hand(harness.parent, new Input.Ready(harness.self));
        }
    }

    @Override
    public void ended(Outcome end, SlowestStops slowest) {
        note("end " + harness.relative(harness.path) + " " + end.reason());
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
