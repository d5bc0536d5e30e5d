package dev.oversight;

import static dev.oversight.Trees.awaitState;
import static dev.oversight.Trees.ids;
import static dev.oversight.Trees.snapshot;
import static dev.oversight.Trees.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.event.AbandonedRun;
import dev.oversight.event.AbandonedRunEnded;
import dev.oversight.event.ChildState;
import dev.oversight.spi.Threads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** Runs that outlived their shutdown: listed with their stack, fenced, and released when they end. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AbandonedScenarioTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final Recorder events = new Recorder();
    private final Queue<ChildContext> contexts = new ConcurrentLinkedQueue<>();

    private Supervisor startDeaf(CountDownLatch... gates) throws Exception {
        Queue<CountDownLatch> queue = new ConcurrentLinkedQueue<>(java.util.List.of(gates));
        return trees.start(SupervisorSpec.of("root")
                .listener(events)
                .autoShutdown(AutoShutdown.NEVER)
                .child(
                        "deaf",
                        self -> {
                            CountDownLatch gate = queue.poll();
                            contexts.add(self);
                            if (gate != null) {
                                hangsHere(gate);
                            }
                            self.awaitStop();
                        },
                        c -> c.shutdown(Shutdown.immediate())));
    }

    private static void hangsHere(CountDownLatch gate) {
        Puppet.deafAwait(gate);
    }

    @Test
    void anAbandonedRun_isListedWithWhereItIsNow() throws Exception {
        CountDownLatch gate = trees.gate();
        Supervisor tree = startDeaf(gate);
        Eventually.await("it runs", () -> contexts.size() == 1);
        tree.terminate("deaf");

        AbandonedRun run = tree.abandoned().getFirst();
        assertThat(run.path()).isEqualTo("root/deaf");
        assertThat(run.incarnation()).isOne();
        assertThat(run.since()).isAfterOrEqualTo(snapshot(tree, "deaf").since());
        Eventually.await(
                "its stack shows where it hangs",
                () -> tree.abandoned().getFirst().stack().stream()
                        .anyMatch(frame -> frame.getMethodName().equals("hangsHere")));
        assertThat(state(tree, "deaf")).isSameAs(ChildState.ABANDONED);
        assertThat(tree.count().active()).isZero();
    }

    @Test
    void aChildAddedWhereAnOldRunGoesOn_countsOnAndBothAreToldApart() throws Exception {
        CountDownLatch gate = trees.gate();
        Supervisor tree = startDeaf(gate);
        Eventually.await("it runs", () -> contexts.size() == 1);
        ChildSpec spec = snapshot(tree, "deaf").spec();
        tree.delete("deaf");
        tree.add(spec);
        assertThat(snapshot(tree, "deaf").incarnation()).isEqualTo(2);
        assertThat(snapshot(tree, "deaf").restarts()).isZero();
        assertThat(tree.abandoned().getFirst().incarnation()).isOne();
    }

    @Test
    void aRunThatOutlivedItsSupervisor_isCountedAboveUntilItEnds() throws Exception {
        CountDownLatch ends = trees.gate();
        CountDownLatch goesOn = trees.gate();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .autoShutdown(AutoShutdown.NEVER)
                .listener(events)
                .child(SupervisorSpec.of("pool")
                        .child(
                                "ends",
                                self -> Puppet.deafAwait(ends),
                                AbandonedScenarioTest::atOnce)
                        .child(
                                "goesOn",
                                self -> Puppet.deafAwait(goesOn),
                                AbandonedScenarioTest::atOnce)));
        Supervisor pool = tree.supervisor("pool").orElseThrow();
        tree.terminate("pool");
        assertThat(tree.abandoned()).hasSize(2);
        ends.countDown();
        Eventually.await(
                "its end is told", () -> !events.of(AbandonedRunEnded.class).isEmpty());
        assertThat(pool.count().active()).isZero(); // asked after that, so root has been told too
        assertThat(tree.stop(java.time.Duration.ofSeconds(10)).orElseThrow().abandoned())
                .isOne();
    }

    private static ChildSpec atOnce(ChildSpec child) {
        return child.shutdown(Shutdown.immediate());
    }

    @Test
    void anAbandonedRun_canNoLongerActForItsChild() throws Exception {
        CountDownLatch gate = trees.gate();
        Supervisor tree = startDeaf(gate);
        Eventually.await("it runs", () -> contexts.size() == 1);
        tree.terminate("deaf");
        tree.restart("deaf");
        Eventually.await("its successor runs", () -> contexts.size() == 2);

        ChildContext old = contexts.poll();
        assertThatThrownBy(old::ready)
                .isInstanceOf(AbandonedException.class)
                .hasMessageContaining("incarnation 1 of root/deaf was abandoned")
                .hasMessageContaining("return");
        assertThatThrownBy(old::supervisor).isInstanceOf(AbandonedException.class);
        assertThat(old.running()).isFalse();
        assertThat(old.path()).isEqualTo("root/deaf");
        ChildContext current = contexts.poll();
        assertThat(current.incarnation()).isEqualTo(2);
        assertThat(current.supervisor().path()).isEqualTo("root");
        assertThat(current.running()).isTrue();
    }

    @Test
    void manyAbandonedRunsOfOneChild_areAllListedAndReleasedOneByOne() throws Exception {
        CountDownLatch[] gates = {trees.gate(), trees.gate(), trees.gate()};
        Supervisor tree = startDeaf(gates);
        for (int i = 1; i <= 3; i++) {
            int runs = i;
            Eventually.await("run " + i, () -> contexts.size() == runs);
            tree.terminate("deaf");
            tree.restart("deaf");
        }
        assertThat(tree.abandoned())
                .extracting(AbandonedRun::incarnation)
                .containsExactlyInAnyOrder(1L, 2L, 3L);
        gates[1].countDown();
        events.await(AbandonedRunEnded.class, e -> e.incarnation() == 2);
        Eventually.await("it is off the list", () -> tree.abandoned().size() == 2);
        assertThat(tree.abandoned())
                .extracting(AbandonedRun::incarnation)
                .containsExactlyInAnyOrder(1L, 3L);
        assertThat(state(tree, "deaf")).isSameAs(ChildState.RUNNING);
        tree.close();
        assertThat(tree.outcome().orElseThrow().abandoned())
                .isEqualTo(3); // 1, 3 and 4, which was given no time
    }

    @Test
    void anAbandonedRun_isReleasedAlsoAfterDeleteAndReAddAndTheEndOfTheTree()
            throws Exception { // scenario 7
        CountDownLatch first = trees.gate();
        CountDownLatch second = trees.gate();
        Supervisor tree = startDeaf(first, second);
        Eventually.await("it runs", () -> contexts.size() == 1);
        tree.delete("deaf");
        assertThat(ids(tree)).isEmpty();
        assertThat(tree.abandoned()).hasSize(1);
        tree.add("deaf", self -> {
            contexts.add(self);
            Puppet.deafAwait(second);
            throw new IllegalStateException("much later");
        });
        Eventually.await("it runs", () -> contexts.size() == 2);
        tree.stop(java.time.Duration.ZERO);
        assertThat(tree.abandoned()).hasSize(2);

        first.countDown();
        second.countDown();
        Eventually.await(
                "two late ends", () -> events.of(AbandonedRunEnded.class).size() == 2);
        Eventually.await("they are off the list", () -> tree.abandoned().isEmpty());
        assertThat(events.of(AbandonedRunEnded.class))
                .anyMatch(e -> e.cause() instanceof IllegalStateException);
        assertThat(state(tree, "deaf")).isSameAs(ChildState.STOPPED);
    }

    @Test
    void aChildThatSpins_isAbandonedAndOthersAreServedMeanwhile() throws Exception { // scenario 13
        CountDownLatch gate = trees.gate();
        Puppet other = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child("other", other)
                .child(
                        "spins",
                        self -> {
                            while (gate.getCount() > 0) {
                                LockSupport.parkNanos(
                                        100_000); // returns at once while the flag is set
                            }
                        },
                        c -> c.shutdown(Shutdown.immediate())
                                .threads(trees.recording(
                                        Threads.platformDaemon())))); // not all carriers
        tree.terminate("spins");
        other.crashAndAwaitRestart();
        awaitState(tree, "other", ChildState.RUNNING);
        assertThat(tree.abandoned()).hasSize(1);
        gate.countDown();
        Eventually.await("it has ended", () -> tree.abandoned().isEmpty());
    }

    @Test
    void anAbandonedRun_isListedByTheSupervisorsItIsBelowAndByNoNamesake() throws Exception {
        CountDownLatch gate = trees.gate();
        SupervisorSpec hangs = SupervisorSpec.of("inner")
                .autoShutdown(AutoShutdown.NEVER)
                .child("x", Puppet.deaf(gate), c -> c.shutdown(Shutdown.immediate()));
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child(SupervisorSpec.of("in").child("y", Puppet.idle()))
                .child(hangs));
        Supervisor inner = tree.supervisor("inner").orElseThrow();
        inner.terminate("x");
        assertThat(tree.abandoned()).extracting(AbandonedRun::path).containsExactly("root/inner/x");
        assertThat(inner.abandoned()).hasSize(1);
        assertThat(tree.supervisor("in").orElseThrow().abandoned()).isEmpty();
    }

    @Test
    void anAbandonedRun_mayWaitForASupervisorItIsNotBelow() throws Exception {
        CountDownLatch gate = trees.gate();
        CompletableFuture<Object> answer = new CompletableFuture<>();
        CompletableFuture<Supervisor> other = new CompletableFuture<>();
        ChildBody joins = self -> {
            Puppet.deafAwait(gate);
            try {
                answer.complete(other.join().join(Duration.ZERO));
            } catch (IllegalStateException refused) {
                answer.complete(refused);
            }
        };
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child("x", joins, AbandonedScenarioTest::atOnce)
                .child(SupervisorSpec.of("other").child("y", Puppet.idle())));
        other.complete(tree.supervisor("other").orElseThrow());
        tree.terminate("x");
        gate.countDown();
        assertThat(answer.get()).isEqualTo(Optional.empty());
    }

    @Test
    void anAbandonedRunThatReplacedItsHandler_isStillInsideItsTree() throws Exception {
        CountDownLatch gate = trees.gate();
        CompletableFuture<Supervisor> root = new CompletableFuture<>();
        CompletableFuture<Object> answer = new CompletableFuture<>();
        ChildBody joins = self -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {});
            Puppet.deafAwait(gate);
            try {
                answer.complete(root.join().join(Duration.ZERO));
            } catch (IllegalStateException refused) {
                answer.complete(refused);
            }
        };
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .autoShutdown(AutoShutdown.NEVER)
                .child("x", joins, c -> c.shutdown(Shutdown.immediate())));
        root.complete(tree);
        tree.terminate("x");
        gate.countDown();
        assertThat(answer.get()).isInstanceOf(IllegalStateException.class);
    }
}
