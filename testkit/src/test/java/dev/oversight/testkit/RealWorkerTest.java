package dev.oversight.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.AbandonedException;
import dev.oversight.ChildBody;
import dev.oversight.ChildContext;
import dev.oversight.ChildSpec;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.dynamic.DynamicSpec;
import dev.oversight.dynamic.DynamicSupervisor;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildState;
import dev.oversight.spi.Threads;
import dev.oversight.task.Task;
import dev.oversight.task.TaskSpec;
import dev.oversight.task.TaskStoppedException;
import dev.oversight.task.TaskStoppedException.Reason;
import dev.oversight.testkit.junit.OversightExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** Bodies that know nothing of the kit. */
@ExtendWith(OversightExtension.class)
class RealWorkerTest {
    /** Looks every minute; gives up when the source has been silent for three. */
    private static final class Poller implements ChildBody {
        private final InstantSource clock;
        private final BlockingQueue<String> source;
        private final List<String> polled = new ArrayList<>();

        Poller(InstantSource clock, BlockingQueue<String> source) {
            this.clock = clock;
            this.source = source;
        }

        @Override
        public void run(ChildContext self) throws Exception {
            var heard = clock.instant();
            while (!self.awaitStop(Duration.ofMinutes(1))) {
                String item = source.poll();
                if (item != null) {
                    polled.add(clock.instant().toString().substring(11, 19) + " " + item);
                    heard = clock.instant();
                } else if (Duration.between(heard, clock.instant()).toMinutes() >= 3) {
                    throw new IllegalStateException("silent since " + heard);
                }
            }
        }
    }

    @Test
    void aWorkerThatWaitsByItsContext_isTestedWithoutSleeping(TestKit kit) {
        BlockingQueue<String> source = new LinkedBlockingQueue<>(List.of("a", "b"));
        Poller poller = new Poller(kit.clock(), source);
        TestTree tree = kit.start(SupervisorSpec.of("root").child("poller", poller));

        tree.advance(Duration.ofMinutes(5).minusNanos(1));
        assertThat(poller.polled).containsExactly("00:01:00 a", "00:02:00 b");
        tree.verify(it -> it.incarnation("poller", 1));

        tree.advance(Duration.ofNanos(1));
        tree.verify(it -> it.incarnation("poller", 2)
                .times(1, Fact.failed("poller").at(Duration.ofMinutes(5))));
    }

    @Test
    void aWorkerThatWaitsOnAQueue_countsAsQuiet(TestKit kit) {
        BlockingQueue<String> inbox = new LinkedBlockingQueue<>();
        List<String> done = new ArrayList<>();
        TestTree tree = kit.start(SupervisorSpec.of("root").child("consumer", self -> {
            while (self.running()) {
                done.add(inbox.take());
            }
        }));

        inbox.add("one");
        kit.settle();
        assertThat(done).containsExactly("one");
        tree.terminate("consumer");
        assertThat(tree.state("consumer")).isEqualTo(ChildState.STOPPED);
    }

    @Test
    void tasksThatAWorkerLinksToItself_goWithIt(TestKit kit) throws Exception {
        TaskSpec tasks = TaskSpec.of("tasks");
        List<Task<Void>> submitted = new ArrayList<>();
        TestTree tree =
                kit.start(SupervisorSpec.of("root").child(tasks.spec()).child("worker", self -> {
                    submitted.add(tasks.in(self.supervisor())
                            .linkedTo(self)
                            .start(ChildContext::awaitStop));
                    self.awaitStop();
                }));

        tree.fail("worker");
        assertThat(submitted).hasSize(2);
        assertThatExceptionOfType(TaskStoppedException.class)
                .isThrownBy(submitted.getFirst()::await)
                .matches(stopped -> stopped.reason() == Reason.CALLER_ENDED);
        assertThat(submitted.getLast().isDone()).isFalse();
        tree.verify(it -> it.incarnation("worker", 2));
    }

    @Test
    void aBodyOfYours_canBeToldToFailToCompleteAndToHang(TestKit kit) {
        BlockingQueue<String> inbox = new LinkedBlockingQueue<>();
        TestTree tree = kit.start(SupervisorSpec.of("root")
                .intensity(9, Duration.ofSeconds(1))
                .child("consumer", self -> inbox.take())
                .child("waiter", ChildContext::awaitStop));

        tree.fail("consumer").fail("waiter").complete("waiter").complete("consumer");
        tree.verify(it -> it.incarnation("consumer", 3)
                .incarnation("waiter", 3)
                .times(1, Fact.failed("consumer", SimulatedFailure.class))
                .times(1, Fact.completed("consumer"))
                .times(1, Fact.failed("waiter", SimulatedFailure.class))
                .times(1, Fact.completed("waiter")));

        tree.hang("waiter").terminate("waiter");
        tree.advance(Duration.ofSeconds(5));
        assertThat(tree.state("waiter")).isEqualTo(ChildState.ABANDONED);
    }

    @Test
    void aFailureThatNobodyDeclares_arrivesAsItIs(TestKit kit) {
        BlockingQueue<String> inbox = new LinkedBlockingQueue<>();
        TestTree tree = kit.start(SupervisorSpec.of("root")
                .intensity(9, Duration.ofSeconds(1))
                .child("consumer", self -> inbox.take())
                .child("waiter", ChildContext::awaitStop));
        IOException gone = new IOException("gone");
        tree.fail("consumer", gone).fail("waiter", gone);
        assertThat(tree.recording().of(ChildFailed.class))
                .extracting(ChildFailed::cause)
                .containsExactly(gone, gone);
    }

    @Test
    void aBodyThatDropsItsInterrupt_isReportedWithItsStack(TestKit kit) {
        CountDownLatch gate = new CountDownLatch(1);
        TestTree tree = kit.start(SupervisorSpec.of("root").child("deaf", self -> deafAwait(gate)));
        assertThatThrownBy(() -> tree.fail("deaf"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("deaf was to end and goes on")
                .hasMessageContaining("RealWorkerTest.deafAwait");
        gate.countDown();
    }

    static void deafAwait(CountDownLatch gate) {
        for (boolean waiting = true; waiting; ) {
            try {
                gate.await();
                waiting = false;
            } catch (InterruptedException dropped) {
                // that is the point
            }
        }
    }

    @Test
    void aChildThatAddsAnother_hasItOnTheSameTime(TestKit kit) {
        List<String> log = new ArrayList<>();
        TestTree tree = kit.start(SupervisorSpec.of("root").child("parent", self -> {
            self.supervisor().add(ChildSpec.of("added", inner -> {
                while (!inner.awaitStop(Duration.ofSeconds(1))) {
                    log.add(kit.elapsed().toString());
                }
            }));
            self.awaitStop();
        }));
        kit.advance(Duration.ofSeconds(3));
        assertThat(log).containsExactly("PT1S", "PT2S", "PT3S");
        tree.fail("added");
        tree.verify(it -> it.incarnation("added", 2).untouched("parent"));
    }

    @Test
    void helpersOfAWorker_areThreadsOfTheKit(TestKit kit) {
        List<String> log = new ArrayList<>();
        kit.start(SupervisorSpec.of("root").child("boss", self -> {
            try (ExecutorService helpers =
                    Executors.newThreadPerTaskExecutor(kit.threadFactory())) {
                for (int i = 1; i <= 3; i++) {
                    int seconds = i;
                    var _ = helpers.submit(() -> {
                        kit.sleep(Duration.ofSeconds(seconds));
                        return log.add(seconds + " after " + kit.elapsed());
                    });
                }
            }
            log.add("closed");
            self.awaitStop();
        }));
        kit.advance(Duration.ofSeconds(2));
        assertThat(log).containsExactly("1 after PT1S", "2 after PT2S");
        kit.advance(Duration.ofSeconds(1));
        assertThat(log).containsExactly("1 after PT1S", "2 after PT2S", "3 after PT3S", "closed");
    }

    @Test
    void aChildWithThreadsOfItsOwn_runsInOneOfTheKit(TestKit kit) {
        List<Boolean> virtual = new ArrayList<>();
        TestTree tree = kit.start(SupervisorSpec.of("root")
                .child(
                        "render",
                        self -> {
                            self.awaitStop(Duration.ofSeconds(1));
                            virtual.add(Thread.currentThread().isVirtual());
                            self.awaitStop();
                        },
                        c -> c.threads(Threads.platform())));
        tree.advance(Duration.ofSeconds(1));
        assertThat(virtual).containsExactly(true);
    }

    @Test
    void instancesOfADynamicSupervisor_areChildrenLikeAnyOther(TestKit kit) throws Exception {
        DynamicSpec<String> jobs = DynamicSpec.of("jobs", (String name, ChildContext self) -> {
                    self.awaitStop(Duration.ofSeconds(name.length()));
                })
                .instances(c -> c.restart(Restart.TRANSIENT))
                .ids(name -> name);
        TestTree tree = kit.start(SupervisorSpec.of("root").child(jobs.toChild()));
        DynamicSupervisor<String> live = jobs.in(tree.supervisor());

        live.start("four");
        live.start("seventh");
        tree.advance(Duration.ofSeconds(2)).fail("jobs/seventh").advance(Duration.ofSeconds(2));
        tree.verify(it -> it.unknown("jobs/four")
                .touchedOnly("jobs/four", "jobs/seventh")
                .incarnation("jobs/seventh", 2));
    }

    @Test
    void aScriptThatHangsOnRealTime_isReleasedAfterTheTest(RealTrees trees) throws Exception {
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child(
                        "stuck",
                        Script.idle().ignoresStop(),
                        c -> c.shutdown(Shutdown.immediate())));
        tree.terminate("stuck");
        assertThat(tree.abandoned()).hasSize(1);
    }

    @Test
    void anAbandonedRun_isRefusedByItsContext(TestKit kit) {
        List<Throwable> refused = new ArrayList<>();
        TestTree tree = kit.start(SupervisorSpec.of("root")
                .child(
                        "slow",
                        self -> {
                            self.awaitStop();
                            Thread.interrupted();
                            kit.sleep(Duration.ofSeconds(8));
                            try {
                                self.ready();
                            } catch (AbandonedException e) {
                                refused.add(e);
                            }
                        },
                        c -> c.interruptOnStop(false)
                                .shutdown(Shutdown.within(Duration.ofSeconds(6)))));
        tree.terminate("slow");
        tree.advance(Duration.ofSeconds(6));
        assertThat(tree.state("slow")).isEqualTo(ChildState.ABANDONED);
        tree.advance(Duration.ofSeconds(2));
        assertThat(refused).hasSize(1);
        assertThat(tree.state("slow")).isEqualTo(ChildState.STOPPED);
    }

    @Test
    void aBodyThatNeverWaits_isNamed() {
        try (TestKit kit = TestKit.create()) {
            CountDownLatch end = new CountDownLatch(1);
            assertThatThrownBy(() -> kit.patience(Duration.ofSeconds(3))
                            .start(SupervisorSpec.of("root").child("busy", self -> {
                                while (end.getCount() > 0) {
                                    Thread.onSpinWait();
                                }
                            })))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("not quiet")
                    .hasMessageContaining("root/busy is RUNNABLE");
            end.countDown();
        }
    }

    @Test
    void aChildRestartedWithoutEnd_isALoop() {
        try (TestKit kit = TestKit.create()) {
            assertThatThrownBy(() -> kit.start(SupervisorSpec.of("root")
                            .neverGiveUp()
                            .child("broken", Script.idle().failsAfter(Duration.ZERO))))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("turns without time passing")
                    .hasMessageContaining("backoff");
        }
    }
}
