package dev.oversight;

import static dev.oversight.Trees.awaitState;
import static dev.oversight.Trees.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.event.ChildState;
import dev.oversight.spi.Threads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** Interrupts of threads that wait for a tree: none is lost, and what was asked for still happens. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InterruptScenarioTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private SupervisorSpec hangingStop(CountDownLatch gate) {
        return SupervisorSpec.of("root")
                .autoShutdown(AutoShutdown.NEVER)
                .child("a", Puppet.deaf(gate), c -> c.shutdown(Shutdown.unbounded()));
    }

    @Test
    void start_interrupted_stopsWhatIsUpAndThrows() throws Exception {
        AtomicBoolean stopped = new AtomicBoolean();
        CountDownLatch starting = new CountDownLatch(1);
        Eventually.Caller<Supervisor> start = Eventually.calling(
                "start",
                () -> trees.start(SupervisorSpec.of("root")
                        .child("up", self -> {
                            self.awaitStop();
                            stopped.set(true);
                        })
                        .child(
                                "slow",
                                self -> {
                                    starting.countDown();
                                    self.awaitStop();
                                },
                                c -> c.readyWithin(Duration.ofHours(1)))));
        starting.await();
        start.thread().interrupt();
        assertThat(start.failure()).isInstanceOf(InterruptedException.class);
        assertThat(stopped).isTrue();
        trees.awaitNoThreads();
    }

    @Test
    void run_interrupted_stopsInOrderAndSetsTheFlagAgain() throws Exception {
        CountDownLatch up = new CountDownLatch(1);
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        Eventually.Caller<Boolean> run = Eventually.calling("run", () -> {
            outcome.set(Supervisor.run(SupervisorSpec.of("root").child("a", self -> {
                up.countDown();
                self.awaitStop();
            })));
            return Thread.currentThread().isInterrupted();
        });
        up.await();
        run.thread().interrupt();
        assertThat(run.result()).isTrue();
        assertThat(outcome.get()).isEqualTo(new Outcome("root", Outcome.Reason.STOPPED, null, 0));
    }

    @Test
    void run_whoseStartFails_returnsThatAsItsOutcome() {
        IllegalStateException broken = new IllegalStateException("broken");
        Outcome outcome = Supervisor.run(SupervisorSpec.of("root")
                .child(
                        "a",
                        self -> {
                            throw broken;
                        },
                        c -> c.readyWithin(Duration.ofMinutes(1))));
        assertThat(outcome.reason()).isSameAs(Outcome.Reason.START_FAILED);
        assertThat(outcome.cause()).isInstanceOf(StartFailedException.class).hasCause(broken);
    }

    @Test
    void join_interrupted_throwsAndTheTreeGoesOn() throws Exception {
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", Puppet.idle()));
        Eventually.Caller<Outcome> join = Eventually.calling("join", tree::join);
        join.awaitBlocked();
        join.thread().interrupt();
        assertThat(join.failure()).isInstanceOf(InterruptedException.class);
        assertThat(state(tree, "a")).isSameAs(ChildState.RUNNING);
        assertThat(tree.join(Duration.ZERO)).isEmpty();
        assertThat(tree.join(Duration.ofSeconds(-1))).isEmpty();
    }

    @Test
    void terminateAndDelete_interrupted_throwAndTheRequestStands() throws Exception {
        CountDownLatch gate = trees.gate();
        Supervisor tree = trees.start(hangingStop(gate));
        Eventually.Caller<Object> terminate = Eventually.calling("terminate", () -> {
            tree.terminate("a");
            return null;
        });
        awaitState(tree, "a", ChildState.STOPPING);
        terminate.awaitBlocked();
        terminate.thread().interrupt();
        assertThat(terminate.failure())
                .isInstanceOf(InterruptedException.class)
                .hasMessageContaining("request stands");

        Eventually.Caller<Object> delete = Eventually.calling("delete", () -> {
            tree.delete("a");
            return null;
        });
        delete.awaitBlocked();
        delete.thread().interrupt();
        assertThat(delete.failure()).isInstanceOf(InterruptedException.class);
        assertThat(tree.count().specs()).isOne();
        gate.countDown();
        Trees.awaitGone(tree, "a");
    }

    @Test
    void addAndRestart_interrupted_throwAndTheChildComesUp() throws Exception {
        Semaphore gate = new Semaphore(0);
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("other", Puppet.idle()));
        ChildSpec slow = ChildSpec.of("slow", self -> {
                    gate.acquire();
                    self.ready();
                    self.awaitStop();
                })
                .readyWithin(Duration.ofHours(1));
        List<Eventually.Call<Object>> requests = List.of(() -> tree.add(slow), () -> {
            tree.restart("slow");
            return "up";
        });
        for (Eventually.Call<Object> request : requests) {
            Eventually.Caller<Object> caller = Eventually.calling("the request", request);
            awaitState(tree, "slow", ChildState.STARTING);
            caller.awaitBlocked();
            caller.thread().interrupt();
            assertThat(caller.failure()).isInstanceOf(InterruptedException.class);
            gate.release();
            awaitState(tree, "slow", ChildState.RUNNING);
            tree.terminate("slow");
        }
    }

    @Test
    void close_interrupted_waitsOnAndSetsTheFlagAgain() throws Exception {
        CountDownLatch gate = trees.gate();
        Supervisor tree = trees.start(hangingStop(gate));
        Eventually.Caller<Boolean> close = Eventually.calling("close", () -> {
            tree.close();
            return Thread.currentThread().isInterrupted();
        });
        awaitState(tree, "a", ChildState.STOPPING);
        close.thread().interrupt();
        close.awaitBlocked();
        assertThat(close.isDone()).isFalse();
        gate.countDown();
        assertThat(close.result()).isTrue();
        assertThat(tree.outcome()).isPresent();
    }

    @Test
    void close_calledWithTheFlagSet_stillStopsInOrder() throws Exception {
        AtomicBoolean stopped = new AtomicBoolean();
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", self -> {
            self.awaitStop();
            stopped.set(true);
        }));
        assertThat(Eventually.returns("close", () -> {
                    Thread.currentThread().interrupt();
                    tree.close();
                    return Thread.currentThread().isInterrupted();
                }))
                .isTrue();
        assertThat(stopped).isTrue();
    }

    @Test
    void stopWithALimit_interrupted_throwsAndTheStopGoesOn() throws Exception {
        CountDownLatch gate = trees.gate();
        Supervisor tree = trees.start(hangingStop(gate));
        Eventually.Caller<?> stop =
                Eventually.calling("stop", () -> tree.stop(Duration.ofHours(1)));
        awaitState(tree, "a", ChildState.STOPPING);
        stop.awaitBlocked();
        stop.thread().interrupt();
        assertThat(stop.failure()).isInstanceOf(InterruptedException.class);
        gate.countDown();
        assertThat(tree.join().reason()).isSameAs(Outcome.Reason.STOPPED);
    }

    @Test
    void aQuery_ofAnInterruptedThread_isAnsweredAndKeepsTheFlag() throws Exception {
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", Puppet.idle()));
        assertThat(Eventually.returns("queries", () -> {
                    Thread.currentThread().interrupt();
                    assertThat(tree.children()).hasSize(1);
                    assertThat(tree.find("root/a")).isPresent();
                    return Thread.currentThread().isInterrupted();
                }))
                .isTrue();
    }

    @Test
    void aWaitOfAChild_interruptedByAStranger_throws() throws Exception {
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        trees.start(SupervisorSpec.of("root").child("a", self -> {
            Thread.currentThread().interrupt();
            try {
                self.awaitStop(Duration.ofHours(1));
            } catch (InterruptedException e) {
                thrown.add(e);
            }
            Thread.currentThread().interrupt();
            try {
                self.awaitStop();
            } catch (InterruptedException e) {
                thrown.add(e);
            }
            self.awaitStop();
        }));
        Eventually.await("it threw twice", () -> thrown.size() == 2);
        assertThat(thrown)
                .allSatisfy(e -> assertThat(e)
                        .isInstanceOf(InterruptedException.class)
                        .hasMessageContaining("root/a was not asked to stop"));
    }

    /** The interrupt is held up until the body has gone on without it, should it do so. */
    @Test
    void whoeverReturnsFromAWaitForTheStop_hasTheInterruptAlready() throws Exception {
        for (boolean timed : new boolean[] {false, true}) {
            CountDownLatch waits = new CountDownLatch(1);
            CountDownLatch returned = new CountDownLatch(1);
            AtomicBoolean interrupted = new AtomicBoolean();
            Threads slow = (name, body) -> new Thread(body, name) {
                @Override
                public void interrupt() {
                    try {
                        returned.await(200, TimeUnit.MILLISECONDS);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    super.interrupt();
                }
            };
            Supervisor tree = trees.start(SupervisorSpec.of("root")
                    .child(
                            "a",
                            self -> {
                                waits.countDown();
                                while (self.running()) {
                                    Thread.onSpinWait(); // sees the request before the interrupt
                                }
                                if (timed) {
                                    self.awaitStop(Duration.ofHours(1));
                                } else {
                                    self.awaitStop();
                                }
                                interrupted.set(Thread.interrupted());
                                returned.countDown();
                            },
                            c -> c.threads(slow)));
            waits.await();
            tree.close();
            assertThat(interrupted).as("timed: " + timed).isTrue();
        }
    }

    @Test
    void waitThatBeginsWhileStopHooksRun_endsWithTheInterruptThatComesAfterThem() throws Exception {
        for (boolean timed : new boolean[] {false, true}) {
            CountDownLatch hooked = trees.gate();
            CountDownLatch inHook = trees.gate();
            CountDownLatch gate = trees.gate();
            CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
            AtomicReference<Thread> thread = new AtomicReference<>();
            Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", self -> {
                self.onStop(() -> {
                    inHook.countDown();
                    Puppet.deafAwait(gate);
                });
                hooked.countDown();
                Puppet.deafAwait(inHook);
                thread.set(Thread.currentThread());
                if (timed) {
                    self.awaitStop(Duration.ofHours(1));
                } else {
                    self.awaitStop();
                }
                interrupted.complete(Thread.interrupted());
            }));
            hooked.await(); // a hook that comes too late is run by the body itself
            CompletableFuture<Exit> terminated = tree.terminateAsync("a");
            Eventually.await(
                    "it waits, or has returned too early",
                    () -> interrupted.isDone()
                            || (thread.get() != null
                                    && thread.get().getState() == Thread.State.WAITING));
            gate.countDown();
            assertThat(interrupted.join()).isTrue();
            terminated.join();
        }
    }
}
