package dev.oversight.internal;

import dev.oversight.event.StopTime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Who took longest to stop when a supervisor ended, also below it. Keeps a few. */
final class SlowestStops {
    private static final int KEPT = 16;
    private static final Comparator<StopTime> LONGEST_FIRST =
            Comparator.comparing(StopTime::took).reversed();

    private final List<StopTime> kept = new ArrayList<>(0);

    /** Only counts while its supervisor ends: what stops for a restart is told by events. */
    void add(Child child, long tookNanos, boolean abandoned, Situation here) {
        if (here.isStopping()
                && tookNanos > 0
                && (kept.size() < KEPT || tookNanos > kept.getLast().took().toNanos())) {
            insert(new StopTime(
                    child.path,
                    child.incarnation,
                    here.now - tookNanos,
                    Duration.ofNanos(tookNanos),
                    abandoned));
        }
    }

    void addAll(List<StopTime> below) {
        below.forEach(this::insert);
    }

    private void insert(StopTime stop) {
        kept.add(stop);
        kept.sort(LONGEST_FIRST);
        if (kept.size() > KEPT) {
            kept.removeLast();
        }
    }

    List<StopTime> longestFirst() {
        return List.copyOf(kept);
    }
}
