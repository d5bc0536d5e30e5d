package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.root;
import static dev.oversight.internal.StateHarness.started;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.AtLimit;
import dev.oversight.AutoShutdown;
import dev.oversight.Backoff;
import dev.oversight.ChildNotRunningException;
import dev.oversight.ChildSpec;
import dev.oversight.InvalidSpecException;
import dev.oversight.Outcome;
import dev.oversight.Restart;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.TooManyFailuresException;
import dev.oversight.event.ChildBackingOff;
import dev.oversight.event.ChildParked;
import dev.oversight.event.ChildState;

import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** What happens when restarting no longer helps: per supervisor and per child. */
class LimitScenarioTest {
    private static SupervisorSpec twice(AtLimit rule) {
        return SupervisorSpec.of("root")
                .intensity(2, ofSeconds(10))
                .atLimit(rule)
                .child(worker("a"))
                .child(worker("b"));
    }

    private static ChildSpec onceIn(Duration period, AtLimit rule) {
        return worker("a").intensity(1, period).atLimit(rule);
    }

    @Test
    void park_theChildStaysDownWithItsReasonAndTheRestGoesOn() {
        StateHarness h = started(twice(AtLimit.park()));
        h.crash("a");
        h.crash("a");
        h.forget();
        h.crash("a", new IllegalStateException("third"));
        h.expect();
        h.expectEvents("failed a#3", "parked a#3");
        assertThat(h.states()).isEqualTo("a PARKED#3, b RUNNING#1");
        assertThat(h.child("a").lastExit.cause())
                .isInstanceOf(TooManyFailuresException.class)
                .hasMessage("root had 3 failures within 10s, allowed are 2")
                .hasRootCauseMessage("third");
        assertThat(h.state.children().counts().parked()).isOne();
        h.advance(Duration.ofHours(1));
        h.expect();
    }

    @Test
    void parked_isResumedByRequestWithANewChance() {
        StateHarness h = started(SupervisorSpec.of("root")
                .neverGiveUp()
                .child(onceIn(ofSeconds(10), AtLimit.park())));
        h.crash("a");
        h.crash("a");
        assertThat(h.state("a")).isEqualTo(ChildState.PARKED);
        h.restart("a").value();
        assertThat(h.state("a")).isEqualTo(ChildState.RUNNING);
        assertThat(h.state.children().counts().parked()).isZero();
        h.crash("a");
        assertThat(h.state("a")).isEqualTo(ChildState.RUNNING);
        h.crash("a");
        assertThat(h.state("a")).isEqualTo(ChildState.PARKED);
    }

    @Test
    void onlyChildIsParked_theSupervisorStaysUp() {
        StateHarness h = started(SupervisorSpec.of("root")
                .intensity(0, ofSeconds(1))
                .atLimit(AtLimit.park())
                .child(worker("a")));
        h.crash("a");
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.RUNNING);
        h.stop();
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.STOPPED);
    }

    @Test
    void parkedSignificantChild_isNotAnEnd() {
        StateHarness h = started(SupervisorSpec.of("root")
                .intensity(0, ofSeconds(1))
                .atLimit(AtLimit.park())
                .autoShutdown(AutoShutdown.ALL_SIGNIFICANT)
                .child(worker("a").restart(Restart.TRANSIENT).significant(true))
                .child(worker("b").restart(Restart.TRANSIENT).significant(true)));
        h.crash("a");
        h.complete("b");
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.RUNNING);
        h.delete("a");
        assertThat(h.state.children().significantActive()).isZero();
    }

    @Test
    void groupRestart_leavesTheParkedChildDown() {
        StateHarness h = started(
                root(Strategy.ONE_FOR_ALL, "b", "c").child(onceIn(ofSeconds(10), AtLimit.park())));
        h.crash("a");
        h.crash("a");
        h.forget();
        h.crash("b");
        h.expect("signal c#2", "start b#3", "start c#3");
        assertThat(h.state("a")).isEqualTo(ChildState.PARKED);
    }

    @Test
    void parkedChild_canBeDeletedButNotTerminated() {
        StateHarness h = started(twice(AtLimit.park()).intensity(0, ofSeconds(1)));
        h.crash("a");
        assertThat(h.terminate("a").problem()).isInstanceOf(ChildNotRunningException.class);
        h.delete("a").value();
        assertThat(h.states()).isEqualTo("b RUNNING#1");
        assertThat(h.state.children().counts().parked()).isZero();
    }

    @Test
    void notReadyOnceTooOften_isStoppedAndThenParked() {
        StateHarness h = new StateHarness(SupervisorSpec.of("root")
                .neverGiveUp()
                .child(onceIn(ofSeconds(60), AtLimit.park()).readyWithin(ofSeconds(1))));
        h.start();
        h.ready("a");
        h.crash("a");
        h.deaf("a").forget();
        h.advance(ofSeconds(1));
        h.expect("signal a#2");
        h.complete("a");
        assertThat(h.state("a")).isEqualTo(ChildState.PARKED);
        assertThat(h.events(ChildParked.class)).hasSize(1);
    }

    @Test
    void parkedOneThatDoesNotStop_isAbandonedAndParked() {
        StateHarness h = started(SupervisorSpec.of("root")
                .child(worker("a").intensity(0, ofSeconds(1)).atLimit(AtLimit.park())));
        h.deaf("a").forget();
        h.fail("a");
        h.advance(ofSeconds(5));
        h.expect("signal a#1", "abandon a#1");
        assertThat(h.states()).isEqualTo("a PARKED#1");
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.RUNNING);
        h.lateEnd("a#1");
        assertThat(h.states()).isEqualTo("a PARKED#1");
        h.restart("a").value();
        assertThat(h.states()).isEqualTo("a RUNNING#2");
    }

    @Test
    void ownAllowance_isAskedFirstAndWhatItRefusesIsNotCountedAbove() {
        StateHarness h = started(SupervisorSpec.of("root")
                .intensity(1, ofSeconds(10))
                .child(onceIn(ofSeconds(10), AtLimit.park()))
                .child(worker("b")));
        h.crash("a"); // counted by both
        h.crash("a"); // its own says no: parked, and the supervisor has not seen it
        assertThat(h.states()).isEqualTo("a PARKED#2, b RUNNING#1");
        h.crash("b");
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.TOO_MANY_FAILURES);
    }

    @Test
    void ownAllowanceEscalates_namingTheChild() {
        StateHarness h = started(SupervisorSpec.of("root")
                .neverGiveUp()
                .child(worker("a").intensity(1, ofSeconds(10))));
        h.crash("a");
        h.crash("a");
        assertThat(h.outcome().cause())
                .isInstanceOf(TooManyFailuresException.class)
                .hasMessage("root/a failed 2 times within 10s, allowed is 1");
    }

    @Test
    void coolDown_restartsNothingBeforeThePauseIsOverAndKeepsTheRestRunning() {
        StateHarness h = started(twice(AtLimit.coolDown(ofSeconds(15))));
        h.crash("a");
        h.crash("a");
        h.forget();
        h.crash("a");
        h.expect();
        h.expectEvents(
                "failed a#3, restarting",
                "cooling down root 15000 ms",
                "backing off a#3 15000 ms, attempt 0");
        assertThat(h.states()).isEqualTo("a BACKING_OFF#3, b RUNNING#1");
        h.advance(ofMillis(14_999));
        h.expect();
        h.advance(ofMillis(1));
        h.expect("start a#4");
    }

    @Test
    void failuresDuringThePause_neitherProlongItNorComeBackInOneBurst() {
        SupervisorSpec spec = SupervisorSpec.of("root")
                .intensity(0, ofSeconds(1))
                .atLimit(AtLimit.coolDown(ofSeconds(10)));
        for (int i = 0; i < 10; i++) {
            spec = spec.child(worker("c" + i));
        }
        StateHarness h = started(spec);
        for (int i = 0; i < 10; i++) {
            h.crash("c" + i);
            h.advance(ofMillis(500));
        }
        h.forget();
        Set<Long> due = new HashSet<>();
        for (Child child : h.children()) {
            assertThat(child.state).isEqualTo(ChildState.BACKING_OFF);
            assertThat(child.dueNanos - World.EPOCH)
                    .isBetween(ofSeconds(10).toNanos(), ofSeconds(15).toNanos());
            due.add(child.dueNanos);
        }
        assertThat(due).hasSize(10);
        h.advance(ofSeconds(10));
        assertThat(h.states()).doesNotContain("BACKING_OFF");
        h.crash("c0"); // counted anew: none is allowed, so the next pause begins
        assertThat(h.state("c0")).isEqualTo(ChildState.BACKING_OFF);
    }

    @Test
    void coolDownOfOneChild_leavesTheOthersTheirRestarts() {
        StateHarness h = started(SupervisorSpec.of("root")
                .neverGiveUp()
                .child(onceIn(ofSeconds(60), AtLimit.coolDown(ofSeconds(30))))
                .child(worker("b")));
        h.crash("a");
        h.crash("a");
        h.forget();
        h.crash("b");
        h.expect("start b#2");
        h.advance(ofSeconds(30));
        h.expect("start a#3");
        h.crash("a"); // counted anew
        h.expect("start a#4");
    }

    @Test
    void failureInTheMomentThePauseIsOver_isCountedAnewAndNotDelayed() {
        StateHarness h =
                started(twice(AtLimit.coolDown(ofSeconds(10))).intensity(1, ofSeconds(60)));
        h.crash("a");
        h.crash("a");
        h.advance(ofSeconds(10));
        h.forget();
        h.crash("b");
        h.expect("start b#2");
        h.expectEvents("failed b#1, restarting", "started b#2");
    }

    @Test
    void secondPause_isNoLongerForWhomTheFirstWasLongAndBeginsTheSpreadAnew() {
        StateHarness h =
                started(twice(AtLimit.coolDown(ofSeconds(10))).intensity(0, ofSeconds(60)));
        h.crash("a");
        h.advance(ofSeconds(20));
        h.forget();
        h.crash("b");
        h.advance(ofSeconds(9));
        h.crash("a");
        h.expect();
        h.advance(ofSeconds(1));
        h.expect("start b#2");
        h.advance(ofSeconds(5));
        h.expect("start a#3");
    }

    @Test
    void notReadyOnceTooOften_isStoppedAndComesBackAfterThePause() {
        StateHarness h = new StateHarness(SupervisorSpec.of("root")
                .neverGiveUp()
                .child(onceIn(ofSeconds(60), AtLimit.coolDown(ofSeconds(30)))
                        .readyWithin(ofSeconds(1))));
        h.start();
        h.ready("a");
        h.crash("a");
        h.forget();
        h.advance(ofSeconds(1));
        h.expect("signal a#2");
        h.expectEvents(
                "failed a#2, restarting",
                "cooling down a#2 30000 ms",
                "stopping a#2: NOT_READY",
                "stopped a#2",
                "backing off a#2 30000 ms, attempt 0");
        h.advance(ofMillis(29_999));
        h.expect();
        h.advance(ofMillis(1));
        h.expect("start a#3");
    }

    @Test
    void pauseAndBackoff_theLongerOneCounts() {
        for (int backoff : new int[] {1, 60}) {
            StateHarness h = started(twice(AtLimit.coolDown(ofSeconds(10)))
                    .intensity(0, ofSeconds(60))
                    .backoff(Backoff.constant(ofSeconds(backoff))));
            h.crash("a");
            h.forget();
            h.advance(ofSeconds(Math.max(10, backoff)).minusMillis(1));
            h.expect();
            h.advance(ofMillis(1));
            h.expect("start a#2");
        }
    }

    @Test
    void escalateSaidAfterAnotherRule_isTheRule() {
        StateHarness h = started(
                twice(AtLimit.park()).atLimit(AtLimit.escalate()).intensity(0, ofSeconds(1)));
        h.crash("a");
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.TOO_MANY_FAILURES);
    }

    @Test
    void coolingDown_aLongerBackoffStands() {
        StateHarness h = started(twice(AtLimit.coolDown(ofSeconds(1)))
                .intensity(0, ofSeconds(1))
                .backoff(Backoff.constant(ofSeconds(20))));
        h.crash("a");
        assertThat(h.child("a").dueNanos - World.EPOCH).isEqualTo(ofSeconds(20).toNanos());
    }

    @Test
    void coolingDownAfterAHealthyRun_theCountOfAttemptsBeginsAgain() {
        StateHarness h = started(twice(AtLimit.coolDown(ofSeconds(1)))
                .intensity(0, ofSeconds(1))
                .backoff(Backoff.constant(ofSeconds(1))));
        h.crash("a");
        h.advance(ofSeconds(1).plusSeconds(10));
        h.crash("a");
        assertThat(h.events(ChildBackingOff.class))
                .extracting(ChildBackingOff::attempt)
                .containsExactly(1, 1);
    }

    @Test
    void coolingDown_canBeTerminatedRestartedByRequestAndStopped() {
        StateHarness h = started(twice(AtLimit.coolDown(ofSeconds(60))).intensity(0, ofSeconds(1)));
        h.crash("a");
        h.crash("b");
        h.forget();
        h.terminate("a").value();
        h.restart("b").value();
        h.expect("start b#2");
        h.advance(ofSeconds(120));
        h.expect();
        h.crash("b");
        h.stop();
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.STOPPED);
    }

    @Test
    void ruleWithoutAnAllowance_isRefused() {
        Assertions.assertThatThrownBy(() -> SupervisorSpec.of("root")
                        .child(worker("a").atLimit(AtLimit.park()))
                        .check())
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("root/a: atLimit");
        Assertions.assertThatThrownBy(() -> AtLimit.coolDown(Duration.ZERO))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("atLimit.pause");
        Assertions.assertThatThrownBy(() -> worker("a").intensity(-1, ofSeconds(1)))
                .isInstanceOf(InvalidSpecException.class);
        Assertions.assertThatThrownBy(() -> worker("a").intensity(1, Duration.ZERO))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("intensity.period");
    }
}
