package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.keeping;
import static dev.oversight.internal.StateHarness.root;
import static dev.oversight.internal.StateHarness.started;
import static dev.oversight.internal.StateHarness.waiting;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofSeconds;

import dev.oversight.ChildSpec;
import dev.oversight.DuplicateChildException;
import dev.oversight.Restart;
import dev.oversight.StartFailedException;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;

/** Children that are added while the supervisor starts and runs. */
class AddScenarioTest {
    // SUT-002, OVS-012
    @Test
    void added_isStartedLastAndAnsweredWhenUp() {
        StateHarness h = started(keeping("a"));
        h.forget();
        assertThat(h.add(worker("b")).value().id).isEqualTo("b");
        h.expect("start b#1");
        h.expectEvents("added b", "started b#1");
    }

    @Test
    void addedWithReadiness_isAnsweredWhenReady() {
        StateHarness h = started(keeping("a"));
        Asked<Child> added = h.add(waiting("b"));
        assertThat(added.isOpen()).isTrue();
        h.ready("b");
        assertThat(added.value().state).isEqualTo(ChildState.RUNNING);
    }

    // OTP-041
    @Test
    void addedUnderATakenId_isRefusedAndDropped() {
        StateHarness h = started(keeping("a", "b"));
        h.terminate("b");
        assertThat(h.add(worker("a").restart(Restart.TEMPORARY)).problem())
                .isInstanceOf(DuplicateChildException.class)
                .hasMessageContaining("RUNNING");
        assertThat(h.add(worker("b")).problem()).hasMessageContaining("STOPPED");
        assertThat(h.child("a").spec.restart()).isEqualTo(Restart.PERMANENT);
    }

    // W-24, ELX-012
    @Test
    void addedWithoutAnId_getsOneThatIsFree() {
        StateHarness h = started(keeping("child-1", "child-2"));
        assertThat(h.add(ChildSpec.of(self -> {})).value().path).isEqualTo("root/child-3");
        assertThat(h.add(ChildSpec.of(self -> {})).value().id).isEqualTo("child-4");
    }

    // OTP-004, ELX-018, ELX-019
    @Test
    void addedChildFailsBeforeItIsReady_theCallerIsToldAndItIsForgotten() {
        StateHarness h =
                started(SupervisorSpec.of("root").intensity(0, ofSeconds(1)).child(worker("a")));
        Asked<Child> added = h.add(waiting("b"));
        IllegalStateException cause = new IllegalStateException("boom");
        h.forget();
        h.crash("b", cause);
        assertThat(added.problem()).isInstanceOf(StartFailedException.class).hasCause(cause);
        h.expectEvents("failed b#1", "removed b#1");
        assertThat(h.states()).isEqualTo("a RUNNING#1");
    }

    @Test
    void addedChildIsNotReadyInTime_isStoppedForgottenAndNotCounted() {
        StateHarness h = new StateHarness(
                SupervisorSpec.of("root").intensity(0, ofSeconds(1)).child(worker("a")));
        h.deaf("b").start();
        Asked<Child> added = h.add(waiting("b"));
        h.forget();
        h.advance(ofSeconds(1));
        assertThat(added.problem()).hasMessageContaining("not ready in time");
        h.complete("b");
        h.expectEvents("failed b#1", "stopping b#1: NOT_READY", "stopped b#1", "removed b#1");
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.RUNNING);
    }

    // OTP-009
    @Test
    void addedTransientCompletesBeforeItIsReady_isASuccess() {
        StateHarness h = started(keeping("a"));
        Asked<Child> added = h.add(waiting("b").restart(Restart.TRANSIENT));
        h.complete("b");
        assertThat(added.value().state).isEqualTo(ChildState.STOPPED);
    }

    @Test
    void addedChildFailsOnceItIsUp_isRestartedLikeAnyOther() {
        StateHarness h = started(keeping("a"));
        h.add(waiting("b"));
        h.ready("b");
        h.crash("b");
        h.crash("b");
        assertThat(h.states()).isEqualTo("a RUNNING#1, b STARTING#3");
    }

    @Test
    void addedDuringTheStart_waitsForItsTurn() {
        StateHarness h = started(keeping().child(waiting("a")));
        Asked<Child> added = h.add(worker("b"));
        assertThat(added.isOpen()).isTrue();
        h.expect("start a#1");
        h.ready("a");
        h.expect("start b#1", "up root");
        added.value();
    }

    @Test
    void addedFromInsideDuringTheStart_isAnsweredAtOnce() {
        StateHarness h = started(keeping().child(waiting("a")));
        assertThat(h.addFromInside(worker("b")).value().state).isEqualTo(ChildState.NEW);
        h.ready("a");
        assertThat(h.state("b")).isEqualTo(ChildState.RUNNING);
    }

    @Test
    void addedDuringAGroupRestart_comesUpBehindTheOthers() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ALL, "a", "b"));
        h.deaf("b").start().forget();
        h.crash("a");
        Asked<Child> added = h.add(worker("c"));
        h.expect("signal b#1");
        h.complete("b");
        h.expect("start a#2", "start b#2", "start c#1");
        assertThat(added.value().restarts).isZero();
    }

    @Test
    void startRolledBackWhileAnAddWaits_itIsToldWhy() {
        StateHarness h = started(keeping().child(waiting("a")));
        Asked<Child> added = h.add(worker("b"));
        h.crash("a");
        assertThat(added.problem())
                .isInstanceOf(StartFailedException.class)
                .hasMessageContaining("called off");
    }
}
