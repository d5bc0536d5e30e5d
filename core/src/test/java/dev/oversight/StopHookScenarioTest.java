package dev.oversight;

import static dev.oversight.Trees.awaitState;
import static dev.oversight.Trees.snapshot;
import static dev.oversight.Trees.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.event.AbandonedRunEnded;
import dev.oversight.event.ChildAbandoned;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Hooks that a child has run when it is asked to stop. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StopHookScenarioTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final ManualTime time = new ManualTime();
    private final Recorder events = new Recorder();
    private final Queue<String> log = new ConcurrentLinkedQueue<>();

    private static ChildSpec readyAnd(ChildSpec spec) {
        return spec.readyWithin(Duration.ofMinutes(1)).shutdown(Shutdown.unbounded());
    }

    @Test
    void stopHooks_runInTheirOrderBeforeTheInterruptEvenIfOneThrows() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        AtomicReference<Thread> body = new AtomicReference<>();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child(
                        "a",
                        self -> {
                            body.set(Thread.currentThread());
                            self.onStop(() -> log.add("first, running " + self.running()));
                            self.onStop(() -> {
                                log.add("second throws");
                                throw new IllegalStateException("hook");
                            });
                            self.onStop(() -> {
                                log.add("third in " + Thread.currentThread().getName()
                                        + ", interrupted " + body.get().isInterrupted());
                            });
                            self.ready();
                            try {
                                never.await();
                            } catch (InterruptedException e) {
                                log.add("interrupted");
                            }
                        },
                        StopHookScenarioTest::readyAnd));
        tree.close();
        assertThat(log)
                .containsExactly(
                        "first, running false",
                        "second throws",
                        "third in root/a/stop, interrupted false",
                        "interrupted");
    }

    @Test
    void aHookAddedAfterTheRequest_runsAtOnceInTheCallingThread() throws Exception {
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", self -> {
            self.awaitStop();
            Thread mine = Thread.currentThread();
            self.onStop(() -> log.add("same thread " + (Thread.currentThread() == mine)));
            log.add("after");
        }));
        tree.close();
        assertThat(log).containsExactly("same thread true", "after");
    }

    @Test
    void hooks_runOnceAndOnlyForTheRunThatIsAskedToStop() throws Exception {
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", self -> {
            self.onStop(() -> log.add("hook of " + self.incarnation()));
            puppet.run(self);
        }));
        puppet.crashAndAwaitRestart();
        tree.terminate("a");
        tree.close();
        assertThat(log).containsExactly("hook of 2");
    }

    @Test
    void aHook_unblocksWhatNoInterruptReaches() throws Exception {
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child(
                        "a",
                        self -> {
                            ServerSocketChannel socket =
                                    ServerSocketChannel.open().bind(null);
                            self.onStop(() -> {
                                try {
                                    socket.close();
                                } catch (java.io.IOException e) {
                                    log.add("close failed");
                                }
                            });
                            self.ready();
                            socket.accept();
                        },
                        c -> readyAnd(c).interruptOnStop(false)));
        tree.close();
        assertThat(snapshot(tree, "a").lastExit().kind()).isSameAs(Exit.Kind.STOPPED);
        assertThat(log).isEmpty();
    }

    @Test
    void aHookThatHangs_costsTheBudgetAndThenTheInterruptComesAnyway() throws Exception {
        CountDownLatch gate = trees.gate();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .listener(events)
                        .child("other", Puppet.idle())
                        .child(
                                "a",
                                self -> {
                                    self.onStop(() -> Puppet.deafAwait(gate));
                                    self.ready();
                                    new CountDownLatch(1).await();
                                },
                                c -> c.readyWithin(Duration.ofMinutes(1))
                                        .shutdown(Shutdown.within(Duration.ofSeconds(3)))),
                time);
        assertThat(tree.terminateAsync("a")).isNotDone();
        awaitState(tree, "a", ChildState.STOPPING);
        time.advance(Duration.ofMillis(2_999));
        assertThat(state(tree, "a")).isSameAs(ChildState.STOPPING);
        time.advance(Duration.ofMillis(1));
        events.await(ChildAbandoned.class, "root/a");
        assertThat(events.await(AbandonedRunEnded.class, "root/a").cause())
                .isInstanceOf(InterruptedException.class);
    }

    @Test
    void awaitStopInAStopHook_doesNotWaitForItself() throws Exception {
        CountDownLatch hooked = new CountDownLatch(1);
        CountDownLatch waited = new CountDownLatch(1);
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", self -> {
            self.onStop(() -> {
                try {
                    self.awaitStop();
                    self.awaitStop(Duration.ofHours(1));
                    waited.countDown();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            hooked.countDown();
            self.awaitStop();
        }));
        hooked.await(); // a hook that comes too late is run by the body itself
        tree.close();
        assertThat(waited.getCount()).isZero();
    }
}
