package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.event.ChildState;
import dev.oversight.event.ChildStopped;
import dev.oversight.event.SupervisorEnded;
import dev.oversight.spi.Platform;
import dev.oversight.spi.Threads;
import dev.oversight.spi.TimeSource;
import dev.oversight.spi.Timers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A clock or a timer of the host that throws, in the middle of a supervisor's turn. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PlatformDefectScenarioTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final Recorder events = new Recorder();
    private final Puppet puppet = new Puppet();
    private final IllegalStateException broken =
            new IllegalStateException("the clock stands still");

    /** So many calls are answered by an exception; negative: all that come. */
    private final AtomicInteger brokenClock = new AtomicInteger();

    private final AtomicInteger brokenTimer = new AtomicInteger();

    private interface Request {
        CompletableFuture<?> of(Supervisor tree);
    }

    private static final List<Request> REQUESTS = List.of(
            tree -> tree.addAsync(ChildSpec.of("new", Puppet.idle())),
            tree -> tree.terminateAsync("sibling"),
            tree -> tree.restartAsync("later"),
            tree -> tree.deleteAsync("sibling"));

    private static boolean strikes(AtomicInteger left) {
        return left.getAndUpdate(n -> n > 0 ? n - 1 : n) != 0;
    }

    private Platform fragile() {
        TimeSource system = TimeSource.system();
        TimeSource time = () -> {
            if (strikes(brokenClock)) {
                throw broken;
            }
            return system.nanos();
        };
        Timers timers = (delay, task) -> {
            Timers.Alarm alarm = Platform.system().timers().after(delay, task);
            return () -> {
                if (strikes(brokenTimer)) {
                    throw new IllegalStateException("the timer has gone");
                }
                alarm.cancel();
            };
        };
        return trees.platform(time, timers, Threads.virtual());
    }

    private Supervisor start() throws InterruptedException {
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .neverGiveUp()
                        .listener(events)
                        .child(
                                "sibling",
                                Puppet.idle(),
                                c -> c.shutdown(Shutdown.within(Duration.ofMinutes(5))))
                        .child(
                                "later",
                                self -> {
                                    throw new IllegalArgumentException("so that an alarm is set");
                                },
                                c -> c.backoff(Backoff.constant(Duration.ofHours(1))))
                        .child("a", puppet),
                fragile());
        puppet.awaitRuns(1);
        Trees.awaitState(tree, "later", ChildState.BACKING_OFF);
        return tree;
    }

    /** Has the child hand in its end, and waits until the loop has been through with it. */
    private void crashAndAwait() {
        Thread thread = puppet.thread();
        puppet.crash();
        Eventually.await("the thread of the child has ended", () -> !thread.isAlive());
    }

    private void assertFailed(Supervisor tree) throws Exception {
        Outcome outcome = Eventually.returns("join", () -> tree.join());
        assertThat(outcome.reason()).isSameAs(Outcome.Reason.SUPERVISOR_FAILED);
        assertThat(outcome.cause()).isSameAs(broken);
    }

    @Test
    void anInputThatCannotBeApplied_endsTheSupervisorInOrder() throws Exception {
        Supervisor tree = start();
        brokenClock.set(1);
        crashAndAwait();
        assertFailed(tree);
        events.await(SupervisorEnded.class, "root");
        assertThat(events.of(ChildStopped.class, "root/sibling")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, -1})
    void aRequestThatCannotBeApplied_isAnsweredAllTheSame(int times) throws Exception {
        for (Request request : REQUESTS) {
            Supervisor tree = start();
            brokenClock.set(times);
            CompletableFuture<?> answer = request.of(tree);
            assertThatThrownBy(() -> answer.get(15, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(SupervisorNotRunningException.class);
            brokenClock.set(0);
            assertFailed(tree);
        }
    }

    @Test
    void aRequestThatCannotBeApplied_isRefusedAtOnceThoughTheStopTakesLong() throws Exception {
        CountDownLatch gate = trees.gate();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .child("deaf", Puppet.deaf(gate), c -> c.shutdown(Shutdown.unbounded())),
                fragile());
        assertThat(tree.children()).hasSize(1); // nobody is in the loop
        brokenClock.set(1);
        CompletableFuture<ChildRef> added = tree.addAsync(ChildSpec.of("new", Puppet.idle()));
        assertThatThrownBy(() -> added.get(15, TimeUnit.SECONDS))
                .hasCauseInstanceOf(SupervisorNotRunningException.class);
        assertThat(tree.outcome()).isEmpty();
    }

    @Test
    void ifEvenGivingUpFails_theSupervisorEndsAtOnce() throws Exception {
        Supervisor tree = start();
        brokenClock.set(-1);
        crashAndAwait();
        Eventually.await("it has ended", () -> tree.outcome().isPresent());
        assertThatThrownBy(tree::children) // answered all the same
                .isInstanceOf(SupervisorNotRunningException.class);
        brokenClock.set(0);
        assertFailed(tree);
    }

    @Test
    void ifEvenGivingUpFails_nobodyIsWaitedFor() throws Exception {
        CountDownLatch gate = trees.gate();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .child(
                                "deaf",
                                Puppet.deaf(gate),
                                c -> c.shutdown(Shutdown.within(Duration.ofHours(1))))
                        .child("a", puppet),
                fragile());
        puppet.awaitRuns(1);
        brokenClock.set(-1);
        crashAndAwait();
        assertFailed(tree);
        brokenClock.set(0);
    }

    @Test
    void ifEvenGivingUpFails_whoAskedBeforeIsAnswered() throws Exception {
        CountDownLatch gate = trees.gate();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .child("deaf", Puppet.deaf(gate), c -> c.shutdown(Shutdown.unbounded()))
                        .child("a", puppet),
                fragile());
        puppet.awaitRuns(1);
        CompletableFuture<Exit> terminated = tree.terminateAsync("deaf");
        CompletableFuture<ChildRef> added =
                tree.addAsync(ChildSpec.of("late", Puppet.idle()).readyWithin(Duration.ofHours(1)));
        Trees.awaitState(tree, "late", ChildState.STARTING); // both have been taken in
        brokenClock.set(-1);
        crashAndAwait();
        assertThat(terminated.get(15, TimeUnit.SECONDS)).isNotNull();
        assertThatThrownBy(() -> added.get(15, TimeUnit.SECONDS))
                .hasCauseInstanceOf(SupervisorNotRunningException.class);
        brokenClock.set(0);
        assertFailed(tree);
    }

    @Test
    void anAlarmThatCannotBeReplaced_endsTheSupervisorInOrder() throws Exception {
        Supervisor tree = start();
        brokenTimer.set(1);
        tree.terminateAsync("sibling"); // its budget is over before the delay of the other
        Outcome outcome = Eventually.returns("join", () -> tree.join());
        assertThat(outcome.reason()).isSameAs(Outcome.Reason.SUPERVISOR_FAILED);
        assertThat(outcome.cause()).hasMessage("the timer has gone");
    }

    @Test
    void anAlarmThatCannotBeCancelledAtTheEnd_doesNotKeepTheTreeFromEnding() throws Exception {
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .child("a", puppet, c -> c.backoff(Backoff.constant(Duration.ofHours(1))))
                        .child("b", Puppet.idle(), c -> c.shutdown(Shutdown.unbounded())),
                fragile());
        puppet.awaitRuns(1);
        puppet.crash();
        Trees.awaitState(tree, "a", ChildState.BACKING_OFF);
        brokenTimer.set(-1);
        assertThat(Eventually.returns("stop", () -> {
                    tree.close();
                    return tree.outcome().orElseThrow().reason();
                }))
                .isSameAs(Outcome.Reason.STOPPED);
        brokenTimer.set(0);
    }
}
