package dev.oversight;

import static dev.oversight.Trees.awaitState;
import static dev.oversight.Trees.ids;
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

/** Calls to a tree from children that are asked to stop, their clean-ups and hooks: none may deadlock. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CallsWhileStoppingScenarioTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    @Test
    void anAddThatWaits_endsWhenTheCallerIsAskedToStop() throws Exception {
        CountDownLatch gate = trees.gate();
        CountDownLatch adding = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        ChildSpec slow = ChildSpec.of("slow", Puppet.deaf(gate)).readyWithin(Duration.ofHours(1));
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .autoShutdown(AutoShutdown.NEVER)
                .child(
                        "actor",
                        self -> {
                            adding.countDown();
                            try {
                                self.supervisor().add(slow);
                            } catch (InterruptedException e) {
                                thrown.set(e);
                            }
                        },
                        c -> endless(c, false)));
        adding.await();
        awaitState(tree, "slow", ChildState.STARTING);
        Eventually.returns("terminate", () -> {
            tree.terminate("actor");
            return null;
        });
        assertThat(thrown.get())
                .isInstanceOf(InterruptedException.class)
                .hasMessageContaining("root/actor was asked to stop")
                .hasMessageContaining("request stands");
        assertThat(state(tree, "slow")).isSameAs(ChildState.STARTING);
    }

    @Test
    void anAddInACleanUp_waitsUntilTheChildIsUp() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicReference<ChildState> seen = new AtomicReference<>();
        ChildSpec slow = ChildSpec.of("slow", self -> {
                    gate.await();
                    self.ready();
                    self.awaitStop();
                })
                .readyWithin(Duration.ofHours(1));
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .autoShutdown(AutoShutdown.NEVER)
                .child(
                        "actor",
                        self -> {
                            self.awaitStop();
                            seen.set(self.supervisor()
                                    .add(slow)
                                    .snapshot()
                                    .orElseThrow()
                                    .state());
                        },
                        c -> endless(c, false)));
        var ended = tree.terminateAsync("actor");
        awaitState(tree, "slow", ChildState.STARTING);
        assertThat(ended).isNotDone();
        gate.countDown();
        assertThat(Eventually.returns("the end", ended::join).kind()).isEqualTo(Exit.Kind.STOPPED);
        assertThat(seen).hasValue(ChildState.RUNNING);
    }

    @Test
    void twoChildrenThatTerminateEachOther_bothEndEvenWithoutInterrupts() throws Exception {
        for (boolean interrupt : new boolean[] {true, false}) {
            CountDownLatch both = new CountDownLatch(2);
            Supervisor tree = trees.start(SupervisorSpec.of("root")
                    .autoShutdown(AutoShutdown.NEVER)
                    .child("a", terminating("b", both), c -> endless(c, interrupt))
                    .child("b", terminating("a", both), c -> endless(c, interrupt)));
            awaitState(tree, "a", ChildState.STOPPED);
            awaitState(tree, "b", ChildState.STOPPED);
        }
    }

    private static ChildBody terminating(String sibling, CountDownLatch both) {
        return self -> {
            both.countDown();
            both.await();
            try {
                self.supervisor().terminate(sibling);
            } catch (ChildNotRunningException | InterruptedException alreadyOver) {
                return;
            }
        };
    }

    private static ChildSpec endless(ChildSpec spec, boolean interrupt) {
        return spec.restart(Restart.TRANSIENT)
                .shutdown(Shutdown.unbounded())
                .interruptOnStop(interrupt);
    }

    @Test
    void aCleanUp_canCallBackUnderEveryStrategy() throws Exception { // OVS-040, scenario 14
        for (Strategy strategy : Trees.STRATEGIES) {
            Queue<Object> seen = new ConcurrentLinkedQueue<>();
            Puppet failing = new Puppet();
            ChildBody calling = self -> {
                self.awaitStop();
                Thread.interrupted();
                Supervisor mine = self.supervisor();
                seen.add(mine.children().size());
                seen.add(mine.add(ChildSpec.of(Puppet.idle()).restart(Restart.TEMPORARY))
                        .id());
                mine.terminate("victim");
                mine.terminate(self.id());
                seen.add("done");
            };
            Supervisor tree = trees.start(SupervisorSpec.of("root", strategy)
                    .child("victim", Puppet.idle(), c -> c.shutdown(Shutdown.unbounded()))
                    .child("failing", failing)
                    .child("calling", calling, c -> c.shutdown(Shutdown.unbounded())));
            failing.crashAndAwaitRestart();
            if (strategy.equals(Strategy.ONE_FOR_ONE)) {
                tree.terminate("calling");
            }
            Eventually.await("clean-up done: " + seen, () -> seen.contains("done"));
            awaitState(tree, "victim", ChildState.STOPPED);
            awaitState(
                    tree,
                    "calling",
                    ChildState.STOPPED); // it asked for that itself, so it stays down
            awaitState(tree, "failing", ChildState.RUNNING);
            Eventually.returns("close", () -> {
                tree.close();
                return null;
            });
            assertThat(tree.outcome().orElseThrow().abandoned()).isZero();
        }
    }

    @Test
    void aCleanUpDuringTheTreesOwnEnd_isAnsweredAndDoesNotHoldItUp()
            throws Exception { // scenario 14
        Queue<Object> seen = new ConcurrentLinkedQueue<>();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child("victim", Puppet.idle(), c -> c.shutdown(Shutdown.unbounded()))
                .child(
                        "calling",
                        self -> {
                            self.awaitStop();
                            Supervisor mine = self.supervisor();
                            seen.add(mine.count().active());
                            assertThatThrownBy(() -> mine.add("late", Puppet.idle()))
                                    .isInstanceOf(SupervisorNotRunningException.class);
                            mine.terminate("victim");
                            mine.delete(self.id());
                            mine.close();
                            seen.add("done");
                        },
                        c -> c.shutdown(Shutdown.unbounded())));
        Eventually.returns("close", () -> {
            tree.close();
            return null;
        });
        assertThat(seen).containsExactly(2, "done");
        assertThat(ids(tree)).containsExactly("victim");
    }

    @Test
    void aStopHook_canCallBackAndCloseTheTree() throws Exception {
        Queue<Object> seen = new ConcurrentLinkedQueue<>();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child("other", Puppet.idle())
                .child(
                        "hooked",
                        self -> {
                            Supervisor mine = self.supervisor();
                            self.onStop(() -> {
                                seen.add(mine.children().size());
                                mine.close();
                                seen.add("closed");
                            });
                            self.ready();
                            self.awaitStop();
                        },
                        c -> c.shutdown(Shutdown.unbounded()).readyWithin(Duration.ofMinutes(1))));
        Eventually.returns("close", () -> {
            tree.close();
            return null;
        });
        assertThat(seen).containsExactly(2, "closed");
    }
}
