package dev.oversight.internal;

import dev.oversight.AutoShutdown;
import dev.oversight.Exit;
import dev.oversight.Outcome.Reason;
import dev.oversight.RuleFailedException;
import dev.oversight.StartFailedException;
import dev.oversight.event.ChildCompleted;
import dev.oversight.event.ChildDeclined;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildParked;
import dev.oversight.event.ChildReady;
import dev.oversight.event.ChildStarted;
import dev.oversight.event.ChildState;
import dev.oversight.event.Event;
import dev.oversight.event.SupervisorStopping;
import dev.oversight.internal.SceneRules.Broken;
import dev.oversight.internal.SupervisorState.Phase;

import java.util.HashSet;
import java.util.Set;

/** Why a supervisor has promised to end by itself: it does so for these reasons, at once, and for no other. */
final class EndPromises {
    private final StateHarness harness;
    private Input current;
    private Phase before = Phase.NEW;
    private int broken;
    private boolean hadChild;

    /** A significant child has ended by itself, in this input. */
    private boolean significantEnded;

    /** Significant children that have failed for good, and do not know it yet. */
    private final Set<Child> failing = new HashSet<>();

    EndPromises(StateHarness harness) {
        this.harness = harness;
    }

    void before(Input input) {
        current = input;
        before = harness.phase();
        broken = Broken.thrown();
        significantEnded = false;
    }

    void take(Event event) {
        switch (event) {
            case ChildStarted e -> hadChild |= !e.awaitsReadiness();
            case ChildReady e -> hadChild = true;
            case ChildDeclined e -> hadChild = true;
            case ChildCompleted e -> {
                Exit exit = new Exit(Exit.Kind.COMPLETED, null, e.uptimeNanos());
                boolean comesBack = child(e.path()).spec.restart().shouldRestart(exit);
                hadChild |= !comesBack;
                ended(child(e.path()), e.restarting(), comesBack);
            }
            case ChildFailed e -> {
                Exit exit = new Exit(Exit.Kind.FAILED, e.cause(), e.uptimeNanos());
                ended(child(e.path()), e.restarting() || isToComeBack(child(e.path()), exit), true);
            }
            case ChildParked e -> {
                failing.remove(child(e.path()));
                significantEnded = false;
            }
            case SupervisorStopping e -> stops(e);
            default -> {}
        }
    }

    private Child child(String path) {
        return harness.state.children().find(path.substring(path.lastIndexOf('/') + 1));
    }

    /** An end of its own; {@code failsStart} if it is no good start for whoever waits for that. */
    private void ended(Child child, boolean restarting, boolean failsStart) {
        boolean isAwaited = child.state == ChildState.STARTING
                && (child.startedByRequest || (before == Phase.STARTING && child.isAtFirstRun));
        if (restarting || !child.spec.significant() || (failsStart && isAwaited)) {
            return;
        }
        if (child.run != null) {
            failing.add(child);
        } else {
            significantEnded = true;
        }
    }

    /** Said to have failed, it may be parked instead, which is not for good. */
    private static boolean isToComeBack(Child child, Exit exit) {
        return child.run != null
                && child.spec.restart() != SceneRules.Ends.BROKEN
                && child.spec.restart().shouldRestart(exit);
    }

    private boolean hasSignificantEnded() {
        return significantEnded | failing.removeIf(child -> child.state.isAtRest());
    }

    private boolean isSignificantLeft() {
        return harness.children().stream().anyMatch(c -> c.spec.significant() && !isOver(c));
    }

    private static boolean isOver(Child child) {
        return child.state.isAtRest() && child.state != ChildState.PARKED;
    }

    private boolean isNothingLeft() {
        return hadChild && harness.children().stream().allMatch(EndPromises::isOver);
    }

    private void stops(SupervisorStopping event) {
        Reason reason = event.reason();
        Throwable cause = event.cause();
        boolean isRight = switch (reason) {
            case STOPPED -> current instanceof Input.Stop || current instanceof Input.Abort;
            case NO_CHILD_LEFT ->
                isNothingLeft() && harness.spec.autoShutdown() == AutoShutdown.NOTHING_LEFT;
            case SIGNIFICANT_ENDED -> {
                significantEnded = hasSignificantEnded();
                yield significantEnded && endsBySignificant();
            }
            case START_FAILED -> before == Phase.STARTING && cause instanceof StartFailedException;
            case SUPERVISOR_FAILED ->
                cause instanceof RuleFailedException
                        && (!(cause.getCause() instanceof Broken) || hasBroken());
            case TOO_MANY_FAILURES -> true; // see Promises
        };
        require(isRight, "it ends with " + reason + " after " + current + ": " + harness.states());
    }

    private boolean endsBySignificant() {
        return harness.spec.autoShutdown() == AutoShutdown.ANY_SIGNIFICANT
                || (harness.spec.autoShutdown() == AutoShutdown.ALL_SIGNIFICANT
                        && !isSignificantLeft());
    }

    private boolean hasBroken() {
        return Broken.thrown() > broken;
    }

    void after() {
        boolean ended = hasSignificantEnded();
        if (!harness.isOpen()) {
            return;
        }
        require(!ended || !endsBySignificant(), "a significant child has ended, and it goes on");
        require(!hasBroken(), "a rule has thrown, and it goes on");
        require(
                harness.phase() != Phase.RUNNING
                        || harness.spec.autoShutdown() != AutoShutdown.NOTHING_LEFT
                        || !isNothingLeft(),
                "nothing is left, and it goes on: " + harness.states());
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
