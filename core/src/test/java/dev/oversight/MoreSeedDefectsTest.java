package dev.oversight;

import static dev.oversight.Trees.awaitState;
import static dev.oversight.Trees.ids;
import static dev.oversight.Trees.snapshot;
import static dev.oversight.Trees.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.event.ChildState;
import dev.oversight.event.ChildStopping;
import dev.oversight.event.SupervisorEnded;
import dev.oversight.event.SupervisorStopping;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The weaknesses found in the Go library, W-12 to W-22: each test fails on its behaviour. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MoreSeedDefectsTest {
    private static final Backoff TENTH = Backoff.constant(Duration.ofMillis(100));

    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final ManualTime time = new ManualTime();

    @Test
    void w12_queriesAndRequests_areServedWhileAStopHangs() throws Exception { // W-12, OVS-040
        CountDownLatch gate = trees.gate();
        Queue<Integer> seen = new ConcurrentLinkedQueue<>();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child("asks", self -> {
                    try {
                        self.awaitStop();
                    } finally {
                        seen.add(self.supervisor().children().size());
                    }
                })
                .child("hangs", Puppet.deaf(gate), c -> c.shutdown(Shutdown.unbounded())));
        assertThat(tree.terminateAsync("hangs")).isNotDone();
        awaitState(tree, "hangs", ChildState.STOPPING);

        assertThat(Eventually.returns("children", tree::children)).hasSize(2);
        assertThat(Eventually.returns("count", tree::count).specs()).isEqualTo(2);
        assertThat(Eventually.returns("add", () -> tree.add("new", Puppet.idle()))
                        .id())
                .isEqualTo("new");
        Eventually.returns("terminate", () -> {
            tree.terminate("asks");
            return null;
        });
        assertThat(seen).containsExactly(3);
        assertThat(state(tree, "hangs")).isSameAs(ChildState.STOPPING);
    }

    @Test
    void w13_aStopFromAbove_reachesOneChildAfterTheOtherInReverseOrder()
            throws Exception { // W-13, OVS-030, OVS-041
        Queue<String> log = new ConcurrentLinkedQueue<>();
        ChildBody logs = self -> {
            self.awaitStop();
            log.add("told " + self.path());
            Thread.interrupted();
            Thread.sleep(2); // a sibling that was told too early would write in between
            log.add("gone " + self.path());
        };
        SupervisorSpec inner = SupervisorSpec.of("in").child("x", logs).child("y", logs);
        Supervisor tree = trees.start(
                SupervisorSpec.of("root").child("a", logs).child(inner).child("b", logs));
        tree.close();

        assertThat(log)
                .containsExactly(
                        "told root/b", "gone root/b",
                        "told root/in/y", "gone root/in/y",
                        "told root/in/x", "gone root/in/x",
                        "told root/a", "gone root/a");
    }

    @Test
    void w14_childrenStart_oneAfterTheOtherIsReadyAndAFailedStartIsToldApart() { // W-14, OTP-006
        Queue<String> log = new ConcurrentLinkedQueue<>();
        ChildBody slow = self -> {
            log.add("starts " + self.id());
            Thread.sleep(2); // a sibling that did not wait would write in between
            log.add("ready " + self.id());
            self.ready();
            self.awaitStop();
        };
        IllegalStateException broken = new IllegalStateException("no database");
        SupervisorSpec spec = SupervisorSpec.of("root")
                .child("a", slow, c -> c.readyWithin(Duration.ofMinutes(1)))
                .child("b", slow, c -> c.readyWithin(Duration.ofMinutes(1)))
                .child(
                        "c",
                        self -> {
                            throw broken;
                        },
                        c -> c.readyWithin(Duration.ofMinutes(1)))
                .child("d", self -> log.add("never"));

        assertThatThrownBy(() -> trees.start(spec))
                .isInstanceOf(StartFailedException.class)
                .hasMessageContaining("root/c")
                .hasCause(broken);
        assertThat(log).containsExactly("starts a", "ready a", "starts b", "ready b");
        trees.awaitNoThreads();
    }

    @Test
    void w15_aChildWithoutLimitThatTerminatesItself_doesNotHangTheTree()
            throws Exception { // W-15, OTP-036
        AtomicBoolean returned = new AtomicBoolean();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child("other", Puppet.idle())
                .child(
                        "self",
                        self -> {
                            self.supervisor().terminate("self");
                            returned.set(true);
                            self.awaitStop();
                        },
                        c -> c.shutdown(Shutdown.unbounded())));
        awaitState(tree, "self", ChildState.STOPPED);
        assertThat(returned).isTrue();
        assertThat(snapshot(tree, "self").lastExit().kind()).isSameAs(Exit.Kind.STOPPED);
    }

    @Test
    void w16_thousandsOfSpacedFailures_keepTheMemoryOfThemBounded()
            throws Exception { // W-16, OTP-082, OVS-042
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", puppet), time);
        puppet.awaitRuns(1);
        for (int i = 0; i < 1_000; i++) {
            time.advance(Duration.ofSeconds(6));
            puppet.crashAndAwaitRestart();
        }
        assertThat(tree.failures("a")).hasSize(8);
        assertThat(tree.failures("a").getFirst().incarnation()).isEqualTo(1_000);
        assertThat(snapshot(tree, "a").restarts()).isEqualTo(1_000);
        puppet.crash(); // the second within five seconds
        TooManyFailuresException gaveUp = (TooManyFailuresException) tree.join().cause();
        assertThat(gaveUp).hasMessageContaining("2 failures within 5s");
        assertThat(gaveUp.getSuppressed()).hasSize(1);
    }

    @Test
    void w17_failures_areStampedWhenTheyHappenNotWhenTheSiblingsAreDown()
            throws Exception { // W-17, OTP-081
        Puppet failing = new Puppet();
        Recorder events = new Recorder();
        CountDownLatch slow = trees.gate();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root", Strategy.ONE_FOR_ALL)
                        .intensity(1, Duration.ofMillis(100))
                        .listener(events)
                        .child("failing", failing)
                        .child("sibling", self -> {
                            self.awaitStop();
                            if (self.incarnation() > 1) {
                                Puppet.deafAwait(slow);
                            }
                        }),
                time);
        failing.crashAndAwaitRestart();
        awaitState(tree, "sibling", ChildState.RUNNING);
        time.advance(Duration.ofMillis(60));
        failing.crash(); // 60 ms after the first, though its sibling will be down much later
        events.await(SupervisorStopping.class, e -> e.reason() == Outcome.Reason.TOO_MANY_FAILURES);
        time.advance(Duration.ofMillis(150));
        slow.countDown();

        assertThat(tree.join().reason()).isSameAs(Outcome.Reason.TOO_MANY_FAILURES);
        assertThat(failing.runs()).isEqualTo(2);
        events.await(SupervisorEnded.class, "root");
        assertThat(events.of(ChildStopping.class, "root/sibling")).hasSize(2);
    }

    @Test
    void w18_aLimitWithoutPeriod_isRefusedWhereItIsWritten() { // W-18, OVS-043
        SupervisorSpec spec = SupervisorSpec.of("root");
        assertThatThrownBy(() -> spec.intensity(1, Duration.ZERO))
                .isInstanceOf(InvalidSpecException.class);
        assertThatThrownBy(() -> spec.intensity(0, Duration.ZERO))
                .isInstanceOf(InvalidSpecException.class);
    }

    @Test
    void w18_aLimitOfZero_isNoLimitOfOne() throws Exception { // W-18, OTP-075
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root").intensity(0, Duration.ofSeconds(1)).child("a", puppet));
        puppet.finish(); // even the normal end of a permanent child
        assertThat(tree.join().reason()).isSameAs(Outcome.Reason.TOO_MANY_FAILURES);
        assertThat(puppet.runs()).isOne();
    }

    @Test
    void w19_aChildThatFailsAtOnceUnderNeverGiveUp_isHeldBackByItsBackoff()
            throws Exception { // W-19, OVS-043
        AtomicInteger runs = new AtomicInteger();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root").neverGiveUp().backoff(TENTH).child("a", self -> {
                    runs.incrementAndGet();
                    throw new IllegalStateException("at once");
                }),
                time);
        for (int tenth = 1; tenth <= 10; tenth++) {
            awaitState(tree, "a", ChildState.BACKING_OFF);
            assertThat(runs).hasValue(tenth);
            time.advance(Duration.ofMillis(100));
            int due = tenth + 1;
            Eventually.await("run " + due, () -> runs.get() == due);
        }
    }

    @Test
    void w20_finishedTemporaryChildren_areForgottenAndTheirIdsFree()
            throws Exception { // W-20, OTP-060, OTP-109
        Supervisor tree = trees.start(SupervisorSpec.of("root").autoShutdown(AutoShutdown.NEVER));
        for (int i = 0; i < 2_000; i++) {
            ChildRef ref = tree.add(ChildSpec.of("job", self -> {}).restart(Restart.TEMPORARY));
            Eventually.await("forgotten", () -> ref.snapshot().isEmpty());
        }
        assertThat(tree.count().specs()).isZero();
        assertThat(tree.children()).isEmpty();
        assertThat(tree.forgotten()).hasSize(32);
    }

    @Test
    void w21_terminatingTheLastChild_leavesATreeUsableThatIsToldToStay()
            throws Exception { // W-21, OTP-095
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .autoShutdown(AutoShutdown.NEVER)
                .child("a", Puppet.idle()));
        tree.terminate("a");
        tree.restart("a");
        tree.delete("a");
        tree.add("b", Puppet.idle());
        assertThat(ids(tree)).containsExactly("b");
    }

    @Test
    void w21_aTreeWithNothingLeft_endsNormallyAndItsParentSeesNoCrash()
            throws Exception { // W-21, OVS-012
        Recorder events = new Recorder();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .listener(events)
                .child("stays", Puppet.idle())
                .child(
                        SupervisorSpec.of("inner").child("a", Puppet.idle()),
                        c -> c.restart(Restart.TRANSIENT)));
        Supervisor inner = tree.supervisor("inner").orElseThrow();
        inner.terminate("a");

        assertThat(inner.join())
                .isEqualTo(new Outcome("root/inner", Outcome.Reason.NO_CHILD_LEFT, null, 0));
        awaitState(tree, "inner", ChildState.STOPPED);
        assertThat(snapshot(tree, "inner").lastExit().kind()).isSameAs(Exit.Kind.COMPLETED);
        assertThat(tree.failures("inner")).isEmpty();
    }

    @Test
    void w22_terminateRightAfterAdd_findsTheChildRunning() throws Exception { // W-22, SUT-002
        Supervisor tree = trees.start(SupervisorSpec.of("root").autoShutdown(AutoShutdown.NEVER));
        for (int i = 0; i < 500; i++) {
            String id = tree.add(ChildSpec.of(Puppet.idle())).id();
            assertThat(state(tree, id)).isSameAs(ChildState.RUNNING);
            tree.terminate(id);
            assertThat(state(tree, id)).isSameAs(ChildState.STOPPED);
            tree.delete(id);
        }
        assertThat(tree.count().specs()).isZero();
    }
}
