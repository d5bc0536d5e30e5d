package dev.oversight.internal;

import dev.oversight.Outcome;
import dev.oversight.event.Event;

/** Effects that only count, for trees that are too large for a harness that checks all after each input. */
final class Quiet implements Effects {
    int launched;
    boolean goesOn;

    /** Gives the state its turns for as long as it wants more. */
    void letGoOn(SupervisorState state) {
        while (goesOn) {
            goesOn = false;
            state.apply(new Input.GoOn(), World.EPOCH);
        }
    }

    @Override
    public Run launch(Child child, long incarnation, boolean awaited) {
        launched++;
        return new Run(child, incarnation);
    }

    @Override
    public void signal(Run run, long byNanos) {}

    @Override
    public void abandon(Run run) {}

    @Override
    public void takeStack(Run run) {}

    @Override
    public void released(Run run) {}

    @Override
    public void releasedBelow() {}

    @Override
    public long lastIncarnation(String path) {
        return 0;
    }

    @Override
    public void abort(Run run) {}

    @Override
    public void wakeAt(long nanos) {}

    @Override
    public void goOn() {
        goesOn = true;
    }

    @Override
    public void publish(Event event) {}

    @Override
    public void started() {}

    @Override
    public void ended(Outcome outcome, SlowestStops slowest) {}
}
