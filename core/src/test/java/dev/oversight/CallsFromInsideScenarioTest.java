package dev.oversight;

import static dev.oversight.Trees.awaitGone;
import static dev.oversight.Trees.awaitState;
import static dev.oversight.Trees.ids;
import static dev.oversight.Trees.snapshot;
import static dev.oversight.Trees.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Calls to a tree from its own children, grandchildren and rules: none may deadlock. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CallsFromInsideScenarioTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final AtomicReference<Throwable> thrown = new AtomicReference<>();

    /** Of the tree that was started last. */
    private volatile CountDownLatch returned;

    /** What a child does to its tree; all of these children have no limit to stop. */
    private interface Act {
        void on(Supervisor root, ChildContext self) throws Exception;
    }

    /** A child that does it once, then waits for its end. */
    private ChildBody acting(AtomicReference<Supervisor> root, CountDownLatch go, Act act) {
        CountDownLatch done = new CountDownLatch(1);
        returned = done;
        return self -> {
            if (self.incarnation() == 1) {
                go.await();
                try {
                    act.on(root.get(), self);
                } catch (Throwable t) {
                    thrown.set(t);
                }
                done.countDown();
            }
            self.awaitStop();
        };
    }

    private Supervisor startActing(boolean grandchild, Act act) throws Exception {
        AtomicReference<Supervisor> root = new AtomicReference<>();
        CountDownLatch go = new CountDownLatch(1);
        ChildSpec actor =
                ChildSpec.of("actor", acting(root, go, act)).shutdown(Shutdown.unbounded());
        SupervisorSpec spec = SupervisorSpec.of("root").child("other", Puppet.idle());
        Supervisor tree = trees.start(
                grandchild
                        ? spec.child(SupervisorSpec.of("in")
                                .child("near", Puppet.idle())
                                .child(actor))
                        : spec.child(actor));
        root.set(tree);
        go.countDown();
        return tree;
    }

    private void awaitReturned() throws Exception {
        CountDownLatch done = returned;
        Eventually.await("the call from inside returned", () -> done.getCount() == 0);
        assertThat(thrown).hasValue(null);
    }

    @Test
    void close_fromAChildOrGrandchild_endsTheTree() throws Exception {
        for (boolean grandchild : new boolean[] {false, true}) {
            Supervisor tree = startActing(grandchild, (root, self) -> root.close());
            awaitReturned();
            assertThat(tree.join().reason()).isSameAs(Outcome.Reason.STOPPED);
        }
    }

    @Test
    void stopWithALimit_fromAChildOrGrandchild_endsTheTree() throws Exception {
        for (boolean grandchild : new boolean[] {false, true}) {
            Supervisor tree = startActing(
                    grandchild,
                    (root, self) -> assertThat(root.stop(Duration.ofHours(1))).isEmpty());
            awaitReturned();
            assertThat(tree.join().abandoned()).isZero();
        }
    }

    @Test
    void stopAtOnce_fromAChild_abandonsAndEndsTheTree() throws Exception {
        Supervisor tree = startActing(false, (root, self) -> root.stop(Duration.ZERO));
        assertThat(tree.join().abandoned()).isEqualTo(2);
        awaitReturned();
    }

    @Test
    void join_fromAChildOrGrandchild_isRefusedAtOnce() throws Exception {
        for (boolean grandchild : new boolean[] {false, true}) {
            startActing(grandchild, (root, self) -> {
                assertThatThrownBy(root::join)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("would wait for itself")
                        .hasMessageContaining("close()");
                assertThatThrownBy(() -> root.join(Duration.ofHours(1)))
                        .isInstanceOf(IllegalStateException.class);
            });
            awaitReturned();
        }
    }

    @Test
    void terminateOfItself_completesWithoutWaiting() throws Exception { // OTP-036
        Supervisor tree = startActing(false, (root, self) -> root.terminate("actor"));
        awaitReturned();
        awaitState(tree, "actor", ChildState.STOPPED);
        assertThat(state(tree, "other")).isSameAs(ChildState.RUNNING);
    }

    @Test
    void deleteOfItself_completesWithoutWaiting() throws Exception {
        Supervisor tree = startActing(false, (root, self) -> self.supervisor().delete(self.id()));
        awaitReturned();
        awaitGone(tree, "actor");
    }

    @Test
    void restartOfItself_isRefusedBecauseItRuns() throws Exception {
        Supervisor tree = startActing(
                false, // it does not wait for the answer, so it may have to ask again
                (root, self) -> Eventually.await("it is refused", () -> isRefused(root)));
        awaitReturned();
        assertThat(snapshot(tree, "actor").incarnation()).isOne();
    }

    private static boolean isRefused(Supervisor root) {
        try {
            root.restart("actor");
            return false;
        } catch (ChildAlreadyRunningException refused) {
            return true;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void addByAGrandchildForWhichTheNewOneHasToWait_doesNotWaitForIt() throws Exception {
        AtomicReference<Supervisor> root = new AtomicReference<>();
        CountDownLatch go = trees.gate();
        CountDownLatch up = trees.gate();
        ChildBody adds = self -> {
            go.await();
            root.get().add(ChildSpec.of("later", later -> {
                up.countDown();
                later.awaitStop();
            }));
            self.ready(); // without which the new one is not started
            self.awaitStop();
        };
        SupervisorSpec in = SupervisorSpec.of("in")
                .child(ChildSpec.of("adds", adds).readyWithin(Duration.ofMinutes(5)));
        Supervisor tree = Supervisor.launch(
                SupervisorSpec.of("root", Strategy.ONE_FOR_ALL).child(in), trees.platform());
        trees.closeLater(tree);
        root.set(tree);
        go.countDown();
        Eventually.await("the new one is up", () -> up.getCount() == 0);
    }

    @Test
    void refusalOfWhatConcernsItself_isThrownAlsoWhileTheLoopIsBusy() throws Exception {
        CountDownLatch busy = trees.gate();
        CountDownLatch goOn = trees.gate();
        AtomicReference<Thread> actor = new AtomicReference<>();
        Supervisor tree = startActing(false, (root, self) -> {
            busy.await();
            actor.set(Thread.currentThread());
            assertThatThrownBy(() -> root.restart("actor"))
                    .isInstanceOf(ChildAlreadyRunningException.class);
        });
        Restart slow = exit -> {
            busy.countDown();
            Puppet.deafAwait(goOn);
            return false;
        };
        CountDownLatch ends = trees.gate();
        tree.add(ChildSpec.of("slow", self -> ends.await()).restart(slow));
        ends.countDown(); // so that its own thread is the one that asks its rule
        Eventually.await(
                "it waits, or has returned too early",
                () -> returned.getCount() == 0
                        || (actor.get() != null && actor.get().getState() == Thread.State.WAITING));
        goOn.countDown();
        awaitReturned();
    }

    @Test
    void terminateAndDeleteOfItsSupervisor_byAGrandchild_completeWithoutWaiting() throws Exception {
        Supervisor tree = startActing(true, (root, self) -> root.terminate("in"));
        awaitReturned();
        awaitState(tree, "in", ChildState.STOPPED);

        Supervisor other = startActing(true, (root, self) -> root.delete("in"));
        awaitReturned();
        awaitGone(other, "in");
    }

    @Test
    void aBodyThatReplacedItsHandler_stillDoesNotWaitForItsOwnEnd() throws Exception {
        Thread.UncaughtExceptionHandler own = (thread, thrown) -> {};
        for (boolean grandchild : new boolean[] {false, true}) {
            String me = grandchild ? "in" : "actor";
            Supervisor tree = startActing(grandchild, (root, self) -> {
                Thread.currentThread().setUncaughtExceptionHandler(own);
                root.terminate(me);
            });
            awaitReturned();
            awaitState(tree, me, ChildState.STOPPED);

            Supervisor other = startActing(grandchild, (root, self) -> {
                Thread.currentThread().setUncaughtExceptionHandler(own);
                root.delete(me);
            });
            awaitReturned();
            awaitGone(other, me);
        }
    }

    @Test
    void siblings_canBeAddedTerminatedRestartedDeletedAndWaitedFor() throws Exception {
        Supervisor tree = startActing(false, (root, self) -> {
            Supervisor mine = self.supervisor();
            assertThat(mine.add("new", Puppet.idle()).id()).isEqualTo("new");
            mine.terminate("other");
            assertThat(state(mine, "other")).isSameAs(ChildState.STOPPED);
            mine.restart("other");
            assertThat(state(mine, "other")).isSameAs(ChildState.RUNNING);
            mine.delete("other");
            assertThat(ids(mine)).containsExactly("actor", "new");
        });
        awaitReturned();
        assertThat(ids(tree)).containsExactly("actor", "new");
    }

    @Test
    void aChildInItsFirstStart_canAddASiblingBeforeItIsReady() throws Exception {
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child(
                        "a",
                        self -> {
                            self.supervisor().add("b", Puppet.idle());
                            self.ready();
                            self.awaitStop();
                        },
                        c -> c.readyWithin(Duration.ofMinutes(1))));
        awaitState(tree, "b", ChildState.RUNNING);
        assertThat(ids(tree)).containsExactly("a", "b");
    }

    @Test
    void aTreeInsideAChild_isStoppedWithTheChild() throws Exception { // OVS-011
        Queue<Outcome> inner = new ConcurrentLinkedQueue<>();
        CountDownLatch up = new CountDownLatch(1);
        Supervisor outer = trees.start(SupervisorSpec.of("outer")
                .child(
                        "a",
                        self -> inner.add(
                                Supervisor.run(SupervisorSpec.of("inner").child("b", below -> {
                                    up.countDown();
                                    below.awaitStop();
                                })))));
        up.await();
        outer.close();
        assertThat(inner).singleElement().matches(o -> o.reason() == Outcome.Reason.STOPPED);
    }

    @Test
    void aCallFromARule_failsTheRuleInsteadOfHangingTheTree() throws Exception {
        AtomicReference<Supervisor> root = new AtomicReference<>();
        Puppet puppet = new Puppet();
        root.set(trees.start(SupervisorSpec.of("root")
                .child(
                        "a",
                        puppet,
                        c -> c.restart(exit -> {
                            assertThat(root.get().count().specs())
                                    .isOne(); // inside the loop that would have to answer
                            return true;
                        }))));
        puppet.crash();
        Outcome outcome = Eventually.returns("join", () -> root.get().join());
        assertThat(outcome.cause())
                .isInstanceOf(RuleFailedException.class)
                .hasRootCauseInstanceOf(IllegalStateException.class);
    }
}
