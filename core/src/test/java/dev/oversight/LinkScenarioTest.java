package dev.oversight;

import static dev.oversight.Trees.awaitState;
import static dev.oversight.Trees.snapshot;
import static dev.oversight.Trees.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.event.ChildState;
import dev.oversight.event.UnstoppedRun;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Links and watches between children, and the report of who does not stop, with real threads. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LinkScenarioTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final Puppet a = new Puppet();
    private final Puppet b = new Puppet();

    private Supervisor twoChildren() throws InterruptedException {
        Supervisor tree = trees.start(
                SupervisorSpec.of("root").neverGiveUp().child("a", a).child("b", b));
        a.awaitRuns(1);
        b.awaitRuns(1);
        return tree;
    }

    private static void inside(Puppet puppet, ChildBody action) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        puppet.order(self -> {
            action.run(self);
            done.complete(null);
        });
        done.get(15, TimeUnit.SECONDS);
    }

    @Test
    void linkedChild_failsWithTheOther() throws Exception {
        Supervisor tree = twoChildren();
        inside(b, self -> self.link(new ChildRef(self.supervisor(), "a")));
        a.crash();
        b.awaitRuns(2);
        assertThat(tree.failures("b").getFirst().exit().cause())
                .isInstanceOf(LinkedChildEndedException.class)
                .hasMessage("root/b is linked to root/a, which ended: FAILED")
                .hasRootCauseMessage("told to");
    }

    @Test
    void linkedChild_failsWithTheOtherThatIsSaidToHaveFailed() throws Exception {
        Supervisor tree = twoChildren();
        inside(b, self -> self.link(new ChildRef(self.supervisor(), "a")));
        tree.fail("a", new IllegalStateException("hangs"));
        b.awaitRuns(2);
        assertThat(tree.failures("b").getFirst().exit().cause())
                .hasMessage("root/b is linked to root/a, which ended: FAILED")
                .hasRootCauseMessage("hangs");
    }

    @Test
    void linkedChild_goesOnWhenTheOtherEndsInOrder() throws Exception {
        Supervisor tree = twoChildren();
        inside(b, self -> self.link(new ChildRef(self.supervisor(), "a")));
        tree.terminate("a");
        tree.restart("a");
        a.awaitRuns(2);
        a.crash(); // the link was to the run before
        a.awaitRuns(3);
        assertThat(snapshot(tree, "b").incarnation()).isOne();
    }

    @Test
    void link_isOneSidedAndEndsWithTheRunThatMadeIt() throws Exception {
        Supervisor tree = twoChildren();
        inside(b, self -> self.link(new ChildRef(self.supervisor(), "a")));
        b.crash();
        b.awaitRuns(2);
        assertThat(snapshot(tree, "a").incarnation()).isOne();
        a.crash();
        a.awaitRuns(2);
        assertThat(snapshot(tree, "b").incarnation()).isEqualTo(2);
        assertThat(tree.failures("b")).hasSize(1);
    }

    @Test
    void linkToAChildOfAnotherSupervisor_works() throws Exception {
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .neverGiveUp()
                .child(SupervisorSpec.of("in").neverGiveUp().child("a", a))
                .child("b", b));
        a.awaitRuns(1);
        b.awaitRuns(1);
        ChildRef far = new ChildRef(tree.supervisor("in").orElseThrow(), "a");
        inside(b, self -> self.link(far));
        a.crash();
        b.awaitRuns(2);
    }

    @Test
    void linkToNobodyOrFromAnotherThread_isRefused() throws Exception {
        Supervisor tree = twoChildren();
        AtomicReference<ChildContext> context = new AtomicReference<>();
        inside(b, self -> {
            context.set(self);
            assertThatThrownBy(() -> self.link(new ChildRef(self.supervisor(), "z")))
                    .isInstanceOf(UnknownChildException.class);
        });
        assertThatThrownBy(() -> context.get().link(new ChildRef(tree, "a")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("link() of root/b");
        assertThatThrownBy(() -> context.get().decline()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void watch_completesInAThreadOfItsOwnWithTheExit() throws Exception {
        Supervisor tree = twoChildren();
        CompletableFuture<Exit> end = new ChildRef(tree, "a").watch();
        AtomicReference<String> thread = new AtomicReference<>();
        CompletableFuture<Void> told =
                end.thenAccept(exit -> thread.set(Thread.currentThread().getName()));
        a.crash();
        told.get(15, TimeUnit.SECONDS);
        assertThat(end.get().cause()).hasMessage("told to");
        assertThat(thread.get()).isEqualTo("root/a/watch");
        assertThatThrownBy(() -> tree.watch("z")).isInstanceOf(UnknownChildException.class);
    }

    @Test
    void cancelledWatch_isNotKept() throws Exception {
        Supervisor tree = twoChildren();
        CompletableFuture<Exit> end = tree.watch("a");
        end.cancel(true);
        CompletableFuture<Exit> other = tree.watch("a");
        tree.terminate("a");
        assertThat(other.get(15, TimeUnit.SECONDS).kind()).isEqualTo(Exit.Kind.STOPPED);
        assertThat(end).isCancelled();
    }

    @Test
    void failOfNobodyOrOfWhoHasEnded_isRefused() throws Exception {
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .autoShutdown(AutoShutdown.NEVER)
                .child("a", Puppet.idle()));
        assertThatThrownBy(() -> tree.fail("nobody", new Puppet.Crash("none")))
                .isInstanceOf(UnknownChildException.class);
        tree.terminate("a");
        assertThatThrownBy(() -> tree.fail("a", new Puppet.Crash("late")))
                .isInstanceOf(ChildNotRunningException.class);
    }

    @Test
    void failByRequest_restartsTheChild() throws Exception {
        Supervisor tree = twoChildren();
        tree.fail("a", new IllegalStateException("it hangs"));
        a.awaitRuns(2);
        assertThat(tree.failures("a").getFirst().exit().cause()).hasMessage("it hangs");
    }

    @Test
    void declines_isUpForWhoeverWaitsAndDownAfterwards() throws Exception {
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child("maybe", ChildContext::decline, c -> c.restart(Restart.TRANSIENT))
                .child("b", b));
        awaitState(tree, "maybe", ChildState.STOPPED);
        assertThat(snapshot(tree, "maybe").lastExit().kind()).isEqualTo(Exit.Kind.DECLINED);
        assertThat(state(tree, "b")).isEqualTo(ChildState.RUNNING);
        assertThat(new ChildRef(tree, "maybe").snapshot()).isPresent();
    }

    // OTP-005, scenario 13
    @Test
    void unstopped_namesWhoHangsWhereInTheWholeTree() throws Exception {
        CountDownLatch gate = trees.gate();
        ChildBody deaf = self -> Puppet.deafAwait(gate);
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child(SupervisorSpec.of("in")
                        .child("x", deaf, c -> c.shutdown(Shutdown.unbounded())))
                .child("gone", deaf, c -> c.shutdown(Shutdown.immediate())));
        assertThat(tree.unstopped()).isEmpty();
        Eventually.Caller<Object> closing = Eventually.calling("close", () -> {
            tree.close();
            return "closed";
        });
        Eventually.await("both are reported", () -> tree.unstopped().size() == 2);
        List<UnstoppedRun> left = tree.unstopped();
        assertThat(left).extracting(UnstoppedRun::path).containsExactly("root/in/x", "root/gone");
        assertThat(left).extracting(UnstoppedRun::abandoned).containsExactly(false, true);
        assertThat(left.getFirst().due()).isNull();
        Eventually.await(
                "its stack shows where it hangs",
                () -> tree.unstopped().getFirst().stack().toString().contains("LinkScenarioTest"));
        gate.countDown();
        closing.result();
        Eventually.await("the abandoned one has ended", () -> tree.unstopped().isEmpty());
    }

    @Test
    void stopLimit_runsOnTheTreesClock() throws Exception {
        ManualTime time = new ManualTime();
        CountDownLatch gate = trees.gate();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .child(
                                "deaf",
                                self -> Puppet.deafAwait(gate),
                                c -> c.shutdown(Shutdown.unbounded())),
                time);
        Eventually.Caller<Optional<Outcome>> stopping =
                Eventually.calling("stop", () -> tree.stop(Duration.ofHours(1)));
        time.awaitAlarm();
        assertThat(tree.outcome()).isEmpty();
        time.advance(Duration.ofHours(1));
        assertThat(stopping.result().orElseThrow().abandoned()).isOne();
    }
}
