package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.root;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.Backoff;
import dev.oversight.Outcome;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.StopOrder;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;

/** An older child fails while the restart of a group is under way: the sweep widens, in every phase. */
class SweepScenarioTest {
    private static SupervisorSpec rest(String... ids) {
        return root(Strategy.REST_FOR_ONE, ids);
    }

    // OTP-068, OTP-070
    @Test
    void olderFailsWhileTheRestStops_isTakenInAndNothingIsStoppedTwice() {
        StateHarness h = new StateHarness(rest("a", "b", "c", "d", "e"));
        h.deaf("b", "d", "e").start().forget();
        h.crash("c");
        h.expect("signal e#1");
        h.crash("a");
        h.expect();
        h.complete("e");
        h.expect("signal d#1");
        h.complete("d");
        h.expect("signal b#1");
        h.complete("b");
        h.expect("start a#2", "start b#2", "start c#2", "start d#2", "start e#2");
    }

    @Test
    void olderFailsWhileTheRestIsStoppedButDelayed_isTakenInFromThere() {
        StateHarness h = new StateHarness(rest("a", "b")
                .child(worker("c").backoff(Backoff.constant(ofSeconds(1))))
                .child(worker("d")));
        h.deaf("b").start().forget();
        h.crash("c");
        h.expect("signal d#1");
        h.crash("a");
        h.expect("signal b#1");
        h.advance(ofSeconds(2));
        h.expect();
        h.complete("b");
        h.expect("start a#2", "start b#2", "start c#2", "start d#2");
    }

    @Test
    void olderFailsWithADelayWhileTheRestIsDelayed_allWaitForTheLongest() {
        StateHarness h = new StateHarness(root(
                Strategy.REST_FOR_ONE,
                c -> c.backoff(Backoff.constant(ofSeconds(1))),
                "a",
                "b",
                "c"));
        h.start().forget();
        h.crash("c");
        h.advance(ofMillis(500));
        h.crash("b");
        h.advance(ofMillis(900));
        h.crash("a");
        h.expect();
        h.advance(ofSeconds(1));
        h.expect("start a#2", "start b#2", "start c#2");
    }

    @Test
    void olderFailsWhileTheRestStarts_thoseAlreadyBackAreStoppedAgain() {
        StateHarness h = new StateHarness(
                rest("a", "b").child(worker("c").readyWithin(ofSeconds(1))).child(worker("d")));
        h.readyAtOnce().start();
        h.ready("c");
        h.forget();
        h.crash("b");
        h.expect("signal d#1", "signal c#1", "start b#2", "start c#2");
        h.crash("a");
        h.expect("signal c#2", "signal b#2", "start a#2", "start b#3", "start c#3");
        h.ready("c");
        h.expect("start d#2");
    }

    @Test
    void justStartedChildFailsWhileTheRestStarts_goesBackToIt() {
        StateHarness h = new StateHarness(
                rest("a", "b").child(worker("c").readyWithin(ofSeconds(1))).child(worker("d")));
        h.start();
        h.ready("c");
        h.crash("a");
        h.forget();
        h.crash("b");
        h.expect("signal c#2", "start b#3", "start c#3");
        assertThat(h.states()).isEqualTo("a RUNNING#2, b RUNNING#3, c STARTING#3, d RESTARTING#1");
    }

    @Test
    void olderFailsWhileTheRestStopsAgainAfterStartingHalfWay_thoseInBetweenGoDownToo() {
        StateHarness h =
                new StateHarness(rest("a", "b", "c").child(worker("d").readyWithin(ofSeconds(1))));
        h.start();
        h.ready("d");
        h.crash("b");
        h.deaf("d").forget();
        h.crash("c");
        h.expect("signal d#2");
        h.crash("a");
        h.advance(ofSeconds(5));
        h.expect("abandon d#2", "signal b#2", "start a#2", "start b#3", "start c#3", "start d#3");
    }

    @Test
    void olderFailsWhileTheStopIncludesAnOlderOneByRequest_thoseInBetweenGoDownToo() {
        StateHarness h = new StateHarness(rest("z", "a", "b", "c", "d"));
        h.deaf("d").start();
        h.terminate("a");
        h.forget();
        h.crash("c");
        h.restart("a");
        h.crash("z");
        h.expect("signal d#1");
        h.complete("d");
        h.expect("signal b#1", "start z#2", "start a#2", "start b#2", "start c#2", "start d#2");
    }

    @Test
    void anotherGroupFailsWhileOneStarts_theChildThatStartsIsLeftAlone() {
        Strategy sameGroup = (failed, all) -> all.stream()
                .filter(c -> c.label("group").equals(failed.label("group")))
                .toList();
        StateHarness h = new StateHarness(root(sameGroup)
                .child(worker("x").label("group", "1"))
                .child(worker("a").label("group", "2").readyWithin(ofSeconds(1)))
                .child(worker("b").label("group", "2")));
        h.start().forget();
        h.crash("x");
        h.expect("start x#2");
        h.ready("a");
        h.expect("start b#1", "up root");
        h.crash("b");
        h.expect("signal a#1", "start a#2");
        h.crash("x");
        h.expect("start x#3");
        h.ready("a");
        h.expect("start b#2");
    }

    @Test
    void youngerStartedByRequestFailsWhileAnOlderOneStarts_theOlderOneIsLeftAlone() {
        StateHarness h = new StateHarness(root(Strategy.REST_FOR_ONE)
                .child(worker("a").readyWithin(ofSeconds(1)))
                .child(worker("b"))
                .child(worker("c")));
        h.start();
        h.terminate("c");
        h.restart("c");
        h.forget();
        h.crash("c");
        h.expect();
        h.ready("a");
        h.expect("start b#1", "start c#2", "up root");
    }

    @Test
    void oldestOfTheSweepIsDeletedMeanwhile_theRestComesUpAndAnOlderFailureStillWidens() {
        StateHarness h = new StateHarness(rest("a", "b", "c", "d"));
        h.deaf("c", "d").start().forget();
        h.crash("b");
        h.delete("b").value();
        h.complete("d");
        h.crash("a");
        h.expect("signal d#1", "signal c#1");
        h.complete("c");
        h.expect("start a#2", "start c#2", "start d#2");
    }

    @Test
    void oldestOfADelayedSweepIsDeleted_anOlderFailureStillStopsThoseInBetween() {
        StateHarness h = new StateHarness(
                rest("a", "b", "c").child(worker("d").backoff(Backoff.constant(ofSeconds(1)))));
        h.start();
        h.crash("d");
        h.forget();
        h.crash("c");
        h.expect();
        h.delete("c").value();
        h.crash("a");
        h.expect("signal b#1");
        h.advance(ofSeconds(1));
        h.expect("start a#2", "start b#2", "start d#2");
    }

    /** It takes half a second; whoever looks at all the others each time takes a minute. */
    @Test
    @Timeout(10)
    void olderOnesFailOneAfterTheOtherWhileOneStops_eachIsTakenInWithoutALookAtAll() {
        int count = 100_000;
        SupervisorSpec spec = SupervisorSpec.of("root", Strategy.REST_FOR_ONE).neverGiveUp();
        for (int i = 0; i < count; i++) {
            spec = spec.child(worker("c" + i));
        }
        Quiet quiet = new Quiet();
        SupervisorState state = new SupervisorState(spec.check(), "root", quiet);
        state.apply(new Input.Start(), World.EPOCH);
        quiet.letGoOn(state);
        Child middle = state.children().find("c" + count / 2);
        state.apply(middle.earlier.run, World.EPOCH);
        for (Child child = state.children().last(); child != middle; child = child.earlier) {
            state.apply(child.run, World.EPOCH);
        }
        for (Child child = middle.earlier.earlier; child != null; child = child.earlier) {
            state.apply(child.run, World.EPOCH);
        }
        assertThat(quiet.launched).isEqualTo(count);
        state.apply(middle.run, World.EPOCH);
        quiet.letGoOn(state);
        assertThat(quiet.launched).isEqualTo(2 * count);
    }

    @Test
    void wholeSweepIsDeletedMeanwhile_isOver() {
        StateHarness h = new StateHarness(rest("a", "b", "c"));
        h.deaf("c").start().forget();
        h.crash("b");
        h.delete("b");
        h.delete("c");
        h.complete("c");
        h.expect("signal c#1");
        h.crash("a");
        h.expect("start a#2");
    }

    @Test
    void childrenTerminatedByRequestAreNotWaitedFor() {
        StateHarness h = new StateHarness(rest("a", "b", "c"));
        h.deaf("c").start();
        h.terminate("c");
        h.forget();
        h.crash("a");
        h.expect("signal b#1", "start a#2", "start b#2");
        h.complete("c");
        h.expect();
    }

    @Test
    void childTerminatedByRequestInTheMiddle_doesNotHoldUpTheYoungerOnes() {
        StateHarness h = new StateHarness(rest("a", "b", "c"));
        h.deaf("b").start();
        h.terminate("b");
        h.forget();
        h.crash("a");
        h.expect("signal c#1", "start a#2", "start c#2");
    }

    @Test
    void twoFailuresNameTheSameSibling_allComeBackWhenItIsDown() {
        Strategy withLast = (failed, all) -> List.of(failed, all.getLast());
        StateHarness h =
                new StateHarness(root(withLast, "a", "b", "c").stopOrder(StopOrder.TOGETHER));
        h.deaf("c").start().forget();
        h.crash("a");
        h.crash("b");
        h.expect("signal c#1");
        h.complete("c");
        h.expect("start a#2", "start b#2", "start c#2");
    }

    @Test
    void failedRunGoesOnInAGroup_itsDelayBeginsWhenItIsGone() {
        StateHarness h = new StateHarness(root(
                Strategy.ONE_FOR_ALL, c -> c.backoff(Backoff.constant(ofSeconds(1))), "a", "b"));
        h.deaf("b").start().forget();
        h.fail("b");
        h.advance(ofSeconds(4));
        h.complete("b");
        h.expect("signal b#1", "signal a#1");
        h.advance(ofMillis(999));
        h.expect();
        h.advance(ofMillis(1));
        h.expect("start a#2", "start b#2");
    }

    @Test
    void olderFailureWhileStopping_isCountedOnItsOwn() {
        StateHarness h = new StateHarness(rest("a", "b", "c").intensity(1, ofSeconds(5)));
        h.deaf("c").start().forget();
        h.crash("b");
        h.crash("a");
        h.complete("c");
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.TOO_MANY_FAILURES);
        h.expect("signal c#1", "end root TOO_MANY_FAILURES");
    }

    @Test
    void abandonedSiblings_holdTheStartUpForTheirBudgetsOneAfterTheOther() {
        StateHarness h = new StateHarness(root(
                Strategy.ONE_FOR_ALL,
                c -> c.shutdown(Shutdown.within(ofMillis(100))),
                "a",
                "b",
                "c"));
        h.deaf("b", "c").start().forget();
        h.crash("a");
        h.advance(ofMillis(199));
        h.expect("signal c#1", "abandon c#1", "signal b#1");
        h.advance(ofMillis(1));
        h.expect("abandon b#1", "start a#2", "start b#2", "start c#2");
    }

    @Test
    void immediateAndTemporarySiblings_areAllPassedInOneTurn() {
        StateHarness h = new StateHarness(root(
                Strategy.ONE_FOR_ALL,
                c -> c.shutdown(Shutdown.immediate()).restart(Restart.TEMPORARY),
                "x",
                "y",
                "z"));
        h.deaf("x", "y", "z").start();
        h.add(worker("a"));
        h.forget();
        h.crash("a");
        h.expect(
                "signal z#1",
                "abandon z#1",
                "signal y#1",
                "abandon y#1",
                "signal x#1",
                "abandon x#1",
                "start a#2");
    }
}
