package dev.oversight;

import static dev.oversight.Trees.awaitState;
import static dev.oversight.Trees.snapshot;
import static dev.oversight.Trees.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.event.ChildAbandoned;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The weaknesses found in the Go library, W-01 to W-11: each test fails on its behaviour. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SeedDefectsTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final ManualTime time = new ManualTime();

    @Test
    void w01_aChildOlderThanItsBudget_hasAllOfItFromTheRequestOn()
            throws Exception { // W-01, OVS-032
        CountDownLatch cleanUp = trees.gate();
        AtomicBoolean cleaned = new AtomicBoolean();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .child(
                                "old",
                                self -> {
                                    self.awaitStop();
                                    Puppet.deafAwait(cleanUp);
                                    cleaned.set(true);
                                },
                                c -> c.shutdown(Shutdown.within(Duration.ofMillis(300)))),
                time);
        time.advance(Duration.ofSeconds(10));

        Eventually.Caller<Outcome> stop =
                Eventually.calling("stop", () -> tree.stop(Duration.ofHours(1)).orElseThrow());
        awaitState(tree, "old", ChildState.STOPPING);
        time.advance(Duration.ofMillis(299));
        assertThat(state(tree, "old")).isSameAs(ChildState.STOPPING);
        cleanUp.countDown();

        assertThat(stop.result().abandoned()).isZero();
        assertThat(cleaned).isTrue();
    }

    @Test
    void w02_normalEndsOfTemporaryAndTransientChildren_costNothingAndTouchNobody()
            throws Exception { // W-02, OVS-018
        for (Strategy strategy : Trees.STRATEGIES) {
            Puppet sibling = new Puppet();
            Supervisor tree =
                    trees.start(SupervisorSpec.of("root", strategy).child("sibling", sibling));
            for (int i = 0; i < 5; i++) {
                tree.add(ChildSpec.of("short" + i, self -> {}).restart(Restart.TEMPORARY));
                tree.add(ChildSpec.of("done" + i, self -> {}).restart(Restart.TRANSIENT));
            }
            Eventually.await(
                    "the temporary ones are forgotten", () -> tree.count().specs() == 6);
            Eventually.await("the transient ones are done", () -> tree.count().active() == 1);

            assertThat(tree.outcome()).isEmpty();
            assertThat(snapshot(tree, "sibling").incarnation()).isOne();
            assertThat(snapshot(tree, "done0").lastExit().kind()).isSameAs(Exit.Kind.COMPLETED);
            tree.delete("done0");
            assertThat(snapshot(tree, "sibling").incarnation()).isOne();
            tree.close();
        }
    }

    @Test
    void w03_terminatingChildrenByRequest_isNeverAFailure()
            throws Exception { // W-03, OVS-034, OTP-080
        for (int round = 0; round < 60; round++) {
            Strategy strategy = Trees.STRATEGIES.get(round % 3);
            SupervisorSpec spec =
                    SupervisorSpec.of("root", strategy).child("sibling", Puppet.idle());
            for (int i = 0; i < 50; i++) {
                spec = spec.child("c" + i, Puppet.idle());
            }
            Supervisor tree = trees.start(spec);
            for (int i = 0; i < 50; i++) {
                tree.terminate("c" + i);
            }
            assertThat(tree.children()).allMatch(c -> c.incarnation() == 1 && c.restarts() == 0);
            assertThat(state(tree, "sibling")).isSameAs(ChildState.RUNNING);
            tree.close();
            assertThat(tree.outcome().orElseThrow().reason()).isSameAs(Outcome.Reason.STOPPED);
        }
    }

    @Test
    void w04_theLateEndOfADetachedRun_changesNothingForItsSuccessor()
            throws Exception { // W-04, OTP-088
        CountDownLatch first = trees.gate();
        CountDownLatch second = trees.gate();
        Queue<CountDownLatch> gates = new ConcurrentLinkedQueue<>(List.of(first, second));
        Recorder events = new Recorder();
        ChildSpec stuck = ChildSpec.of("stuck", self -> {
                    CountDownLatch gate = gates.poll();
                    if (gate != null) {
                        Puppet.deafAwait(gate);
                        throw new IllegalStateException("late");
                    }
                    self.awaitStop();
                })
                .shutdown(Shutdown.immediate());
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .autoShutdown(AutoShutdown.NEVER)
                .listener(events)
                .child(stuck));

        Eventually.await("the first one hangs", () -> gates.size() == 1);
        tree.terminate("stuck");
        tree.restart("stuck"); // incarnation 2, beside the first one that hangs
        Eventually.await("the second one hangs", gates::isEmpty);
        first.countDown();
        events.await(dev.oversight.event.AbandonedRunEnded.class, e -> e.incarnation() == 1);
        assertThat(snapshot(tree, "stuck").incarnation()).isEqualTo(2);
        assertThat(state(tree, "stuck")).isSameAs(ChildState.RUNNING);

        tree.delete("stuck");
        tree.add(stuck); // another child of that name
        second.countDown();
        events.await(dev.oversight.event.AbandonedRunEnded.class, e -> e.incarnation() == 2);
        assertThat(snapshot(tree, "stuck").incarnation()).isEqualTo(3); // the second one went on
        assertThat(state(tree, "stuck")).isSameAs(ChildState.RUNNING);
        assertThat(snapshot(tree, "stuck").restarts()).isZero();
    }

    @Test
    void w05_aTransientSiblingStoppedInAGroupRestart_comesBack() throws Exception { // W-05
        Puppet failing = new Puppet();
        AtomicInteger runs = new AtomicInteger();
        trees.start(SupervisorSpec.of("root", Strategy.ONE_FOR_ALL)
                .child("failing", failing)
                .child(
                        "sibling",
                        self -> {
                            runs.incrementAndGet();
                            self.awaitStop(); // and returns, which for a transient child is a
                            // normal end
                        },
                        c -> c.restart(Restart.TRANSIENT)));
        failing.crashAndAwaitRestart();
        Eventually.await("the sibling is back", () -> runs.get() == 2);
    }

    @Test
    void w06_aTemporarySiblingThatOutlivesItsBudgetInAGroupRestart_isNotStartedAgain()
            throws Exception { // W-06, OTP-067
        Puppet failing = new Puppet();
        Recorder events = new Recorder();
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch gate = trees.gate();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root", Strategy.ONE_FOR_ALL)
                        .listener(events)
                        .child("failing", failing)
                        .child(
                                "temporary",
                                self -> {
                                    runs.incrementAndGet();
                                    Puppet.deafAwait(gate);
                                },
                                c -> c.restart(Restart.TEMPORARY)
                                        .shutdown(Shutdown.within(Duration.ofSeconds(1)))),
                time);

        Eventually.await("it runs", () -> runs.get() == 1);
        failing.crash();
        awaitState(tree, "temporary", ChildState.STOPPING);
        time.advance(Duration.ofSeconds(1));
        failing.awaitRuns(2);

        assertThat(tree.child("temporary")).isEmpty();
        events.await(ChildAbandoned.class, "root/temporary");
        assertThat(tree.abandoned())
                .singleElement()
                .matches(run -> run.path().equals("root/temporary"));
        assertThat(runs).hasValue(1);
    }

    @Test
    void w07_snapshots_giveNoControlAndStayWhatTheyWere() throws Exception { // W-07, OVS-037
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", puppet));
        ChildSnapshot before = snapshot(tree, "a");
        puppet.awaitRuns(1);
        puppet.thread()
                .interrupt(); // behind the supervisor's back: the run ends, and that is noticed
        puppet.awaitRuns(2);

        assertThat(before.incarnation()).isOne();
        assertThat(before.state()).isSameAs(ChildState.RUNNING);
        assertThat(snapshot(tree, "a").incarnation()).isEqualTo(2);
        assertThat(snapshot(tree, "a").lastExit().cause()).isInstanceOf(InterruptedException.class);
        assertThat(Arrays.stream(ChildSnapshot.class.getRecordComponents())
                        .map(c -> c.getType().getSimpleName()))
                .containsOnly(
                        "String",
                        "ChildSpec",
                        "ChildState",
                        "long",
                        "int",
                        "Instant",
                        "List",
                        "Exit");
        assertThatThrownBy(() -> tree.children().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void w08_anInnerTreeThatTripped_isFreshAfterEachRestart()
            throws Exception { // W-08, OVS-038, OVS-024
        Puppet worker = new Puppet();
        SupervisorSpec inner = SupervisorSpec.of("inner")
                .intensity(1, Duration.ofHours(1))
                .child("worker", worker);
        Supervisor tree = trees.start(
                SupervisorSpec.of("root").intensity(3, Duration.ofHours(1)).child(inner));

        for (int trip = 1; trip <= 3; trip++) {
            worker.crashAndAwaitRestart(); // allowed
            Supervisor tripping = tree.supervisor("inner").orElseThrow();
            worker.crashAndAwaitRestart(); // one too many for the inner one, a restart for the
            // outer one
            assertThat(tripping.join().reason()).isSameAs(Outcome.Reason.TOO_MANY_FAILURES);
            int restarts = trip;
            Eventually.await(
                    "inner is back",
                    () -> snapshot(tree, "inner").restarts() == restarts
                            && state(tree, "inner") == ChildState.RUNNING);
        }
        assertThat(worker.runs()).isEqualTo(7);
        assertThat(tree.outcome()).isEmpty();

        Supervisor again = trees.start(inner); // and the same spec can be started by itself
        assertThat(again.count().active()).isOne();
    }

    @Test
    void w09_terminatesDuringACancellation_allReturn() throws Exception { // W-09
        for (int round = 0; round < 200; round++) {
            Supervisor tree = trees.start(SupervisorSpec.of("root")
                    .child("a", Puppet.idle())
                    .child("b", Puppet.idle())
                    .child("c", Puppet.idle()));
            List<Eventually.Caller<Object>> calls = new ArrayList<>();
            for (String id : List.of("a", "b", "c")) {
                calls.add(Eventually.calling("terminate " + id, () -> {
                    tree.terminate(id);
                    return null;
                }));
            }
            tree.close();
            for (Eventually.Caller<Object> call : calls) {
                Throwable failure = call.failure();
                assertThat(failure == null || failure instanceof OversightException)
                        .as("%s", failure)
                        .isTrue();
            }
        }
    }

    @Test
    void w10_refusedAdds_leaveNothingBehind() throws Exception { // W-10
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", Puppet.idle()));
        for (int i = 0; i < 1_000; i++) {
            assertThatThrownBy(() -> tree.add("a", Puppet.idle()))
                    .isInstanceOf(DuplicateChildException.class);
        }
        assertThat(tree.count().specs()).isOne();
        Eventually.await("one thread", () -> trees.live("root/").size() == 1);
        tree.close();
        for (int i = 0; i < 1_000; i++) {
            assertThatThrownBy(() -> tree.add("b", Puppet.idle()))
                    .isInstanceOf(SupervisorNotRunningException.class);
        }
        trees.awaitNoThreads();
    }

    @Test
    void w11_addsAtTheEndOfATree_areRunOrRefused() throws Exception { // W-11
        for (int round = 0; round < 150; round++) {
            Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", Puppet.idle()));
            Set<String> ran = ConcurrentHashMap.newKeySet();
            CountDownLatch some = new CountDownLatch(5);
            Eventually.Caller<Set<String>> adds = Eventually.calling("adds", () -> {
                Set<String> accepted = ConcurrentHashMap.newKeySet();
                while (true) {
                    try {
                        accepted.add(tree.add(ChildSpec.of(self -> {
                                    ran.add(self.id());
                                    self.awaitStop();
                                }))
                                .id());
                        some.countDown();
                    } catch (SupervisorNotRunningException | StartFailedException refused) {
                        return accepted;
                    }
                }
            });
            assertThat(some.await(20, TimeUnit.SECONDS)).isTrue();
            tree.close();
            trees.awaitNoThreads();
            assertThat(ran).containsAll(adds.result());
        }
    }
}
