package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.root;
import static dev.oversight.internal.StateHarness.started;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.Backoff;
import dev.oversight.ChildNotRunningException;
import dev.oversight.Exit;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.Strategy;
import dev.oversight.SupervisorNotRunningException;
import dev.oversight.UnknownChildException;
import dev.oversight.event.ChildBackingOff;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Being told of an end, declaring a run failed, and declining to run. */
class WatchScenarioTest {
    @Test
    void watch_tellsOfTheEndOfTheLiveIncarnationOnce() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a", "b"));
        List<Exit> first = h.watch("a");
        List<Exit> second = h.watch("a");
        assertThat(first).isEmpty();
        h.crash("a", new IllegalStateException("boom"));
        assertThat(first).hasSize(1).isEqualTo(second);
        assertThat(first.getFirst().kind()).isEqualTo(Exit.Kind.FAILED);
        h.crash("a");
        assertThat(first).hasSize(1);
    }

    @Test
    void watchOfAChildThatIsDown_tellsOfItsLastEnd() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a"));
        h.terminate("a");
        assertThat(h.watch("a")).hasSize(1);
    }

    @Test
    void watch_tellsOfAStopAnAbandonmentAndTheEndOfAll() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a", "b", "c")).deaf("b");
        h.start();
        List<Exit> stopped = h.watch("a");
        List<Exit> abandoned = h.watch("b");
        List<Exit> ended = h.watch("c");
        h.terminate("a");
        h.terminate("b");
        h.advance(ofSeconds(5));
        h.stop();
        assertThat(stopped.getFirst().kind()).isEqualTo(Exit.Kind.STOPPED);
        assertThat(abandoned.getFirst().kind()).isEqualTo(Exit.Kind.ABANDONED);
        assertThat(ended.getFirst().kind()).isEqualTo(Exit.Kind.STOPPED);
    }

    @Test
    void watchOfOneThatIsSaidToHaveFailed_tellsOfThatFailureAndNotOfAStop() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a", "b")).deaf("b");
        h.start();
        List<Exit> stops = h.watch("a");
        List<Exit> hangs = h.watch("b");
        h.fail("a");
        h.fail("b");
        h.advance(ofSeconds(5));
        assertThat(stops.getFirst().kind()).isEqualTo(Exit.Kind.FAILED);
        assertThat(stops.getFirst().cause()).hasMessage("hangs");
        assertThat(hangs.getFirst().kind()).isEqualTo(Exit.Kind.ABANDONED);
        assertThat(h.child("a").lastExit).isEqualTo(stops.getFirst());
    }

    @Test
    void unwatched_isNotTold() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a"));
        List<Exit> kept = h.watch("a");
        Watch gone = new Watch() {
            @Override
            void ended(Child child, Exit exit) {
                throw new AssertionError("it was taken back");
            }
        };
        h.feed(new Input.Watching("a", gone, new Asked<>("watch")));
        List<Exit> later = h.watch("a");
        h.feed(new Input.Unwatch(h.child("a"), gone));
        h.feed(new Input.Unwatch(h.child("a"), gone)); // twice does no harm
        h.crash("a");
        assertThat(kept).hasSize(1);
        assertThat(later).hasSize(1);
    }

    @Test
    void unwatchedTwiceBetweenOthers_theOthersCanStillBeTakenBack() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a"));
        List<Exit> told = new ArrayList<>();
        List<Watch> watches = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Watch watch = new Watch() {
                @Override
                void ended(Child child, Exit exit) {
                    told.add(exit);
                }
            };
            watches.add(watch);
            h.feed(new Input.Watching("a", watch, new Asked<>("watch")));
        }
        for (int i : new int[] {1, 1, 0, 2}) {
            h.feed(new Input.Unwatch(h.child("a"), watches.get(i)));
        }
        h.crash("a");
        assertThat(told).isEmpty();
    }

    @Test
    void watchOfNobody_isRefused() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a"));
        Asked<Child> asked = new Asked<>("watch");
        h.feed(new Input.Watching("z", new Link(null, null), asked));
        assertThat(asked.problem()).isInstanceOf(UnknownChildException.class);
    }

    @Test
    void saidToHaveFailed_isStoppedCountedAndRestartedWithItsSiblings() {
        StateHarness h = new StateHarness(root(Strategy.REST_FOR_ONE, "a", "b", "c")).deaf("b");
        h.start().forget();
        h.fail("b").value();
        h.expect("signal b#1", "signal c#1");
        h.advance(ofSeconds(5));
        h.expect("abandon b#1", "start b#2", "start c#2");
        assertThat(h.child("b").failures.newestFirst()).hasSize(1);
    }

    @Test
    void saidToHaveFailed_theFailureSaysHowLongItWasUp() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a"));
        h.advance(ofSeconds(3));
        h.fail("a");
        assertThat(h.events(ChildFailed.class).getFirst().uptime()).isEqualTo(ofSeconds(3));
    }

    @Test
    void saidToHaveFailedWhoseRuleThrows_isToldAndStoppedLikeAnyOther() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a")
                .child(worker("b").restart(SceneRules.Ends.BROKEN))
                .child(worker("c")));
        h.deaf("b", "c").forget();
        h.fail("b");
        h.expectEvents(
                "failed b#1",
                "stopping root: SUPERVISOR_FAILED",
                "stopping b#1: FAILED",
                "stopping c#1: SUPERVISOR");
    }

    @Test
    void saidToHaveFailedWhoseBackoffThrows_isNotStartedAgain() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE)
                .child(worker("a").backoff(SceneRules.Delays.BROKEN).shutdown(Shutdown.immediate()))
                .child(worker("b")));
        h.crash("a");
        h.advance(ofMillis(100));
        h.forget();
        h.fail("a");
        h.expect(
                "signal a#2",
                "abandon a#2",
                "signal b#1",
                "release a#2",
                "end root SUPERVISOR_FAILED");
    }

    @Test
    void saidToHaveFailed_spendsTheAllowance() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a").intensity(1, ofSeconds(5)));
        h.fail("a");
        assertThat(h.state("a")).isEqualTo(ChildState.RUNNING);
        h.fail("a");
        assertThat(h.outcome().isFailure()).isTrue();
        assertThat(h.outcome().cause()).hasRootCauseMessage("hangs");
    }

    @Test
    void saidToHaveFailedAfterAHealthyRun_theCountOfAttemptsBeginsAgain() {
        StateHarness h = started(
                root(Strategy.ONE_FOR_ONE, "a", "b").backoff(Backoff.constant(ofSeconds(1))));
        h.fail("a");
        h.advance(ofSeconds(1).plusSeconds(10));
        h.fail("a");
        assertThat(h.events(ChildBackingOff.class))
                .extracting(ChildBackingOff::attempt)
                .containsExactly(1, 1);
    }

    @Test
    void saidToHaveFailedAndIsNotRestarted_touchesNobody() {
        StateHarness h = started(
                root(Strategy.ONE_FOR_ALL, "b").child(worker("t").restart(Restart.TEMPORARY)));
        h.forget();
        h.fail("t");
        h.expect("signal t#1");
        assertThat(h.states()).isEqualTo("b RUNNING#1");
    }

    @Test
    void saidToHaveFailedDuringTheStartOfOthers_isRestartedAndTheStartGoesOn() {
        StateHarness h = started(
                root(Strategy.ONE_FOR_ONE, "a").child(worker("b").readyWithin(ofSeconds(9))));
        h.forget();
        h.fail("a").value();
        h.expect("signal a#1", "start a#2");
        h.ready("b");
        h.expect("up root");
    }

    @Test
    void failOfOneThatIsDownOrStopping_isRefused() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a", "b")).deaf("a");
        h.start();
        h.terminate("a");
        assertThat(h.fail("a").problem()).isInstanceOf(ChildNotRunningException.class);
        assertThat(h.fail("z").problem()).isInstanceOf(UnknownChildException.class);
        h.complete("a");
        assertThat(h.fail("a").problem()).hasMessageContaining("STOPPED");
    }

    @Test
    void failOfTheLiveRun_isAFailureOfIt() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a"));
        Asked<Child> asked = new Asked<>("fail");
        h.feed(new Input.Fail("a", h.live("a"), new IllegalStateException(), asked));
        assertThat(asked.value().id).isEqualTo("a");
        assertThat(h.states()).isEqualTo("a RUNNING#2");
    }

    @Test
    void failWhileAllStops_isRefused() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a", "b")).deaf("b");
        h.start();
        h.stop();
        assertThat(h.fail("a").problem())
                .isInstanceOf(SupervisorNotRunningException.class)
                .hasMessageContaining("is stopping");
        h.complete("b");
        assertThat(h.fail("a").problem())
                .isInstanceOf(SupervisorNotRunningException.class)
                .hasMessageContaining("has ended");
    }

    @Test
    void failOfAnEarlierRun_doesNotTouchTheLiveOne() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a"));
        FakeRun old = h.live("a");
        h.crash("a");
        Asked<Child> asked = new Asked<>("fail");
        h.feed(new Input.Fail("a", old, new IllegalStateException(), asked));
        assertThat(asked.problem()).isInstanceOf(ChildNotRunningException.class);
        assertThat(h.states()).isEqualTo("a RUNNING#2");
    }

    // OTP-008, scenario 5
    @Test
    void declined_isKeptWithoutARunAndNothingIsCounted() {
        StateHarness h = started(root(Strategy.ONE_FOR_ALL, "a", "b").intensity(0, ofSeconds(1)));
        h.forget();
        decline(h, "a");
        h.expect();
        h.expectEvents("declined a#1");
        assertThat(h.states()).isEqualTo("a STOPPED#1, b RUNNING#1");
        assertThat(h.child("a").lastExit.kind()).isEqualTo(Exit.Kind.DECLINED);
        h.restart("a").value();
        assertThat(h.state("a")).isEqualTo(ChildState.RUNNING);
    }

    // OTP-009
    @Test
    void temporaryDeclines_isForgotten() {
        StateHarness h = started(
                root(Strategy.ONE_FOR_ONE, "b").child(worker("a").restart(Restart.TEMPORARY)));
        decline(h, "a");
        assertThat(h.states()).isEqualTo("b RUNNING#1");
    }

    // OTP-008
    @Test
    void declinesInsteadOfBeingReady_theStartIsDone() {
        StateHarness h =
                started(root(Strategy.ONE_FOR_ONE, c -> c.readyWithin(ofSeconds(1)), "a", "b"));
        h.forget();
        decline(h, "a");
        h.expect("start b#1");
        h.ready("b");
        h.expect("up root");
        Asked<Child> added = h.add(worker("c").readyWithin(ofSeconds(1)));
        decline(h, "c");
        assertThat(added.value().id).isEqualTo("c");
    }

    // scenario 5
    @Test
    void declinesAtARestart_isNotTriedAgainAndTheStopIsOrderly() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a", "b"));
        h.crash("a");
        decline(h, "a");
        h.forget();
        h.stop();
        h.expect("signal b#1", "end root STOPPED");
    }

    private static void decline(StateHarness h, String id) {
        h.live(id).declined = true;
        h.complete(id);
    }
}
