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
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Who waits for whom in a graph while others go down, back off, start, or are told to come and go. */
class DependencyWaitScenarioTest {
    private static final Backoff SECOND = Backoff.constant(ofSeconds(1));

    private static SupervisorSpec graph(ChildSpec... children) {
        return SupervisorSpec.of("root", Strategy.REST_FOR_DEPENDENTS)
                .intensity(1000, ofSeconds(5))
                .children(List.of(children));
    }

    // ------------------------------------------------------------------ the start

    @Test
    void lastOneStarts_theTreeIsNotUpBeforeItIsReady() {
        StateHarness h =
                started(graph(worker("a"), worker("b").dependsOn("a").readyWithin(ofSeconds(9))));
        h.expect("start a#1", "start b#1");
        h.ready("b");
        h.expect("up root");
    }

    @Test
    void terminatedBeforeItsTurn_isLeftOutOfTheStart() {
        StateHarness h =
                started(graph(worker("a").readyWithin(ofSeconds(9)), worker("b").dependsOn("a")));
        h.terminate("b").value();
        h.ready("a");
        h.expect("start a#1", "up root");
    }

    @Test
    void needGoesDownWhileAnotherOneStarts_isWaitedForAgain() {
        StateHarness h = started(graph(
                worker("a").backoff(SECOND),
                worker("b").readyWithin(ofSeconds(9)),
                worker("c").dependsOn("a", "b")));
        h.crash("a");
        h.forget();
        h.ready("b");
        h.expect();
        assertThat(GraphOrder.waitsFor(h.child("c"))).containsExactly("a");
        h.advance(ofSeconds(1));
        h.expect("start a#2", "start c#1", "up root");
    }

    @Test
    void moreDependentsThanOneTurnHolds_areStartedInTurns() {
        SupervisorSpec spec = graph(worker("c0"));
        for (int i = 1; i < 600; i++) {
            spec = spec.child(worker("c" + i).dependsOn("c0"));
        }
        StateHarness h = new StateHarness(spec).withTurns().start();
        assertThat(h.world.runs).hasSize(256);
        h.turn();
        assertThat(h.world.runs).hasSize(512);
        h.turn();
        assertThat(h.world.runs).hasSize(600);
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.RUNNING);
    }

    @Test
    void dependentThatWasUpWaitsInVain_theStartGoesOnWithoutIt() {
        StateHarness h = started(graph(
                worker("db").backoff(SECOND),
                worker("api").dependsOn("db"),
                worker("slow").readyWithin(ofSeconds(9))));
        h.crash("db");
        assertThat(h.state("api")).isEqualTo(ChildState.RESTARTING);
        h.terminate("db");
        h.ready("slow");
        assertThat(h.states()).isEqualTo("db STOPPED#1, api RESTARTING#1, slow RUNNING#1");
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.RUNNING);
    }

    @Test
    void severalWaitInVain_theFirstIsNamed() {
        StateHarness h = started(graph(
                worker("job").restart(Restart.TRANSIENT).readyWithin(ofSeconds(9)),
                worker("a").dependsOn("job"),
                worker("b").dependsOn("job")));
        h.terminate("job");
        assertThat(h.outcome().cause()).hasMessageContaining("root/a");
    }

    @Test
    void runningChildWhoseNeedIsDown_waitsForNobody() {
        StateHarness h = started(graph(worker("a"), worker("b").dependsOn("a")));
        h.terminate("a").value();
        assertThat(h.state("b")).isEqualTo(ChildState.RUNNING);
        assertThat(GraphOrder.waitsFor(h.child("b"))).isEmpty();
    }

    // ------------------------------------------------------------------ added from inside

    @Test
    void addedFromInsideButItsNeedIsNotThere_isAnsweredAtOnce() {
        StateHarness h = started(graph(worker("a").backoff(SECOND)));
        h.crash("a");
        assertThat(h.addFromInside(worker("b").dependsOn("a")).value().state)
                .isEqualTo(ChildState.NEW);
        h.advance(ofSeconds(1));
        assertThat(h.states()).isEqualTo("a RUNNING#2, b RUNNING#1");
    }

    @Test
    void addedFromInsideAndItsNeedIsThere_isAnsweredWhenItIsUp() {
        StateHarness h = started(graph(worker("a")));
        Asked<Child> added = h.addFromInside(worker("b").dependsOn("a").readyWithin(ofSeconds(9)));
        assertThat(added.isOpen()).isTrue();
        h.ready("b");
        assertThat(added.value().state).isEqualTo(ChildState.RUNNING);
    }

    @Test
    void addedFromInsideWhileAGroupGoesDown_isAnsweredAtOnceAndStartedBehindIt() {
        StateHarness h = new StateHarness(graph(worker("a"), worker("b").dependsOn("a"))
                        .strategy(Strategy.ONE_FOR_ALL))
                .deaf("b")
                .start();
        h.crash("a");
        h.forget();
        assertThat(h.addFromInside(worker("c")).value().state).isEqualTo(ChildState.NEW);
        h.expect();
        h.complete("b");
        assertThat(h.states()).isEqualTo("a RUNNING#2, b RUNNING#2, c RUNNING#1");
    }

    // ------------------------------------------------------------------ while others go down

    @Test
    void dependentThatWasTerminated_isNeitherWaitedForNorBroughtBack() {
        StateHarness h = new StateHarness(graph(
                        worker("a"), worker("b").dependsOn("a"), worker("c").dependsOn("b")))
                .deaf("b")
                .start();
        h.terminate("b");
        h.forget();
        h.crash("a");
        h.expect("signal c#1", "start a#2");
        h.complete("b");
        h.expect();
        assertThat(h.states()).isEqualTo("a RUNNING#2, b STOPPED#1, c RESTARTING#1");
        h.restart("b").value();
        h.expect("start b#2", "start c#2");
    }

    @Test
    void dependentFailsBeforeItIsItsTurnToStop_isTheSameFailure() {
        StateHarness h = new StateHarness(graph(
                                worker("a"),
                                worker("b").dependsOn("a"),
                                worker("c").dependsOn("b"))
                        .intensity(1, ofSeconds(5)))
                .deaf("c")
                .start();
        h.forget();
        h.crash("a");
        h.crash("b");
        h.expect("signal c#1", "start a#2");
        h.complete("c");
        h.expect("start b#2", "start c#2");
    }

    @Test
    void needHasStartedButIsAboutToStop_isWaitedForUntilItIsBack() {
        StateHarness h = new StateHarness(graph(
                        worker("z"),
                        worker("a").dependsOn("z"),
                        worker("b").dependsOn("a", Condition.STARTED),
                        worker("c").dependsOn("a"),
                        worker("d").dependsOn("a", Condition.READY)))
                .deaf("c")
                .start();
        h.terminate("b");
        h.terminate("d");
        h.forget();
        h.crash("z");
        h.restart("b");
        h.restart("d");
        h.expect("signal c#1");
        assertThat(GraphOrder.waitsFor(h.child("b"))).containsExactly("a");
        assertThat(GraphOrder.waitsFor(h.child("d"))).containsExactly("a");
        h.complete("c");
        h.expect("signal a#1", "start z#2", "start a#2", "start b#2", "start c#2", "start d#2");
    }

    // ------------------------------------------------------------------ groups with a delay

    @Test
    void groupRestart_startsNobodyBeforeTheDelayIsOver() {
        StateHarness h = started(
                graph(worker("a"), worker("b").dependsOn("a"), worker("c").backoff(SECOND))
                        .strategy(Strategy.ONE_FOR_ALL));
        h.forget();
        h.crash("c");
        h.expect("signal b#1", "signal a#1");
        h.advance(ofMillis(999));
        h.expect();
        h.advance(ofMillis(1));
        assertThat(h.states()).isEqualTo("a RUNNING#2, b RUNNING#2, c RUNNING#2");
        h.crash("a");
        assertThat(h.states())
                .as("no delay is left over")
                .isEqualTo("a RUNNING#3, b RUNNING#3, c RUNNING#3");
    }

    @Test
    void oneForOne_aDelayHoldsUpNobodyElse() {
        StateHarness h = started(
                graph(worker("a").backoff(SECOND), worker("b"), worker("c").dependsOn("b"))
                        .strategy(Strategy.ONE_FOR_ONE));
        h.forget();
        h.crash("a");
        h.crash("b");
        h.expect("start b#2");
    }

    @Test
    void twoGroupsWithADelay_bothStartWhenTheLongerOneIsOver() {
        Strategy alone = (failed, all) -> List.of(failed);
        StateHarness h = started(graph(
                        worker("a").backoff(SECOND),
                        worker("b").backoff(SECOND),
                        worker("c").dependsOn("b", Condition.STARTED))
                .strategy(alone));
        h.forget();
        h.crash("a");
        h.advance(ofMillis(500));
        h.crash("b");
        h.advance(ofMillis(999));
        h.expect();
        h.advance(ofMillis(1));
        h.expect("start a#2", "start b#2");
    }

    @Test
    void delayedChildOfAGroupIsTerminated_theOthersComeUpAtOnce() {
        StateHarness h = started(
                graph(worker("a").backoff(SECOND), worker("b"), worker("c").dependsOn("b"))
                        .strategy(Strategy.ONE_FOR_ALL));
        h.forget();
        h.crash("a");
        h.terminate("a").value();
        h.expect("signal c#1", "signal b#1", "start b#2", "start c#2");
    }
}
