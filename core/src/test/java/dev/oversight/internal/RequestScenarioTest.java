package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.keeping;
import static dev.oversight.internal.StateHarness.root;
import static dev.oversight.internal.StateHarness.started;
import static dev.oversight.internal.StateHarness.waiting;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.AutoShutdown;
import dev.oversight.ChildAlreadyRunningException;
import dev.oversight.ChildNotRunningException;
import dev.oversight.Exit;
import dev.oversight.OversightException;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.StartFailedException;
import dev.oversight.Strategy;
import dev.oversight.SupervisorNotRunningException;
import dev.oversight.SupervisorSpec;
import dev.oversight.UnknownChildException;
import dev.oversight.event.ChildCounts;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;

/** terminate, delete and restart while the supervisor runs, and every request when it does not. */
class RequestScenarioTest {
    private static void assertClosed(Asked<?> asked) {
        assertThat(asked.problem()).isInstanceOf(SupervisorNotRunningException.class);
    }

    // ------------------------------------------------------------------ terminate and delete

    // OTP-039, OVS-015
    @Test
    void terminated_isAnsweredWhenItIsGoneAndKept() {
        StateHarness h = new StateHarness(keeping("a", "b"));
        h.deaf("a").start().forget();
        Asked<Exit> terminated = h.terminate("a");
        h.expect("signal a#1");
        assertThat(terminated.isOpen()).isTrue();
        h.complete("a");
        assertThat(terminated.value().kind()).isEqualTo(Exit.Kind.STOPPED);
        assertThat(h.state.children().counts()).isEqualTo(new ChildCounts(2, 1, 0, 2, 0));
    }

    // OTP-040, OVS-016
    @Test
    void terminatedTwice_isRefused() {
        StateHarness h = started(keeping("a"));
        h.terminate("a");
        assertThat(h.terminate("a").problem()).isInstanceOf(ChildNotRunningException.class);
    }

    @Test
    void terminatedTwiceWhileItStops_bothAreAnswered() {
        StateHarness h = new StateHarness(keeping("a"));
        h.deaf("a").start();
        Asked<Exit> first = h.terminate("a");
        Asked<Exit> second = h.terminate("a");
        h.complete("a");
        assertThat(first.value()).isSameAs(second.value());
    }

    // OVS-027
    @Test
    void unknownId_isRefused() {
        StateHarness h = started(keeping("a"));
        for (Asked<?> asked : new Asked<?>[] {h.terminate("x"), h.delete("x"), h.restart("x")}) {
            assertThat(asked.problem()).isInstanceOf(UnknownChildException.class);
        }
    }

    // OVS-015, OTP-039
    @Test
    void lastChildTerminated_endsTheSupervisor() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a"));
        h.terminate("a").value();
        h.expect("start a#1", "up root", "signal a#1", "end root NO_CHILD_LEFT");
    }

    // OTP-060, ELX-034
    @Test
    void temporaryTerminated_isForgotten() {
        StateHarness h = started(keeping("a").child(worker("t").restart(Restart.TEMPORARY)));
        h.forget();
        h.terminate("t").value();
        h.expectEvents("stopping t#1: REQUEST", "stopped t#1", "removed t#1");
        assertThat(h.terminate("t").problem()).isInstanceOf(UnknownChildException.class);
    }

    // OTP-043, OVS-017, ELX-010
    @Test
    void deleted_isStoppedForgottenAndItsIdFree() {
        StateHarness h = new StateHarness(keeping("a"));
        h.deaf("a").start().forget();
        Asked<Exit> deleted = h.delete("a");
        h.expect("signal a#1");
        h.complete("a");
        deleted.value();
        assertThat(h.delete("a").problem()).isInstanceOf(UnknownChildException.class);
        assertThat(h.state.children().counts()).isEqualTo(new ChildCounts(0, 0, 0, 0, 0));
        assertThat(h.add(worker("a")).value().incarnation).isEqualTo(1);
    }

    // OVS-018
    @Test
    void finishedTransientDeleted_touchesNobody() {
        StateHarness h = started(root(Strategy.ONE_FOR_ALL, "a")
                .neverGiveUp()
                .child(worker("t").restart(Restart.TRANSIENT)));
        h.complete("t");
        h.forget();
        assertThat(h.delete("t").value().kind()).isEqualTo(Exit.Kind.COMPLETED);
        h.expect();
        assertThat(h.states()).isEqualTo("a RUNNING#1");
    }

    @Test
    void deletedWhileItIsTerminated_bothAreAnsweredAndItIsForgotten() {
        StateHarness h = new StateHarness(keeping("a", "b"));
        h.deaf("a").start();
        Asked<Exit> terminated = h.terminate("a");
        Asked<Exit> deleted = h.delete("a");
        h.complete("a");
        terminated.value();
        deleted.value();
        assertThat(h.states()).isEqualTo("b RUNNING#1");
    }

    // W-23, OTP-087, OVS-045; section 4 no. 17
    @Test
    void terminatedWhileItRestarts_staysDown() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ALL, "a", "b"));
        h.deaf("b").start().forget();
        h.crash("a");
        assertThat(h.state("a")).isEqualTo(ChildState.RESTARTING);
        h.terminate("a").value();
        assertThat(h.terminate("a").problem()).isInstanceOf(ChildNotRunningException.class);
        h.complete("b");
        h.expect("signal b#1", "start b#2");
    }

    @Test
    void terminatedWhileItIsStoppedForItsSibling_doesNotComeBack() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ALL, "a", "b"));
        h.deaf("b").start().forget();
        h.crash("a");
        Asked<Exit> terminated = h.terminate("b");
        h.complete("b");
        terminated.value();
        h.expect("signal b#1", "start a#2");
        assertThat(h.state("b")).isEqualTo(ChildState.STOPPED);
    }

    @Test
    void deletedWhileItIsStoppedForItsSibling_isForgotten() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ALL, "a", "b"));
        h.deaf("b").start();
        h.crash("a");
        h.delete("b");
        h.advance(ofSeconds(5));
        assertThat(h.states()).isEqualTo("a RUNNING#2");
    }

    // ------------------------------------------------------------------ restart

    // OTP-042, OTP-058
    @Test
    void restartedByRequest_runsAgain() {
        StateHarness h = started(keeping("a"));
        h.terminate("a");
        h.forget();
        h.restart("a").value();
        h.expect("start a#2");
        assertThat(h.child("a").restarts).isZero();
    }

    @Test
    void restartedWhileAbandoned_runsBesideItsFencedPredecessor() {
        StateHarness h =
                new StateHarness(keeping().child(worker("a").shutdown(Shutdown.immediate())));
        h.deaf("a").start();
        h.terminate("a");
        h.forget();
        h.restart("a").value();
        h.expect("start a#2");
    }

    @Test
    void restartedWhileItRuns_isRefused() {
        StateHarness h = new StateHarness(keeping("a").child(waiting("b")));
        h.deaf("b").start();
        for (String id : new String[] {"a", "b"}) {
            assertThat(h.restart(id).problem()).isInstanceOf(ChildAlreadyRunningException.class);
        }
        h.ready("b");
        h.terminate("b");
        assertThat(h.restart("b").problem()).hasMessageContaining("STOPPING");
    }

    @Test
    void restartedByRequestFails_staysDownAndIsNotCounted() {
        StateHarness h = started(SupervisorSpec.of("root")
                .intensity(0, ofSeconds(1))
                .child(worker("x"))
                .child(waiting("a").backoff(attempt -> ofMillis(10))));
        h.ready("a");
        h.terminate("a");
        Asked<Child> restarted = h.restart("a");
        h.crash("a");
        assertThat(restarted.problem()).isInstanceOf(StartFailedException.class);
        assertThat(h.states()).isEqualTo("x RUNNING#1, a STOPPED#2");
        Asked<Child> again = h.restart("a");
        h.advance(ofSeconds(1));
        assertThat(again.problem()).hasMessageContaining("not ready in time");
        assertThat(h.states()).isEqualTo("x RUNNING#1, a STOPPED#3");
    }

    @Test
    void restartedDuringAGroupStop_comesUpInOrderWithTheOthers() {
        StateHarness h = new StateHarness(root(Strategy.REST_FOR_ONE, "a", "b", "c"));
        h.deaf("c").start();
        h.terminate("a");
        h.forget();
        h.crash("b");
        Asked<Child> restarted = h.restart("a");
        h.expect("signal c#1");
        h.complete("c");
        h.expect("start a#2", "start b#2", "start c#2");
        restarted.value();
    }

    // OTP-083
    @Test
    void restartedWhileItRestarts_waitsUntilItIsUp() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ALL, "a", "b"));
        h.deaf("b").start();
        h.crash("a");
        Asked<Child> restarted = h.restart("a");
        assertThat(restarted.isOpen()).isTrue();
        assertThat(h.add(worker("a")).problem()).hasMessageContaining("RESTARTING");
        h.complete("b");
        restarted.value();
    }

    @Test
    void restartWaitsAndTheChildIsTerminated_theCallerIsTold() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ALL, "a", "b"));
        h.deaf("b").start();
        h.crash("a");
        Asked<Child> restarted = h.restart("a");
        h.terminate("a");
        assertThat(restarted.problem()).hasMessageContaining("terminated by request");
    }

    // ------------------------------------------------------------------ when it does not run

    // OTP-044, OVS-020, OVS-024, SUT-025
    @Test
    void beforeTheStartAndAfterTheEnd_everyRequestIsRefused() {
        StateHarness h = new StateHarness(keeping("a"));
        assertClosed(h.add(worker("b")));
        assertClosed(h.terminate("a"));
        assertClosed(h.delete("a"));
        assertClosed(h.restart("a"));
        h.start().stop();
        assertClosed(h.add(worker("a")));
        assertClosed(h.terminate("a"));
        assertClosed(h.delete("a"));
        assertClosed(h.restart("a"));
    }

    @Test
    void terminatedWhileAllStopsAndReadyBeforeItsTurn_isAnsweredAtItsEnd() {
        StateHarness h =
                new StateHarness(root(Strategy.ONE_FOR_ONE).child(waiting("a")).child(worker("b")));
        h.deaf("b").start();
        h.ready("a");
        h.crash("a");
        h.stop();
        Asked<Exit> terminated = h.terminate("a");
        h.ready("a");
        h.complete("b");
        assertThat(terminated.value().kind()).isEqualTo(Exit.Kind.STOPPED);
    }

    // W-11, SUT-018; section 4 no. 8
    @Test
    void whileItStops_nothingIsStartedAnyMoreAndTerminateWaits() {
        StateHarness h = new StateHarness(keeping("a", "b"));
        h.deaf("a", "b").start();
        h.stop();
        assertClosed(h.add(worker("c")));
        assertClosed(h.restart("a"));
        Asked<Exit> terminated = h.terminate("a");
        Asked<Exit> deleted = h.delete("b");
        h.forget();
        h.complete("b");
        deleted.value();
        h.expect("signal a#1");
        h.complete("a");
        terminated.value();
        OversightException closed = h.delete("a").problem();
        assertThat(closed).hasMessageContaining("has ended");
    }

    @Test
    void everybodyWhoWaitsForAStartThatFails_isToldByAnExceptionOfTheirOwn() {
        StateHarness h = started(SupervisorSpec.of("root")
                .autoShutdown(AutoShutdown.NEVER)
                .child(worker("a"))
                .child(waiting("b").dependsOn("a")));
        h.ready("b");
        h.terminate("b");
        h.terminate("a");
        Asked<Child> first = h.restart("b");
        Asked<Child> second = h.restart("b");
        h.restart("a");
        IllegalStateException cause = new IllegalStateException("boom");
        h.crash("b", cause);
        assertThat(first.problem()).isInstanceOf(StartFailedException.class).hasCause(cause);
        assertThat(second.problem())
                .isInstanceOf(StartFailedException.class)
                .hasCause(cause)
                .hasMessage(first.problem().getMessage())
                .isNotSameAs(first.problem());
    }
}
