package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.root;
import static dev.oversight.internal.StateHarness.started;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.ChildSpec;
import dev.oversight.Outcome;
import dev.oversight.Restart;
import dev.oversight.RuleFailedException;
import dev.oversight.Strategy;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Who goes down and comes up with a child that failed, and in which order. */
class StrategyScenarioTest {
    // OTP-063, OVS-008
    @Test
    void oneForOne_restartsTheFailedChildAlone() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a", "b", "c"));
        h.forget();
        h.crash("b");
        h.expect("start b#2");
        assertThat(h.states()).isEqualTo("a RUNNING#1, b RUNNING#2, c RUNNING#1");
    }

    // OTP-064, OVS-006, OVS-009
    @Test
    void oneForAll_stopsTheOthersInReverseAndStartsAllInOrder() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ALL, "a", "b", "c", "d"));
        h.deaf("a", "c", "d").start().forget();
        h.crash("b");
        h.expect("signal d#1");
        h.complete("d");
        h.expect("signal c#1");
        h.complete("c");
        h.expect("signal a#1");
        h.complete("a");
        h.expect("start a#2", "start b#2", "start c#2", "start d#2");
    }

    // OTP-065, OTP-070
    @Test
    void restForOne_leavesTheOlderOnesAlone() {
        StateHarness h = started(root(Strategy.REST_FOR_ONE, "a", "b", "c", "d", "e"));
        h.forget();
        h.crash("c");
        h.expect("signal e#1", "signal d#1", "start c#2", "start d#2", "start e#2");
        assertThat(h.states())
                .isEqualTo("a RUNNING#1, b RUNNING#1, c RUNNING#2, d RUNNING#2, e RUNNING#2");
    }

    // OTP-070, W-14
    @Test
    void groupRestart_waitsForEachToBeReady() {
        StateHarness h = new StateHarness(
                root(Strategy.ONE_FOR_ALL, c -> c.readyWithin(ofSeconds(1)), "a", "b"));
        h.start();
        h.ready("a");
        h.ready("b");
        h.forget();
        h.crash("b");
        h.expect("signal a#1", "start a#2");
        h.ready("a");
        h.expect("start b#2");
    }

    // OTP-067, W-06
    @Test
    void temporarySibling_isStoppedAndForgotten() {
        StateHarness h = started(root(Strategy.ONE_FOR_ALL, "a", "c")
                .child(worker("t").restart(Restart.TEMPORARY))
                .child(worker("d")));
        h.forget();
        h.crash("a");
        h.expect("signal d#1", "signal t#1", "signal c#1", "start a#2", "start c#2", "start d#2");
        assertThat(h.states()).isEqualTo("a RUNNING#2, c RUNNING#2, d RUNNING#2");
    }

    // OTP-067
    @Test
    void temporaryYoungestAndOldest_restForOneStillRestartsTheRest() {
        StateHarness h = started(root(Strategy.REST_FOR_ONE)
                .child(worker("o").restart(Restart.TEMPORARY))
                .child(worker("a"))
                .child(worker("y").restart(Restart.TEMPORARY)));
        h.forget();
        h.crash("a");
        h.expect("signal y#1", "start a#2");
        assertThat(h.states()).isEqualTo("o RUNNING#1, a RUNNING#2");
    }

    // W-06
    @Test
    void temporarySiblingThatIsAbandoned_isNotStartedAgain() {
        StateHarness h = new StateHarness(
                root(Strategy.ONE_FOR_ALL, "a").child(worker("t").restart(Restart.TEMPORARY)));
        h.deaf("t").start().forget();
        h.crash("a");
        h.advance(ofSeconds(5));
        h.expect("signal t#1", "abandon t#1", "start a#2");
        assertThat(h.states()).isEqualTo("a RUNNING#2");
    }

    // W-05
    @Test
    void transientSibling_comesBackThoughItEndedInOrder() {
        StateHarness h =
                started(root(Strategy.ONE_FOR_ALL, c -> c.restart(Restart.TRANSIENT), "a", "b"));
        h.forget();
        h.crash("a");
        h.expect("signal b#1", "start a#2", "start b#2");
    }

    // OTP-072
    @Test
    void whatWasTerminatedOrHasCompleted_staysDown() {
        StateHarness h = started(
                root(Strategy.ONE_FOR_ALL, c -> c.restart(Restart.TRANSIENT), "a", "b", "c"));
        h.terminate("b");
        h.complete("c");
        h.forget();
        h.crash("a");
        h.expect("start a#2");
        assertThat(h.states()).isEqualTo("a RUNNING#2, b STOPPED#1, c STOPPED#1");
    }

    // OTP-073
    @Test
    void addedChild_isTheYoungest() {
        StateHarness h = started(root(Strategy.REST_FOR_ONE, "a", "b"));
        h.add(worker("c"));
        h.forget();
        h.crash("c");
        h.expect("start c#2");
        h.crash("b");
        h.expect("signal c#2", "start b#2", "start c#3");
    }

    // OTP-068
    @Test
    void oneForAllFailsHalfWay_stopsThoseAlreadyBackAndStartsOver() {
        StateHarness h = started(root(Strategy.ONE_FOR_ALL)
                .child(worker("a"))
                .child(worker("b").readyWithin(ofSeconds(1)))
                .child(worker("c")));
        h.ready("b");
        h.forget();
        h.crash("a");
        h.expect("signal c#1", "signal b#1", "start a#2", "start b#2");
        h.crash("b");
        h.expect("signal a#2", "start a#3", "start b#3");
        h.ready("b");
        h.expect("start c#2");
    }

    // OTP-068
    @Test
    void restForOneFailsHalfWay_goesOnFromTheFailedChild() {
        StateHarness h = started(root(Strategy.REST_FOR_ONE)
                .child(worker("a"))
                .child(worker("b").readyWithin(ofSeconds(1)))
                .child(worker("c")));
        h.ready("b");
        h.forget();
        h.crash("a");
        h.expect("signal c#1", "signal b#1", "start a#2", "start b#2");
        h.crash("b");
        h.expect("start b#3");
        h.ready("b");
        h.expect("start c#2");
    }

    // OTP-071
    @Test
    void failedChildIsTerminatedDuringItsSweep_theOthersComeBack() {
        StateHarness h = new StateHarness(root(Strategy.REST_FOR_ONE, "a", "b", "c"));
        h.deaf("c").start().forget();
        h.crash("b");
        assertThat(h.states()).isEqualTo("a RUNNING#1, b RESTARTING#1, c STOPPING#1");
        h.terminate("b").value();
        h.complete("c");
        h.expect("signal c#1", "start c#2");
        assertThat(h.states()).isEqualTo("a RUNNING#1, b STOPPED#1, c RUNNING#2");
    }

    // OTP-029, W-04; section 4 no. 6
    @Test
    void siblingFailsBeforeTheSweepReachesIt_isTheSameFailure() {
        StateHarness h = new StateHarness(
                root(Strategy.ONE_FOR_ALL, "a", "b", "c").intensity(1, ofSeconds(5)));
        h.deaf("c").start().forget();
        h.crash("b");
        h.crash("a");
        h.expect("signal c#1");
        h.complete("c");
        h.expect("start a#2", "start b#2", "start c#2");
        h.expectEvents(
                "failed b#1, restarting",
                "stopping c#1: SIBLING",
                "failed a#1, restarting",
                "stopped c#1",
                "started a#2",
                "started b#2",
                "started c#2");
    }

    // W-04; section 4 no. 6
    @Test
    void allFailInTheSameInstant_spendsOneRestart() {
        StateHarness h =
                started(root(Strategy.ONE_FOR_ALL, "a", "b", "c").intensity(1, ofSeconds(5)));
        h.forget();
        for (String id : List.of("b", "a", "c")) {
            h.handInEnd(h.live(id), new IllegalStateException("together"));
        }
        h.world.pump();
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.RUNNING);
        assertThat(h.states()).isEqualTo("a RUNNING#2, b RUNNING#2, c RUNNING#2");
    }

    @Test
    void siblingThatDiesOfItsStop_comesBackUncounted() {
        StateHarness h =
                new StateHarness(root(Strategy.ONE_FOR_ALL, "a", "b").intensity(1, ofSeconds(5)));
        h.deaf("b").start().forget();
        h.crash("a");
        h.crash("b");
        h.expect("signal b#1", "start a#2", "start b#2");
    }

    @Test
    void completedTransientOvertakesItsStop_staysDown() {
        StateHarness h = new StateHarness(
                root(Strategy.ONE_FOR_ALL, c -> c.restart(Restart.TRANSIENT), "a", "b", "c"));
        h.deaf("c").start().forget();
        h.crash("b");
        h.complete("a");
        h.complete("c");
        h.expect("signal c#1", "start b#2", "start c#2");
    }

    @Test
    void strategyOfTheApplication_restartsWhomItNames() {
        List<String> asked = new ArrayList<>();
        Strategy sameShard = (failed, all) -> {
            asked.add(failed.id().orElseThrow() + " of "
                    + all.stream().map(c -> c.id().orElseThrow()).toList());
            return all.reversed().stream()
                    .filter(c -> c.label("shard").equals(failed.label("shard")))
                    .toList();
        };
        StateHarness h = started(root(sameShard)
                .child(worker("a").label("shard", "1"))
                .child(worker("b").label("shard", "2"))
                .child(worker("c").label("shard", "1"))
                .child(worker("d").label("shard", "2")));
        h.forget();
        h.crash("c");
        h.expect("signal a#1", "start a#2", "start c#2");
        assertThat(asked).containsExactly("c of [a, b, c, d]");
    }

    // OVS-009
    @Test
    void strategyNamesStrangersAndNotTheFailedChild_restartsTheFailedChild() {
        Strategy confused = (failed, all) -> List.of(worker("stranger"), ChildSpec.of(self -> {}));
        StateHarness h = started(root(confused, "a", "b"));
        h.forget();
        h.crash("a");
        h.expect("start a#2");
    }

    @Test
    void strategySeesChildrenWithoutAnIdOfTheirOwn_itCanNameThem() {
        List<String> asked = new ArrayList<>();
        Strategy all = (failed, startOrder) -> {
            startOrder.forEach(c -> asked.add(c.id().orElse("?")));
            return startOrder;
        };
        StateHarness h = started(root(all, "a"));
        h.add(ChildSpec.of(self -> {})).value();
        h.forget();
        h.crash("a");
        h.expect("signal child-1#1", "start a#2", "start child-1#2");
        assertThat(asked).containsExactly("a", "child-1");
    }

    @Test
    void strategyNamesTheOthersOnly_theFailedChildComesBackInOrderWithThem() {
        Strategy others = (failed, all) -> all.stream().filter(c -> c != failed).toList();
        StateHarness h = started(root(others, "a", "b"));
        h.forget();
        h.crash("a");
        h.expect("signal b#1", "start a#2", "start b#2");
    }

    // W-28
    @Test
    void strategyThrows_theSupervisorGivesUpWithItAsTheCause() {
        IllegalStateException thrown = new IllegalStateException("bad strategy");
        StateHarness h = started(root(
                (failed, all) -> {
                    throw thrown;
                },
                "a",
                "b"));
        h.forget();
        h.crash("a");
        h.expect("signal b#1", "end root SUPERVISOR_FAILED");
        h.expectEvents(
                "failed a#1, restarting",
                "stopping root: SUPERVISOR_FAILED",
                "stopping b#1: SUPERVISOR",
                "stopped b#1",
                "down a#1",
                "ended root: SUPERVISOR_FAILED");
        assertThat(h.outcome().cause())
                .isInstanceOf(RuleFailedException.class)
                .hasMessageContaining("the strategy of root")
                .hasCause(thrown);
        assertThat(h.states()).isEqualTo("a STOPPED#1, b STOPPED#1");
    }

    // W-28
    @Test
    void strategyReturnsNullOrThrowsAnError_theSupervisorGivesUp() {
        StateHarness h = started(root((failed, all) -> null, "a", "b"));
        h.crash("b");
        assertThat(h.outcome().cause())
                .isInstanceOf(RuleFailedException.class)
                .cause()
                .isInstanceOf(NullPointerException.class)
                .hasMessage("it returned null");
        StateHarness other = started(root(
                (failed, all) -> {
                    throw new StackOverflowError();
                },
                "a"));
        other.crash("a");
        assertThat(other.outcome().reason()).isEqualTo(Outcome.Reason.SUPERVISOR_FAILED);
    }

    @Test
    void twoGroupsOfOneStrategy_oneFailsWhileTheOtherStops() {
        Strategy sameShard = (failed, all) -> all.stream()
                .filter(c -> c.label("shard").equals(failed.label("shard")))
                .toList();
        StateHarness h = new StateHarness(root(sameShard)
                .child(worker("a").label("shard", "1"))
                .child(worker("b").label("shard", "2"))
                .child(worker("c").label("shard", "1"))
                .child(worker("d").label("shard", "2")));
        h.deaf("c", "d").start().forget();
        h.crash("a");
        h.crash("b");
        h.expect("signal c#1", "signal d#1");
        h.complete("c");
        h.expect();
        h.complete("d");
        h.expect("start a#2", "start b#2", "start c#2", "start d#2");
        assertThat(h.state("a")).isEqualTo(ChildState.RUNNING);
    }

    @Test
    void notReadyInAGroupRestart_takesTheGroupDownAgain() {
        StateHarness h = new StateHarness(
                root(Strategy.ONE_FOR_ALL, c -> c.readyWithin(ofMillis(100)), "a", "b"));
        h.readyAtOnce("a").start();
        h.ready("b");
        h.forget();
        h.crash("a");
        h.expect("signal b#1", "start a#2", "start b#2");
        h.advance(ofMillis(100));
        h.expect("signal b#2", "signal a#2", "start a#3", "start b#3");
    }
}
