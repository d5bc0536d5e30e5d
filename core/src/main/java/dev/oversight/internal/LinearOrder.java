package dev.oversight.internal;

import dev.oversight.event.ChildState;
import dev.oversight.event.StopCause;

import java.util.List;

/**
 * Start order is the order of the list: one comes up after the other, and they go down the other way
 * round, one at a time or all together.
 */
final class LinearOrder extends Order {
    private final Sweep sweep = new Sweep();

    LinearOrder(Situation here, Children children, Effects effects, boolean together) {
        super(here, children, effects, together);
    }

    @Override
    void begin() {
        for (Child child = children.first(); child != null; child = child.later) {
            sweep.join(child);
        }
        sweep.start();
    }

    @Override
    void end() {
        sweep.end(children.last());
    }

    @Override
    void bringUp(Child child) {
        if (child.swept) {
            return; // its turn comes
        }
        if (hasToWait(child)) {
            sweep.join(child);
        } else {
            life().launch(child);
        }
    }

    @Override
    boolean hasToWait(Child child) {
        return switch (sweep.step()) {
            case NONE -> false;
            case STOPPING -> child.startedByRequest;
            case STARTING -> child.justAdded;
            case ENDING -> true;
        };
    }

    @Override
    void restart(Child failed, Rules rules) {
        if (rules.restartsOneAlone()) {
            if (failed.state == ChildState.RESTARTING) {
                life().backOffOrBringUp(failed);
            }
            return;
        }
        // Whatever is younger than a sweep that is still stopping is part of it already.
        Child until = sweep.step() == Sweep.Step.STOPPING ? sweep.named() : null;
        boolean wider = !rules.forEachAffected(failed, children, until, child -> {
            if (!child.state.isAtRest()
                    && (child.comesBack || child.state != ChildState.STOPPING)) {
                sweep.include(child);
            }
        });
        if (failed.state == ChildState.RESTARTING) {
            life().backOffOrBringUp(failed);
        }
        if (wider && until != null) {
            sweep.stopBelow(until);
        } else {
            sweep.stop(children.last());
        }
    }

    @Override
    boolean isAboutToStop(Child child) {
        return child.goesDown;
    }

    @Override
    void goOn() {
        if (sweep.step() == Sweep.Step.ENDING && allAreDown()) {
            sweep.done();
        }
        if (sweep.step() == Sweep.Step.STOPPING && groupIsDown() && !sweep.isDelayed()) {
            sweep.start();
        }
        if (sweep.step() == Sweep.Step.STARTING && groupIsUp()) {
            sweep.done();
        }
    }

    @Override
    boolean isDone() {
        return sweep.step() == Sweep.Step.NONE;
    }

    /** Whether all that were to go down are down. */
    private boolean groupIsDown() {
        for (Child child = sweep.cursor(); child != null; child = sweep.cursor()) {
            if (child.goesDown && child.state.isLive()) {
                if (child.state != ChildState.STOPPING) {
                    child.comesBack = true;
                    life().signal(child, StopCause.SIBLING);
                }
                if (child.state == ChildState.STOPPING && !stopsTogether()) {
                    return false;
                }
            }
            if (sweep.cursor() == child) { // it may have been forgotten meanwhile
                sweep.pass(child);
            }
        }
        return !stopsTogether() || sweep.goingDown() == 0;
    }

    /** Whether all that were to come up are up, or will not. */
    private boolean groupIsUp() {
        int starts = 0;
        for (Child child = sweep.cursor(); child != null; child = sweep.cursor()) {
            if (child.swept) {
                if (child.state == ChildState.NEW || child.state == ChildState.RESTARTING) {
                    if (starts++ == STARTS_PER_TURN) {
                        effects.goOn();
                        return false;
                    }
                    life().launch(child);
                }
                if (child.state != ChildState.RUNNING && !child.state.isAtRest()) {
                    return false; // on its way up or down, or backing off
                }
            }
            sweep.pass(child);
        }
        return true;
    }

    /** Whether everything is down, now that all is to end. */
    private boolean allAreDown() {
        for (Child child = sweep.cursor(); child != null; child = sweep.cursor()) {
            if (child.state.isLive()) {
                if (child.state != ChildState.STOPPING) {
                    life().signal(child, StopCause.SUPERVISOR);
                }
                if (child.state == ChildState.STOPPING && !stopsTogether()) {
                    return false;
                }
            } else if (!child.state.isAtRest()) {
                life().down(child);
            }
            if (sweep.cursor() == child) {
                sweep.pass(child);
            }
        }
        return children.live() == 0;
    }

    @Override
    void beforeMove(Child child, ChildState to) {
        sweep.beforeMove(child, to);
    }

    @Override
    List<Child> forget(Child child) {
        sweep.forget(child);
        return List.of();
    }
}
