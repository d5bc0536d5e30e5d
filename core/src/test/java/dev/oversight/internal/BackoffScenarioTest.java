package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.root;
import static dev.oversight.internal.StateHarness.started;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.Backoff;
import dev.oversight.Outcome;
import dev.oversight.RuleFailedException;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildBackingOff;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Delayed restarts: never lost, never doubled, never before their time. */
class BackoffScenarioTest {
    private static final Backoff SECOND = Backoff.constant(ofSeconds(1));

    private static SupervisorSpec slow(String... ids) {
        return root(Strategy.ONE_FOR_ONE, c -> c.backoff(SECOND), ids);
    }

    // OVS-043, W-19
    @Test
    void failedChild_waitsForItsDelayAndIsStartedOnce() {
        StateHarness h = started(slow("a", "b"));
        h.forget();
        h.crash("a");
        h.expectEvents("failed a#1, restarting", "backing off a#1 1000 ms, attempt 1");
        h.advance(ofMillis(999));
        h.expect();
        assertThat(h.state("a")).isEqualTo(ChildState.BACKING_OFF);
        h.advance(ofMillis(1));
        h.expect("start a#2");
        h.advance(ofDays(1));
        h.expect();
    }

    @Test
    void delaysGrowWithEachFailureInARow() {
        StateHarness h = started(SupervisorSpec.of("root")
                .neverGiveUp()
                .backoff(Backoff.exponential(ofMillis(200), ofSeconds(1)))
                .child(worker("a")));
        for (int i = 0; i < 5; i++) {
            h.crash("a");
            h.advance(ofSeconds(1));
        }
        assertThat(h.events(ChildBackingOff.class))
                .extracting(e -> e.delay().toMillis())
                .containsExactly(200L, 400L, 800L, 1000L, 1000L);
    }

    @Test
    void healthyRun_beginsTheCountAgain() {
        StateHarness h = started(SupervisorSpec.of("root")
                .neverGiveUp()
                .backoff(attempt -> ofSeconds(attempt == 1 ? 1 : 30))
                .child(worker("a")));
        h.crash("a");
        h.advance(ofSeconds(1).plusSeconds(9));
        h.crash("a"); // lived 9 s: not healthy
        h.advance(ofSeconds(30).plusSeconds(59));
        h.crash("a"); // lived 59 s, less than twice the last delay
        h.advance(ofSeconds(30).plusSeconds(60));
        h.crash("a"); // lived 60 s: healthy
        assertThat(h.events(ChildBackingOff.class))
                .extracting(ChildBackingOff::attempt)
                .containsExactly(1, 2, 3, 1);
    }

    @Test
    void tenSecondsAfterAShortDelay_areHealthy() {
        StateHarness h = started(slow("a", "b"));
        h.crash("a");
        h.advance(ofSeconds(1).plusSeconds(10).minusNanos(1));
        h.crash("a");
        h.advance(ofSeconds(1).plusSeconds(10));
        h.crash("a");
        assertThat(h.events(ChildBackingOff.class))
                .extracting(ChildBackingOff::attempt)
                .containsExactly(1, 2, 1);
    }

    @Test
    void childsOwnBackoff_goesBeforeTheSupervisors() {
        StateHarness h = started(SupervisorSpec.of("root")
                .backoff(SECOND)
                .child(worker("a").backoff(Backoff.none())));
        h.forget();
        h.crash("a");
        h.expect("start a#2");
    }

    @Test
    void severalDelays_eachIsKept() {
        StateHarness h = started(slow("a", "b", "c"));
        h.forget();
        h.crash("c");
        h.advance(ofMillis(300));
        h.crash("a");
        h.advance(ofMillis(300));
        h.crash("b");
        h.advance(ofMillis(400));
        h.expect("start c#2");
        h.advance(ofMillis(300));
        h.expect("start a#2");
        h.advance(ofMillis(300));
        h.expect("start b#2");
    }

    // SUT-028; section 4 no. 17
    @Test
    void failuresOfOthersDuringTheDelay_doNotExtendIt() {
        StateHarness h = started(slow("a", "b").child(worker("c").backoff(Backoff.none())));
        h.crash("a");
        h.forget();
        for (int i = 0; i < 9; i++) {
            h.advance(ofMillis(100));
            h.crash("c");
        }
        h.forget();
        h.advance(ofMillis(100));
        h.expect("start a#2");
    }

    // section 4 no. 17, OVS-045
    @Test
    void terminatedDuringTheDelay_staysDown() {
        StateHarness h = started(slow("a", "b"));
        h.crash("a");
        h.forget();
        h.terminate("a").value();
        h.expectEvents("down a#1");
        h.advance(ofSeconds(10));
        h.expect();
        h.restart("a");
        h.expect("start a#2");
    }

    // section 4 no. 17, W-23
    @Test
    void deletedDuringTheDelay_isForgotten() {
        StateHarness h = started(slow("a", "b"));
        h.crash("a");
        h.forget();
        h.delete("a").value();
        h.expectEvents("down a#1", "removed a#1");
        h.add(worker("a"));
        h.advance(ofSeconds(10));
        h.expect("start a#1");
    }

    // section 4 no. 17
    @Test
    void restartedDuringTheDelay_startsAtOnceAndOnce() {
        StateHarness h = started(slow("a", "b"));
        h.crash("a");
        h.forget();
        h.restart("a").value();
        h.expect("start a#2");
        h.advance(ofSeconds(10));
        h.expect();
    }

    // section 4 no. 17
    @Test
    void delayedAttemptFailsItself_isTriedAgainAfterTheNextDelay() {
        StateHarness h = started(SupervisorSpec.of("root")
                .intensity(2, ofSeconds(60))
                .backoff(SECOND)
                .child(worker("a").readyWithin(ofMillis(500))));
        h.ready("a");
        h.crash("a");
        h.advance(ofSeconds(1));
        h.forget();
        h.advance(ofMillis(500));
        h.expect("signal a#2");
        assertThat(h.state("a")).isEqualTo(ChildState.BACKING_OFF);
        h.advance(ofMillis(999));
        h.expect();
        h.advance(ofMillis(1));
        h.expect("start a#3");
        h.crash("a");
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.TOO_MANY_FAILURES);
    }

    @Test
    void notReadyAndSlowToStop_theDelayBeginsWhenItIsGone() {
        StateHarness h = new StateHarness(
                slow().child(worker("a").readyWithin(ofMillis(500)).backoff(SECOND)));
        h.slow("a", ofMillis(400)).start();
        h.ready("a");
        h.crash("a");
        h.advance(ofMillis(1500 + 400));
        h.forget();
        h.advance(ofMillis(999));
        h.expect();
        h.advance(ofMillis(1));
        h.expect("start a#3");
    }

    // ------------------------------------------------------------------ groups

    @Test
    void groupRestart_startsNothingBeforeTheDelayIsOver() {
        StateHarness h = started(root(Strategy.ONE_FOR_ALL, c -> c.backoff(SECOND), "a", "b", "c"));
        h.forget();
        h.crash("b");
        h.expect("signal c#1", "signal a#1");
        h.advance(ofMillis(999));
        h.expect();
        assertThat(h.states()).isEqualTo("a RESTARTING#1, b BACKING_OFF#1, c RESTARTING#1");
        h.advance(ofMillis(1));
        h.expect("start a#2", "start b#2", "start c#2");
    }

    @Test
    void siblingsStopLongerThanTheDelay_theStartWaitsForThem() {
        StateHarness h =
                new StateHarness(root(Strategy.ONE_FOR_ALL, c -> c.backoff(SECOND), "a", "b"));
        h.slow("b", ofSeconds(3)).start().forget();
        h.crash("a");
        h.advance(ofMillis(2_999));
        h.expect("signal b#1");
        h.advance(ofMillis(1));
        h.expect("start a#2", "start b#2");
    }

    // section 4 no. 17
    @Test
    void stoppedBySiblingDuringItsDelay_comesBackOnceWhenBothDelaysAreOver() {
        StateHarness h =
                started(root(Strategy.REST_FOR_ONE, c -> c.backoff(SECOND), "a", "b", "c"));
        h.crash("c");
        h.advance(ofMillis(600));
        h.forget();
        h.crash("a");
        h.expect("signal b#1");
        h.advance(ofMillis(400));
        h.expect();
        h.advance(ofMillis(600));
        h.expect("start a#2", "start b#2", "start c#2");
        h.advance(ofSeconds(10));
        h.expect();
    }

    @Test
    void siblingThatBackedOffBefore_comesBackWithoutADelayOfItsOwn() {
        StateHarness h = started(
                root(Strategy.ONE_FOR_ALL).child(worker("a")).child(worker("b").backoff(SECOND)));
        h.crash("b");
        h.advance(ofSeconds(1));
        h.forget();
        h.crash("a");
        h.expect("signal b#2", "start a#3", "start b#3");
    }

    @Test
    void terminatedAndRestartedByRequest_theCountBeginsAgain() {
        StateHarness h = started(slow("a", "b"));
        h.crash("a");
        h.terminate("a");
        h.restart("a");
        h.crash("a");
        assertThat(h.events(ChildBackingOff.class))
                .extracting(ChildBackingOff::attempt)
                .containsExactly(1, 1);
    }

    @Test
    void delayedChildOfAGroupIsTerminated_theOthersComeUpAtOnce() {
        StateHarness h = started(root(Strategy.ONE_FOR_ALL, c -> c.backoff(SECOND), "a", "b"));
        h.forget();
        h.crash("a");
        h.terminate("a").value();
        h.expect("signal b#1", "start b#2");
    }

    @Test
    void delayedChildOfAGroupIsRestartedByRequest_allComeUpAtOnce() {
        StateHarness h = started(root(Strategy.ONE_FOR_ALL, c -> c.backoff(SECOND), "a", "b"));
        h.forget();
        h.crash("b");
        h.restart("b").value();
        h.expect("signal a#1", "start a#2", "start b#2");
    }

    // ------------------------------------------------------------------ rules that break

    // W-28
    @Test
    void backoffThrowsOrIsNegativeOrNull_theSupervisorGivesUp() {
        List<Backoff> broken = List.of(
                attempt -> {
                    throw new IllegalStateException("bad backoff");
                },
                attempt -> ofSeconds(-1),
                attempt -> null);
        for (Backoff backoff : broken) {
            StateHarness h = started(SupervisorSpec.of("root")
                    .backoff(backoff)
                    .child(worker("a"))
                    .child(worker("b")));
            h.forget();
            h.crash("a");
            h.expect("signal b#1", "end root SUPERVISOR_FAILED");
            assertThat(h.outcome().cause())
                    .isInstanceOf(RuleFailedException.class)
                    .hasMessageContaining("backoff");
        }
    }

    @Test
    void backoffReturnsNull_theCauseSaysSo() {
        StateHarness h =
                started(SupervisorSpec.of("root").backoff(attempt -> null).child(worker("a")));
        h.crash("a");
        assertThat(h.outcome().cause().getCause())
                .isInstanceOf(NullPointerException.class)
                .hasMessage("it returned null");
    }

    @Test
    void delayBeyondAllTime_isWaitedForAndNoOverflow() {
        for (Duration endless :
                List.of(Duration.ofNanos(Long.MAX_VALUE), ChronoUnit.FOREVER.getDuration())) {
            StateHarness h = started(
                    SupervisorSpec.of("root").backoff(attempt -> endless).child(worker("a")));
            h.forget();
            h.crash("a");
            h.advance(ofDays(10_000));
            h.expect();
            assertThat(h.state("a")).isEqualTo(ChildState.BACKING_OFF);
        }
    }

    @Test
    void attemptsAreCountedPerChild() {
        List<Integer> attempts = new ArrayList<>();
        StateHarness h = started(root(
                Strategy.ONE_FOR_ALL,
                c -> c.backoff(attempt -> {
                    attempts.add(attempt);
                    return ZERO;
                }),
                "a",
                "b"));
        h.crash("a");
        h.crash("a");
        h.crash("b");
        h.crash("a");
        assertThat(attempts).containsExactly(1, 2, 1, 3);
    }
}
