package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.started;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofSeconds;

import dev.oversight.AtLimit;
import dev.oversight.Outcome;
import dev.oversight.SupervisorNotRunningException;
import dev.oversight.SupervisorSpec;
import dev.oversight.TooManyChildrenException;
import dev.oversight.event.LimitsChanged;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** Limits that somebody changes while the supervisor runs. */
class LimitChangeScenarioTest {
    private static SupervisorSpec spec() {
        return SupervisorSpec.of("root")
                .intensity(2, ofSeconds(10))
                .maxChildren(2)
                .child(worker("a"))
                .child(worker("b"));
    }

    private static AtLimit.Allowance allowed(int restarts, Duration period) {
        return new AtLimit.Allowance(restarts, period);
    }

    @Test
    void moreChildren_areTakenAtOnceAndFewerEndNobody() {
        StateHarness h = started(spec());
        assertThat(h.add(worker("c")).problem()).isInstanceOf(TooManyChildrenException.class);
        h.forget();
        assertThat(h.changeLimits(3, null).value()).isEqualTo(2);
        h.expect();
        h.expectEvents("limits of root: 3, Allowance[restarts=2, period=PT10S]");
        h.add(worker("c")).value();
        assertThat(h.changeLimits(1, null).value()).isEqualTo(3);
        assertThat(h.states()).isEqualTo("a RUNNING#1, b RUNNING#1, c RUNNING#1");
        h.delete("c");
        h.delete("b");
        assertThat(h.add(worker("d")).problem())
                .isInstanceOf(TooManyChildrenException.class)
                .hasMessageContaining("root has 1 children, and its maxChildren is 1");
        h.crash("a"); // whom it has is restarted all the same
        assertThat(h.states()).isEqualTo("a RUNNING#2");
    }

    @Test
    void higherIntensity_letsThoseThatCountCount() {
        StateHarness h = started(spec());
        h.crash("a");
        h.crash("a");
        h.changeLimits(null, allowed(3, ofSeconds(10)));
        h.crash("a");
        assertThat(h.states()).isEqualTo("a RUNNING#4, b RUNNING#1");
        h.crash("a");
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.TOO_MANY_FAILURES);
        assertThat(h.outcome().cause()).hasMessageContaining("4 failures within 10s");
    }

    @Test
    void lowerIntensity_givesNothingUpBeforeTheNextFailure() {
        StateHarness h = started(spec());
        h.crash("a");
        h.crash("a");
        h.forget();
        h.changeLimits(null, allowed(0, ofSeconds(10)));
        h.expect();
        h.advance(ofSeconds(9));
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.RUNNING);
        h.crash("b");
        assertThat(h.outcome().cause()).hasMessageContaining("3 failures within 10s");
    }

    @Test
    void longerPeriod_bringsNothingBackThatNoLongerCounted() {
        StateHarness h = started(spec());
        h.crash("a");
        h.crash("a");
        h.advance(ofSeconds(10));
        h.changeLimits(null, allowed(2, ofSeconds(60)));
        h.crash("a");
        h.crash("a");
        assertThat(h.states()).isEqualTo("a RUNNING#5, b RUNNING#1");
        h.advance(ofSeconds(59));
        h.crash("a");
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.TOO_MANY_FAILURES);
    }

    @Test
    void whoNeverGaveUp_countsFromThenOn() {
        StateHarness h = started(spec().neverGiveUp());
        for (int i = 0; i < 20; i++) {
            h.crash("a");
        }
        h.changeLimits(null, allowed(1, ofSeconds(10)));
        assertThat(h.events(LimitsChanged.class).getLast().text())
                .isEqualTo("root may have at most 2 children, and restart 1 times in 10s");
        h.crash("a");
        h.crash("a");
        assertThat(h.outcome().cause()).hasMessageContaining("2 failures within 10s");
    }

    @Test
    void whileItStopsOrHasEnded_nothingIsChanged() {
        StateHarness h = new StateHarness(spec()).deaf("a");
        assertThat(h.changeLimits(5, null).problem())
                .isInstanceOf(SupervisorNotRunningException.class);
        h.start();
        h.stop();
        assertThat(h.changeLimits(5, null).problem())
                .isInstanceOf(SupervisorNotRunningException.class);
        h.end(h.live("a"), null);
        assertThat(h.changeLimits(5, null).problem())
                .isInstanceOf(SupervisorNotRunningException.class);
        assertThat(h.state.limits().maxChildren()).isEqualTo(2);
    }
}
