package dev.oversight;

import static dev.oversight.Trees.awaitState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.event.ChildState;
import dev.oversight.internal.ServiceBooks;
import dev.oversight.service.ServiceKey;
import dev.oversight.service.ServiceRef;
import dev.oversight.service.ServiceUnavailableException;
import dev.oversight.spi.Threads;
import dev.oversight.spi.Timers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Waiting for a service: what ends it, and when. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServiceWaitScenarioTest {
    private static final ServiceKey<String> NAME = ServiceKey.of("name", String.class);
    private static final Duration HOUR = Duration.ofHours(1);

    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final ManualTime time = new ManualTime();
    private final Puppet puppet = new Puppet();

    private final ChildBody publishing = self -> {
        self.publish(NAME, "name#" + self.incarnation());
        self.ready();
        puppet.run(self);
    };

    private static <T> Eventually.Caller<T> waiting(ServiceRef<T> ref, Duration limit) {
        Eventually.Caller<T> caller =
                Eventually.calling("await " + ref.key(), () -> ref.await(limit));
        caller.awaitBlocked();
        return caller;
    }

    // OTP-104
    @Test
    void aWaitThroughARestartDelay_endsWithTheNextIncarnation() throws Exception {
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .child(
                                "a",
                                publishing,
                                c -> c.readyWithin(HOUR)
                                        .backoff(Backoff.constant(Duration.ofSeconds(5)))),
                time);
        ServiceRef<String> ref = tree.service(NAME);
        puppet.crash();
        awaitState(tree, "a", ChildState.BACKING_OFF);
        Eventually.Caller<String> wait = waiting(ref, Duration.ofSeconds(10));
        time.advance(Duration.ofSeconds(4));
        assertThat(wait.isDone()).isFalse();
        time.advance(Duration.ofSeconds(1));
        assertThat(wait.result()).isEqualTo("name#2");
        assertThat(time.alarms()).isLessThanOrEqualTo(1); // its own alarm is cancelled
        assertThat(ServiceBooks.of(puppet.self()).size()).isEqualTo(2);
    }

    @Test
    void aWaitThatRunsOut_saysWhoIsMissingAndWhatItIsDoing() throws Exception {
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .child(
                                "a",
                                publishing,
                                c -> c.readyWithin(HOUR).backoff(Backoff.constant(HOUR))),
                time);
        Puppet.Crash crash = new Puppet.Crash("boom");
        puppet.crash(crash);
        awaitState(tree, "a", ChildState.BACKING_OFF);
        Eventually.Caller<String> wait = waiting(tree.service(NAME), Duration.ofSeconds(2));
        time.advance(Duration.ofMillis(1_999));
        assertThat(wait.isDone()).isFalse();
        time.advance(Duration.ofMillis(1));
        assertThat(wait.failure())
                .isInstanceOf(ServiceUnavailableException.class)
                .hasMessage(
                        "name (java.lang.String) was not available within 2s: incarnation 1 of root/a,"
                                + " which published it last, failed; it is BACKING_OFF until 2026-01-01T01:00:00Z")
                .hasCause(crash);
        assertThat(ServiceBooks.of(puppet.self()).size()).isZero();
        assertThat(time.alarms()).isOne(); // that of the delay
    }

    @Test
    void aWait_goesOnWhenASupervisorBelowEnds() throws Exception {
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .child("a", puppet)
                        .child(SupervisorSpec.of("in").child("x", Puppet.idle())),
                time);
        Eventually.Caller<String> wait = waiting(tree.service(NAME), HOUR);
        tree.terminate("in");
        puppet.order(self -> self.publish(NAME, "after that"));
        assertThat(wait.result()).isEqualTo("after that");
    }

    @Test
    void aWaitForWhatNobodyPublished_saysSo() throws Exception {
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", puppet), time);
        Eventually.Caller<String> wait = waiting(tree.service(NAME), Duration.ofSeconds(2));
        time.advance(Duration.ofSeconds(2));
        assertThat(wait.failure())
                .hasMessageContaining(
                        "was not available within 2s: nobody in root is known to have");
        assertThat(time.alarms()).isZero();
    }

    @Test
    void aWaitWithoutALimit_doesNotWait() throws Exception {
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", puppet), time);
        for (Duration limit : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
            assertThatThrownBy(() -> tree.service(NAME).await(limit))
                    .isInstanceOf(ServiceUnavailableException.class);
        }
        puppet.awaitRuns(1);
        puppet.self().publish(NAME, "there");
        assertThat(tree.service(NAME).await(Duration.ZERO)).isEqualTo("there");
        assertThat(tree.service(NAME).await(Duration.ofDays(1_000_000))).isEqualTo("there");
        assertThat(time.alarms()).isZero();
    }

    @Test
    void aWaitWithoutALimit_seesAnInterruptAllTheSame() throws Exception {
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", puppet), time);
        puppet.awaitRuns(1);
        puppet.self().publish(NAME, "there");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> tree.service(NAME).await(Duration.ZERO))
                .isInstanceOf(InterruptedException.class)
                .hasMessageContaining("name");
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void aHundredWaiters_allWakeAtOnceWhenItComes() throws Exception {
        ServiceKey<String> other = ServiceKey.of("other", String.class);
        ServiceKey<String> shared = ServiceKey.shared("shared", String.class);
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", puppet), time);
        puppet.awaitRuns(1);
        List<Eventually.Caller<String>> waits = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            waits.add(Eventually.calling("await", () -> tree.service(NAME).await(HOUR)));
        }
        Eventually.Caller<String> waitsForAnother = waiting(tree.service(other), HOUR);
        Eventually.Caller<String> waitsForShared = waiting(tree.service(shared), HOUR);
        waits.forEach(Eventually.Caller::awaitBlocked);
        puppet.self().publish(NAME, "there");
        for (Eventually.Caller<String> wait : waits) {
            assertThat(wait.result()).isEqualTo("there");
        }
        assertThat(waitsForAnother.isDone()).isFalse();
        puppet.self().publish(shared, "shared");
        assertThat(waitsForShared.result()).isEqualTo("shared");
        puppet.self().publish(other, "other");
        assertThat(waitsForAnother.result()).isEqualTo("other");
        assertThat(time.alarms()).isZero();
    }

    @Test
    void aWait_endsWithTheTree() throws Exception {
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", puppet), time);
        puppet.awaitRuns(1);
        ServiceBooks books = ServiceBooks.of(puppet.self());
        Eventually.Caller<String> stopped = waiting(tree.service(NAME), HOUR);
        tree.close();
        assertThat(stopped.failure())
                .isInstanceOf(ServiceUnavailableException.class)
                .hasMessageContaining("the tree root has ended (STOPPED)");
        assertThat(books.size()).isZero();

        Puppet fails = new Puppet();
        Supervisor failing = trees.start(
                SupervisorSpec.of("failing").intensity(0, HOUR).child("a", fails), time);
        Eventually.Caller<String> failed = waiting(failing.service(NAME), HOUR);
        fails.crash();
        assertThat(failed.failure())
                .hasMessageContaining("the tree failing has ended (TOO_MANY_FAILURES)")
                .hasCauseInstanceOf(TooManyFailuresException.class);
    }

    @Test
    void anInterrupt_endsAWaitAndLeavesNothingBehind() throws Exception {
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", puppet), time);
        puppet.awaitRuns(1);
        Eventually.Caller<String> wait = waiting(tree.service(NAME), HOUR);
        wait.thread().interrupt();
        assertThat(wait.failure())
                .isInstanceOf(InterruptedException.class)
                .hasMessageContaining("name (java.lang.String)");
        assertThat(ServiceBooks.of(puppet.self()).size()).isZero();
        assertThat(time.alarms()).isZero();
        puppet.self().publish(NAME, "there");
        Eventually.Caller<String> interruptedBefore = Eventually.calling("await", () -> {
            Thread.currentThread().interrupt();
            return tree.service(NAME).await(HOUR);
        });
        assertThat(interruptedBefore.failure()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void aChildThatWaits_isStoppedWithOrWithoutAnInterrupt() throws Exception {
        for (boolean interrupt : List.of(true, false)) {
            AtomicReference<Throwable> seen = new AtomicReference<>();
            AtomicReference<Thread> thread = new AtomicReference<>();
            Supervisor tree = trees.start(
                    SupervisorSpec.of("root")
                            .child(
                                    "waits",
                                    self -> {
                                        thread.set(Thread.currentThread());
                                        try {
                                            self.service(NAME).await(HOUR);
                                        } catch (InterruptedException e) {
                                            seen.set(e);
                                            throw e;
                                        }
                                    },
                                    c -> c.interruptOnStop(interrupt)
                                            .shutdown(Shutdown.unbounded())),
                    time);
            Eventually.await(
                    "it waits",
                    () -> thread.get() != null && thread.get().getState() == Thread.State.WAITING);
            tree.terminate("waits");
            assertThat(seen.get()).isInstanceOf(InterruptedException.class);
            assertThat(Trees.snapshot(tree, "waits").lastExit().kind()).isSameAs(Exit.Kind.STOPPED);
            assertThat(time.alarms()).isZero();
        }
    }

    /** Setting the alarm may have to wait for a lock of the timer's, which parks the thread as well. */
    @Test
    void aRequestToStopThatComesWhileTheAlarmIsSet_isNotMissed() throws Exception {
        AtomicReference<Supervisor> running = new AtomicReference<>();
        Timers timers = (delay, task) -> {
            running.get().terminateAsync("waits"); // unparks this thread, which is not interrupted
            LockSupport.park();
            return time.after(delay, task);
        };
        CountDownLatch started = trees.gate();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .child(
                                "waits",
                                self -> {
                                    Puppet.deafAwait(started);
                                    self.service(NAME).await(HOUR);
                                },
                                c -> c.interruptOnStop(false).shutdown(Shutdown.unbounded())),
                trees.platform(time, timers, Threads.virtual()));
        running.set(tree);
        started.countDown();
        Trees.awaitState(tree, "waits", ChildState.STOPPED);
        assertThat(time.alarms()).isZero();
    }

    @Test
    void aChildThatNeedsAnother_waitsForItAcrossTheTree() throws Exception {
        AtomicReference<String> seen = new AtomicReference<>();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .child("user", self -> {
                            seen.set(self.service(NAME).await(HOUR));
                            self.awaitStop();
                        })
                        .child(SupervisorSpec.of("in")
                                .child("a", publishing, c -> c.readyWithin(HOUR))),
                time);
        Eventually.await("it has it", () -> "name#1".equals(seen.get()));
        assertThat(Trees.state(tree, "user")).isSameAs(ChildState.RUNNING);
    }
}
