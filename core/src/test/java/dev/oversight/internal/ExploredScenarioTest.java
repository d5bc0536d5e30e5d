package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.root;
import static dev.oversight.internal.StateHarness.started;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.AtLimit;
import dev.oversight.Backoff;
import dev.oversight.Exit;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;

/** What the {@link Explorer} has found, as it printed it. */
class ExploredScenarioTest {
    private static final Strategy ALONE =
            (failed, all) -> all.stream().filter(failed::equals).toList();

    @Test
    void failureBesideASweepThatIsDelayed_countsAndHasItsBackoff() {
        Backoff backoff = Backoff.constant(ofMillis(100));
        StateHarness h = started(SupervisorSpec.of("root", ALONE)
                .intensity(1, ofSeconds(5))
                .child(worker("a").backoff(backoff))
                .child(worker("b").backoff(backoff).readyWithin(ofMillis(200))));
        h.complete("a");
        h.ready("b");
        h.complete("b");
        assertThat(h.phase())
                .as("b was not about to stop, so its failure is another one")
                .isEqualTo(SupervisorState.Phase.ENDED);
    }

    @Test
    void failureBesideASweepThatIsDelayed_backsOffAsWell() {
        Backoff backoff = Backoff.constant(ofMillis(100));
        StateHarness h = started(SupervisorSpec.of("root", ALONE)
                .intensity(2, ofSeconds(5))
                .child(worker("a").backoff(backoff))
                .child(worker("b").backoff(backoff).readyWithin(ofMillis(200))));
        h.complete("a");
        h.ready("b");
        h.complete("b");
        assertThat(h.state("b")).isEqualTo(ChildState.BACKING_OFF);
        h.advance(ofMillis(100));
        assertThat(h.states()).isEqualTo("a RUNNING#2, b STARTING#2");
    }

    @Test
    void refusedRestart_doesNotCountAgainstLaterOnes() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a", "b")
                .intensity(1, ofMillis(300))
                .atLimit(AtLimit.park()));
        h.crash("a");
        h.advance(ofMillis(100));
        h.crash("b");
        assertThat(h.states()).isEqualTo("a RUNNING#2, b PARKED#1");
        h.advance(ofMillis(200));
        h.crash("a");
        assertThat(h.states())
                .as("b was not restarted, so it has spent nothing")
                .isEqualTo("a RUNNING#3, b PARKED#1");
    }

    @Test
    void twoWhoWaitForTheSameEnd_areToldOnceEach() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a", "b")).deaf("b");
        Asked<Exit> first = h.terminate("b");
        Asked<Exit> second = h.terminate("b");
        h.complete("b");
        h.restart("b").value();
        h.terminate("b");
        h.complete("b");
        assertThat(first.answers() + second.answers()).isEqualTo(2);
    }
}
