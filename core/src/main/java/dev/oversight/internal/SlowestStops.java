package dev.oversight.internal;

import dev.oversight.event.StopTime;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Who took longest to stop when a supervisor ended, also below it. Keeps a few, and counts the rest. */
final class SlowestStops {
    /** As many as one can look at. */
    static final int KEPT = 64;

    private static final Comparator<StopTime> SHORTEST_FIRST = Comparator.comparing(StopTime::took);

    /** Null before the first. */
    private @Nullable PriorityQueue<StopTime> kept;

    private int more;

    /** Only counts while its supervisor ends: what stops for a restart is told by events. */
    void add(Child child, long tookNanos, boolean abandoned, Situation here) {
        if (!here.isStopping()) {
            return;
        }
        PriorityQueue<StopTime> all = kept;
        if (all != null && all.size() == KEPT) {
            StopTime shortest = all.peek();
            if (shortest != null && tookNanos <= shortest.took().toNanos()) {
                more++;
                return;
            }
        }
        insert(new StopTime(
                child.path,
                child.incarnation,
                here.now - tookNanos,
                Duration.ofNanos(tookNanos),
                budget(child),
                abandoned ? StopTime.Way.ABANDONED : StopTime.Way.STOPPED));
    }

    /** What a child that is stopping, or has just stopped, had from when it was asked; null if unlimited. */
    static @Nullable Duration budget(Child child) {
        return child.dueNanos == Long.MAX_VALUE
                ? null
                : Duration.ofNanos(child.dueNanos - child.sinceNanos);
    }

    /** Those of a supervisor below that has ended. */
    void addAll(SlowestStops below) {
        if (below.kept != null) {
            below.kept.forEach(this::insert);
        }
        more += below.more;
    }

    private void insert(StopTime stop) {
        if (kept == null) {
            kept = new PriorityQueue<>(SHORTEST_FIRST);
        }
        kept.add(stop);
        if (kept.size() > KEPT) {
            kept.remove();
            more++;
        }
    }

    /** Those that were kept, longest first. */
    List<StopTime> longestFirst() {
        List<StopTime> result = kept == null ? new ArrayList<>(0) : new ArrayList<>(kept);
        result.sort(SHORTEST_FIRST.reversed());
        return result;
    }

    /** How many others there were; none of them took longer. */
    int more() {
        return more;
    }
}
