package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.dynamic.DynamicSpec;
import dev.oversight.dynamic.DynamicSupervisor;
import dev.oversight.dynamic.DynamicTree;
import dev.oversight.dynamic.InstanceRef;
import dev.oversight.event.ChildCounts;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What may overtake what around the instances of a dynamic supervisor. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DynamicRaceTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    // scenario 1
    @Test
    void endInTheInstantOfATerminate_isToldOnceAndNothingIsRestarted() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        DynamicTree<CountDownLatch> live =
                trees.start(DynamicSpec.of("workers", (CountDownLatch gate, ChildContext self) -> {
                            runs.incrementAndGet();
                            gate.await();
                            if (runs.get() % 2 == 0) {
                                throw new Puppet.Crash("in that instant");
                            }
                        })
                        .instances(c -> c.restart(Restart.TRANSIENT)));
        for (int round = 0; round < 2_000; round++) {
            CountDownLatch gate = new CountDownLatch(1);
            InstanceRef<CountDownLatch> ref = live.start(gate);
            var ended = ref.whenEnded();
            Thread opener = Thread.startVirtualThread(gate::countDown);
            ref.terminate();
            opener.join();
            assertThat(ref.ended()).isPresent();
            assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo(ref.ended().orElseThrow());
            assertThat(ref.snapshot()).isEmpty();
            assertThat(live.count()).isEqualTo(new ChildCounts(0, 0, 0, 0, 0));
        }
    }

    @Test
    void manyWhoTerminateTheSame_allReturn() throws Exception {
        DynamicTree<Integer> live = trees.start(
                DynamicSpec.of("workers", (Integer n, ChildContext self) -> self.awaitStop()));
        for (int round = 0; round < 100; round++) {
            InstanceRef<Integer> ref = live.start(round);
            List<Eventually.Caller<Exit>> callers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                callers.add(Eventually.calling("terminate " + i, () -> {
                    live.terminate(ref);
                    return ref.awaitEnd();
                }));
            }
            for (Eventually.Caller<Exit> caller : callers) {
                assertThat(caller.result().kind()).isSameAs(Exit.Kind.STOPPED);
            }
        }
    }

    // scenario 8, scenario 9
    @Test
    void startsWhileTheSupervisorIsRestarted_endInAnInstanceOrInAClearNo() throws Exception {
        DynamicSpec<Integer> spec = DynamicSpec.of(
                        "workers", (Integer n, ChildContext self) -> self.awaitStop())
                .neverGiveUp();
        Supervisor root = trees.start(SupervisorSpec.of("root")
                .neverGiveUp()
                .autoShutdown(AutoShutdown.NEVER)
                .child(spec.toChild()));
        DynamicSupervisor<Integer> live = spec.in(root);
        AtomicInteger refused = new AtomicInteger();
        List<Eventually.Caller<List<InstanceRef<Integer>>>> callers = new ArrayList<>();
        for (int thread = 0; thread < 3; thread++) {
            callers.add(Eventually.calling("starts", () -> {
                List<InstanceRef<Integer>> refs = new ArrayList<>();
                for (int i = 0; i < 2_000; i++) {
                    try {
                        refs.add(live.start(i));
                    } catch (SupervisorNotRunningException down) {
                        refused.incrementAndGet();
                    }
                }
                return refs;
            }));
        }
        for (int round = 0; round < 50; round++) {
            root.terminate("workers");
            root.restart("workers");
        }
        List<InstanceRef<Integer>> all = new ArrayList<>();
        for (var caller : callers) {
            all.addAll(caller.result());
        }
        assertThat(all.size() + refused.get()).isEqualTo(6_000);
        List<InstanceRef<Integer>> standing = live.instances();
        assertThat(all.stream().filter(ref -> ref.ended().isEmpty()).toList())
                .containsExactlyInAnyOrderElementsOf(standing);
        root.close();
        assertThat(all).allMatch(ref -> ref.ended().isPresent());
    }
}
