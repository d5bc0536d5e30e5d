package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.started;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;

import dev.oversight.AutoShutdown;
import dev.oversight.ChildFailedException;
import dev.oversight.Outcome;
import dev.oversight.Restart;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.TooManyFailuresException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

/** How many restarts are allowed, and what happens at one too many. */
class IntensityScenarioTest {
    private static SupervisorSpec root(int restarts, Duration period) {
        return SupervisorSpec.of("root").intensity(restarts, period);
    }

    private static void assertGaveUp(StateHarness h) {
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.TOO_MANY_FAILURES);
    }

    private static void assertRunning(StateHarness h) {
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.RUNNING);
    }

    // OVS-023
    @Test
    void defaultAllowance_isOneInFiveSeconds() {
        StateHarness h = started(SupervisorSpec.of("root").child(worker("a")));
        h.crash("a");
        h.advance(ofNanos(ofSeconds(5).toNanos() - 1));
        assertRunning(h);
        h.crash("a");
        assertGaveUp(h);
    }

    // OTP-077
    @Test
    void restartExactlyOnePeriodAgo_noLongerCounts() {
        StateHarness h = started(root(1, ofSeconds(1)).child(worker("a")));
        h.crash("a");
        h.advance(ofSeconds(1));
        h.crash("a");
        assertRunning(h);
        h.advance(ofNanos(ofSeconds(1).toNanos() - 1));
        h.crash("a");
        assertGaveUp(h);
    }

    // OTP-076
    @Test
    void spacedFailures_neverTrip() {
        StateHarness h = started(root(1, ofSeconds(1)).child(worker("a")));
        for (int i = 0; i < 50; i++) {
            h.crash("a");
            h.advance(ofMillis(1_000));
        }
        assertRunning(h);
        assertThat(h.child("a").restarts).isEqualTo(50);
    }

    // OTP-075
    @Test
    void zeroAllowed_theFirstEndOfAPermanentChildTripsEvenANormalOne() {
        StateHarness h = started(root(0, ofSeconds(1)).child(worker("a")).child(worker("b")));
        h.forget();
        h.complete("a");
        h.expect("signal b#1", "end root TOO_MANY_FAILURES");
        h.expectEvents(
                "completed a#1",
                "stopping root: TOO_MANY_FAILURES",
                "stopping b#1: SUPERVISOR",
                "stopped b#1",
                "ended root: TOO_MANY_FAILURES");
        assertThat(h.outcome().cause().getCause())
                .hasMessageContaining("returned")
                .hasNoCause();
    }

    // OVS-022, OVS-043
    @Test
    void neverGivingUp_restartsWithoutLimit() {
        StateHarness h = started(SupervisorSpec.of("root").neverGiveUp().child(worker("a")));
        for (int i = 0; i < 1000; i++) {
            h.crash("a");
        }
        assertThat(h.child("a").incarnation).isEqualTo(1001);
        assertRunning(h);
    }

    // OTP-081, OVS-045, W-25
    @Test
    void oneTooMany_stopsTheRestInReverseAndKeepsEveryCause() {
        StateHarness h = started(
                root(2, ofSeconds(5)).child(worker("a")).child(worker("b")).child(worker("c")));
        RuntimeException first = new IllegalStateException("first");
        RuntimeException second = new IllegalStateException("second");
        RuntimeException third = new IllegalStateException("third");
        h.crash("b", first);
        h.crash("a", second);
        h.forget();
        h.crash("b", third);
        h.expect("signal c#1", "signal a#2", "end root TOO_MANY_FAILURES");
        assertGaveUp(h);
        Throwable cause = h.outcome().cause();
        assertThat(cause).isInstanceOf(TooManyFailuresException.class).hasRootCause(third);
        assertThat(cause).hasMessageContaining("root gave up: 3 failures within 5s, allowed are 2");
        assertThat(cause.getCause()).hasMessageContaining("failed");
        assertThat(((ChildFailedException) cause.getCause()).path()).isEqualTo("root/b");
        assertThat(((ChildFailedException) cause.getCause()).incarnation()).isEqualTo(2);
        assertThat(cause.getSuppressed())
                .extracting(Throwable::getCause)
                .containsExactly(first, second);
    }

    @Test
    void causesOutsideThePeriod_areNotInTheOutcome() {
        StateHarness h = started(root(1, ofSeconds(1)).child(worker("a")));
        h.crash("a");
        h.advance(ofSeconds(2));
        h.crash("a");
        h.crash("a");
        assertThat(h.outcome().cause().getSuppressed()).hasSize(1);
    }

    // W-17, OVS-042
    @Test
    void slowSiblings_doNotPostponeTheStamp() {
        StateHarness h = new StateHarness(root(1, ofMillis(100))
                .strategy(Strategy.ONE_FOR_ALL)
                .child(worker("a"))
                .child(worker("b")));
        h.slow("b", ofMillis(80)).start();
        h.crash("a");
        h.advance(ofMillis(80));
        h.crash("a");
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.STOPPING);
    }

    // OTP-081, W-17
    @Test
    void oneTooMany_stopsNoSiblingForARestart() {
        StateHarness h = new StateHarness(root(0, ofMillis(100))
                .strategy(Strategy.ONE_FOR_ALL)
                .child(worker("a"))
                .child(worker("b")));
        h.start().forget();
        h.crash("a");
        h.expectEvents(
                "failed a#1",
                "stopping root: TOO_MANY_FAILURES",
                "stopping b#1: SUPERVISOR",
                "stopped b#1",
                "ended root: TOO_MANY_FAILURES");
    }

    // OTP-078, OTP-079, ELX-027
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 10})
    void startAlwaysFailsAfterACrash_isTriedAsOftenAsAllowed(int allowed) {
        StateHarness h =
                started(root(allowed, ofSeconds(5)).child(worker("a").readyWithin(ofSeconds(1))));
        h.ready("a");
        h.forget();
        while (h.phase() == SupervisorState.Phase.RUNNING) {
            h.crash("a");
        }
        assertThat(h.world.effects).hasSize(allowed + 1);
        assertThat(h.child("a").incarnation).isEqualTo(allowed + 1);
        assertGaveUp(h);
    }

    // OTP-078
    @Test
    void notReadyInTimeAtARestart_isCountedAsAFailure() {
        StateHarness h =
                started(root(1, ofSeconds(5)).child(worker("a").readyWithin(ofSeconds(1))));
        h.ready("a");
        h.crash("a");
        h.forget();
        h.advance(ofSeconds(1));
        h.expect("signal a#2", "end root TOO_MANY_FAILURES");
        h.expectEvents(
                "failed a#2",
                "stopping root: TOO_MANY_FAILURES",
                "stopping a#2: NOT_READY",
                "stopped a#2",
                "ended root: TOO_MANY_FAILURES");
    }

    // one crash = one, OTP-064
    @Test
    void groupRestart_spendsOne() {
        StateHarness h = started(root(2, ofSeconds(5))
                .strategy(Strategy.ONE_FOR_ALL)
                .child(worker("a"))
                .child(worker("b"))
                .child(worker("c")));
        h.crash("a");
        h.crash("c");
        assertRunning(h);
        h.crash("b");
        assertGaveUp(h);
    }

    // W-02, OVS-004
    @ParameterizedTest
    @ValueSource(strings = {"ONE_FOR_ONE", "ONE_FOR_ALL", "REST_FOR_ONE"})
    void temporaryAndTransientEnds_spendNothingAndTouchNobody(String name) throws Exception {
        Strategy strategy = (Strategy) Strategy.class.getField(name).get(null);
        StateHarness h = started(root(0, ofSeconds(5)).strategy(strategy).child(worker("a")));
        for (int i = 0; i < 20; i++) {
            h.add(worker("t").restart(Restart.TEMPORARY));
            h.crash("t");
            h.add(worker("t").restart(Restart.TEMPORARY));
            h.complete("t");
            h.add(worker("t").restart(Restart.TRANSIENT));
            h.complete("t");
            h.delete("t");
        }
        assertThat(h.states()).isEqualTo("a RUNNING#1");
    }

    // OTP-080, W-03, OVS-034
    @ParameterizedTest
    @ValueSource(strings = {"ONE_FOR_ONE", "ONE_FOR_ALL"})
    void manualOperations_spendNothing(String name) throws Exception {
        Strategy strategy = (Strategy) Strategy.class.getField(name).get(null);
        StateHarness h = started(
                root(1, ofSeconds(5)).strategy(strategy).child(worker("a")).child(worker("b")));
        for (int i = 0; i < 100; i++) {
            h.terminate("b").value();
            h.restart("b").value();
        }
        assertThat(h.states()).isEqualTo("a RUNNING#1, b RUNNING#101");
        h.crash("b");
        assertRunning(h);
        h.crash("b");
        assertGaveUp(h);
    }

    // OTP-088, W-29
    @Test
    void endsOfAbandonedRuns_spendNothing() {
        StateHarness h = new StateHarness(root(0, ofSeconds(5))
                .autoShutdown(AutoShutdown.NEVER)
                .child(worker("a"))
                .child(worker("b")));
        h.deaf("a", "b").start();
        h.delete("a");
        h.terminate("b");
        h.advance(ofSeconds(5));
        h.end(h.run("a#1"), new IllegalStateException("late"));
        h.end(h.run("b#1"), new IllegalStateException("late"));
        assertRunning(h);
    }
}
