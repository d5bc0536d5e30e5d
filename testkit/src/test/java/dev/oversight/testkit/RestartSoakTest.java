package dev.oversight.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.ChildBody;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.testkit.junit.OversightExtension;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Restarts and nothing else: a few thousand here, ten million with {@code -Psoak}. They are paced, so
 * that they leave more than half a processor to others; what is looked at is memory, not speed.
 */
@ExtendWith(OversightExtension.class)
class RestartSoakTest {
    private static final long MILLIONS = 10_000_000;
    private static final int SAMPLES = 20;

    private final AtomicLong crashes = new AtomicLong();

    /** Fails until all together have failed so often. Every so many crashes it pauses first. */
    private ChildBody crashing(long total, long every, long pauseNanos) {
        return self -> {
            long number = crashes.incrementAndGet();
            if (number > total) {
                self.awaitStop();
                return;
            }
            if (number % every == 0) {
                LockSupport.parkNanos(pauseNanos);
            }
            throw new IllegalStateException("once more");
        };
    }

    private void restart(RealTrees trees, int children, long total, long every, long pauseNanos)
            throws Exception {
        SupervisorSpec spec = SupervisorSpec.of("root").neverGiveUp();
        for (int i = 0; i < children; i++) {
            spec = spec.child("c" + i, crashing(total, every, pauseNanos));
        }
        List<Double> heap = new ArrayList<>();
        try (Supervisor tree = Supervisor.start(spec, trees.platform())) {
            for (int sample = 1; sample <= SAMPLES; sample++) {
                long due = total * sample / SAMPLES;
                while (crashes.get() < due) {
                    Thread.sleep(1);
                }
                heap.add((double) Flat.heapKiB());
                if (total == MILLIONS) {
                    System.out.printf(
                            Locale.ROOT,
                            "%,d crashes: heap %,.0f KiB, load %.2f%n",
                            crashes.get(),
                            heap.getLast(),
                            Flat.load());
                }
            }
            while (crashes.get() < total + children) { // until all of them run again
                Thread.sleep(1);
            }
            assertThat(tree.children().stream()
                            .mapToLong(ChildSnapshot::restarts)
                            .sum())
                    .isEqualTo(total);
        }
        // In the first half each child comes to remember as many failures as it ever will.
        Flat.judge(
                "heap of " + children + " children in KiB",
                heap.stream().skip(SAMPLES / 2).mapToDouble(d -> d).toArray(),
                Flat.HEAP_NOISE_KIB);
    }

    @Test
    void oneChildRestartedThousandsOfTimes_leavesNothingBehind(RealTrees trees) throws Exception {
        restart(trees, 1, 20_000, 1_000, 100_000);
    }

    @Test
    void aThousandChildrenRestartedThousandsOfTimes_leaveNothingBehind(RealTrees trees)
            throws Exception {
        restart(trees, 1_000, 30_000, 1, 1_000_000);
    }

    @Test
    @Tag("soak")
    void oneChildRestartedTenMillionTimes_leavesNothingBehind(RealTrees trees) throws Exception {
        restart(trees, 1, MILLIONS, 64, 500_000);
    }

    @Test
    @Tag("soak")
    void aThousandChildrenRestartedTenMillionTimes_leaveNothingBehind(RealTrees trees)
            throws Exception {
        restart(trees, 1_000, MILLIONS, 1, 50_000_000);
    }
}
