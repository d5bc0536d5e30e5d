package dev.oversight.internal;

import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The runs of a whole tree that were let go of and go on. Each is added and removed by the loop of its
 * supervisor; anybody may look.
 */
final class Ledger {
    /** Of one path, whichever children had it. */
    private record Numbers(int runs, long last) {
        Numbers and(Numbers later) {
            return new Numbers(runs + later.runs, Math.max(last, later.last));
        }
    }

    private final Map<ThreadRun, Long> abandonedNanos = new ConcurrentHashMap<>();
    private final Map<String, Numbers> numbers = new ConcurrentHashMap<>();

    void add(ThreadRun run, long nowNanos) {
        abandonedNanos.put(run, nowNanos);
        numbers.merge(run.child.path, new Numbers(1, run.incarnation), Numbers::and);
    }

    void remove(ThreadRun run) {
        if (abandonedNanos.remove(run) != null) {
            numbers.computeIfPresent(
                    run.child.path,
                    (path, all) -> all.runs == 1 ? null : new Numbers(all.runs - 1, all.last));
        }
    }

    /** All of them, and when they were abandoned. A live view. */
    Map<ThreadRun, Long> all() {
        return Collections.unmodifiableMap(abandonedNanos);
    }

    /**
     * The greatest number that one of that path had since the last time that there was none. A child that
     * comes to this path counts on from it, so that path and number name one run of those that go on.
     */
    long lastIncarnation(String path) {
        Numbers all = numbers.get(path);
        return all == null ? 0 : all.last;
    }
}
