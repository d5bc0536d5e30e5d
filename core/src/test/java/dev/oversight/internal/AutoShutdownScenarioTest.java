package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.root;
import static dev.oversight.internal.StateHarness.started;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.AutoShutdown;
import dev.oversight.Backoff;
import dev.oversight.ChildSpec;
import dev.oversight.NotReadyException;
import dev.oversight.Outcome;
import dev.oversight.Restart;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;

/** When a supervisor ends by itself though nothing is wrong. */
class AutoShutdownScenarioTest {
    private static final List<Strategy> STRATEGIES =
            List.of(Strategy.ONE_FOR_ONE, Strategy.ONE_FOR_ALL, Strategy.REST_FOR_ONE);

    private static SupervisorSpec keeper(AutoShutdown rule) {
        return root(Strategy.ONE_FOR_ONE, "keeper").autoShutdown(rule);
    }

    private static ChildSpec significant(String id, Restart restart) {
        return worker(id).restart(restart).significant(true);
    }

    private static void assertRunning(StateHarness h) {
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.RUNNING);
    }

    private static void assertSignificantEnded(StateHarness h) {
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.SIGNIFICANT_ENDED);
        assertThat(h.outcome().isFailure()).isFalse();
    }

    // ------------------------------------------------------------------ nothing left

    @Test
    void onlyChildDeclinesBeforeItIsReady_endsTheSupervisorAsIfItHadBeenReady() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, c -> c.readyWithin(ofSeconds(1)), "a"));
        h.decline("a");
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.NO_CHILD_LEFT);
    }

    // OVS-003, SUT-027
    @Test
    void lastChildCompletes_endsTheSupervisor() {
        StateHarness h =
                started(root(Strategy.ONE_FOR_ONE, c -> c.restart(Restart.TRANSIENT), "a", "b"));
        h.complete("a");
        assertRunning(h);
        h.crash("b");
        h.complete("b");
        assertThat(h.outcome())
                .isEqualTo(new Outcome("root", Outcome.Reason.NO_CHILD_LEFT, null, 0));
    }

    // OVS-012
    @Test
    void neverHadAChild_waitsForItsFirst() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE));
        h.advance(ofSeconds(60));
        h.add(worker("t").restart(Restart.TEMPORARY)).value();
        h.complete("t");
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.NO_CHILD_LEFT);
    }

    @Test
    void firstChildNeverCameUp_goesOnWaiting() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE));
        h.add(worker("a").readyWithin(ofSeconds(1)));
        h.crash("a");
        assertRunning(h);
        assertThat(h.states()).isEmpty();
    }

    @Test
    void childThatBacksOff_isLeft() {
        StateHarness h =
                started(root(Strategy.ONE_FOR_ONE, "a").backoff(Backoff.constant(ofSeconds(1))));
        h.crash("a");
        assertRunning(h);
    }

    // W-21
    @Test
    void modeNever_staysUpEmptyAndTakesMore() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a").autoShutdown(AutoShutdown.NEVER));
        h.delete("a");
        assertRunning(h);
        h.add(worker("b")).value();
    }

    // ------------------------------------------------------------------ significant children

    // OTP-089
    @ParameterizedTest
    @EnumSource(names = {"NEVER", "ANY_SIGNIFICANT", "ALL_SIGNIFICANT"})
    void endsOfChildrenThatAreNotSignificant_neverEndIt(AutoShutdown rule) {
        StateHarness h = started(keeper(rule)
                .child(worker("t").restart(Restart.TEMPORARY))
                .child(worker("u").restart(Restart.TEMPORARY))
                .child(worker("n").restart(Restart.TRANSIENT))
                .child(worker("m").restart(Restart.TRANSIENT)));
        h.crash("t");
        h.complete("u");
        h.crash("n");
        h.complete("n");
        h.terminate("m");
        assertRunning(h);
        h.terminate("keeper");
        assertRunning(h);
    }

    // OTP-090
    @Test
    void anyTemporary_endsItHoweverItEnded() {
        StateHarness crashed = started(keeper(AutoShutdown.ANY_SIGNIFICANT)
                .child(significant("s", Restart.TEMPORARY))
                .child(significant("u", Restart.TEMPORARY)));
        crashed.forget();
        crashed.crash("s");
        crashed.expect("signal u#1", "signal keeper#1", "end root SIGNIFICANT_ENDED");
        StateHarness completed = started(
                keeper(AutoShutdown.ANY_SIGNIFICANT).child(significant("s", Restart.TEMPORARY)));
        completed.complete("s");
        assertSignificantEnded(completed);
    }

    // OTP-091
    @Test
    void anyTransient_isRestartedAfterACrashAndEndsItWhenItCompletes() {
        StateHarness h = started(
                keeper(AutoShutdown.ANY_SIGNIFICANT).child(significant("s", Restart.TRANSIENT)));
        h.crash("s");
        assertThat(h.state("s")).isEqualTo(ChildState.RUNNING);
        h.complete("s");
        assertSignificantEnded(h);
    }

    // OTP-092
    @Test
    void terminatedByRequest_neverEndsIt() {
        for (Restart restart : List.of(Restart.TEMPORARY, Restart.TRANSIENT)) {
            StateHarness h = started(keeper(AutoShutdown.ANY_SIGNIFICANT)
                    .child(significant("s", restart))
                    .child(significant("u", restart)));
            h.terminate("s").value();
            h.delete("u").value();
            assertRunning(h);
        }
    }

    @Test
    void all_waitsForTheLast() {
        StateHarness h = started(keeper(AutoShutdown.ALL_SIGNIFICANT)
                .child(significant("s", Restart.TEMPORARY))
                .child(significant("u", Restart.TRANSIENT)));
        h.crash("s");
        assertRunning(h);
        h.complete("u");
        assertSignificantEnded(h);
    }

    // OTP-094
    @Test
    void allWhileTheOtherRestarts_countsItAsActive() {
        StateHarness h = started(keeper(AutoShutdown.ALL_SIGNIFICANT)
                .child(significant("s", Restart.TRANSIENT))
                .child(significant("u", Restart.TRANSIENT)
                        .backoff(Backoff.constant(ofSeconds(1)))));
        h.crash("u");
        h.complete("s");
        assertRunning(h);
        h.advance(ofSeconds(1));
        h.complete("u");
        assertSignificantEnded(h);
    }

    // OTP-095
    @Test
    void allWhileTheOtherWasTerminated_ownEndCountsARequestDoesNot() {
        StateHarness own = started(keeper(AutoShutdown.ALL_SIGNIFICANT)
                .child(significant("s", Restart.TRANSIENT))
                .child(significant("u", Restart.TRANSIENT)));
        own.terminate("s");
        own.complete("u");
        assertSignificantEnded(own);
        StateHarness asked = started(keeper(AutoShutdown.ALL_SIGNIFICANT)
                .child(significant("s", Restart.TRANSIENT))
                .child(significant("u", Restart.TRANSIENT)));
        asked.complete("s");
        asked.terminate("u");
        assertRunning(asked);
    }

    // OTP-096
    @Test
    void stoppedBecauseOfASibling_neverEndsIt() {
        for (Strategy strategy : STRATEGIES) {
            for (AutoShutdown rule :
                    List.of(AutoShutdown.ANY_SIGNIFICANT, AutoShutdown.ALL_SIGNIFICANT)) {
                StateHarness h = started(root(strategy)
                        .autoShutdown(rule)
                        .child(significant("s", Restart.TRANSIENT))
                        .child(worker("x"))
                        .child(significant("t", Restart.TEMPORARY))
                        .child(significant("u", Restart.TRANSIENT)));
                h.crash("x");
                assertRunning(h);
                assertThat(h.state("u")).isEqualTo(ChildState.RUNNING);
            }
        }
    }

    @Test
    void significantTemporaryOvertakesTheSweep_endsIt() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ALL)
                .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                .child(significant("s", Restart.TEMPORARY))
                .child(worker("x"))
                .child(worker("z")));
        h.deaf("z").start().forget();
        h.crash("x");
        h.crash("s");
        h.complete("z");
        h.expect("signal z#1", "end root SIGNIFICANT_ENDED");
    }

    @Test
    void addedSignificantNeverComesUp_isTheCallersToSee() {
        StateHarness h = new StateHarness(keeper(AutoShutdown.ANY_SIGNIFICANT).child(worker("a")));
        h.deaf("s").start();
        Asked<Child> added = h.add(significant("s", Restart.TEMPORARY).readyWithin(ofMillis(10)));
        h.advance(ofMillis(10));
        added.problem();
        h.complete("s");
        assertRunning(h);
    }

    @Test
    void significantChildNotReadyInTimeAndNotRestarted_endsItWhenItIsGone() {
        Restart unlessSlow = Restart.when(exit -> !(exit.cause() instanceof NotReadyException));
        StateHarness h = new StateHarness(keeper(AutoShutdown.ANY_SIGNIFICANT)
                .child(significant("s", unlessSlow).readyWithin(ofMillis(10))));
        h.deaf("s").start();
        h.ready("s");
        h.crash("s");
        h.advance(ofMillis(10));
        assertRunning(h);
        h.complete("s");
        assertSignificantEnded(h);
    }

    @Test
    void significantChildNotReadyInTimeRestartedAndThenTerminated_doesNotEndIt() {
        StateHarness h = started(keeper(AutoShutdown.ANY_SIGNIFICANT)
                .child(significant("s", Restart.TRANSIENT).readyWithin(ofMillis(10))));
        h.ready("s");
        h.crash("s");
        h.advance(ofMillis(10));
        h.ready("s");
        h.terminate("s").value();
        assertRunning(h);
    }

    // OTP-092, OTP-095
    @Test
    void completedRestartedAndThenTerminatedByRequest_doesNotEndIt() {
        StateHarness h = started(keeper(AutoShutdown.ALL_SIGNIFICANT)
                .child(significant("s", Restart.TRANSIENT))
                .child(significant("u", Restart.TRANSIENT)));
        h.complete("s");
        h.terminate("u");
        h.restart("s");
        h.terminate("s");
        assertRunning(h);
    }

    @Test
    void rulesAboutSignificantChildren_leaveAnEmptySupervisorUp() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, c -> c.restart(Restart.TEMPORARY), "a")
                .autoShutdown(AutoShutdown.ALL_SIGNIFICANT));
        h.complete("a");
        assertRunning(h);
        assertThat(h.states()).isEmpty();
    }
}
