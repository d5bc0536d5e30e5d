package dev.oversight.internal;

import dev.oversight.Exit;

import java.util.ArrayList;
import java.util.List;

/** Somebody who wants to know of the end of the incarnation that lives when it asks, and what it was told. */
final class Watched extends Watch {
    final StateHarness supervisor;
    final Child child;

    /** The incarnation that it asked about; null if there was none. */
    final FakeRun run;

    final List<Exit> ends = new ArrayList<>();
    private final boolean hadEnded;
    private boolean takenBack;
    private int toldBefore;

    /** Before it asks. */
    Watched(StateHarness supervisor, Child child) {
        this.supervisor = supervisor;
        this.child = child;
        this.run = child == null ? null : (FakeRun) child.run;
        this.hadEnded = child != null && child.lastExit != null;
    }

    @Override
    void ended(Child told, Exit exit) {
        ends.add(exit);
    }

    boolean isOpen() {
        return child != null && !takenBack && ends.isEmpty();
    }

    void takeBack() {
        takenBack = true;
        toldBefore = ends.size();
    }

    /** What is wrong with what it was told, if anything; empty if nothing is. */
    String problem() {
        int expected = takenBack ? toldBefore : isDue() ? 1 : 0;
        if (ends.size() != expected) {
            return "who watches " + this + " was told of " + ends + ", expected " + expected
                    + " end";
        }
        if (run != null && !ends.isEmpty() && !isRight(ends.getFirst())) {
            return "who watches " + this + " was told of " + ends.getFirst();
        }
        return "";
    }

    /** If nobody ran when it asked, it is told how the last one ended; if none ever had, of the first. */
    private boolean isDue() {
        return run != null ? child.run != run : child != null && child.lastExit != null;
    }

    private boolean isRight(Exit exit) {
        return switch (exit.kind()) {
            case ABANDONED -> run.abandoned;
            case STOPPED ->
                run.over && run.signalled && run.said == null && exit.cause() == run.cause;
            case DECLINED -> run.over && run.declined;
            case COMPLETED -> run.over && !run.signalled && run.cause == null;
            case FAILED ->
                run.over
                        && (run.said != null
                                ? exit.cause() == run.said
                                : !run.signalled && exit.cause() == run.cause);
        };
    }

    @Override
    public String toString() {
        return run == null ? child.path + (hadEnded ? ", which is down" : "") : run.toString();
    }
}
