package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildSilent;
import dev.oversight.event.ChildState;
import dev.oversight.event.StackTaken;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicReference;

/** Heartbeats of real threads, on a clock that the test moves. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HeartbeatTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final ManualTime time = new ManualTime();
    private final Recorder events = new Recorder();

    private Supervisor start(ChildBody body) throws InterruptedException {
        return trees.start(
                SupervisorSpec.of("root")
                        .listener(events)
                        .child("worker", body, c -> c.heartbeatWithin(LIMIT)),
                time);
    }

    private static void hangHere(CountDownLatch gate) throws InterruptedException {
        gate.await();
    }

    @Test
    void hangingChild_isReplacedAndTheFailurePointsAtTheLine() throws Exception {
        CountDownLatch gate = trees.gate();
        CountDownLatch replaced = new CountDownLatch(1);
        AtomicReference<Thread> first = new AtomicReference<>();
        start(self -> {
            if (self.incarnation() > 1) {
                replaced.countDown();
                self.awaitStop();
                return;
            }
            self.heartbeat();
            first.set(Thread.currentThread());
            hangHere(gate);
        });
        Eventually.await(
                "it hangs",
                () -> first.get() != null && first.get().getState() == Thread.State.WAITING);
        time.awaitAlarm();
        time.advance(LIMIT.dividedBy(2));
        assertThat(events.await(ChildSilent.class, "root/worker").limit()).isEqualTo(LIMIT);
        assertThat(events.await(StackTaken.class, "root/worker").stack())
                .anyMatch(frame -> frame.getMethodName().equals("hangHere"));

        time.advance(LIMIT.dividedBy(2));
        ChildFailed failed = events.await(ChildFailed.class, "root/worker");
        assertThat(failed.cause()).isInstanceOf(HeartbeatMissedException.class);
        assertThat(failed.cause().getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("hangHere"));
        replaced.await();
    }

    @Test
    void heartbeatsOfAnotherThread_count() throws Exception {
        CountDownLatch gate = trees.gate();
        SynchronousQueue<ChildContext> contexts = new SynchronousQueue<>();
        Supervisor tree = start(self -> {
            contexts.put(self);
            gate.await();
        });
        ChildContext worker = contexts.take();
        for (int i = 0; i < 20; i++) {
            time.advance(LIMIT.dividedBy(3));
            worker.heartbeat();
        }
        assertThat(tree.child("worker").orElseThrow().incarnation()).isOne();
        tree.close();
        assertThat(events.of(ChildSilent.class)).isEmpty();
    }

    @Test
    void childThatWaitsInItsContext_isNotSilentButWhatItDoesNextCounts() throws Exception {
        CountDownLatch gate = trees.gate();
        CountDownLatch hangs = new CountDownLatch(1);
        AtomicReference<Thread> second = new AtomicReference<>();
        Supervisor tree = start(self -> {
            if (self.incarnation() == 1) {
                self.awaitStop(LIMIT.multipliedBy(3));
                hangs.countDown();
                gate.await();
            } else {
                second.set(Thread.currentThread());
                self.awaitStop();
            }
        });
        // its own alarm and the one that listens for it
        Eventually.await("it waits", () -> time.alarms() == 2);
        time.advance(LIMIT.multipliedBy(3));
        Eventually.await("it goes on", () -> hangs.getCount() == 0);
        assertThat(events.of(ChildSilent.class)).isEmpty();
        for (int i = 0; i < 4; i++) {
            time.advance(LIMIT.dividedBy(4));
        }
        events.await(ChildFailed.class, "root/worker");
        Eventually.await(
                "it is replaced, and waits",
                () -> second.get() != null && second.get().getState() == Thread.State.WAITING);
        time.advance(LIMIT.multipliedBy(10));
        assertThat(Trees.state(tree, "worker")).isSameAs(ChildState.RUNNING);
        assertThat(tree.child("worker").orElseThrow().incarnation()).isEqualTo(2);
    }

    @Test
    void abandonedRun_cannotBeatForItsSuccessor() throws Exception {
        CountDownLatch gate = trees.gate();
        SynchronousQueue<ChildContext> contexts = new SynchronousQueue<>();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .listener(events)
                        .child(
                                "worker",
                                self -> {
                                    if (self.incarnation() == 1) {
                                        contexts.put(self);
                                        Puppet.deaf(gate).run(self);
                                    } else {
                                        self.awaitStop();
                                    }
                                },
                                c -> c.heartbeatWithin(LIMIT).shutdown(Shutdown.immediate())),
                time);
        ChildContext first = contexts.take();
        time.awaitAlarm();
        time.advance(LIMIT.dividedBy(2));
        events.await(StackTaken.class, "root/worker"); // by then the next alarm is set
        time.advance(LIMIT.dividedBy(2));
        Eventually.await(
                "it is replaced", () -> tree.child("worker").orElseThrow().incarnation() == 2);
        assertThatExceptionOfType(AbandonedException.class).isThrownBy(first::heartbeat);
    }

    @Test
    void heartbeatThatNobodyAskedFor_doesNothing() throws Exception {
        CountDownLatch beaten = new CountDownLatch(1);
        Supervisor tree = trees.start(
                SupervisorSpec.of("root").child("worker", self -> {
                    self.heartbeat();
                    beaten.countDown();
                    self.awaitStop();
                }),
                time);
        Eventually.await("it has beaten", () -> beaten.getCount() == 0);
        time.advance(Duration.ofDays(1));
        assertThat(tree.child("worker").orElseThrow().incarnation()).isOne();
    }
}
