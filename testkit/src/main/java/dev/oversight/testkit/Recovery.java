package dev.oversight.testkit;

import dev.oversight.Condition;
import dev.oversight.Exit;
import dev.oversight.Supervisor;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.event.ChildState;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a tree is up again: all that by its rules is to run does, in the books and in fact. */
final class Recovery {
    private final ChaosWatch watch;
    private final Books books;
    private final Stage stage;

    Recovery(ChaosWatch watch, Books books, Stage stage) {
        this.watch = watch;
        this.books = books;
        this.stage = stage;
    }

    /** Who is not up though they should be, and why that is known. */
    record Missing(String path, String what) {}

    List<Missing> missing(Supervisor tree) {
        List<Missing> found = new ArrayList<>();
        look(tree, found);
        return found;
    }

    private void look(Supervisor supervisor, List<Missing> found) {
        for (ChildSnapshot child : supervisor.children()) {
            if (child.state().isAtRest()) {
                if (!mayRest(child)) {
                    found.add(new Missing(
                            child.path(),
                            "is " + child.state() + ", and nobody is known to have stopped it; its"
                                    + " last end: " + child.lastExit()));
                }
            } else if (child.state() != ChildState.RUNNING) {
                if (!mayWait(child, supervisor)) {
                    found.add(new Missing(child.path(), "is " + child.state()));
                }
            } else if (child.isSupervisor()) {
                Optional<Supervisor> below = supervisor.supervisor(child.path());
                if (below.isPresent()) {
                    look(below.get(), found);
                } else {
                    found.add(new Missing(child.path(), "has just gone down"));
                }
            } else {
                runsInFact(child).ifPresent(what -> found.add(new Missing(child.path(), what)));
            }
        }
    }

    private boolean mayRest(ChildSnapshot child) {
        Exit exit = child.lastExit();
        if (child.state() == ChildState.PARKED
                || watch.locked(() -> books.isDownByRequest(child.path()))) {
            return true;
        }
        return exit != null
                && switch (exit.kind()) {
                    case DECLINED -> true;
                    case COMPLETED, FAILED -> !child.spec().restart().shouldRestart(exit);
                    case STOPPED, ABANDONED -> // perhaps after it was said to have failed
                        watch.locked(() -> books.isDownForGood(child.path()));
                };
    }

    /** For a sibling that does not run, or has to complete first: it is looked at on its own. */
    static boolean mayWait(ChildSnapshot child, Supervisor supervisor) {
        return child.waitsFor().stream().anyMatch(id -> {
            boolean completes = child.spec().dependencies().stream()
                    .anyMatch(d -> d.id().equals(id) && d.condition() == Condition.COMPLETED);
            return completes
                    || supervisor
                            .child(id)
                            .filter(needed -> needed.state() != ChildState.RUNNING)
                            .isPresent();
        });
    }

    private Optional<String> runsInFact(ChildSnapshot child) {
        Incarnation run = stage.at(child.path());
        if (run == null) {
            return Optional.of("is RUNNING by the books, but its body does not run");
        }
        return run.real.incarnation() == child.incarnation()
                ? Optional.empty()
                : Optional.of("is at incarnation " + child.incarnation()
                        + " by the books, but it is incarnation " + run.real.incarnation()
                        + " that runs");
    }
}
