package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.root;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.AutoShutdown;
import dev.oversight.Backoff;
import dev.oversight.Exit;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.AbandonedRunEnded;
import dev.oversight.event.ChildAbandoned;
import dev.oversight.event.ChildState;
import dev.oversight.event.StackTaken;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/** Runs that outlive their budget are let go of, counted, and can do no harm when they end. */
class AbandonmentScenarioTest {
    private static StateHarness deafPair(Strategy strategy) {
        return new StateHarness(
                        root(strategy, c -> c.shutdown(Shutdown.within(ofMillis(100))), "a", "b")
                                .autoShutdown(AutoShutdown.NEVER))
                .deaf("b")
                .start()
                .forget();
    }

    // SUT-012, W-32, SUT-024
    @Test
    void outlivesItsBudget_isAbandonedListedAndFenced() {
        StateHarness h = deafPair(Strategy.ONE_FOR_ONE);
        Asked<Exit> terminated = h.terminate("b");
        h.advance(ofMillis(100));
        h.expect("signal b#1", "abandon b#1");
        assertThat(terminated.value().kind()).isEqualTo(Exit.Kind.ABANDONED);
        assertThat(h.state("b")).isEqualTo(ChildState.ABANDONED);
        assertThat(h.run("b#1").abandoned).isTrue();
        assertThat(h.events(ChildAbandoned.class).getFirst().after()).isEqualTo(ofMillis(100));
        assertThat(h.state.children().counts().active()).isEqualTo(1);
    }

    // W-04; section 4 no. 7
    @Test
    void endsLate_isStoppedThen() {
        StateHarness h = deafPair(Strategy.ONE_FOR_ONE);
        h.terminate("b");
        h.advance(ofMillis(100));
        h.forget();
        RuntimeException late = new IllegalStateException("late");
        h.end(h.run("b#1"), late);
        h.expect("release b#1");
        assertThat(h.events(AbandonedRunEnded.class).getFirst().cause()).isSameAs(late);
        h.expectEvents("abandoned run ended b#1");
        assertThat(h.state("b")).isEqualTo(ChildState.STOPPED);
    }

    // W-04, OTP-088, OTP-087; section 4 no. 7
    @Test
    void endsLateAfterARestart_doesNotTouchTheNewRun() {
        StateHarness h = deafPair(Strategy.ONE_FOR_ALL);
        h.crash("a");
        h.advance(ofMillis(100));
        h.expect("signal b#1", "abandon b#1", "start a#2", "start b#2");
        FakeRun current = h.live("b");
        h.lateEnd("b#1");
        h.expect("release b#1");
        assertThat(h.live("b")).isSameAs(current);
        assertThat(h.state("b")).isEqualTo(ChildState.RUNNING);
    }

    // W-04; section 4 no. 7
    @Test
    void endsLateAfterDeleteAndAddUnderTheSameId_doesNotTouchTheNewChild() {
        StateHarness h = deafPair(Strategy.ONE_FOR_ONE);
        FakeRun old = h.live("b");
        h.delete("b");
        h.advance(ofMillis(100));
        h.add(worker("b")).value();
        h.expect("signal b#1", "abandon b#1", "start b#2");
        h.terminate("b");
        h.advance(ofSeconds(5));
        assertThat(h.state("b")).isEqualTo(ChildState.ABANDONED);
        h.end(old, null);
        assertThat(h.state("b")).isEqualTo(ChildState.ABANDONED);
        h.lateEnd("b#2");
        assertThat(h.state("b")).isEqualTo(ChildState.STOPPED);
    }

    @Test
    void addedWhereAnOldRunGoesOn_countsOnFromItsNumber() {
        StateHarness h = deafPair(Strategy.ONE_FOR_ONE);
        h.terminate("b");
        h.advance(ofMillis(100));
        h.restart("b");
        h.delete("b");
        h.advance(ofMillis(100));
        h.lateEnd("b#1");
        h.add(worker("b"));
        assertThat(h.states()).isEqualTo("a RUNNING#1, b RUNNING#3");
        assertThat(h.child("b").restarts).isZero();
        h.delete("b");
        h.advance(ofSeconds(5));
        h.lateEnd("b#2");
        h.lateEnd("b#3");
        h.add(worker("b"));
        assertThat(h.states()).isEqualTo("a RUNNING#1, b RUNNING#1");
    }

    @Test
    void addedWhereAnOldRunGoesOn_isAtItsFirstStartAllTheSame() {
        StateHarness h = deafPair(Strategy.ONE_FOR_ONE);
        h.delete("b");
        h.advance(ofMillis(100));
        h.withoutThread("b");
        Asked<Child> added = h.add(worker("b"));
        assertThat(added.isRefused()).isTrue();
        assertThat(h.states()).isEqualTo("a RUNNING#1");
        h.expectEvents(
                "stopping b#1: REQUEST",
                "abandoned b#1",
                "removed b#1",
                "added b",
                "starting b#2",
                "failed b#2",
                "removed b#2");
    }

    @Test
    void stackOfAnAbandonedRun_isToldAsItsOwnWhenTheNextOneRunsAlready() {
        StateHarness h = deafPair(Strategy.ONE_FOR_ALL);
        h.crash("a");
        h.advance(ofMillis(100));
        h.feed(new Input.Evidence(h.run("b#1"), List.of()));
        assertThat(h.state("b")).isEqualTo(ChildState.RUNNING);
        assertThat(h.events(StackTaken.class).getFirst().incarnation()).isOne();
    }

    @Test
    void twoAbandonedRunsOfOneChild_onlyTheLastOneTellsItsState() {
        StateHarness h = deafPair(Strategy.ONE_FOR_ONE);
        h.terminate("b");
        h.advance(ofMillis(100));
        h.restart("b").value();
        h.terminate("b");
        h.advance(ofMillis(100));
        h.lateEnd("b#1");
        assertThat(h.state("b")).isEqualTo(ChildState.ABANDONED);
        h.lateEnd("b#2");
        assertThat(h.state("b")).isEqualTo(ChildState.STOPPED);
    }

    @Test
    void readyToldByAnAbandonedRun_isIgnored() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE)
                .child(worker("a"))
                .child(worker("b").readyWithin(ofSeconds(1)).shutdown(Shutdown.immediate())));
        h.deaf("b").start();
        h.ready("b");
        h.terminate("b");
        FakeRun old = h.run("b#1");
        h.restart("b");
        h.feed(new Input.Ready(old));
        assertThat(h.state("b")).isEqualTo(ChildState.STARTING);
    }

    // W-04; section 4 no. 7
    @Test
    void endsAfterTheSupervisor_isReleased() {
        StateHarness h = deafPair(Strategy.ONE_FOR_ONE);
        h.stop();
        h.advance(ofMillis(100));
        assertThat(h.outcome().abandoned()).isEqualTo(1);
        h.lateEnd("b#1");
        h.expect("signal b#1", "abandon b#1", "signal a#1", "end root STOPPED", "release b#1");
    }

    private static StateHarness nestedWithDeafChild() {
        return new StateHarness(root(Strategy.ONE_FOR_ONE, "a")
                        .child(root(
                                        Strategy.ONE_FOR_ONE,
                                        c -> c.shutdown(Shutdown.immediate()),
                                        "b")
                                .id("mid")))
                .withNested()
                .deaf("b")
                .start();
    }

    @Test
    void endsAfterItsSupervisorWhichWasRestarted_isNoLongerCountedAbove() {
        StateHarness h = nestedWithDeafChild();
        h.nested("mid").stop();
        assertThat(h.state("mid")).isEqualTo(ChildState.RUNNING);
        assertThat(h.nested("mid").states()).isEqualTo("b RUNNING#2");
        h.lateEnd("mid/b#1");
        h.stop();
        assertThat(h.outcome().abandoned()).isEqualTo(1);
    }

    @Test
    void goesOnAfterItsSupervisorWhichWasRestarted_isCountedAbove() {
        StateHarness h = nestedWithDeafChild();
        h.nested("mid").stop();
        h.stop();
        assertThat(h.outcome().abandoned()).isEqualTo(2);
    }

    @Test
    void endsBelowTwoSupervisorsThatHaveEnded_isNoLongerCountedAbove() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a")
                        .autoShutdown(AutoShutdown.NEVER)
                        .child(SupervisorSpec.of("outer")
                                .child(root(
                                                Strategy.ONE_FOR_ONE,
                                                c -> c.shutdown(Shutdown.immediate()),
                                                "b")
                                        .id("inner"))))
                .withNested()
                .deaf("b")
                .start();
        h.terminate("outer");
        h.lateEnd("outer/inner/b#1");
        h.stop();
        assertThat(h.outcome().abandoned()).isZero();
    }

    @Test
    void endsBeforeTheSupervisor_isNoLongerCounted() {
        StateHarness h = deafPair(Strategy.ONE_FOR_ONE);
        h.terminate("b");
        h.advance(ofMillis(100));
        h.lateEnd("b#1");
        h.stop();
        assertThat(h.outcome().abandoned()).isZero();
    }

    @Test
    void abandonedAndNothingElseRuns_isNothingLeft() {
        StateHarness h =
                new StateHarness(root(Strategy.ONE_FOR_ONE, "a")).deaf("a").start();
        h.terminate("a");
        h.advance(ofSeconds(5));
        h.expect("start a#1", "up root", "signal a#1", "abandon a#1", "end root NO_CHILD_LEFT");
        assertThat(h.outcome().abandoned()).isEqualTo(1);
    }

    @Test
    void deletedWhileAbandoned_isForgottenAndItsEndStillTold() {
        StateHarness h = deafPair(Strategy.ONE_FOR_ONE);
        h.terminate("b");
        h.advance(ofMillis(100));
        h.forget();
        h.delete("b").value();
        h.expectEvents("removed b#1");
        h.lateEnd("b#1");
        h.expectEvents("abandoned run ended b#1");
        assertThat(h.states()).isEqualTo("a RUNNING#1");
    }

    @Test
    void temporaryAbandoned_isForgottenAndItsIdFree() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a")
                .child(worker("t").restart(Restart.TEMPORARY).shutdown(Shutdown.immediate())));
        h.deaf("t").start();
        h.terminate("t").value();
        assertThat(h.states()).isEqualTo("a RUNNING#1");
        h.add(worker("t")).value();
        h.lateEnd("t#1");
    }

    @Test
    void abandonedBecauseItWasNotReady_isRestarted() {
        StateHarness h = new StateHarness(root(
                Strategy.ONE_FOR_ONE,
                c -> c.readyWithin(ofSeconds(1)).shutdown(Shutdown.within(ofMillis(100))),
                "a"));
        h.deaf("a").start();
        h.ready("a");
        h.crash("a");
        h.forget();
        h.advance(ofMillis(1100));
        h.expect("signal a#2", "abandon a#2", "start a#3");
    }

    @Test
    void notReadyAndImmediateInAGroup_comesBackWithItsSiblingsNotBefore() {
        StateHarness h = new StateHarness(root(
                Strategy.ONE_FOR_ALL,
                c -> c.readyWithin(ofSeconds(1)).shutdown(Shutdown.immediate()),
                "a",
                "b"));
        h.readyAtOnce("a").deaf("a", "b").start();
        h.ready("b");
        h.forget();
        h.crash("a");
        h.expect("signal b#1", "abandon b#1", "start a#2", "start b#2");
        h.advance(ofSeconds(1));
        h.expect(
                "signal b#2", "abandon b#2", "signal a#2", "abandon a#2", "start a#3", "start b#3");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void saidToHaveFailedAndImmediateInAGroup_comesBackWhenItsSiblingsAreDown(boolean graph) {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ALL, "other")
                .child(worker("a").shutdown(Shutdown.immediate()))
                .child(graph ? worker("b").dependsOn("a") : worker("b")));
        h.deaf("a").start().forget();
        h.fail("a");
        List<String> down = graph ? List.of("other", "b") : List.of("b", "other");
        List<String> up = graph ? List.of("a", "b", "other") : List.of("other", "a", "b");
        h.expect(
                "signal a#1",
                "abandon a#1",
                "signal " + down.get(0) + "#1",
                "signal " + down.get(1) + "#1",
                "start " + up.get(0) + "#2",
                "start " + up.get(1) + "#2",
                "start " + up.get(2) + "#2");
    }

    @Test
    void saidToHaveFailedAndImmediateAlone_comesBackAtOnceOrAfterItsDelay() {
        StateHarness h = new StateHarness(
                root(Strategy.ONE_FOR_ONE, c -> c.shutdown(Shutdown.immediate()), "a")
                        .child(worker("b")
                                .shutdown(Shutdown.immediate())
                                .backoff(Backoff.constant(ofSeconds(1)))));
        h.deaf("a", "b").start().forget();
        h.fail("a");
        h.expect("signal a#1", "abandon a#1", "start a#2");
        h.fail("b");
        h.expect("signal b#1", "abandon b#1");
        h.advance(ofSeconds(1));
        h.expect("start b#2");
    }
}
