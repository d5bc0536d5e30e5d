package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.started;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.AtLimit;
import dev.oversight.ChildSpec;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;

/** A child that is to be parked but has not ended: what overtakes it, and what becomes of it then. */
class ParkScenarioTest {
    private static ChildSpec once(String id) {
        return worker(id).intensity(0, ofSeconds(1)).atLimit(AtLimit.park());
    }

    /** It has failed once too often, was asked to stop, and does not. */
    private static StateHarness stopping(ChildSpec child) {
        StateHarness h = new StateHarness(SupervisorSpec.of("root").child(child).child(worker("b")))
                .deaf("a")
                .start();
        h.fail("a");
        assertThat(h.state("a")).isEqualTo(ChildState.STOPPING);
        return h;
    }

    @Test
    void terminatedWhileItStops_isDownAndNotParked() {
        StateHarness h = stopping(once("a"));
        h.terminate("a");
        h.complete("a");
        assertThat(h.states()).isEqualTo("a STOPPED#1, b RUNNING#1");
    }

    @Test
    void supervisorStopsMeanwhileAndItEnds_isDownAndNotParked() {
        StateHarness h = stopping(once("a"));
        h.stop();
        h.complete("a");
        assertThat(h.states()).isEqualTo("a STOPPED#1, b STOPPED#1");
    }

    @Test
    void supervisorStopsMeanwhileAndItDoesNotEnd_isAbandoned() {
        StateHarness h = stopping(once("a"));
        h.stop();
        h.advance(ofSeconds(5));
        assertThat(h.states()).isEqualTo("a ABANDONED#1, b STOPPED#1");
        assertThat(h.outcome().abandoned()).isOne();
    }

    @Test
    void resumedAndNotReadyInTime_isDownAndNotParkedAgain() {
        StateHarness h = new StateHarness(SupervisorSpec.of("root")
                .child(once("a").readyWithin(ofMillis(100)))
                .child(worker("b")));
        h.start();
        h.ready("a");
        h.fail("a");
        assertThat(h.state("a")).isEqualTo(ChildState.PARKED);
        Asked<Child> resumed = h.restart("a");
        h.advance(ofMillis(100));
        assertThat(resumed.problem()).hasMessageContaining("not ready in time");
        assertThat(h.states()).isEqualTo("a STOPPED#2, b RUNNING#1");
    }

    @Test
    void parked_itsLastExitSaysHowLongItWasUp() {
        StateHarness h = started(SupervisorSpec.of("root").child(once("a")));
        h.advance(ofSeconds(7));
        h.crash("a");
        assertThat(h.child("a").lastExit.uptimeNanos()).isEqualTo(ofSeconds(7).toNanos());
    }
}
