package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.started;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.Backoff;
import dev.oversight.ChildSpec;
import dev.oversight.Condition;
import dev.oversight.Restart;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who goes down before whom in a graph when groups overlap, siblings are deleted, or all ends. */
class DependencyStopScenarioTest {
    /** A failure of x takes b and db along, one of y takes a, and nobody else anybody. */
    private static final Strategy GROUPS = (failed, all) -> {
        Map<String, Set<String>> groups = Map.of("x", Set.of("db", "b"), "y", Set.of("a", "b"));
        Set<String> named = groups.getOrDefault(failed.id().orElseThrow(), Set.of());
        return all.stream().filter(c -> named.contains(c.id().orElseThrow())).toList();
    };

    private static SupervisorSpec graph(Strategy strategy, ChildSpec... children) {
        return SupervisorSpec.of("root", strategy)
                .intensity(1000, ofSeconds(5))
                .children(List.of(children));
    }

    /** a and b need db; x and y need nobody. Neither a nor b stops before the script says so. */
    private static StateHarness groups() {
        StateHarness h = new StateHarness(graph(
                        GROUPS,
                        worker("db"),
                        worker("a").dependsOn("db"),
                        worker("b").dependsOn("db"),
                        worker("x"),
                        worker("y")))
                .deaf("a", "b")
                .start();
        return h.forget();
    }

    // ------------------------------------------------------------------ groups that overlap

    @Test
    void secondGroupTakesInAnotherDependent_isWaitedForToo() {
        StateHarness h = groups();
        h.crash("x");
        h.expect("signal b#1");
        h.crash("y");
        h.expect("signal a#1");
        h.complete("b");
        h.expect();
        h.complete("a");
        h.expect("signal db#1", "start x#2", "start y#2", "start db#2", "start a#2", "start b#2");
    }

    @Test
    void bothGroupsNameTheSameSibling_allComeBackWhenItIsDown() {
        StateHarness h = groups();
        h.crash("x");
        h.crash("y");
        h.complete("a");
        h.complete("b");
        assertThat(h.states())
                .isEqualTo("db RUNNING#2, a RUNNING#2, b RUNNING#2, x RUNNING#2, y RUNNING#2");
    }

    @Test
    void allEndsWhileAGroupGoesDown_dependentsOutsideTheGroupAreWaitedForToo() {
        StateHarness h = groups();
        h.crash("x");
        h.stop();
        h.expect("signal b#1", "signal y#1", "signal a#1");
        h.complete("b");
        h.expect();
        h.complete("a");
        h.expect("signal db#1", "end root STOPPED");
    }

    // ------------------------------------------------------------------ a failed run that goes on

    @Test
    void failedRunGoesOn_nobodyOfItsGroupStartsBeforeItIsGone() {
        StateHarness h = new StateHarness(
                        graph(Strategy.ONE_FOR_ALL, worker("a"), worker("b").dependsOn("a")))
                .deaf("b")
                .start();
        h.forget();
        h.fail("b");
        h.expect("signal b#1");
        h.advance(ofSeconds(5));
        h.expect("abandon b#1", "signal a#1", "start a#2", "start b#2");
    }

    @Test
    void failedRunGoesOn_itsDelayBeginsWhenItIsGone() {
        StateHarness h = new StateHarness(graph(
                        Strategy.REST_FOR_DEPENDENTS,
                        worker("a").backoff(Backoff.constant(ofSeconds(1))),
                        worker("b")))
                .deaf("a")
                .start();
        h.forget();
        h.fail("a");
        h.advance(ofSeconds(4));
        h.complete("a");
        h.advance(ofMillis(999));
        h.expect("signal a#1");
        h.advance(ofMillis(1));
        h.expect("start a#2");
    }

    // ------------------------------------------------------------------ who needs whom

    @Test
    void dependentsAreDeleted_theRestIsStillKnown() {
        StateHarness h = started(graph(
                Strategy.REST_FOR_DEPENDENTS,
                worker("db"),
                worker("a").dependsOn("db"),
                worker("b").dependsOn("db"),
                worker("c").dependsOn("db")));
        h.delete("b").value();
        assertThat(h.delete("db").problem()).hasMessageContaining("needed by [a, c]");
        h.delete("a").value();
        assertThat(h.delete("db").problem()).hasMessageContaining("needed by [c]");
        h.delete("c").value();
        h.delete("db").value();
    }

    @Test
    void dependentRestartedByRequestTimeAndAgain_isKnownOnce() {
        StateHarness h = started(
                graph(Strategy.REST_FOR_DEPENDENTS, worker("db"), worker("a").dependsOn("db")));
        for (int i = 0; i < 3; i++) {
            h.terminate("a").value();
            h.restart("a").value();
        }
        assertThat(h.delete("db").problem()).hasMessageContaining("needed by [a]");
    }

    @Test
    void firstDependentIsDeleted_theRestIsStillKnown() {
        StateHarness h = started(graph(
                Strategy.REST_FOR_DEPENDENTS,
                worker("db"),
                worker("a").dependsOn("db"),
                worker("b").dependsOn("db"),
                worker("c").dependsOn("db")));
        h.delete("a").value();
        h.delete("c").value();
        assertThat(h.delete("db").problem()).hasMessageContaining("needed by [b]");
        h.delete("b").value();
        h.delete("db").value();
    }

    @Test
    void dependentThatIsDownIsDeletedWhileOthersStop_allOfThemAreWaitedFor() {
        StateHarness h = new StateHarness(graph(
                        Strategy.REST_FOR_DEPENDENTS,
                        worker("z"),
                        worker("db").dependsOn("z"),
                        worker("a").dependsOn("db"),
                        worker("b").dependsOn("db"),
                        worker("c").dependsOn("db")))
                .deaf("b", "c")
                .start();
        h.terminate("a").value();
        h.forget();
        h.crash("z");
        h.expect("signal b#1", "signal c#1");
        h.delete("a").value();
        h.complete("b");
        h.expect();
        h.complete("c");
        h.expect("signal db#1", "start z#2", "start db#2", "start c#2", "start b#2");
    }

    @Test
    void dependentAddedWhileItsNeedIsBeingDeleted_theNeedIsKept() {
        StateHarness h = new StateHarness(
                        graph(Strategy.REST_FOR_DEPENDENTS, worker("db"), worker("other")))
                .deaf("db")
                .start();
        h.delete("db");
        Asked<Child> added = h.add(worker("a").dependsOn("db"));
        h.complete("db");
        assertThat(h.states()).isEqualTo("db STOPPED#1, other RUNNING#1, a NEW#0");
        h.restart("db").value();
        assertThat(added.value().id).isEqualTo("a");
    }

    @Test
    void jobRunsOnceMore_itsDependentWaitsUntilItHasCompletedAgain() {
        StateHarness h = started(graph(
                Strategy.ONE_FOR_ONE,
                worker("job").restart(Restart.TRANSIENT),
                worker("after").dependsOn("job", Condition.COMPLETED)));
        h.complete("job");
        h.restart("job").value();
        h.forget();
        h.crash("after");
        h.expect();
        h.complete("job");
        h.expect("start after#2");
    }

    @Test
    void stop_isToldAsTheSupervisorsDoing() {
        StateHarness h = started(
                graph(Strategy.REST_FOR_DEPENDENTS, worker("db"), worker("a").dependsOn("db")));
        h.forget();
        h.stop();
        h.expectEvents(
                "stopping root: STOPPED",
                "stopping a#1: SUPERVISOR",
                "stopped a#1",
                "stopping db#1: SUPERVISOR",
                "stopped db#1",
                "ended root: STOPPED");
    }
}
