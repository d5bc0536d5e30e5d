package dev.oversight;

import static dev.oversight.Trees.awaitState;
import static dev.oversight.Trees.snapshot;
import static dev.oversight.Trees.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildState;
import dev.oversight.spi.Platform;
import dev.oversight.spi.Threads;
import dev.oversight.spi.TimeSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Everything a body can throw, and threads that cannot be had. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ThrowableScenarioTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final Recorder events = new Recorder();

    /** All its methods throw. */
    @SuppressWarnings("ThrowableEqualsHashCode")
    private static final class Hostile extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("getMessage");
        }

        @Override
        public String getLocalizedMessage() {
            throw new IllegalStateException("getLocalizedMessage");
        }

        @Override
        public String toString() {
            throw new IllegalStateException("toString");
        }

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("getCause");
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            throw new IllegalStateException("getStackTrace");
        }

        @Override
        public void printStackTrace(PrintStream out) {
            throw new IllegalStateException("printStackTrace");
        }

        @Override
        public void printStackTrace(PrintWriter out) {
            throw new IllegalStateException("printStackTrace");
        }

        @Override
        public int hashCode() {
            throw new IllegalStateException("hashCode");
        }

        @Override
        public boolean equals(Object other) {
            throw new IllegalStateException("equals");
        }
    }

    /** Tries again with a little more stack until it is enough. */
    private static void atTheEndOfTheStack(Runnable call) {
        try {
            atTheEndOfTheStack(call);
        } catch (StackOverflowError tooLittle) {
            call.run();
        }
    }

    @Test
    void aChildThatIsReadyAtTheEndOfItsStack_hurtsItsSupervisorNot() throws Exception {
        for (int i = 0; i < 20; i++) {
            Supervisor tree = trees.start(SupervisorSpec.of("root")
                    .child(
                            "deep",
                            self -> {
                                atTheEndOfTheStack(self::ready);
                                self.awaitStop();
                            },
                            c -> c.readyWithin(Duration.ofHours(1)))
                    .child("next", Puppet.idle()));
            assertThat(Trees.state(tree, "deep")).isSameAs(ChildState.RUNNING);
            assertThat(Trees.state(tree, "next")).isSameAs(ChildState.RUNNING);
            tree.close();
            assertThat(tree.outcome().orElseThrow().reason()).isSameAs(Outcome.Reason.STOPPED);
        }
    }

    @Test
    void anExceptionWhoseOwnMethodsThrow_hurtsNobody() throws Exception {
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .intensity(1, Duration.ofHours(1))
                .listener(events)
                .child("a", puppet));
        Hostile hostile = new Hostile();
        puppet.crash(hostile);
        puppet.awaitRuns(2);
        ChildFailed failed = events.await(ChildFailed.class, "root/a");
        assertThat(failed.cause()).isSameAs(hostile);
        assertThat(failed.text())
                .contains("root/a failed")
                .contains("Hostile")
                .contains("getMessage threw");

        puppet.crash(new Hostile());
        Outcome outcome = tree.join();
        assertThat(outcome.reason()).isSameAs(Outcome.Reason.TOO_MANY_FAILURES);
        assertThat(outcome.cause().getSuppressed()).hasSize(1);
    }

    @Test
    void aHostileException_inAStartFailsTheStartAndNothingElse() {
        assertThatThrownBy(() -> trees.start(SupervisorSpec.of("root")
                        .child(
                                "a",
                                self -> {
                                    throw new Hostile();
                                },
                                c -> c.readyWithin(Duration.ofMinutes(1)))))
                .isInstanceOf(StartFailedException.class)
                .hasMessageContaining("root/a");
    }

    @Test
    void aStackOverflow_isAFailureLikeAnyOther() throws Exception {
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", puppet));
        puppet.order(self -> endless(self, 0));
        puppet.awaitRuns(2);
        assertThat(snapshot(tree, "a").lastExit().cause()).isInstanceOf(StackOverflowError.class);
    }

    private static void endless(ChildContext self, int depth) {
        if (depth >= 0) {
            endless(self, depth + 1);
        }
        assertThat(self.id()).isNotNull(); // keeps the call from being the last thing done
    }

    @Test
    void aStackOverflowInsideACallToTheTree_doesNotHurtTheSupervisor() throws Exception {
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .neverGiveUp()
                .child("a", puppet)
                .child("b", Puppet.idle()));
        for (int i = 2; i <= 6; i++) {
            puppet.order(self -> countsAtEveryDepth(self, 0));
            puppet.awaitRuns(i);
        }
        assertThat(Eventually.returns("count", tree::count).active()).isEqualTo(2);
        assertThat(tree.outcome()).isEmpty();
    }

    private static void countsAtEveryDepth(ChildContext self, int depth) {
        assertThat(self.supervisor().count().specs()).isEqualTo(2);
        if (depth >= 0) {
            countsAtEveryDepth(self, depth + 1);
        }
    }

    @Test
    void anOutOfMemoryErrorThatIsThrown_isAFailureLikeAnyOther() throws Exception {
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", puppet));
        puppet.crash(new OutOfMemoryError("Java heap space"));
        puppet.awaitRuns(2);
        assertThat(snapshot(tree, "a").lastExit().kind()).isSameAs(Exit.Kind.FAILED);
        assertThat(tree.outcome()).isEmpty();
    }

    @Test
    void aFailureThatLooksLikeACancellation_isAFailureIfNobodyAsked()
            throws Exception { // SUT-026, scenario 12
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .neverGiveUp()
                .child("a", puppet, c -> c.restart(Restart.TRANSIENT)));
        int runs = 1;
        for (Throwable look : List.of(
                new InterruptedException(),
                new CancellationException(),
                new ClosedChannelException())) {
            puppet.crash(look);
            puppet.awaitRuns(++runs);
            assertThat(snapshot(tree, "a").lastExit())
                    .matches(exit -> exit.kind() == Exit.Kind.FAILED);
        }
        puppet.order(self -> Thread.currentThread().interrupt()); // awaitStop and take() then throw
        puppet.awaitRuns(++runs);
        assertThat(snapshot(tree, "a").lastExit().cause()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void whatAChildThrowsWhenAskedToStop_isAStopAndIsKept() throws Exception { // OTP-030, ELX-031
        IllegalStateException late = new IllegalStateException("while closing");
        for (Restart restart : List.of(Restart.PERMANENT, Restart.TRANSIENT)) {
            Supervisor tree = trees.start(SupervisorSpec.of("root")
                    .child(
                            "a",
                            self -> {
                                self.awaitStop();
                                throw late;
                            },
                            c -> c.restart(restart)));
            tree.close();
            assertThat(snapshot(tree, "a").lastExit())
                    .matches(exit -> exit.kind() == Exit.Kind.STOPPED)
                    .satisfies(exit -> assertThat(exit.cause()).isSameAs(late));
            assertThat(tree.outcome().orElseThrow().cause()).isNull();
        }
    }

    /** Threads that refuse while a switch is on, as the JVM does when it has no native threads left. */
    private Platform scarce(AtomicBoolean none, String prefix, boolean atStart) {
        Threads real = Threads.virtual();
        return trees.platform(TimeSource.system(), Platform.system().timers(), (name, body) -> {
            if (!none.get() || !name.startsWith(prefix)) {
                return real.unstarted(name, body);
            }
            if (atStart) {
                Thread thread = real.unstarted(name, () -> {});
                thread.start(); // so that the supervisor's start of it fails
                return thread;
            }
            throw new OutOfMemoryError("unable to create native thread");
        });
    }

    @Test
    void noThreadForAChildAtTheStart_isAFailedStart() {
        for (boolean atStart : List.of(false, true)) {
            assertThatThrownBy(() -> trees.start(
                            SupervisorSpec.of("root")
                                    .child("a", Puppet.idle())
                                    .child("b", Puppet.idle()),
                            scarce(new AtomicBoolean(true), "root/b", atStart)))
                    .as("thread start fails: %s", atStart)
                    .isInstanceOf(StartFailedException.class)
                    .hasMessageContaining("root/b")
                    .satisfies(e -> assertThat(e.getStackTrace()[0].getClassName())
                            .doesNotContain("SerialLoop"));
            trees.awaitNoThreads();
        }
    }

    @Test
    void noThreadForAnAddedChild_isAFailedAddAndTheChildIsNotKept() throws Exception {
        for (boolean atStart : List.of(false, true)) {
            AtomicBoolean none = new AtomicBoolean();
            Supervisor tree = trees.start(
                    SupervisorSpec.of("root").child("a", Puppet.idle()),
                    scarce(none, "root/b", atStart));
            none.set(true);
            assertThatThrownBy(() -> tree.add("b", Puppet.idle()))
                    .as("thread start fails: %s", atStart)
                    .isInstanceOf(StartFailedException.class)
                    .hasMessageContaining("root/b");
            assertThat(tree.child("b")).isEmpty();
            none.set(false);
            assertThatCode(() -> tree.add("b", Puppet.idle())).doesNotThrowAnyException();
            tree.close();
        }
    }

    @Test
    void noThreadForARestart_countsAndIsTriedAgain() throws Exception { // OTP-078, ELX-027
        for (boolean atStart : List.of(false, true)) {
            AtomicBoolean none = new AtomicBoolean();
            ManualTime time = new ManualTime();
            Platform scarce = scarce(none, "root/a", atStart);
            Puppet puppet = new Puppet();
            Supervisor tree = trees.start(
                    SupervisorSpec.of("root")
                            .intensity(5, Duration.ofSeconds(60))
                            .backoff(Backoff.constant(Duration.ofSeconds(1)))
                            .child("a", puppet),
                    new Platform(time, time, scarce.threads()));
            none.set(true);
            puppet.crash();
            for (int failure = 1; failure <= 3; failure++) {
                int failures = failure;
                Eventually.await("failure " + failure, () -> tree.failures("a").size() == failures);
                awaitState(tree, "a", ChildState.BACKING_OFF);
                time.advance(Duration.ofSeconds(1));
            }
            awaitState(tree, "a", ChildState.BACKING_OFF);
            none.set(false);
            time.advance(Duration.ofSeconds(1));
            puppet.awaitRuns(2);
            assertThat(tree.failures("a").getFirst().exit().cause())
                    .isInstanceOf(StartFailedException.class)
                    .hasMessageContaining("root/a");
            tree.close();
        }
    }

    @Test
    void noThreadForTheStart_isDoneByTheCaller() throws Exception {
        Puppet puppet = new Puppet();
        Supervisor tree = Eventually.returns(
                "start",
                () -> trees.start(
                        SupervisorSpec.of("root").child("a", puppet),
                        scarce(new AtomicBoolean(true), "oversight-loop", false)));
        puppet.awaitRuns(1);
        assertThat(state(tree, "a")).isSameAs(ChildState.RUNNING);
    }

    @Test
    void noThreadForAnythingElse_losesNoSignalAndNoAnswer() throws Exception {
        AtomicBoolean none = new AtomicBoolean();
        AtomicInteger hooks = new AtomicInteger();
        CountDownLatch gate = trees.gate();
        Platform scarce = scarce(none, "", false);
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .child(
                                "a",
                                self -> {
                                    self.onStop(hooks::incrementAndGet);
                                    self.ready();
                                    self.awaitStop();
                                    Puppet.deafAwait(gate);
                                },
                                c -> c.readyWithin(Duration.ofMinutes(1))),
                scarce);
        none.set(true); // no thread for hooks, listeners, replies
        var counted = tree.terminateAsync("a").thenApply(exit -> tree.count().specs());
        gate.countDown(); // now that something hangs on the answer
        assertThat(Eventually.returns("reply", counted::join)).isOne();
        assertThat(hooks).hasValue(1);
        assertThat(tree.join().reason()).isSameAs(Outcome.Reason.NO_CHILD_LEFT);
    }
}
