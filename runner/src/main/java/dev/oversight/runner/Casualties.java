package dev.oversight.runner;

import dev.oversight.Listener;
import dev.oversight.Outcome;
import dev.oversight.event.ChildCompleted;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildParked;
import dev.oversight.event.ChildStarted;
import dev.oversight.event.ChildStopped;
import dev.oversight.event.Event;
import dev.oversight.event.SupervisorEnded;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Remembers who failed and was not started again, so that a tree that ends by itself can say whether
 * it ended well. From the events, since the books of a supervisor forget temporary children, and are
 * gone with it. A listener of its own: it never waits, so none of its events is dropped for want of a
 * reader of the output.
 */
final class Casualties implements Listener {
    private final Entry.Supervisor tree;

    /** The last failure of each child that is down for good, by path. */
    private final ConcurrentSkipListMap<String, Throwable> failures = new ConcurrentSkipListMap<>();

    private final Map<String, Outcome.Reason> ends = new ConcurrentHashMap<>();

    Casualties(Entry.Supervisor tree) {
        this.tree = tree;
    }

    @Override
    public void on(Event event) {
        switch (event) {
            case ChildStarted e -> failures.remove(e.path());
            case ChildFailed e -> {
                if (e.restarting()) {
                    beginsAfresh(e.path());
                } else {
                    failures.put(e.path(), e.cause());
                }
            }
            case ChildCompleted e -> {
                if (e.restarting()) {
                    beginsAfresh(e.path());
                }
            }
            case ChildStopped e -> beginsAfresh(e.path());
            case ChildParked e -> failures.put(e.path(), e.cause());
            case SupervisorEnded e -> ends.put(e.path(), e.outcome().reason());
            default -> {}
        }
    }

    /**
     * What was below a supervisor that comes back no longer counts. At its end, not at its next
     * start: that event may be overtaken by those of its children.
     */
    private void beginsAfresh(String path) {
        failures.subMap(path + "/", path + (char) ('/' + 1)).clear();
    }

    /**
     * Those that failed for good, as far as they count at this end of the tree: all if nothing was
     * left to run, the significant ones if these have ended. In start order.
     */
    Map<String, Throwable> at(Outcome.Reason end) {
        Map<String, Throwable> found = new LinkedHashMap<>();
        collect(tree, tree.id(), end, found);
        return found;
    }

    private void collect(
            Entry.Supervisor supervisor,
            String path,
            Outcome.Reason end,
            Map<String, Throwable> found) {
        for (Entry child : supervisor.children()) {
            if (end == Outcome.Reason.SIGNIFICANT_ENDED && !child.rules().significant()) {
                continue;
            }
            String place = path + "/" + child.id();
            Throwable failure = failures.get(place);
            if (failure != null) {
                found.put(place, failure);
            } else if (child instanceof Entry.Supervisor nested) {
                Outcome.Reason its = ends.get(place);
                if (its == Outcome.Reason.NO_CHILD_LEFT
                        || its == Outcome.Reason.SIGNIFICANT_ENDED) {
                    collect(nested, place, its, found);
                }
            }
        }
    }
}
