package dev.oversight.testkit;

import dev.oversight.StopOrder;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildStarted;
import dev.oversight.event.ChildState;
import dev.oversight.event.ChildStopping;
import dev.oversight.event.Event;
import dev.oversight.event.StopCause;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/** Whether it was a child's turn to be started or stopped, by what its supervisor promises. */
final class OrderJudge {
    private final SupervisorSpec spec;
    private final String path;
    private final Ranks ranks;
    private final Map<String, Entry> children;

    OrderJudge(SupervisorSpec spec, String path, Ranks ranks, Map<String, Entry> children) {
        this.spec = spec;
        this.path = path;
        this.ranks = ranks;
        this.children = children;
    }

    /** One that was described is started for the first time, as part of its supervisor's start. */
    void firstStart(Entry child, ChildStarted event, Judge judge) {
        if (!spec.isOrderedByDependencies()) {
            Entry older = ranks.freshBefore(child);
            if (older != null) {
                outOfOrder(judge, event, "is started before " + older.path);
            }
            return;
        }
        if (child.spec != null) {
            child.spec.dependencies().forEach(needed -> {
                Entry entry = children.get(path + "/" + needed.id());
                if (entry != null && entry.isOnly(ChildState.NEW)) {
                    outOfOrder(
                            judge, event, "is started before " + entry.path + ", which it needs");
                }
            });
        }
    }

    /** One that is certainly not started by request. */
    void restart(Entry child, ChildStarted event, Judge judge) {
        Entry older = isGroup() ? ranks.comingBackBefore(child) : null;
        if (older != null) {
            outOfOrder(judge, event, "is started before " + older.path + ", which comes back, too");
        }
    }

    /** Before it is noted that it stops. */
    void stop(Entry child, ChildStopping event, Judge judge) {
        Entry first = null;
        if (spec.stopOrder() == StopOrder.TOGETHER) {
            return;
        }
        if (spec.isOrderedByDependencies()) {
            first = event.why() == StopCause.SUPERVISOR ? liveDependent(child) : null;
        } else if (event.why() == StopCause.SUPERVISOR) {
            first = ranks.liveAfter(child);
        } else if (event.why() == StopCause.SIBLING && isGroup()) {
            first = ranks.upAfter(child);
        }
        if (first != null) {
            outOfOrder(
                    judge,
                    event,
                    "is asked to stop before " + first.path + " is gone, which is " + first.states);
        }
    }

    private @Nullable Entry liveDependent(Entry child) {
        String id = Described.idOf(child.path);
        return ranks.live().stream()
                .filter(other -> other.needs(id))
                .findFirst()
                .orElse(null);
    }

    /** Whether whoever is younger than one that is restarted is restarted, too. */
    private boolean isGroup() {
        return !spec.isOrderedByDependencies()
                && (spec.strategy() == Strategy.ONE_FOR_ALL
                        || spec.strategy() == Strategy.REST_FOR_ONE);
    }

    private static void outOfOrder(Judge judge, Event event, String what) {
        judge.violated(ChaosViolation.Kind.OUT_OF_ORDER, event.path(), what, event.atNanos());
    }
}
