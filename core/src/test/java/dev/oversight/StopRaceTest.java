package dev.oversight;

import static dev.oversight.Trees.awaitState;
import static dev.oversight.Trees.snapshot;
import static dev.oversight.Trees.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.event.ChildAbandoned;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.event.ChildStarted;
import dev.oversight.event.ChildState;
import dev.oversight.event.SupervisorEnded;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/** Ends, stops and restarts that meet. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StopRaceTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final Recorder events = new Recorder();
    private final ManualTime time = new ManualTime();

    @Test
    void aChildThatEndsWhileItIsTerminated_staysDownAndSpendsNothing()
            throws Exception { // scenario 1, W-03
        for (int round = 0; round < 300; round++) {
            boolean fails = round % 2 == 0;
            CyclicBarrier together = new CyclicBarrier(2);
            Supervisor tree = trees.start(SupervisorSpec.of("root")
                    .intensity(1, Duration.ofHours(1))
                    .child("sibling", Puppet.idle())
                    .child(
                            "a",
                            self -> {
                                if (self.incarnation() == 1) {
                                    together.await();
                                    if (fails) {
                                        throw new Puppet.Crash("in that instant");
                                    }
                                    return;
                                }
                                self.awaitStop();
                            },
                            c -> c.restart(Restart.TRANSIENT)));
            together.await();
            try {
                tree.terminate("a");
            } catch (ChildNotRunningException endedBefore) {
                assertThat(fails).isFalse();
            }
            ChildSnapshot a = snapshot(tree, "a");
            assertThat(a.state()).isSameAs(ChildState.STOPPED);
            if (a.incarnation() == 1 && a.lastExit().cause() != null) {
                assertThat(a.lastExit().cause())
                        .isInstanceOfAny(
                                Puppet.Crash.class,
                                InterruptedException.class,
                                java.util.concurrent.BrokenBarrierException.class);
            }
            assertThat(state(tree, "sibling")).isSameAs(ChildState.RUNNING);
            assertThat(snapshot(tree, "sibling").incarnation()).isOne();
            tree.close();
            assertThat(snapshot(tree, "a").incarnation()).isEqualTo(a.incarnation());
        }
    }

    @Test
    void childrenThatEndByThemselvesDuringTheStop_areNotRestartedAndKeepTheirReasons()
            throws Exception { // OTP-029, scenario 2
        CountDownLatch slow = trees.gate();
        SupervisorSpec spec =
                SupervisorSpec.of("root").listener(events).intensity(100, Duration.ofHours(1));
        Map<String, Puppet> puppets = new HashMap<>();
        Map<String, Throwable> ways = new HashMap<>();
        for (Restart restart : List.of(Restart.PERMANENT, Restart.TRANSIENT, Restart.TEMPORARY)) {
            for (Throwable way : new Throwable[] {
                null,
                new InterruptedException(),
                new IllegalStateException("other"),
                new StackOverflowError()
            }) {
                String id = restart + "-" + puppets.size();
                puppets.put(id, new Puppet());
                ways.put(id, way);
                spec = spec.child(id, puppets.get(id), c -> c.restart(restart));
            }
        }
        Supervisor tree = trees.start(
                spec.child("slow", Puppet.deaf(slow), c -> c.shutdown(Shutdown.unbounded())));
        Eventually.Caller<Object> close = Eventually.calling("close", () -> {
            tree.close();
            return null;
        });
        awaitState(tree, "slow", ChildState.STOPPING);
        puppets.forEach((id, puppet) -> {
            if (ways.get(id) == null) {
                puppet.finish();
            } else {
                puppet.crash(ways.get(id));
            }
        });
        Eventually.await("all have ended", () -> tree.count().active() == 1);
        slow.countDown();
        close.result();
        events.await(SupervisorEnded.class, "root");

        assertThat(tree.children()).hasSize(9).allMatch(c -> c.incarnation() == 1);
        assertThat(tree.children())
                .filteredOn(c -> !c.id().equals("slow"))
                .allSatisfy(c -> assertThat(c.lastExit().cause()).isSameAs(ways.get(c.id())));
        assertThat(tree.forgotten())
                .hasSize(4)
                .allSatisfy(f -> assertThat(f.exit().cause())
                        .isSameAs(ways.get(f.path().substring("root/".length()))));
        assertThat(tree.outcome().orElseThrow())
                .isEqualTo(new Outcome("root", Outcome.Reason.STOPPED, null, 0));
        assertThat(events.of(ChildStarted.class)).hasSize(13);
    }

    @Test
    void stopAndTerminate_getThroughARestartLoopWithSlowFailingStarts()
            throws Exception { // OTP-085, scenario 4
        for (String request : List.of("terminate", "delete", "close")) {
            AtomicInteger runs = new AtomicInteger();
            Supervisor tree = trees.start(SupervisorSpec.of("root")
                    .neverGiveUp()
                    .child("other", Puppet.idle())
                    .child(
                            "loops",
                            self -> {
                                if (runs.incrementAndGet() == 1) {
                                    self.ready();
                                } else {
                                    self.awaitStop(Duration.ofMillis(1)); // slow, and never ready
                                }
                                throw new Puppet.Crash("again");
                            },
                            c -> c.readyWithin(Duration.ofHours(1))));
            Eventually.await("it loops", () -> runs.get() > 3);
            Eventually.returns(request, () -> {
                switch (request) {
                    case "terminate" -> tree.terminate("loops");
                    case "delete" -> tree.delete("loops");
                    default -> tree.close();
                }
                return null;
            });
            int after = runs.get();
            tree.close();
            Eventually.await("no thread is left", () -> trees.live("root/").isEmpty());
            assertThat(runs).hasValue(after);
        }
    }

    @Test
    void aChildThatDeclinesToRun_isNoObstacleToStartAndStop()
            throws Exception { // OTP-061, scenario 5
        for (int round = 0; round < 50; round++) {
            Puppet puppet = new Puppet();
            Supervisor tree = trees.start(SupervisorSpec.of("root", Strategy.ONE_FOR_ALL)
                    .child(
                            "declines",
                            ChildContext::decline,
                            c -> c.restart(Restart.TRANSIENT).readyWithin(Duration.ofHours(1)))
                    .child("a", puppet));
            assertThat(state(tree, "declines")).isSameAs(ChildState.STOPPED);
            puppet.crash();
            tree.close();
            assertThat(tree.outcome().orElseThrow().reason()).isSameAs(Outcome.Reason.STOPPED);
        }
    }

    @Test
    void manyFailuresInTheSameInstant_areOneWhenTheStrategyTakesThemAll()
            throws Exception { // scenario 6, W-02, W-04
        for (int round = 0; round < 60; round++) {
            CountDownLatch gate = new CountDownLatch(1);
            ChildBody failsOnce = self -> {
                if (self.incarnation() == 1) {
                    Puppet.deafAwait(gate);
                    throw new Puppet.Crash("together");
                }
                self.awaitStop();
            };
            SupervisorSpec spec = SupervisorSpec.of("root", Strategy.ONE_FOR_ALL)
                    .intensity(1, Duration.ofHours(1));
            for (int i = 0; i < 20; i++) {
                spec = spec.child("c" + i, failsOnce);
            }
            Supervisor tree = trees.start(spec);
            gate.countDown();
            Eventually.await(
                    () -> "all are back: " + tree.children(),
                    () -> tree.children().stream()
                            .allMatch(
                                    c -> c.state() == ChildState.RUNNING && c.incarnation() == 2));
            tree.close();
        }
    }

    @Test
    void aStopRightAfterARemoval_waitsForNothingAndReportsNothing()
            throws Exception { // SUT-020, scenario 10
        for (int round = 0; round < 200; round++) {
            Supervisor tree = trees.start(
                    SupervisorSpec.of("root")
                            .listener(events)
                            .child("a", Puppet.idle())
                            .child("b", Puppet.idle()),
                    time);
            assertThat(tree.deleteAsync("a")).isNotNull();
            tree.close(); // no time passes, so a wait for something gone would never end
        }
        assertThat(events.of(ChildAbandoned.class)).isEmpty();
    }

    @Test
    void closeAndStart_returnOnlyWhenEverythingBelowHasEnded() throws Exception { // scenario 11
        for (int round = 0; round < 150; round++) {
            AtomicInteger inside = new AtomicInteger();
            ChildBody counts = self -> {
                inside.incrementAndGet();
                try {
                    self.awaitStop();
                } finally {
                    LockSupport.parkNanos(1_000);
                    inside.decrementAndGet();
                }
            };
            UnaryOperator<ChildSpec> patient = c -> c.shutdown(Shutdown.unbounded());
            SupervisorSpec nested =
                    SupervisorSpec.of("in").child("x", counts, patient).child("y", counts, patient);
            SupervisorSpec spec =
                    SupervisorSpec.of("root").child("a", counts, patient).child(nested);
            Supervisor tree = trees.start(spec);
            tree.close();
            assertThat(inside).hasValue(0);

            Throwable thrown =
                    org.assertj.core.api.Assertions.catchThrowable(() -> trees.start(spec.child(
                            "bad",
                            self -> {
                                throw new Puppet.Crash("at start");
                            },
                            c -> c.readyWithin(Duration.ofHours(1)))));
            assertThat(thrown).isInstanceOf(StartFailedException.class);
            assertThat(inside).hasValue(0);
        }
    }

    @Test
    void closeFromManyThreads_returnsInAll() throws Exception {
        for (int round = 0; round < 30; round++) {
            Supervisor tree = trees.start(SupervisorSpec.of("root")
                    .child("a", Puppet.idle(), c -> c.shutdown(Shutdown.unbounded()))
                    .child(SupervisorSpec.of("in")
                            .child("b", Puppet.idle(), c -> c.shutdown(Shutdown.unbounded()))));
            List<Eventually.Caller<Outcome>> callers = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                boolean stops = t % 2 == 0;
                callers.add(Eventually.calling("close", () -> {
                    if (stops) {
                        return tree.stop(Duration.ofHours(1)).orElseThrow();
                    }
                    tree.close();
                    return tree.outcome().orElseThrow();
                }));
            }
            for (Eventually.Caller<Outcome> caller : callers) {
                assertThat(caller.result())
                        .isEqualTo(new Outcome("root", Outcome.Reason.STOPPED, null, 0));
            }
        }
    }

    @Test
    void aDelayedRestart_isNeitherLostNorMadeTwice() throws Exception { // scenario 17, OTP-087
        Puppet older = new Puppet();
        Puppet waits = new Puppet();
        AtomicInteger failingStarts = new AtomicInteger();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root", Strategy.REST_FOR_ONE)
                        .neverGiveUp()
                        .listener(events)
                        .child("older", older)
                        .child(
                                "waits",
                                self -> {
                                    if (failingStarts.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                                        throw new Puppet.Crash("start");
                                    }
                                    self.ready();
                                    waits.run(self);
                                },
                                c -> c.backoff(Backoff.constant(Duration.ofSeconds(10)))
                                        .readyWithin(Duration.ofHours(1))),
                time);
        waits.awaitRuns(1);
        failingStarts.set(1);
        waits.crash();
        awaitState(tree, "waits", ChildState.BACKING_OFF);
        time.advance(Duration.ofSeconds(10)); // the delayed attempt itself fails
        Eventually.await("two failures", () -> tree.failures("waits").size() == 2);
        awaitState(tree, "waits", ChildState.BACKING_OFF);
        older.crash(); // and a sibling's failure meets its delay: the group comes back after it
        Eventually.await("the sibling failed", () -> tree.failures("older").size() == 1);
        time.advance(Duration.ofSeconds(10));
        older.awaitRuns(2);
        waits.awaitRuns(2);
        time.advance(Duration.ofHours(1));
        awaitState(tree, "waits", ChildState.RUNNING);
        assertThat(waits.runs()).isEqualTo(2);
        assertThat(waits.mostLive()).isOne();

        waits.crash();
        awaitState(tree, "waits", ChildState.BACKING_OFF);
        tree.close(); // the tree ends during the delay
        time.advance(Duration.ofHours(1));
        assertThat(waits.runs()).isEqualTo(2);
        assertThat(state(tree, "waits")).isSameAs(ChildState.STOPPED);
    }

    @Test
    void aHotCrashLoop_leavesTheSupervisorServing() throws Exception { // scenario 18
        AtomicInteger runs = new AtomicInteger();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .neverGiveUp()
                .child("other", Puppet.idle())
                .child("hot", self -> {
                    runs.incrementAndGet();
                    throw new Puppet.Crash("hot");
                }));
        for (int i = 1; i <= 200; i++) {
            int due = i * 50;
            Eventually.await("it goes on", () -> runs.get() > due);
            assertThat(Eventually.returns("children", tree::children)).hasSize(2);
            tree.add(ChildSpec.of(Puppet.idle()).restart(Restart.TEMPORARY)).terminate();
        }
        assertThat(tree.failures("hot")).hasSize(8);
        Eventually.returns("terminate", () -> {
            tree.terminate("hot");
            return null;
        });
        int after = runs.get();
        assertThat(state(tree, "other")).isSameAs(ChildState.RUNNING);
        tree.close();
        assertThat(runs).hasValue(after);
    }
}
