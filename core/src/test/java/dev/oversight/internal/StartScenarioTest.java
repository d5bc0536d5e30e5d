package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.root;
import static dev.oversight.internal.StateHarness.started;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.AutoShutdown;
import dev.oversight.ChildSpec;
import dev.oversight.NotReadyException;
import dev.oversight.Outcome;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.StartFailedException;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildState;
import dev.oversight.event.SupervisorStarted;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.stream.IntStream;

/** Children come up in order, each waited for if it declares readiness; a failed start is rolled back. */
class StartScenarioTest {
    private static ChildSpec waiting(ChildSpec child) {
        return child.readyWithin(ofSeconds(1));
    }

    // OTP-001
    @Test
    void noChildren_startsAtOnceAndWaits() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE));
        h.expect("up root");
        h.advance(ofSeconds(100));
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.RUNNING);
        h.stop();
        h.expect("end root STOPPED");
        assertThat(h.outcome()).isEqualTo(new Outcome("root", Outcome.Reason.STOPPED, null, 0));
    }

    // W-14, OVS-041
    @Test
    void childrenWithoutReadiness_startInOrderInOneTurn() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a", "b", "c"));
        h.expect("start a#1", "start b#1", "start c#1", "up root");
        h.expectEvents("started a#1", "started b#1", "started c#1", "up root");
    }

    // W-14, OVS-041, OTP-111
    @Test
    void childWithReadiness_isWaitedForBeforeTheNext() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, StartScenarioTest::waiting, "a", "b"));
        h.expect("start a#1");
        h.advance(ofMillis(300));
        h.ready("a");
        h.expect("start b#1");
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.STARTING);
        h.advance(ofMillis(999));
        h.ready("b");
        h.expect("up root");
        assertThat(h.events(SupervisorStarted.class).getFirst().took()).isEqualTo(ofMillis(1299));
        h.expectEvents("starting a#1", "ready a#1", "starting b#1", "ready b#1", "up root");
    }

    @Test
    void readyToldTwiceOrByAnOldRun_isIgnored() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, StartScenarioTest::waiting, "a"));
        FakeRun first = h.live("a");
        h.ready("a");
        h.ready("a");
        h.crash("a");
        h.forget();
        h.feed(new Input.Ready(first));
        assertThat(h.state("a")).isEqualTo(ChildState.STARTING);
        h.expectEvents();
    }

    @Test
    void moreChildrenThanOneTurnHolds_areStartedInTurns() {
        String[] ids = IntStream.range(0, 600).mapToObj(i -> "c" + i).toArray(String[]::new);
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, ids));
        assertThat(h.effects.goOnCalls).isEqualTo(2);
        assertThat(h.world.effects)
                .hasSize(601)
                .startsWith("start c0#1")
                .endsWith("start c599#1", "up root");
    }

    // OTP-006, OTP-004, OTP-005, W-14
    @Test
    void thirdFailsToStart_theOthersAreStoppedInReverseAndTheRestNeverStarted() {
        StateHarness h = new StateHarness(
                root(Strategy.ONE_FOR_ONE, StartScenarioTest::waiting, "a", "b", "c", "d", "e"));
        h.slow("a", ofMillis(10))
                .slow("b", ofMillis(10))
                .readyAtOnce("a", "b")
                .start()
                .forget();
        IllegalStateException cause = new IllegalStateException("no inbox");
        h.crash("c", cause);
        h.expect("signal b#1");
        h.advance(ofMillis(10));
        h.expect("signal a#1");
        h.advance(ofMillis(10));
        h.expect("end root START_FAILED");
        assertThat(h.states())
                .isEqualTo("a STOPPED#1, b STOPPED#1, c STOPPED#1, d STOPPED#0, e STOPPED#0");
        assertThat(h.outcome().cause()).isInstanceOf(StartFailedException.class).hasCause(cause);
        assertThat(((StartFailedException) h.outcome().cause()).path()).isEqualTo("root/c");
    }

    @ParameterizedTest
    @EnumSource
    void failedFirstStart_isNotRetriedWhateverTheStrategy(Fixed fixed) {
        StateHarness h =
                new StateHarness(root(fixed.strategy, StartScenarioTest::waiting, "a", "b"));
        h.readyAtOnce("a").start().forget();
        h.crash("b");
        h.expect("signal a#1", "end root START_FAILED");
        h.expectEvents(
                "failed b#1",
                "stopping root: START_FAILED",
                "stopping a#1: SUPERVISOR",
                "stopped a#1",
                "ended root: START_FAILED");
    }

    enum Fixed {
        ONE_FOR_ONE(Strategy.ONE_FOR_ONE),
        ONE_FOR_ALL(Strategy.ONE_FOR_ALL),
        REST_FOR_ONE(Strategy.REST_FOR_ONE);

        final Strategy strategy;

        Fixed(Strategy strategy) {
            this.strategy = strategy;
        }
    }

    @Test
    void permanentReturnsBeforeItIsReady_isAFailedStart() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, StartScenarioTest::waiting, "a"));
        h.complete("a");
        assertThat(h.outcome().cause()).hasMessageContaining("returned before it was ready");
    }

    // OTP-061
    @Test
    void transientReturnsBeforeItIsReady_hasDoneItsWork() {
        StateHarness h = started(
                root(Strategy.ONE_FOR_ONE, c -> waiting(c).restart(Restart.TRANSIENT), "a", "b"));
        h.complete("a");
        h.ready("b");
        h.expect("start a#1", "start b#1", "up root");
        assertThat(h.states()).isEqualTo("a STOPPED#1, b RUNNING#1");
    }

    @Test
    void temporaryFailsBeforeItIsReady_isAFailedStart() {
        StateHarness h = started(
                root(Strategy.ONE_FOR_ONE, c -> waiting(c).restart(Restart.TEMPORARY), "a", "b"));
        h.crash("a");
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.START_FAILED);
    }

    @Test
    void notReadyInTimeAtTheStart_isStoppedWithItsOwnBudgetThenRolledBack() {
        StateHarness h = new StateHarness(root(
                Strategy.ONE_FOR_ONE,
                c -> waiting(c).shutdown(Shutdown.within(ofMillis(200))),
                "a",
                "b"));
        h.readyAtOnce("a").deaf("b").start().forget();
        h.advance(ofMillis(999));
        h.expect();
        h.advance(ofMillis(1));
        h.expect("signal b#1");
        h.expectEvents("failed b#1", "stopping root: START_FAILED", "stopping b#1: NOT_READY");
        h.advance(ofMillis(200));
        h.expect("abandon b#1", "signal a#1", "end root START_FAILED");
        assertThat(h.outcome().abandoned()).isEqualTo(1);
        assertThat(h.outcome().cause())
                .isInstanceOf(StartFailedException.class)
                .hasCauseInstanceOf(NotReadyException.class);
    }

    @Test
    void readyExactlyAtTheLimit_comesFirstIfItIsHandedInFirst() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, StartScenarioTest::waiting, "a"));
        h.world.after(ofSeconds(1), () -> h.world.hand(h, new Input.Ready(h.live("a"))));
        h.advance(ofSeconds(2));
        assertThat(h.state("a")).isEqualTo(ChildState.RUNNING);
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.RUNNING);
    }

    @Test
    void earlierChildFailsDuringTheStart_isRestartedAndTheStartGoesOn() {
        StateHarness h =
                started(root(Strategy.ONE_FOR_ONE).child(worker("a")).child(waiting(worker("b"))));
        h.crash("a");
        h.ready("b");
        h.expect("start a#1", "start b#1", "start a#2", "up root");
    }

    @Test
    void earlierChildFailsDuringTheStartOfAGroup_theStartBeginsAgainThere() {
        StateHarness h = started(root(Strategy.REST_FOR_ONE)
                .child(worker("a"))
                .child(worker("b"))
                .child(waiting(worker("c")))
                .child(worker("d")));
        h.forget();
        h.crash("b");
        h.expect("signal c#1", "start b#2", "start c#2");
        h.ready("c");
        h.expect("start d#1", "up root");
        assertThat(h.child("d").restarts).isZero();
    }

    @Test
    void failedRestartDuringTheStart_isCountedAndNoFailedStart() {
        StateHarness h = started(SupervisorSpec.of("root")
                .intensity(1, ofSeconds(5))
                .child(waiting(worker("a")))
                .child(waiting(worker("b"))));
        h.ready("a");
        h.crash("a");
        h.crash("a");
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.TOO_MANY_FAILURES);
        h.expect("start a#1", "start b#1", "start a#2", "signal b#1", "end root TOO_MANY_FAILURES");
    }

    // OVS-041
    @Test
    void stopDuringTheStart_stopsWhatIsUpInReverseAndStartsNothingMore() {
        StateHarness h = new StateHarness(
                root(Strategy.ONE_FOR_ONE, StartScenarioTest::waiting, "a", "b", "c"));
        h.readyAtOnce("a").slow("b", ofMillis(50)).start().forget();
        h.stop();
        h.expect("signal b#1");
        h.ready("b");
        h.expect();
        h.advance(ofMillis(50));
        h.expect("signal a#1", "end root STOPPED");
        assertThat(h.effects.startedCalls).isZero();
        assertThat(h.states()).isEqualTo("a STOPPED#1, b STOPPED#1, c STOPPED#0");
    }

    @Test
    void stopBetweenTwoTurnsOfTheStart_startsNothingMore() {
        String[] ids = IntStream.range(0, 300).mapToObj(i -> "c" + i).toArray(String[]::new);
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, ids));
        h.world.hand(h, new Input.Start());
        h.world.hand(h, new Input.Stop());
        h.world.pump();
        assertThat(h.world.effects)
                .contains("start c255#1", "signal c0#1")
                .doesNotContain("start c256#1");
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.ENDED);
    }

    @Test
    void terminatedBeforeItsTurn_isLeftOut() {
        StateHarness h =
                started(root(Strategy.ONE_FOR_ONE, StartScenarioTest::waiting, "a", "b", "c"));
        h.forget();
        assertThat(h.terminate("b").value().cause()).isNull();
        h.expectEvents("down b#0");
        h.ready("a");
        h.expect("start c#1");
        h.ready("c");
        h.expect("up root");
        h.restart("b");
        h.expect("start b#1");
    }

    @Test
    void terminatedWhileItStarts_isWaitedForUntilItIsGone() {
        StateHarness h =
                new StateHarness(root(Strategy.ONE_FOR_ONE, StartScenarioTest::waiting, "a", "b"));
        h.deaf("a").start().forget();
        Asked<?> terminated = h.terminate("a");
        h.expect("signal a#1");
        h.complete("a");
        h.expect("start b#1");
        assertThat(terminated.isOpen()).isFalse();
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.STARTING);
    }

    @Test
    void allGoneDuringTheStart_endsWhenTheStartIsOver() {
        StateHarness h =
                started(root(Strategy.ONE_FOR_ONE, c -> c.restart(Restart.TEMPORARY), "a", "b"));
        h.complete("a");
        h.complete("b");
        h.expect("start a#1", "start b#1", "up root", "end root NO_CHILD_LEFT");
    }

    @Test
    void significantChildCompletesDuringTheStart_endsTheSupervisor() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE)
                .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                .child(worker("a").restart(Restart.TRANSIENT).significant(true))
                .child(waiting(worker("b"))));
        h.forget();
        h.complete("a");
        h.expect("signal b#1", "end root SIGNIFICANT_ENDED");
        assertThat(h.effects.startedCalls).isZero();
    }

    @Test
    void noThreadForAChildAtTheStart_isAFailedStart() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a", "b", "c"));
        h.withoutThread("b").start();
        h.expect("start a#1", "start b#1", "signal a#1", "end root START_FAILED");
        assertThat(((StartFailedException) h.outcome().cause()).path()).isEqualTo("root/b");
    }

    @Test
    void noThreadForAnAddedChild_theCallerIsToldAndItIsForgotten() {
        StateHarness h = new StateHarness(
                SupervisorSpec.of("root").intensity(0, ofSeconds(1)).child(worker("a")));
        h.withoutThread("b").start();
        assertThat(h.add(worker("b")).problem()).isInstanceOf(StartFailedException.class);
        assertThat(h.states()).isEqualTo("a RUNNING#1");
    }

    @Test
    void addedDuringTheStartFailsOnceItIsUp_isRestartedThoughOthersStillStart() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE).child(waiting(worker("a"))));
        h.add(worker("b"));
        h.add(waiting(worker("c")));
        h.ready("a");
        h.forget();
        h.crash("b");
        h.expect("start b#2");
    }

    @Test
    void addedDuringTheStartTerminatedAndRestartedByRequest_isKeptIfThatFails() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE).child(waiting(worker("a"))));
        h.add(waiting(worker("b")));
        h.terminate("b").value();
        h.ready("a");
        h.restart("b");
        h.crash("b");
        assertThat(h.states()).isEqualTo("a RUNNING#1, b STOPPED#1");
    }

    @Test
    void stoppedBeforeItsStart_startsNothing() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a")).unchecked();
        h.stop();
        h.start();
        h.expect("end root STOPPED");
    }

    @Test
    void startThatSomebodyWaitsFor_isToBeKnownToFailAtOnce() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a"));
        assertThat(h.live("a").awaited).isTrue();
        h.crash("a");
        assertThat(h.live("a").awaited).isFalse();
        h.add(worker("b"));
        assertThat(h.live("b").awaited).isTrue();
    }

    @Test
    void workerFailsWithTheStartFailureOfAnotherTree_theOutcomeNamesTheWorker() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE).child(waiting(worker("a"))));
        h.crash("a", new StartFailedException("other/x", "it failed before it was ready", null));
        assertThat(((StartFailedException) h.outcome().cause()).path()).isEqualTo("root/a");
    }

    @Test
    void noThreadAtARestart_isAFailureLikeAnyOther() {
        StateHarness h =
                started(SupervisorSpec.of("root").intensity(3, ofSeconds(5)).child(worker("a")));
        h.withoutThread("a").forget();
        h.crash("a");
        h.expect("start a#2", "start a#3", "start a#4", "end root TOO_MANY_FAILURES");
        assertThat(h.outcome().cause()).hasRootCauseInstanceOf(OutOfMemoryError.class);
    }
}
