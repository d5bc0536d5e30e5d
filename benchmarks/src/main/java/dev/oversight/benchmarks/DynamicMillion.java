package dev.oversight.benchmarks;

import dev.oversight.ChildContext;
import dev.oversight.Restart;
import dev.oversight.dynamic.DynamicSpec;
import dev.oversight.dynamic.DynamicTree;

/**
 * A million short temporary instances of one dynamic supervisor, started one after the other and
 * forgotten: what the last ones cost beside the first, and what is left of them.
 */
public final class DynamicMillion {
    private static final int COUNT = 1_000_000;
    private static final int TENTH = COUNT / 10;

    private DynamicMillion() {}

    /** Prints the rate in the first and in the last tenth, and the heap in use before and after. */
    public static void main(String[] args) throws InterruptedException {
        DynamicSpec<Integer> spec = DynamicSpec.of(
                        "short", (Integer number, ChildContext self) -> {})
                .instances(c -> c.restart(Restart.TEMPORARY));
        try (DynamicTree<Integer> live = spec.start()) {
            rate(live, TENTH); // warms up
            long before = Peer.usedHeap();
            double first = rate(live, TENTH);
            rate(live, COUNT - 2 * TENTH);
            double last = rate(live, TENTH);
            long after = Peer.usedHeap();
            System.out.printf(
                    "metric=dynamic_million children=%d first_tenth=%.0f last_tenth=%.0f unit=1/s"
                            + " heap_before_kib=%d heap_after_kib=%d%n",
                    COUNT, first, last, before >> 10, after >> 10);
        }
    }

    /** Instances a second, from the start of the first until the last is forgotten. */
    private static double rate(DynamicTree<Integer> live, int count) throws InterruptedException {
        long begin = System.nanoTime();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < count; i++) {
                    live.start(i);
                }
            } catch (InterruptedException impossible) {
                throw new IllegalStateException(impossible);
            }
        });
        caller.join();
        while (live.count().specs() > 0) {
            Thread.onSpinWait();
        }
        return count * 1e9 / (System.nanoTime() - begin);
    }
}
