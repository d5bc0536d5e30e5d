package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.dynamic.DynamicSpec;
import dev.oversight.dynamic.DynamicTree;
import dev.oversight.dynamic.InstanceRef;
import dev.oversight.event.ChildCounts;
import dev.oversight.event.ChildSnapshot;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** What a dynamic supervisor keeps of instances that have ended: nothing. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DynamicMemoryTest {
    private static final int MANY = 100_000;

    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    /** What an instance is started with: large, and told when to return. */
    private static final class Load {
        private final CountDownLatch done = new CountDownLatch(1);
        private final byte[] data;

        Load(int bytes) {
            data = new byte[bytes];
        }

        void run(ChildContext self) throws InterruptedException {
            done.await();
            if (data.length == 1) {
                throw new IllegalStateException("too small");
            }
        }
    }

    static void awaitCollected(List<? extends WeakReference<?>> all) {
        Eventually.await(
                () -> all.stream().filter(w -> w.get() != null).count() + " are still held", () -> {
                    System.gc();
                    return all.stream().allMatch(w -> w.get() == null);
                });
    }

    // OTP-055
    @ParameterizedTest
    @ValueSource(strings = {"PERMANENT", "TRANSIENT", "TEMPORARY"})
    void endedInstances_keepNoArgumentAlsoIfTheirHandlesAreKept(String rule) throws Exception {
        Restart restart = Map.of(
                        "PERMANENT", Restart.PERMANENT,
                        "TRANSIENT", Restart.TRANSIENT,
                        "TEMPORARY", Restart.TEMPORARY)
                .get(rule);
        DynamicTree<Load> live = trees.start(
                DynamicSpec.of("workers", Load::run).instances(c -> c.restart(restart)));
        List<WeakReference<?>> loads = new ArrayList<>();
        List<InstanceRef<Load>> refs = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Load load = new Load(100_000);
            InstanceRef<Load> ref = live.start(load);
            refs.add(ref);
            loads.add(new WeakReference<>(load));
            loads.add(new WeakReference<>(ref.snapshot().orElseThrow().spec()));
            if (restart == Restart.PERMANENT) {
                ref.terminate();
            } else {
                load.done.countDown();
                ref.awaitEnd();
            }
        }
        awaitCollected(loads);
        assertThat(refs).allMatch(ref -> ref.ended().isPresent());
        assertThat(live.count()).isEqualTo(new ChildCounts(0, 0, 0, 0, 0));
    }

    // OTP-056
    @Test
    void firstDeath_changesNothingForThoseAfterIt() throws Exception {
        DynamicTree<Load> live = trees.start(
                DynamicSpec.of("workers", Load::run).instances(c -> c.restart(Restart.TEMPORARY)));
        Load bad = new Load(1);
        InstanceRef<Load> first = live.start(bad);
        bad.done.countDown();
        assertThat(first.awaitEnd().kind()).isSameAs(Exit.Kind.FAILED);
        WeakReference<Load> huge = startHuge(live);
        awaitCollected(List.of(huge));
    }

    private static WeakReference<Load> startHuge(DynamicTree<Load> live)
            throws InterruptedException {
        Load load = new Load(10_000_000);
        InstanceRef<Load> ref = live.start(load);
        load.done.countDown();
        ref.awaitEnd();
        return new WeakReference<>(load);
    }

    /** Its run holds on to it for as long as it lives, and it stood beside those that came after it. */
    // OTP-109, scenario 15
    @Test
    void manyInstances_leaveNothingInTheBooksEvenIfOneNeverEnds() throws Exception {
        CountDownLatch gate = trees.gate();
        CountDownLatch runs = new CountDownLatch(1);
        DynamicTree<Integer> live = trees.start(DynamicSpec.of(
                        "workers", (Integer number, ChildContext self) -> {
                            if (number == 0) {
                                runs.countDown();
                                Puppet.deafAwait(gate);
                            } else if (number == 1) {
                                self.awaitStop();
                            }
                        })
                .instances(c -> c.restart(Restart.TEMPORARY).shutdown(Shutdown.immediate())));
        InstanceRef<Integer> deaf = live.start(0);
        InstanceRef<Integer> standing = live.start(1);
        runs.await();
        assertThat(deaf.terminateAsync().get().kind()).isSameAs(Exit.Kind.ABANDONED);
        List<WeakReference<?>> specs = new ArrayList<>();
        for (int i = 2; i < MANY; i++) {
            InstanceRef<Integer> ref = live.start(i);
            if (i % 100 == 0) {
                ref.snapshot()
                        .map(ChildSnapshot::spec)
                        .ifPresent(spec -> specs.add(new WeakReference<>(spec)));
            }
        }
        Eventually.await("all have ended", () -> live.count().specs() == 1);
        assertThat(live.instances()).containsExactly(standing);
        assertThat(live.root().forgotten()).hasSize(32);
        assertThat(live.root().abandoned()).hasSize(1);
        awaitCollected(specs);
    }

    // scenario 15
    @Test
    void oneOutlivedByTheNext_isNotHeldByIt() throws Exception {
        CountDownLatch gate = trees.gate();
        CountDownLatch runs = new CountDownLatch(1);
        DynamicTree<Integer> live =
                trees.start(DynamicSpec.of("workers", (Integer number, ChildContext self) -> {
                            if (number == 0) {
                                runs.countDown();
                                Puppet.deafAwait(gate);
                            }
                            self.awaitStop();
                        })
                        .instances(c -> c.shutdown(Shutdown.immediate())));
        InstanceRef<Integer> deaf = live.start(0);
        runs.await();
        Deque<InstanceRef<Integer>> window = new ArrayDeque<>(List.of(deaf));
        List<WeakReference<?>> specs = new ArrayList<>();
        for (int i = 1; i <= 1000; i++) {
            InstanceRef<Integer> ref = live.start(i);
            window.add(ref);
            specs.add(new WeakReference<>(ref.snapshot().orElseThrow().spec()));
            if (window.size() > 3) { // so each one that goes has a younger one beside it
                window.remove().terminate();
            }
        }
        specs.subList(specs.size() - 3, specs.size()).clear();
        awaitCollected(specs);
        assertThat(live.count().specs()).isEqualTo(3);
    }

    // scenario 16
    @Test
    void stormAtTheLimit_neitherExceedsItNorDrifts() throws Exception {
        int limit = 20;
        DynamicTree<Integer> live =
                trees.start(DynamicSpec.of("workers", (Integer number, ChildContext self) -> {
                            switch (number % 4) {
                                case 0 -> throw new Puppet.Crash("always, if it may");
                                case 1 -> self.awaitStop();
                                default -> Thread.yield();
                            }
                        })
                        .instances(c -> c.restart(Restart.when(
                                exit -> exit.cause() != null && exit.uptimeNanos() % 3 != 0)))
                        .maxChildren(limit));
        List<Eventually.Caller<Integer>> callers = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            int from = thread;
            callers.add(Eventually.calling("storm " + thread, () -> storm(live, from, limit)));
        }
        int refused = 0;
        for (Eventually.Caller<Integer> caller : callers) {
            refused += caller.result();
        }
        for (InstanceRef<Integer> left : live.instances()) {
            left.terminate();
        }
        assertThat(live.count()).isEqualTo(new ChildCounts(0, 0, 0, 0, 0));
        for (int i = 0; i < limit; i++) {
            live.start(1);
        }
        assertThatThrownBy(() -> live.start(1)).isInstanceOf(TooManyChildrenException.class);
        assertThat(refused).isPositive();
    }

    private static int storm(DynamicTree<Integer> live, int from, int limit)
            throws InterruptedException {
        int refused = 0;
        Deque<InstanceRef<Integer>> mine = new ArrayDeque<>();
        for (int i = 0; i < 5_000; i++) {
            try {
                mine.add(live.start(from + i));
            } catch (TooManyChildrenException full) {
                refused++;
                if (!mine.isEmpty()) {
                    mine.remove().terminate();
                }
            }
            int found = live.count().specs();
            if (found > limit) {
                throw new AssertionError(found + " instances, allowed are " + limit);
            }
        }
        return refused;
    }
}
