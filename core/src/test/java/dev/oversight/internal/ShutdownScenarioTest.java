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
import dev.oversight.ChildSpec;
import dev.oversight.Outcome;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildState;
import dev.oversight.event.ChildStopped;

import org.junit.jupiter.api.Test;

import java.util.List;

/** The end of a supervisor: in reverse order, one at a time, each with a budget of its own. */
class ShutdownScenarioTest {
    // W-13, OVS-030, OVS-041
    @Test
    void stop_signalsTheNextOnlyWhenTheYoungerIsGone() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a", "b", "c"));
        h.deaf("a", "b", "c").start().forget();
        h.stop();
        h.expect("signal c#1");
        h.complete("c");
        h.expect("signal b#1");
        h.complete("b");
        h.expect("signal a#1");
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.STOPPING);
        h.complete("a");
        h.expect("end root STOPPED");
    }

    // W-01, OVS-032
    @Test
    void budget_beginsWithTheSignal() {
        StateHarness h = new StateHarness(root(
                Strategy.ONE_FOR_ONE, c -> c.shutdown(Shutdown.within(ofMillis(300))), "a", "b"));
        h.deaf("a", "b").start().forget();
        h.advance(ofSeconds(10));
        h.stop();
        h.advance(ofMillis(299));
        h.expect("signal b#1");
        h.advance(ofMillis(1));
        h.expect("abandon b#1", "signal a#1");
        h.advance(ofMillis(299));
        h.expect();
        h.complete("a");
        h.expect("end root STOPPED");
        assertThat(h.outcome().abandoned()).isEqualTo(1);
    }

    // OVS-032
    @Test
    void slowCleanUpWithinTheBudget_isNotAbandoned() {
        StateHarness h = new StateHarness(
                root(Strategy.ONE_FOR_ONE, c -> c.shutdown(Shutdown.within(ofMillis(300))), "a"));
        h.slow("a", ofMillis(150)).start();
        h.advance(ofSeconds(10));
        h.stop();
        h.advance(ofMillis(150));
        assertThat(h.outcome().abandoned()).isZero();
        assertThat(h.events(ChildStopped.class).getFirst().took()).isEqualTo(ofMillis(150));
    }

    // OTP-028
    @Test
    void immediate_isAskedAndNotWaitedFor() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE)
                .child(worker("a"))
                .child(worker("b").shutdown(Shutdown.immediate()))
                .child(worker("c")));
        h.deaf("b").start().forget();
        h.stop();
        h.expect("signal c#1", "signal b#1", "abandon b#1", "signal a#1", "end root STOPPED");
    }

    // OTP-025
    @Test
    void unbounded_isWaitedForWithoutLimit() {
        StateHarness h = new StateHarness(
                root(Strategy.ONE_FOR_ONE, c -> c.shutdown(Shutdown.unbounded()), "a", "b"));
        h.deaf("b").start().forget();
        h.stop();
        h.advance(ofDays(1000));
        h.expect("signal b#1");
        h.complete("b");
        h.expect("signal a#1", "end root STOPPED");
    }

    // ELX-009, ELX-030
    @Test
    void zeroBudget_isOverInTheSameMoment() {
        StateHarness h = new StateHarness(
                root(Strategy.ONE_FOR_ONE, c -> c.shutdown(Shutdown.within(ZERO)), "a"));
        h.deaf("a").start().forget();
        h.stop();
        h.expect("signal a#1");
        h.advance(ZERO);
        h.expect("abandon a#1", "end root STOPPED");
    }

    // OTP-029; section 4 no. 2
    @Test
    void childrenEndByThemselvesWhileOneStopsSlowly_nothingRestartsAndNoReasonIsLost() {
        StateHarness h = new StateHarness(SupervisorSpec.of("root")
                .intensity(0, ofSeconds(5))
                .child(worker("p"))
                .child(worker("t").restart(Restart.TRANSIENT))
                .child(worker("x").restart(Restart.TEMPORARY))
                .child(worker("q"))
                .child(worker("slow")));
        h.deaf("slow").start().forget();
        h.stop();
        IllegalStateException own = new IllegalStateException("of its own");
        h.crash("p", own);
        h.crash("t", own);
        h.crash("x", own);
        h.complete("q");
        h.complete("slow");
        h.expect("signal slow#1", "end root STOPPED");
        h.expectEvents(
                "stopping root: STOPPED",
                "stopping slow#1: SUPERVISOR",
                "failed p#1",
                "failed t#1",
                "failed x#1",
                "removed x#1",
                "completed q#1",
                "stopped slow#1",
                "ended root: STOPPED");
        assertThat(h.child("p").lastExit.cause()).isSameAs(own);
        assertThat(h.state.forgotten().newestFirst().getFirst().exit().cause()).isSameAs(own);
    }

    // OTP-030, ELX-029, ELX-031
    @Test
    void childAnswersTheStopWithAnException_itIsKeptAndNoFailure() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a"));
        h.deaf("a").start();
        h.stop();
        InterruptedException answer = new InterruptedException();
        h.crash("a", answer);
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.STOPPED);
        assertThat(h.child("a").lastExit.isNormal()).isTrue();
        assertThat(h.child("a").lastExit.cause()).isSameAs(answer);
    }

    // OTP-085; section 4 no. 4
    @Test
    void stopDuringACrashLoop_isServed() {
        StateHarness h = started(SupervisorSpec.of("root")
                .neverGiveUp()
                .child(worker("a").readyWithin(ofSeconds(1))));
        h.ready("a");
        for (int i = 0; i < 10; i++) {
            h.crash("a");
        }
        h.forget();
        h.stop();
        h.expect("signal a#11", "end root STOPPED");
    }

    // section 4 no. 17
    @Test
    void stopWhileAChildBacksOff_itsDelayIsOverButItIsNotStarted() {
        StateHarness h = new StateHarness(
                root(Strategy.ONE_FOR_ONE, "a", "b").backoff(Backoff.constant(ofSeconds(1))));
        h.slow("b", ofSeconds(3)).start().forget();
        h.crash("a");
        h.stop();
        h.advance(ofSeconds(2));
        h.expect("signal b#1");
        h.advance(ofSeconds(1));
        h.expect("end root STOPPED");
        assertThat(h.states()).isEqualTo("a STOPPED#1, b STOPPED#1");
    }

    // section 4 no. 17
    @Test
    void delayIsOverWhileAYoungerOneStops_theOlderOnesAreStoppedInTheirTurn() {
        StateHarness h = new StateHarness(
                root(Strategy.ONE_FOR_ONE, "a", "b", "c").backoff(Backoff.constant(ofSeconds(1))));
        h.slow("c", ofSeconds(3)).start().forget();
        h.crash("b");
        h.stop();
        h.advance(ofSeconds(3));
        h.expect("signal c#1", "signal a#1", "end root STOPPED");
    }

    @Test
    void stopWhileAnOlderChildStarts_itsReadinessLimitBeginsNoRestart() {
        Strategy pair = (failed, all) -> all;
        StateHarness h = new StateHarness(
                root(pair).child(worker("a").readyWithin(ofSeconds(1))).child(worker("b")));
        h.deaf("a").slow("b", ofSeconds(3)).start();
        h.ready("a");
        h.terminate("b");
        h.advance(ofSeconds(3));
        h.crash("a");
        h.restart("b");
        h.forget();
        h.stop();
        h.advance(ofMillis(2_999));
        h.expect("signal b#2");
        h.advance(ofMillis(1));
        h.expect("signal a#2");
        h.complete("a");
        h.expect("end root STOPPED");
    }

    // OVS-045
    @Test
    void stopDuringAGroupStop_nothingComesBack() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ALL, "a", "b", "c"));
        h.deaf("c").start().forget();
        h.crash("b");
        h.stop();
        h.complete("c");
        h.expect("signal c#1", "signal a#1", "end root STOPPED");
        h.expectEvents(
                "failed b#1, restarting",
                "stopping c#1: SIBLING",
                "stopping root: STOPPED",
                "stopped c#1",
                "down b#1",
                "stopping a#1: SUPERVISOR",
                "stopped a#1",
                "ended root: STOPPED");
    }

    @Test
    void stopTwice_changesNothing() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a"));
        h.deaf("a").start().forget();
        h.stop();
        h.stop();
        h.expect("signal a#1");
        h.complete("a");
        h.stop();
        h.abort();
        h.expect("end root STOPPED");
    }

    // SUT-020; section 4 no. 10
    @Test
    void stopWhileOneIsTerminated_waitsForItInItsTurn() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a", "b", "c"));
        h.deaf("b").start();
        Asked<?> terminated = h.terminate("b");
        h.forget();
        h.stop();
        h.expect("signal c#1");
        h.complete("b");
        h.expect("signal a#1", "end root STOPPED");
        assertThat(terminated.isOpen()).isFalse();
    }

    // ------------------------------------------------------------------ abort

    // OVS-031, ELX-036, OVS-014
    @Test
    void abort_asksAllAtOnceAndWaitsForNobody() {
        StateHarness h = new StateHarness(
                root(Strategy.ONE_FOR_ONE, c -> c.shutdown(Shutdown.unbounded()), "a", "b", "c"));
        h.deaf("a", "b", "c").start().forget();
        h.stop();
        h.abort();
        h.expect(
                "signal c#1",
                "abandon c#1",
                "signal b#1",
                "abandon b#1",
                "signal a#1",
                "abandon a#1",
                "end root STOPPED");
        assertThat(h.outcome().abandoned()).isEqualTo(3);
        h.lateEnd("b#1");
        h.expect("release b#1");
        assertThat(h.state("b")).isEqualTo(ChildState.STOPPED);
    }

    // OVS-031
    @Test
    void abortDuringTheStart_endsAtOnce() {
        StateHarness h = new StateHarness(
                root(Strategy.ONE_FOR_ONE, c -> c.readyWithin(ofSeconds(1)), "a", "b"));
        h.deaf("a").start().forget();
        h.abort();
        h.expect("signal a#1", "abandon a#1", "end root STOPPED");
    }

    @Test
    void abortInEveryOtherSituation_endsAtOnce() {
        ChildSpec waiting =
                worker("c").readyWithin(ofSeconds(1)).backoff(Backoff.constant(ofSeconds(1)));
        for (List<String> crashed : List.of(
                List.<String>of(),
                List.of("a"),
                List.of("c"),
                List.of("a", "c"),
                List.of("b", "a"))) {
            StateHarness h = new StateHarness(
                    root(Strategy.REST_FOR_ONE, "a", "b").child(waiting).child(worker("d")));
            h.readyAtOnce("c").deaf("d", "b").start();
            crashed.forEach(h::crash);
            h.abort();
            assertThat(h.phase()).as(crashed.toString()).isEqualTo(SupervisorState.Phase.ENDED);
        }
    }

    @Test
    void abortAfterTooManyFailures_keepsTheReason() {
        StateHarness h = new StateHarness(SupervisorSpec.of("root")
                .intensity(0, ofSeconds(1))
                .child(worker("a"))
                .child(worker("b")));
        h.deaf("b").start();
        h.crash("a");
        h.abort();
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.TOO_MANY_FAILURES);
    }
}
