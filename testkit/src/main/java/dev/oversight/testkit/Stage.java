package dev.oversight.testkit;

import dev.oversight.ChildBody;
import dev.oversight.event.ChildAbandoned;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Knows which incarnations are inside their bodies. */
final class Stage {
    /** An incarnation that came in while another of the same place was still there. */
    record Overlap(String path, long stayed, long came) {
        /** Whether one of the two is that run, which was abandoned. */
        boolean isOf(ChildAbandoned run) {
            return path.equals(run.path())
                    && (stayed == run.incarnation() || came == run.incarnation());
        }
    }

    final Ground ground;
    private final Set<Incarnation> live = ConcurrentHashMap.newKeySet();
    private final Map<String, Incarnation> newest = new ConcurrentHashMap<>();
    private final Consumer<Overlap> whenOverlap;

    Stage(Ground ground) {
        this(ground, overlap -> {});
    }

    /** Whoever is told of overlaps is told in the thread of the one that came in. */
    Stage(Ground ground, Consumer<Overlap> whenOverlap) {
        this.ground = ground;
        this.whenOverlap = whenOverlap;
    }

    /** What to run in place of a body. */
    ChildBody around(ChildBody body) {
        return self -> new Incarnation(self, this).run(body);
    }

    void entered(Incarnation run) {
        live.add(run); // before: of two that come at the same moment one sees the other
        Incarnation[] stays = new Incarnation[1];
        newest.compute(run.path(), (path, before) -> {
            if (before == null || !live.contains(before)) {
                return run;
            }
            stays[0] = before;
            // One that comes late, and was abandoned before it came, does not take the place of its
            // successor.
            return run.real.running() || !before.real.running() ? run : before;
        });
        Incarnation before = stays[0];
        if (before != null) {
            whenOverlap.accept(
                    new Overlap(run.path(), before.real.incarnation(), run.real.incarnation()));
        }
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
}
