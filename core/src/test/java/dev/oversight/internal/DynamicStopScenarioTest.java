package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.started;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.AtLimit;
import dev.oversight.Backoff;
import dev.oversight.ChildSpec;
import dev.oversight.Exit;
import dev.oversight.Outcome;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.SupervisorNotRunningException;
import dev.oversight.TooManyFailuresException;
import dev.oversight.dynamic.DynamicSpec;
import dev.oversight.event.ChildStopped;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.stream.Stream;

/** A dynamic supervisor stops all its instances at once. */
class DynamicStopScenarioTest {
    private static final DynamicSpec<String> TEMPLATE =
            DynamicSpec.of("root", (String id, dev.oversight.ChildContext self) -> {});

    private static StateHarness with(ChildSpec... instances) {
        StateHarness h = started(TEMPLATE.spec());
        for (ChildSpec instance : instances) {
            h.add(instance).value();
        }
        return h.forget();
    }

    private static ChildSpec within(String id, int millis) {
        return worker(id).shutdown(Shutdown.within(ofMillis(millis)));
    }

    private static void assertStopped(StateHarness h, int abandoned) {
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.ENDED);
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.STOPPED);
        assertThat(h.outcome().abandoned()).isEqualTo(abandoned);
        assertThat(h.children()).isEmpty();
    }

    // OTP-031
    @Test
    void allAreAskedAtOnce_andHaveOneDeadline() {
        StateHarness h = with(within("a", 2000), within("b", 2000), within("c", 2000));
        h.slow("a", ofSeconds(1)).slow("b", ofSeconds(1)).slow("c", ofSeconds(5));
        h.stop();
        h.expect("signal c#1", "signal b#1", "signal a#1");
        h.advance(ofSeconds(1));
        assertThat(h.states()).isEqualTo("c STOPPING#1");
        h.advance(ofMillis(999));
        h.expect();
        h.advance(ofMillis(1));
        h.expect("abandon c#1", "end root STOPPED");
        assertStopped(h, 1);
    }

    // OTP-027, ELX-030
    @Test
    void deafOnes_takeOneBudgetTogether() {
        StateHarness h = with(within("a", 1000), within("b", 1000), within("good", 1000));
        h.deaf("a", "b");
        h.stop();
        h.advance(ofSeconds(1));
        h.expect(
                "signal good#1",
                "signal b#1",
                "signal a#1",
                "abandon a#1",
                "abandon b#1",
                "end root STOPPED");
        assertStopped(h, 2);
    }

    // OTP-028, ELX-032
    @Test
    void immediateOnes_areNotWaitedForBesideOthersThatAre() {
        StateHarness h = with(
                worker("a").shutdown(Shutdown.unbounded()),
                worker("b").shutdown(Shutdown.immediate()));
        h.deaf("b").slow("a", ofSeconds(60));
        h.stop();
        h.expect("signal b#1", "abandon b#1", "signal a#1");
        h.advance(ofSeconds(60));
        assertStopped(h, 1);
    }

    // OTP-028
    @Test
    void tenImmediateOnes_endInOrderAtOnce() {
        StateHarness h = started(TEMPLATE.spec());
        for (int i = 0; i < 10; i++) {
            h.deaf("c" + i);
            h.add(worker("c" + i).shutdown(Shutdown.immediate())).value();
        }
        h.stop();
        assertStopped(h, 10);
    }

    static Stream<Shutdown> shutdowns() {
        return Stream.of(Shutdown.immediate(), Shutdown.unbounded(), Shutdown.within(ofMillis(1)));
    }

    // ELX-028
    @ParameterizedTest
    @MethodSource("shutdowns")
    void obedientOnes_endWithTheSupervisorAfterThem(Shutdown rule) {
        StateHarness h = with(
                worker("a").shutdown(rule),
                worker("b").shutdown(rule),
                worker("c").shutdown(rule));
        h.stop();
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.ENDED);
        assertThat(h.children()).isEmpty();
    }

    static Stream<Restart> restarts() {
        return Stream.of(Restart.PERMANENT, Restart.TRANSIENT, Restart.TEMPORARY);
    }

    // OTP-030, ELX-029, ELX-031
    @ParameterizedTest
    @MethodSource("restarts")
    void anyAnswerToTheRequest_isToldAndLeadsToNoRestart(Restart rule) {
        StateHarness h = with(worker("a").restart(rule), worker("b").restart(rule));
        h.deaf("a", "b");
        h.stop();
        RuntimeException odd = new IllegalStateException("odd");
        h.end(h.live("a"), odd);
        h.end(h.live("b"), null);
        assertStopped(h, 0);
        assertThat(h.events(ChildStopped.class))
                .extracting(e -> e.exit().kind(), e -> e.exit().cause())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Exit.Kind.STOPPED, odd),
                        org.assertj.core.groups.Tuple.tuple(Exit.Kind.STOPPED, null));
    }

    // OTP-085, scenario 4
    @Test
    void stopDuringADelay_cancelsTheRestart() {
        StateHarness h =
                started(TEMPLATE.backoff(Backoff.constant(ofSeconds(1))).spec());
        h.add(worker("a")).value();
        h.crash("a");
        h.stop();
        assertStopped(h, 0);
        h.advance(ofSeconds(5));
        assertThat(h.world.runs).hasSize(1);
    }

    // OTP-085, scenario 4
    @Test
    void stopInALoopOfFailingStarts_isServedBetweenThem() {
        StateHarness h = started(TEMPLATE.neverGiveUp().spec());
        Asked<Child> added = h.add(worker("a").readyWithin(ofSeconds(1)));
        h.feed(new Input.Ready(h.live("a")));
        added.value();
        for (int i = 0; i < 10; i++) {
            h.crash("a");
        }
        Asked<Child> late = null;
        h.deaf("a");
        h.stop();
        late = h.add(worker("b"));
        assertThat(late.problem()).isInstanceOf(SupervisorNotRunningException.class);
        h.end(h.live("a"), new IllegalStateException("once more"));
        assertStopped(h, 0);
        assertThat(h.world.runs).hasSize(11);
    }

    // scenario 5, ELX-018, ELX-024
    @Test
    void declinedStartOrRestart_isForgottenAndTheStopIsClean() {
        StateHarness h = started(TEMPLATE.spec());
        h.add(worker("a")).value();
        h.crash("a");
        assertThat(h.states()).isEqualTo("a RUNNING#2");
        h.live("a").declined = true;
        h.end(h.live("a"), null);
        assertThat(h.states()).isEmpty();
        Asked<Child> first = h.add(worker("b").readyWithin(ofSeconds(1)));
        assertThat(first.isOpen()).isTrue();
        h.live("b").declined = true;
        h.end(h.live("b"), null);
        first.value();
        assertThat(h.states()).isEmpty();
        h.stop();
        assertStopped(h, 0);
    }

    // ELX-024
    @Test
    void failingRestart_isTriedAgainAndCountsAsAWorkerThatIsNotActive() {
        StateHarness h = started(TEMPLATE.intensity(3, ofSeconds(5)).spec());
        h.add(worker("a").readyWithin(ofSeconds(1)).backoff(Backoff.constant(ofMillis(10))));
        h.feed(new Input.Ready(h.live("a")));
        for (int i = 0; i < 3; i++) {
            h.crash("a");
            assertThat(h.state.children().counts().active()).isZero();
            assertThat(h.state.children().counts().workers()).isEqualTo(1);
            h.advance(ofMillis(10));
        }
        h.crash("a");
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.TOO_MANY_FAILURES);
    }

    @Test
    void instanceBeyondItsOwnLimit_isGivenUpAlone() {
        StateHarness h = started(TEMPLATE.neverGiveUp().spec());
        h.add(worker("a").intensity(2, ofSeconds(5)).atLimit(AtLimit.park())).value();
        h.add(worker("b")).value();
        Child child = h.child("a");
        Asked<Exit> told = new Asked<>("end of a");
        child.whenDown(told);
        for (int i = 0; i < 3; i++) {
            h.crash("a");
        }
        assertThat(told.value().cause()).isInstanceOf(TooManyFailuresException.class);
        assertThat(h.states()).isEqualTo("b RUNNING#1");
        assertThat(h.state.children().counts().parked()).isZero();
        assertThat(List.of(h.phase())).containsExactly(SupervisorState.Phase.RUNNING);
    }
}
