package dev.oversight.testkit;

import static dev.oversight.testkit.Pace.every;

import dev.oversight.OversightException;
import dev.oversight.Supervisor;
import dev.oversight.dynamic.DynamicSpec;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.event.ChildStarted;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;

/**
 * A thousand children under chaos for a long time, while instances come and go: what is lost, what grows?
 * Prints a line for each sample.
 */
final class Soak {
    /** One look at what must not grow. */
    private record Sample(
            double minute, long heapKiB, int threads, int booked, int abandoned, long starts) {
        String line() {
            return String.format(
                    Locale.ROOT,
                    "minute %6.1f: heap %,8d KiB, %5d threads, %5d in the books, %3d abandoned,"
                            + " %,10d starts, load %.2f",
                    minute,
                    heapKiB,
                    threads,
                    booked,
                    abandoned,
                    starts,
                    Flat.load());
        }
    }

    private final Duration length;
    private final Duration between;
    private final long seed;
    private final AtomicLong starts = new AtomicLong();
    private final List<Sample> samples = new ArrayList<>();

    Soak(Duration length, Duration between, long seed) {
        this.length = length;
        this.between = between;
        this.seed = seed;
    }

    private Chaos chaos() {
        int rounds = (int) Math.max(1, length.toMinutes() / 5);
        return Chaos.seeded(seed)
                .during(length.dividedBy(rounds))
                .rounds(rounds)
                .kill("**", every(Duration.ofMillis(50)))
                .kill("area-*/group-0", every(Duration.ofSeconds(5)))
                .kill("area-3", every(Duration.ofSeconds(30)))
                .kill("pool-*/*", every(Duration.ofMillis(300)))
                .kill("**/chaos-*/*", every(Duration.ofMillis(500)))
                .hang("**", every(Duration.ofSeconds(1)))
                .hang("**", every(Duration.ofSeconds(2)), Duration.ofSeconds(3))
                .slow("**", Duration.ofMillis(20))
                .flood("**", 4, every(Duration.ofMillis(10)))
                .recoversWithin(Duration.ofSeconds(60))
                .keepsRunning();
    }

    /** Soaks, and fails if something was lost or grew. */
    void run() throws InterruptedException {
        System.out.println("soak of " + length + ", seed " + seed);
        try (ChaosRun run = chaos().start(SoakTree.spec().listener(event -> {
            if (event instanceof ChildStarted) {
                starts.incrementAndGet();
            }
        }))) {
            Thread load = Thread.ofVirtual().start(() -> comeAndGo(run));
            long begun = System.nanoTime();
            int told = 0;
            for (int i = 1; run.isOn(); i++) {
                pauseUntil(run, begun + between.toNanos() * i);
                if (run.isOn()) {
                    Sample sample = sample(run, (System.nanoTime() - begun) / 60e9);
                    samples.add(sample);
                    System.out.println(sample.line());
                    run.violations().stream().skip(told).forEach(System.out::println);
                    told = run.violations().size();
                }
            }
            ChaosVerdict verdict = run.verdict();
            load.join();
            System.out.println(verdict);
            verdict.assertHeld();
        }
        judge();
    }

    /** Starts instances in the pools, and pauses when the tree recovers, so that books can be compared. */
    private void comeAndGo(ChaosRun run) {
        SplittableRandom chance = new SplittableRandom(seed);
        while (run.isOn()) {
            pauseUntil(run, System.nanoTime() + 1_000_000L * (20 + chance.nextInt(60)));
            if (!run.isCalm()) {
                DynamicSpec<Long> pool = chance.nextBoolean() ? SoakTree.SHORT : SoakTree.FLAKY;
                try {
                    pool.in(run.tree()).startAsync(50L + chance.nextInt(2_000));
                } catch (OversightException downOrFull) {
                    // the pool is being restarted: the next one will find it
                }
            }
        }
    }

    private static void pauseUntil(ChaosRun run, long nanos) {
        while (run.isOn() && System.nanoTime() < nanos) {
            LockSupport.parkNanos(Math.min(100_000_000, nanos - System.nanoTime()));
        }
    }

    private Sample sample(ChaosRun run, double minute) {
        return new Sample(
                minute,
                Flat.heapKiB(),
                run.threads(),
                booked(run.tree()),
                run.tree().abandoned().size(),
                starts.get());
    }

    private static int booked(Supervisor supervisor) {
        int booked = 0;
        for (ChildSnapshot child : supervisor.children()) {
            booked++;
            if (child.isSupervisor()) {
                booked += supervisor.supervisor(child.path()).map(Soak::booked).orElse(0);
            }
        }
        return booked;
    }

    private static double[] values(List<Sample> samples, ToDoubleFunction<Sample> of) {
        return samples.stream().mapToDouble(of).toArray();
    }

    /** Nothing may grow: not the heap, once the bounded memories are full, nor threads, nor the books. */
    private void judge() {
        List<Sample> settled = samples.subList(samples.size() / 5, samples.size());
        Flat.judge("heap in KiB", values(settled, Sample::heapKiB), Flat.HEAP_NOISE_KIB);
        Flat.judge("threads", values(settled, Sample::threads), 50);
        Flat.judge("children in the books", values(settled, Sample::booked), 50);
        Flat.judge("abandoned runs", values(settled, Sample::abandoned), 10);
    }
}
