package dev.oversight;

import static dev.oversight.Trees.awaitState;
import static dev.oversight.Trees.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Deep and wide trees of supervisors, started, asked and stopped at once. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NestingRaceTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private static SupervisorSpec deep(int levels, SupervisorSpec innermost) {
        SupervisorSpec spec = innermost;
        for (int i = 0; i < levels; i++) {
            spec = SupervisorSpec.of("s").child(spec);
        }
        return spec;
    }

    @Test
    void aThousandLevels_startAnswerAndStopWithoutAStackOverflow() throws Exception {
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(deep(1_000, SupervisorSpec.of("s").child("leaf", puppet)));
        String path =
                "s/".repeat(1_001) + "leaf"; // find() has to tell its own "s" from those below
        assertThat(snapshot(tree, path).path()).isEqualTo(path);
        puppet.crashAndAwaitRestart();
        assertThat(snapshot(tree, path).restarts()).isOne();
        tree.close();
        assertThat(puppet.live()).isZero();
        assertThat(tree.outcome().orElseThrow().reason()).isSameAs(Outcome.Reason.STOPPED);
    }

    @Test
    void aFailureThatEscalatesAThousandLevels_arrivesWithItsCause() throws Exception {
        Puppet puppet = new Puppet();
        SupervisorSpec spec =
                SupervisorSpec.of("s").intensity(0, Duration.ofSeconds(1)).child("leaf", puppet);
        for (int i = 0; i < 1_000; i++) {
            spec = SupervisorSpec.of("s").intensity(0, Duration.ofSeconds(1)).child(spec);
        }
        Supervisor tree = trees.start(spec);
        Puppet.Crash crash = new Puppet.Crash("at the bottom");
        puppet.crash(crash);
        Outcome outcome = tree.join();
        assertThat(outcome.reason()).isSameAs(Outcome.Reason.TOO_MANY_FAILURES);
        Throwable root = outcome.cause();
        while (root.getCause() != null) {
            root = root.getCause();
        }
        assertThat(root).isSameAs(crash);
    }

    @Test
    void aStartThatFailsAThousandLevelsDown_isNamedByItsPathAndRolledBack() {
        SupervisorSpec innermost = SupervisorSpec.of("s")
                .child("ok", Puppet.idle())
                .child(
                        "bad",
                        self -> {
                            throw new Puppet.Crash("at the bottom");
                        },
                        c -> c.readyWithin(Duration.ofHours(1)));
        assertThatThrownBy(() -> trees.start(deep(1_000, innermost)))
                .isInstanceOf(StartFailedException.class)
                .hasMessageEndingWith("s/bad could not be started: it failed before it was ready")
                .hasMessageStartingWith("s/s/s/");
        trees.awaitNoThreads();
    }

    @Test
    void aHundredNestedSupervisors_startedAndCancelledAtOnce()
            throws Exception { // SUT-019, scenario 9
        for (int round = 0; round < 20; round++) {
            SupervisorSpec spec = SupervisorSpec.of("root");
            for (int i = 0; i < 100; i++) {
                spec = spec.child(SupervisorSpec.of("n" + i).child("a", Puppet.idle()));
            }
            SupervisorSpec wide = spec;
            Eventually.Caller<Supervisor> start =
                    Eventually.calling("start", () -> trees.start(wide));
            if (round % 2 == 0) {
                start.thread().interrupt();
                Throwable failure = start.failure();
                assertThat(failure == null || failure instanceof InterruptedException)
                        .isTrue();
            } else {
                start.result().close();
            }
            if (start.failure() == null) {
                start.result().close();
            }
            trees.awaitNoThreads();
        }
    }

    @Test
    void addsToASupervisorThatIsJustStarted_areKeptOrRefused()
            throws Exception { // SUT-017, scenario 9
        for (int round = 0; round < 100; round++) {
            CountDownLatch gate = trees.gate();
            AtomicInteger ran = new AtomicInteger();
            Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", Puppet.idle()));
            assertThat(tree.addAsync(ChildSpec.of(SupervisorSpec.of("in")
                            .child(
                                    "slow",
                                    self -> {
                                        gate.await();
                                        self.ready();
                                        self.awaitStop();
                                    },
                                    c -> c.readyWithin(Duration.ofHours(1))))))
                    .isNotDone();
            Eventually.await("it is there", () -> tree.supervisor("in").isPresent());
            Supervisor inner = tree.supervisor("in").orElseThrow();
            List<Eventually.Caller<ChildRef>> adds = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                adds.add(Eventually.calling(
                        "add",
                        () -> inner.add(ChildSpec.of(self -> {
                            ran.incrementAndGet();
                            self.awaitStop();
                        }))));
            }
            gate.countDown();
            for (Eventually.Caller<ChildRef> add : adds) {
                add.result();
            }
            Eventually.await("all added run", () -> ran.get() == 3);
            assertThat(inner.count().active()).isEqualTo(4);
            tree.close();
        }
    }

    @Test
    void aNestedSupervisorThatIsRestarted_losesWhatWasAddedAndKeepsItsSpec()
            throws Exception { // OTP-101
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child(SupervisorSpec.of("in")
                        .intensity(0, Duration.ofSeconds(1))
                        .child("static", puppet)));
        Supervisor first = tree.supervisor("in").orElseThrow();
        first.add("dynamic", Puppet.idle());
        puppet.crash();
        assertThat(first.join().reason()).isSameAs(Outcome.Reason.TOO_MANY_FAILURES);
        puppet.awaitRuns(2);
        awaitState(tree, "in/static", ChildState.RUNNING);
        assertThat(tree.find("in/dynamic")).isEmpty();
        assertThat(tree.supervisor("in").orElseThrow()).isNotSameAs(first);
        assertThatThrownBy(() -> first.add("late", Puppet.idle()))
                .isInstanceOf(SupervisorNotRunningException.class);
    }

    @Test
    void queriesByPath_duringCrashesAreAnsweredAndNeverStale() throws Exception { // scenario 19
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child(SupervisorSpec.of("in").neverGiveUp().child("a", puppet)));
        puppet.awaitRuns(1);
        long seen = 0;
        for (int i = 0; i < 500; i++) {
            puppet.crash();
            int runs = i + 2;
            puppet.awaitRuns(runs);
            long incarnation = snapshot(tree, "root/in/a").incarnation();
            assertThat(incarnation).isGreaterThanOrEqualTo(seen).isEqualTo(runs);
            seen = incarnation;
        }
    }
}
