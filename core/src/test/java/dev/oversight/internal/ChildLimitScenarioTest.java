package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.keeping;
import static dev.oversight.internal.StateHarness.root;
import static dev.oversight.internal.StateHarness.started;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.Backoff;
import dev.oversight.Exit;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.TooManyChildrenException;
import dev.oversight.UnknownChildException;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** maxChildren and forgetEnded: what template supervisors are made of. */
class ChildLimitScenarioTest {
    private static void assertFull(Asked<?> asked, int limit) {
        assertThat(asked.problem())
                .isInstanceOf(TooManyChildrenException.class)
                .hasMessageContaining(
                        "root has " + limit + " children, and its maxChildren is " + limit)
                .extracting(p -> ((TooManyChildrenException) p).limit())
                .isEqualTo(limit);
    }

    // ------------------------------------------------------------------ maxChildren

    @Test
    void addBeyondTheLimit_isRefusedAndLeavesNoTrace() {
        StateHarness h = started(keeping("a").maxChildren(2));
        h.add(worker("b")).value();
        h.forget();
        assertFull(h.add(worker("c")), 2);
        h.expect();
        h.expectEvents();
        assertThat(h.states()).isEqualTo("a RUNNING#1, b RUNNING#1");
    }

    // scenario 16
    @Test
    void childThatWaitsForItsRestart_keepsItsPlace() {
        StateHarness h =
                started(keeping("a").maxChildren(1).backoff(Backoff.constant(ofMillis(100))));
        for (int i = 0; i < 50; i++) {
            h.crash("a");
            assertThat(h.state("a")).isEqualTo(ChildState.BACKING_OFF);
            assertFull(h.add(worker("b")), 1);
            h.advance(ofMillis(100));
            assertFull(h.add(worker("b")), 1);
        }
        h.delete("a").value();
        h.add(worker("b")).value();
        assertFull(h.add(worker("c")), 1);
    }

    @Test
    void childThatIsDownAndKept_countsUntilItIsDeleted() {
        StateHarness h = started(keeping("a").maxChildren(1));
        h.terminate("a").value();
        assertFull(h.add(worker("b")), 1);
        h.delete("a").value();
        h.add(worker("b")).value();
    }

    @Test
    void startThatFails_givesItsPlaceBack() {
        StateHarness h = started(keeping().maxChildren(1));
        Asked<Child> added = h.add(worker("a").readyWithin(ofSeconds(1)));
        assertFull(h.add(worker("b")), 1);
        h.crash("a");
        added.problem();
        h.add(worker("b")).value();
    }

    @Test
    void abandonedTemporaryChild_givesItsPlaceBack() {
        StateHarness h = started(keeping().maxChildren(1)).deaf("a");
        h.add(worker("a").restart(Restart.TEMPORARY).shutdown(Shutdown.immediate()))
                .value();
        assertThat(h.terminate("a").value().kind()).isEqualTo(Exit.Kind.ABANDONED);
        h.add(worker("b")).value();
        h.end(h.run("a#1"), null);
        assertFull(h.add(worker("c")), 1);
    }

    // ------------------------------------------------------------------ forgetEnded

    @Test
    void transientChild_isRestartedAfterAFailureAndForgottenWhenItCompletes() {
        StateHarness h = started(keeping().forgetEnded());
        h.add(worker("a").restart(Restart.TRANSIENT)).value();
        h.crash("a");
        assertThat(h.states()).isEqualTo("a RUNNING#2");
        h.forget();
        h.complete("a");
        h.expectEvents("completed a#2", "removed a#2");
        assertThat(h.states()).isEmpty();
        assertThat(h.state.forgotten().newestFirst()).hasSize(1);
    }

    @Test
    void permanentChildTerminatedByRequest_isForgotten() {
        StateHarness h = started(keeping("a", "b").forgetEnded());
        assertThat(h.terminate("a").value().kind()).isEqualTo(Exit.Kind.STOPPED);
        assertThat(h.terminate("a").problem()).isInstanceOf(UnknownChildException.class);
        assertThat(h.states()).isEqualTo("b RUNNING#1");
    }

    @Test
    void childStoppedWithASibling_isNotForgotten() {
        StateHarness h = started(root(Strategy.ONE_FOR_ALL, "a", "b").forgetEnded());
        h.crash("a");
        assertThat(h.states()).isEqualTo("a RUNNING#2, b RUNNING#2");
    }

    @Test
    void abandonedChild_isForgottenAndItsLateEndIsTold() {
        StateHarness h = started(keeping("a").forgetEnded()).deaf("a");
        h.terminate("a");
        h.advance(ofSeconds(5));
        assertThat(h.states()).isEmpty();
        h.forget();
        h.end(h.run("a#1"), null);
        h.expect("release a#1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingLeft_endsTheSupervisorAlsoIfAllAreForgotten(boolean forgets) {
        SupervisorSpec spec = root(Strategy.ONE_FOR_ONE, c -> c.restart(Restart.TRANSIENT), "a");
        StateHarness h = started(forgets ? spec.forgetEnded() : spec);
        h.complete("a");
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.ENDED);
        assertThat(h.children()).hasSize(forgets ? 0 : 1);
    }

    // ------------------------------------------------------------------ this very child

    @Test
    void endOfAChildWhoseIdIsAnothers_leavesTheOtherAlone() {
        StateHarness h = started(keeping("a").forgetEnded());
        Child first = h.child("a");
        h.end(first).value();
        h.add(worker("a")).value();
        h.forget();
        assertThat(h.end(first).value().kind()).isEqualTo(Exit.Kind.STOPPED);
        h.expect();
        assertThat(h.states()).isEqualTo("a RUNNING#1");
        h.stop();
        assertThat(h.end(first).value().kind()).isEqualTo(Exit.Kind.STOPPED);
    }

    /** An abandoned run holds its child for as long as it lives. */
    @Test
    void forgottenChild_isLinkedToNoOther() {
        StateHarness h = started(keeping("a", "b", "c"));
        Child middle = h.child("b");
        h.delete("b").value();
        assertThat(middle.earlier).isNull();
        assertThat(middle.later).isNull();
        assertThat(h.states()).isEqualTo("a RUNNING#1, c RUNNING#1");
    }
}
