package dev.oversight;

import static dev.oversight.Trees.awaitGone;
import static dev.oversight.Trees.awaitState;
import static dev.oversight.Trees.ids;
import static dev.oversight.Trees.snapshot;
import static dev.oversight.Trees.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.event.AbandonedRun;
import dev.oversight.event.AbandonedRunEnded;
import dev.oversight.event.ChildAbandoned;
import dev.oversight.event.ChildDown;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.event.ChildState;
import dev.oversight.event.StackTaken;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The weaknesses found in the Go library, W-23 to W-32: each test fails on its behaviour. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LateSeedDefectsTest {
    private static final Backoff TENTH = Backoff.constant(Duration.ofMillis(100));

    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final ManualTime time = new ManualTime();

    @Test
    void w23_aTerminatedChild_canBeRestarted() throws Exception { // W-23, OTP-042
        Puppet puppet = new Puppet();
        Supervisor tree =
                trees.start(SupervisorSpec.of("root").child("a", puppet).child("b", Puppet.idle()));
        tree.terminate("a");
        tree.restart("a");
        puppet.awaitRuns(2);
        assertThat(state(tree, "a")).isSameAs(ChildState.RUNNING);
        assertThat(snapshot(tree, "a").restarts()).isZero();
    }

    @Test
    void w23_aPendingRestart_isCancelledByTerminateAndByDelete()
            throws Exception { // W-23, OTP-087, OVS-045
        Recorder events = new Recorder();
        Puppet a = new Puppet();
        Puppet b = new Puppet();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .intensity(9, Duration.ofSeconds(9))
                        .backoff(TENTH)
                        .listener(events)
                        .child("a", a)
                        .child("b", b)
                        .child("c", Puppet.idle()),
                time);
        a.crash();
        b.crash();
        awaitState(tree, "a", ChildState.BACKING_OFF);
        awaitState(tree, "b", ChildState.BACKING_OFF);
        tree.terminate("a");
        tree.delete("b");
        time.advance(Duration.ofSeconds(1));

        events.await(ChildDown.class, "root/a");
        events.await(ChildDown.class, "root/b");
        assertThat(state(tree, "a")).isSameAs(ChildState.STOPPED);
        assertThat(ids(tree)).containsExactly("a", "c");
        assertThat(a.runs() + b.runs()).isEqualTo(2);
        Eventually.await("no thread is left", () -> trees.live("root/b").isEmpty());
    }

    @Test
    void w24_anUnnamedChild_tellsItsGeneratedId() throws Exception { // W-24, ELX-012
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("child-2", Puppet.idle()));
        ChildRef first = tree.add(ChildSpec.of(Puppet.idle()));
        ChildRef second = tree.add(ChildSpec.of(Puppet.idle()));

        assertThat(List.of(first.id(), second.id()))
                .doesNotHaveDuplicates()
                .doesNotContain("child-2");
        assertThat(first.path()).isEqualTo("root/" + first.id());
        assertThat(first.snapshot().orElseThrow().spec().id()).contains(first.id());
        second.delete();
        first.terminate();
        first.restart();
        assertThat(ids(tree)).containsExactly("child-2", first.id());
    }

    @Test
    void w25_everyCauseWithItsStack_isInTheOutcomeTheListAndTheMemory()
            throws Exception { // W-25, OVS-045
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child(SupervisorSpec.of("in").intensity(1, Duration.ofHours(1)).child("a", puppet))
                .intensity(0, Duration.ofSeconds(1)));
        Supervisor inner = tree.supervisor("in").orElseThrow();
        StackOverflowError first = new StackOverflowError("first");
        IllegalStateException second =
                new IllegalStateException("second", new java.io.IOException("root cause"));
        puppet.crash(first);
        puppet.awaitRuns(2);
        puppet.crash(second);
        Outcome outcome = tree.join();

        TooManyFailuresException root = (TooManyFailuresException) outcome.cause();
        assertThat(root.path()).isEqualTo("root");
        Throwable in = root.getCause().getCause();
        assertThat(in)
                .isInstanceOf(TooManyFailuresException.class)
                .hasMessageContaining("root/in gave up");
        assertThat(in.getCause())
                .hasMessage("incarnation 2 of root/in/a failed")
                .hasCause(second);
        assertThat(in.getSuppressed())
                .singleElement()
                .satisfies(earlier -> assertThat(earlier.getCause()).isSameAs(first));
        assertThat(second.getStackTrace()).isNotEmpty();
        assertThat(snapshot(inner, "a").lastExit().cause()).isSameAs(second);
        assertThat(inner.failures("a"))
                .extracting(f -> f.exit().cause())
                .containsExactly(second, first);
    }

    @Test
    void w26_startingOneSpecTwiceAtOnce_givesTwoIndependentTrees()
            throws Exception { // W-26, SUT-006, SUT-024
        AtomicInteger runs = new AtomicInteger();
        SupervisorSpec spec = SupervisorSpec.of("root").child("a", self -> {
            runs.incrementAndGet();
            self.awaitStop();
        });
        Eventually.Caller<Supervisor> left = Eventually.calling("start", () -> trees.start(spec));
        Eventually.Caller<Supervisor> right = Eventually.calling("start", () -> trees.start(spec));
        left.result().close();

        assertThat(right.result().outcome()).isEmpty();
        assertThat(state(right.result(), "a")).isSameAs(ChildState.RUNNING);
        Eventually.await("both ran", () -> runs.get() == 2);
    }

    @Test
    void w27_howeverABodyEnds_itIsNoticedAndRestarted() throws Exception { // W-27, OVS-037
        final class Odd extends Throwable {
            private static final long serialVersionUID = 1L;
        }
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root").neverGiveUp().child("a", puppet));
        List<Throwable> ways = List.of(
                new Odd(),
                new AssertionError(),
                new OutOfMemoryError("thrown"),
                new InterruptedException(),
                new LinkageError(),
                new java.util.concurrent.CancellationException(),
                new Exception());
        puppet.awaitRuns(1);
        for (Throwable way : ways) {
            int before = puppet.runs();
            puppet.crash(way);
            puppet.awaitRuns(before + 1);
            assertThat(tree.failures("a").getFirst().exit().cause()).isSameAs(way);
        }
        puppet.finish();
        puppet.awaitRuns(ways.size() + 2);
        assertThat(puppet.mostLive()).isOne();
    }

    @Test
    void w28_aRuleThatThrows_endsItsSupervisorWithThatAsCause() throws Exception { // W-28
        IllegalStateException broken = new IllegalStateException("rule");
        List<SupervisorSpec> specs = List.of(
                SupervisorSpec.of("restart")
                        .child(
                                "a",
                                self -> {},
                                c -> c.restart(exit -> {
                                    throw broken;
                                })),
                SupervisorSpec.of("strategy", (failed, all) -> {
                            throw broken;
                        })
                        .child("a", self -> {}),
                SupervisorSpec.of("backoff")
                        .child(
                                "a",
                                self -> {},
                                c -> c.backoff(attempt -> {
                                    throw broken;
                                })));
        for (SupervisorSpec spec : specs) {
            Outcome outcome = trees.start(spec.child("b", Puppet.idle())).join();
            assertThat(outcome.reason()).as(spec.id()).isSameAs(Outcome.Reason.SUPERVISOR_FAILED);
            assertThat(outcome.cause())
                    .isInstanceOf(RuleFailedException.class)
                    .hasRootCause(broken);
            assertThat(outcome.cause()).hasMessageContaining(spec.id());
        }
        trees.awaitNoThreads();
    }

    @Test
    void w29_theEndOfAChildNoLongerListed_spendsNoRestart() throws Exception { // W-29, OTP-088
        Recorder events = new Recorder();
        CountDownLatch gate = trees.gate();
        Puppet puppet = new Puppet();
        Supervisor tree =
                trees.start(SupervisorSpec.of("root").listener(events).child("a", puppet));
        for (int i = 0; i < 5; i++) {
            tree.add(ChildSpec.of("gone" + i, self -> {
                        Puppet.deafAwait(gate);
                        throw new IllegalStateException("late");
                    })
                    .shutdown(Shutdown.immediate()));
            tree.delete("gone" + i);
        }
        gate.countDown();
        Eventually.await(
                "five late ends", () -> events.of(AbandonedRunEnded.class).size() == 5);
        puppet.crashAndAwaitRestart(); // the one that is allowed
        assertThat(tree.outcome()).isEmpty();
    }

    @Test
    void w30_afterAnOrderlyStop_everyChildIsListedAsStopped()
            throws Exception { // W-30, OVS-019, OVS-045
        Puppet failed = new Puppet();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .backoff(TENTH)
                        .child("running", Puppet.idle())
                        .child("completed", self -> {}, c -> c.restart(Restart.TRANSIENT))
                        .child("terminated", Puppet.idle())
                        .child("waiting", failed),
                time);
        tree.terminate("terminated");
        failed.crash();
        awaitState(tree, "waiting", ChildState.BACKING_OFF);
        awaitState(tree, "completed", ChildState.STOPPED);
        assertThat(state(tree, "running")).isSameAs(ChildState.RUNNING);
        assertThat(snapshot(tree, "waiting").due())
                .isEqualTo(snapshot(tree, "waiting").since().plusMillis(100));
        tree.close();

        assertThat(tree.children())
                .extracting(ChildSnapshot::state)
                .containsOnly(ChildState.STOPPED);
        assertThat(tree.children())
                .extracting(c -> c.lastExit().kind())
                .containsExactly(
                        Exit.Kind.STOPPED,
                        Exit.Kind.COMPLETED,
                        Exit.Kind.STOPPED,
                        Exit.Kind.FAILED);
    }

    @Test
    void w31_aStrategyOfTheUser_choosesWhoIsRestarted() throws Exception { // W-31
        Puppet one = new Puppet();
        Puppet two = new Puppet();
        Puppet other = new Puppet();
        Strategy sameShard = (failed, startOrder) -> startOrder.stream()
                .filter(c -> c.label("shard").equals(failed.label("shard")))
                .toList();
        trees.start(SupervisorSpec.of("root", sameShard)
                .child("one", one, c -> c.label("shard", "x"))
                .child("other", other, c -> c.label("shard", "y"))
                .child("two", two, c -> c.label("shard", "x")));
        other.awaitRuns(1);
        two.crashAndAwaitRestart();
        one.awaitRuns(2);
        assertThat(other.runs()).isOne();
        assertThat(one.mostLive()).isOne();
    }

    @Test
    void w32_whatOutlivesItsBudget_isReportedListedAndCounted()
            throws Exception { // W-32, OVS-014, SUT-012
        Recorder events = new Recorder();
        CountDownLatch gate = trees.gate();
        Puppet deaf = new Puppet();
        deaf.order(self -> Puppet.deafAwait(gate));
        deaf.finish();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .listener(events)
                        .child("other", Puppet.idle())
                        .child(
                                "deaf",
                                deaf,
                                c -> c.shutdown(Shutdown.within(Duration.ofSeconds(2)))),
                time);
        deaf.awaitRuns(1);
        Eventually.await("it waits", () -> deaf.thread().getState() == Thread.State.WAITING);
        var ended = tree.terminateAsync("deaf");
        awaitState(tree, "deaf", ChildState.STOPPING);
        time.advance(Duration.ofSeconds(2));

        assertThat(ended.join().kind()).isSameAs(Exit.Kind.ABANDONED);
        assertThat(state(tree, "deaf")).isSameAs(ChildState.ABANDONED);
        assertThat(events.await(ChildAbandoned.class, "root/deaf").after())
                .isEqualTo(Duration.ofSeconds(2));
        assertThat(events.await(StackTaken.class, "root/deaf").stack())
                .anyMatch(f -> f.getMethodName().equals("deafAwait"));
        AbandonedRun run = tree.abandoned().getFirst();
        assertThat(run.path()).isEqualTo("root/deaf");
        assertThat(run.stack()).anyMatch(f -> f.getMethodName().equals("deafAwait"));
        tree.close();
        assertThat(tree.outcome().orElseThrow().abandoned()).isOne();
        gate.countDown();
        events.await(AbandonedRunEnded.class, "root/deaf");
        Eventually.await("it is off the list", () -> tree.abandoned().isEmpty());
        assertThat(state(tree, "deaf")).isSameAs(ChildState.STOPPED);
    }

    @Test
    void w32_aDeafTemporaryChild_isForgottenButNotHidden() throws Exception { // W-32
        CountDownLatch gate = trees.gate();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child("other", Puppet.idle())
                .child(
                        "deaf",
                        Puppet.deaf(gate),
                        c -> c.restart(Restart.TEMPORARY).shutdown(Shutdown.immediate())));
        tree.terminate("deaf");
        awaitGone(tree, "deaf");
        assertThat(tree.abandoned()).hasSize(1);
    }
}
