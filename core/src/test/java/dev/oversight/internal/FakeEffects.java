package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.Outcome;
import dev.oversight.event.ChildStopping;
import dev.oversight.event.Event;
import dev.oversight.event.StopCause;
import dev.oversight.event.StopTime;

import java.util.List;
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
        return harness.launched(child, incarnation);
    }

    @Override
    public void signal(Run run, long byNanos) {
        FakeRun fake = (FakeRun) run;
        note("signal " + fake.label());
        if (!harness.expectsDefects()) {
            assertThat(fake.signalled && !(fake.child.isSupervisor && byNanos != Long.MAX_VALUE))
                    .as(fake + " is signalled twice")
                    .isFalse();
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
        assertThat(fake.signalled || harness.expectsDefects())
                .as(fake + " was asked to stop")
                .isTrue();
        assertThat(fake.abandoned).as(fake + " is fenced").isTrue();
    }

    @Override
    public void released(Run run) {
        note("release " + ((FakeRun) run).label());
        assertThat(run.abandoned).as(run + " was never abandoned").isTrue();
    }

    @Override
    public void abort(Run run) {
        FakeRun fake = (FakeRun) run;
        note("abort " + fake.label());
        assertThat(fake.child.isSupervisor).as(fake + " is a supervisor").isTrue();
        if (!fake.aborted) {
            harness.aborted(fake);
        }
    }

    @Override
    public void wakeAt(long nanos) {
        saboteur.accept("wake");
        assertThat(nanos).as("a new wish is for earlier").isLessThan(harness.alarm);
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
        }
        if (event instanceof ChildStopping stopping) {
            lastStop = stopping.why();
        }
    }

    @Override
    public void started() {
        note("up " + harness.relative(harness.path));
        assertThat(++startedCalls).as("times started").isEqualTo(1);
        if (harness.self != null) {
            harness.world.hand(harness.parent, new Input.Ready(harness.self));
        }
    }

    @Override
    public void ended(Outcome end, List<StopTime> slowest) {
        note("end " + harness.relative(harness.path) + " " + end.reason());
        assertThat(outcome).as("a second end, after " + outcome).isNull();
        outcome = end;
        harness.alarm = Long.MAX_VALUE;
        if (harness.self != null) {
            harness.self.abandonedBelow = end.abandoned();
            harness.self.slowestBelow = slowest;
            harness.parent.handInEnd(harness.self, end.isFailure() ? end.cause() : null);
        }
    }
}
