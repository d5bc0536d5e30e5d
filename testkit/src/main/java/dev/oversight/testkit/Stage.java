package dev.oversight.testkit;

import dev.oversight.ChildBody;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Knows which incarnations are inside their bodies. */
final class Stage {
    /** An incarnation that came in while another of the same place was still there. */
    record Overlap(String path, long stayed, long came) {}

    final Ground ground;
    private final Set<Incarnation> live = ConcurrentHashMap.newKeySet();
    private final Map<String, Incarnation> newest = new ConcurrentHashMap<>();
    private final Queue<Overlap> overlaps = new ConcurrentLinkedQueue<>();

    Stage(Ground ground) {
        this.ground = ground;
    }

    /** What to run in place of a body. */
    ChildBody around(ChildBody body) {
        return self -> new Incarnation(self, this).run(body);
    }

    void entered(Incarnation run) {
        Incarnation before = newest.put(run.path(), run);
        if (before != null && live.contains(before)) {
            overlaps.add(
                    new Overlap(run.path(), before.real.incarnation(), run.real.incarnation()));
        }
        live.add(run);
    }

    void left(Incarnation run) {
        live.remove(run);
        newest.remove(run.path(), run);
    }

    /** The incarnation that came last; null if it has gone. */
    @Nullable
    Incarnation at(String path) {
        return newest.get(path);
    }

    boolean isLive(Incarnation run) {
        return live.contains(run);
    }

    /** All that are inside their bodies, in no order. */
    List<Incarnation> live() {
        return List.copyOf(live);
    }

    List<Overlap> overlaps() {
        return List.copyOf(overlaps);
    }
}
