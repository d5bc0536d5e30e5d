package dev.oversight;

import static dev.oversight.Trees.awaitState;
import static dev.oversight.Trees.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.oversight.event.ChildState;
import dev.oversight.event.ChildStopping;
import dev.oversight.event.StopCause;
import dev.oversight.event.StopTime;
import dev.oversight.event.StopWaterfall;
import dev.oversight.spi.Threads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Waits, budgets and deadlines of a stop. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StopScenarioTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final ManualTime time = new ManualTime();
    private final Recorder events = new Recorder();
    private final Queue<String> log = new ConcurrentLinkedQueue<>();

    @Test
    void withoutInterrupts_aChildLearnsOfTheStopByItsContext() throws Exception {
        AtomicBoolean interrupted = new AtomicBoolean();
        ChildBody waits = self -> {
            self.awaitStop();
            interrupted.compareAndSet(false, Thread.currentThread().isInterrupted());
        };
        ChildBody waitsWithLimit = self -> {
            assertThat(self.awaitStop(Duration.ofHours(1))).isTrue();
            interrupted.compareAndSet(false, Thread.currentThread().isInterrupted());
        };
        ChildBody polls = self -> {
            while (self.running()) {
                LockSupport.parkNanos(100_000);
            }
            interrupted.compareAndSet(false, Thread.currentThread().isInterrupted());
        };
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child("waits", waits, c -> c.interruptOnStop(false).shutdown(Shutdown.unbounded()))
                .child(
                        "limit",
                        waitsWithLimit,
                        c -> c.interruptOnStop(false).shutdown(Shutdown.unbounded()))
                .child(
                        "polls",
                        polls,
                        c -> c.interruptOnStop(false).shutdown(Shutdown.unbounded())));
        tree.close();
        assertThat(interrupted).isFalse();
        assertThat(tree.children())
                .allMatch(c ->
                        c.lastExit().kind() == Exit.Kind.STOPPED && c.lastExit().cause() == null);
    }

    @Test
    void awaitStopWithALimit_goesByTheClockOfTheTree() throws Exception {
        Queue<Boolean> results = new ConcurrentLinkedQueue<>();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root").child("a", self -> {
                    results.add(self.awaitStop(Duration.ZERO));
                    results.add(self.awaitStop(Duration.ofSeconds(-5)));
                    results.add(self.awaitStop(Duration.ofMinutes(10)));
                    results.add(self.awaitStop(Duration.ofSeconds(Long.MAX_VALUE)));
                }),
                time);
        time.awaitAlarm();
        Eventually.await("no wait without a time", () -> results.size() == 2);
        time.advance(Duration.ofMinutes(9));
        assertThat(results).containsExactly(false, false);
        time.advance(Duration.ofMinutes(1));
        Eventually.await("ten minutes are over", () -> results.size() == 3);
        tree.close();
        assertThat(results).containsExactly(false, false, false, true);
        assertThat(time.alarms()).isZero();
    }

    @Test
    void budgets_runOneAfterTheOtherEachFromItsOwnSignal() throws Exception { // OTP-025, ELX-032
        CountDownLatch gate = trees.gate();
        SupervisorSpec spec = SupervisorSpec.of("root").listener(events);
        for (String id : List.of("a", "b", "c")) {
            spec = spec.child(
                    id, Puppet.deaf(gate), c -> c.shutdown(Shutdown.within(Duration.ofSeconds(2))));
        }
        Supervisor tree = trees.start(spec, time);
        Eventually.Caller<Optional<Outcome>> stop =
                Eventually.calling("stop", () -> tree.stop(Duration.ofHours(1)));
        for (String id : List.of("c", "b", "a")) {
            awaitState(tree, id, ChildState.STOPPING);
            assertThat(tree.children().stream().filter(c -> c.state() == ChildState.STOPPING))
                    .hasSize(1);
            time.advance(Duration.ofSeconds(2));
        }
        assertThat(stop.result().orElseThrow().abandoned()).isEqualTo(3);
        assertThat(events.of(ChildStopping.class)).allMatch(e -> e.why() == StopCause.SUPERVISOR);
    }

    @Test
    void theInterruptOfAStop_isThereWhenAwaitStopReturnsAndNeverLater() throws Exception {
        for (int i = 0; i < 300; i++) {
            AtomicBoolean cleanedUp = new AtomicBoolean();
            AtomicBoolean interrupted = new AtomicBoolean();
            boolean hooked = i % 2 == 0;
            CountDownLatch began = new CountDownLatch(1);
            Supervisor tree = trees.start(SupervisorSpec.of("root")
                    .child(
                            "a",
                            self -> {
                                if (hooked) {
                                    self.onStop(() -> LockSupport.parkNanos(50_000));
                                }
                                began.countDown();
                                while (self.running()) {
                                    Thread.onSpinWait(); // sees the request before the interrupt
                                }
                                self.awaitStop();
                                interrupted.set(Thread.interrupted());
                                Thread.sleep(1); // a clean-up that an interrupt would cut short
                                cleanedUp.set(true);
                            },
                            c -> c.threads(Threads.platformDaemon())
                                    .shutdown(Shutdown.unbounded())));
            began.await();
            tree.close();
            assertThat(cleanedUp).isTrue();
            assertThat(interrupted).isTrue();
        }
    }

    @Test
    void aNestedSupervisorWithALimit_abandonsAllThatIsLeftBelowIt()
            throws Exception { // OTP-103, scenario 3
        CountDownLatch gate = trees.gate();
        SupervisorSpec inner = SupervisorSpec.of("in")
                .child("x", Puppet.deaf(gate), c -> c.shutdown(Shutdown.unbounded()))
                .child(SupervisorSpec.of("deep")
                        .child("y", Puppet.deaf(gate), c -> c.shutdown(Shutdown.unbounded())));
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .listener(events)
                        .child("other", Puppet.idle())
                        .child(inner, c -> c.shutdown(Shutdown.within(Duration.ofSeconds(5)))),
                time);
        assertThat(tree.terminateAsync("in")).isNotDone();
        Eventually.await(
                "y is asked",
                () -> !events.of(ChildStopping.class, "root/in/deep/y").isEmpty());
        time.advance(Duration.ofSeconds(5));
        awaitState(tree, "in", ChildState.STOPPED);

        assertThat(tree.abandoned())
                .extracting(run -> run.path())
                .containsExactlyInAnyOrder("root/in/x", "root/in/deep/y");
        tree.close();
        assertThat(tree.outcome().orElseThrow().abandoned()).isEqualTo(2);
        gate.countDown();
        Eventually.await("nothing is abandoned any more", () -> tree.abandoned().isEmpty());
    }

    @Test
    void stopWithALimit_isOrderlyWithinItAndAbandonsAfterIt()
            throws Exception { // OVS-031, ELX-036, SUT-018
        CountDownLatch gate = trees.gate();
        Supervisor obedient = trees.start(
                SupervisorSpec.of("root").child("a", Puppet.idle()).child("b", Puppet.idle()));
        assertThat(obedient.stop(Duration.ofMinutes(1)).orElseThrow().abandoned())
                .isZero();
        assertThat(obedient.stop(Duration.ZERO)).isEqualTo(obedient.outcome());

        Supervisor deaf = trees.start(SupervisorSpec.of("root")
                .child("a", Puppet.idle())
                .child("b", Puppet.deaf(gate), c -> c.shutdown(Shutdown.unbounded())));
        Outcome outcome = deaf.stop(Duration.ofMillis(20)).orElseThrow();
        assertThat(outcome.reason()).isSameAs(Outcome.Reason.STOPPED);
        assertThat(outcome.abandoned()).isBetween(1, 2);
        assertThat(state(deaf, "b")).isSameAs(ChildState.ABANDONED);
    }

    @Test
    void stopOfZero_asksAllAtOnceAndWaitsForNone() throws Exception { // OTP-028
        CountDownLatch gate = trees.gate();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .listener(events)
                .child("a", Puppet.deaf(gate), c -> c.shutdown(Shutdown.unbounded()))
                .child(SupervisorSpec.of("in").child("b", Puppet.deaf(gate))));
        assertThat(tree.stop(Duration.ZERO).orElseThrow().abandoned()).isEqualTo(2);
        assertThat(tree.abandoned()).hasSize(2);
    }

    @Test
    void anImmediateChild_getsNoGraceAndTheOthersAreStoppedPolitely()
            throws Exception { // OTP-028, ELX-028
        CountDownLatch gate = trees.gate();
        AtomicBoolean polite = new AtomicBoolean();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .child("polite", self -> {
                            self.awaitStop();
                            polite.set(true);
                        })
                        .child("brutal", Puppet.deaf(gate), c -> c.shutdown(Shutdown.immediate())),
                time);
        tree.close(); // without any time passing
        assertThat(polite).isTrue();
        assertThat(tree.outcome().orElseThrow().abandoned()).isOne();
    }

    @Test
    void aBudgetOfZero_isLegalAndStillAsks() throws Exception { // ELX-009
        CountDownLatch gate = trees.gate();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .listener(events)
                        .child("other", Puppet.idle())
                        .child(
                                "a",
                                Puppet.deaf(gate),
                                c -> c.shutdown(Shutdown.within(Duration.ZERO))),
                time);
        var stopped = tree.terminateAsync("a");
        awaitState(tree, "a", ChildState.STOPPING);
        time.advance(Duration.ZERO);
        assertThat(stopped.join().kind()).isSameAs(Exit.Kind.ABANDONED);
    }

    @Test
    void aReadinessLimit_goesByTheClockOfTheTree() throws Exception {
        CountDownLatch gate = trees.gate();
        Eventually.Caller<Supervisor> start = Eventually.calling(
                "start",
                () -> trees.start(
                        SupervisorSpec.of("root")
                                .child("up", Puppet.idle())
                                .child(
                                        "slow",
                                        self -> {
                                            log.add("runs");
                                            Puppet.deafAwait(gate);
                                        },
                                        c -> c.readyWithin(Duration.ofSeconds(10))
                                                .shutdown(Shutdown.within(Duration.ofSeconds(5)))),
                        time));
        Eventually.await("it runs", () -> !log.isEmpty());
        time.awaitAlarm();
        time.advance(Duration.ofMillis(9_999));
        assertThat(start.isDone()).isFalse();
        time.advance(Duration.ofMillis(1));
        Eventually.await("the budget of the unready child is set", () -> time.alarms() > 0);
        time.advance(Duration.ofSeconds(5));
        assertThat(start.failure())
                .isInstanceOf(StartFailedException.class)
                .hasMessageContaining("root/slow could not be started: it was not ready in time")
                .cause()
                .isInstanceOf(NotReadyException.class)
                .hasMessageContaining("within 10s")
                .hasMessageContaining("self.ready()");
        Eventually.await(
                "the thread of its sibling is gone", () -> trees.live("root/up").isEmpty());
    }

    @Test
    void join_waitsByTheClockOfTheTree() throws Exception {
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", new Puppet()), time);
        Eventually.Caller<Optional<Outcome>> joining =
                Eventually.calling("join", () -> tree.join(Duration.ofHours(1)));
        time.awaitAlarm();
        time.advance(Duration.ofHours(1));
        assertThat(joining.result()).isEmpty();
        assertThat(tree.join(Duration.ZERO)).isEmpty();
        assertThat(time.alarms()).isZero();
    }

    @Test
    void bodyThatReplacesItsHandler_stillDoesNotWaitForItself() throws Exception {
        Supervisor[] tree = new Supervisor[1];
        CountDownLatch set = new CountDownLatch(1);
        CountDownLatch returned = new CountDownLatch(1);
        tree[0] = trees.start(SupervisorSpec.of("root")
                .child(
                        "a",
                        self -> {
                            Thread.currentThread().setUncaughtExceptionHandler((t, e) -> {});
                            set.await();
                            tree[0].close();
                            returned.countDown();
                        },
                        c -> c.shutdown(Shutdown.unbounded())));
        set.countDown();
        Eventually.await("close returns", () -> returned.getCount() == 0);
        assertThat(tree[0].join().reason()).isEqualTo(Outcome.Reason.STOPPED);
    }

    @Test
    void theWaterfall_isThereWhileItStopsAndAfterTheEnd() throws Exception {
        CountDownLatch gate = trees.gate();
        CountDownLatch slow = trees.gate();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .child(SupervisorSpec.of("in").child("deaf", Puppet.deaf(gate)))
                        .child("slow", Puppet.deaf(slow), c -> c.shutdown(Shutdown.unbounded())),
                time);
        assertThat(tree.stopWaterfall()).isEmpty();
        Eventually.Caller<Optional<Outcome>> stop =
                Eventually.calling("stop", () -> tree.stop(Duration.ofSeconds(20)));
        awaitState(tree, "slow", ChildState.STOPPING);
        time.advance(Duration.ofSeconds(2));
        StopWaterfall first = tree.stopWaterfall().orElseThrow();
        assertThat(first.ended()).isFalse();
        assertThat(first.took()).isEqualTo(Duration.ofSeconds(2));
        assertThat(first.limit()).isEqualTo(Duration.ofSeconds(20));
        assertThat(first.lines().get(2)).startsWith("slow  ####").endsWith("> 2s of 10s, not over");

        slow.countDown();
        awaitState(tree, "in/deaf", ChildState.STOPPING);
        time.advance(Duration.ofSeconds(1));
        assertThat(tree.stopWaterfall().orElseThrow().stops())
                .extracting(StopTime::path, StopTime::way, StopTime::took)
                .containsExactly(
                        tuple("root/slow", StopTime.Way.STOPPED, Duration.ofSeconds(2)),
                        tuple("root/in", StopTime.Way.STOPPING, Duration.ofSeconds(1)),
                        tuple("root/in/deaf", StopTime.Way.STOPPING, Duration.ofSeconds(1)));
        time.advance(Duration.ofSeconds(4));
        stop.result();
        StopWaterfall last = tree.stopWaterfall().orElseThrow();
        assertThat(last.ended()).isTrue();
        assertThat(last.took()).isEqualTo(Duration.ofSeconds(7));
        assertThat(last.abandoned()).isOne();
        assertThat(last.stops())
                .extracting(StopTime::path, StopTime::budget, StopTime::way)
                .containsExactly(
                        tuple("root/slow", Duration.ofSeconds(10), StopTime.Way.STOPPED),
                        tuple("root/in", Duration.ofSeconds(18), StopTime.Way.STOPPED),
                        tuple("root/in/deaf", Duration.ofSeconds(5), StopTime.Way.ABANDONED));
        assertThat(tree.slowestStops())
                .extracting(StopTime::path)
                .containsExactlyInAnyOrder("root/in", "root/in/deaf", "root/slow");
        time.advance(Duration.ofSeconds(9));
        assertThat(tree.stopWaterfall()).contains(last);
    }
}
