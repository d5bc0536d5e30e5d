package dev.oversight.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.AtLimit;
import dev.oversight.AutoShutdown;
import dev.oversight.ChildContext;
import dev.oversight.ChildSpec;
import dev.oversight.Exit;
import dev.oversight.Outcome;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.StopOrder;
import dev.oversight.Strategy;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.TooManyFailuresException;
import dev.oversight.event.AbandonedRunEnded;
import dev.oversight.event.ChildAbandoned;
import dev.oversight.event.ChildAdded;
import dev.oversight.event.ChildEvent;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildReady;
import dev.oversight.event.ChildRemoved;
import dev.oversight.event.ChildStarted;
import dev.oversight.event.ChildStopped;
import dev.oversight.event.ChildStopping;
import dev.oversight.event.Event;
import dev.oversight.event.LimitsChanged;
import dev.oversight.event.StopCause;
import dev.oversight.event.SupervisorEnded;
import dev.oversight.event.SupervisorStarted;
import dev.oversight.event.SupervisorStopping;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a replay of events finds, told by hand: each that is wrong beside one that is right. */
class BooksTest {
    private final List<String> found = new ArrayList<>();
    private final Requests requests = new Requests();
    private Books books;
    private long now = 1_000;

    private static SupervisorSpec spec(Strategy strategy) {
        return SupervisorSpec.of("root", strategy)
                .child("a", ChildContext::awaitStop)
                .child("b", ChildContext::awaitStop);
    }

    private BooksTest of(SupervisorSpec spec) {
        books = new Books(new Described(spec), requests, path -> Optional.empty());
        return this;
    }

    private BooksTest tell(Event event) {
        now++;
        books.take(event, (kind, path, what, at) -> found.add(kind + " " + path + " " + what));
        return this;
    }

    private BooksTest starts(String child, long incarnation) {
        return tell(new ChildStarted("root/" + child, incarnation, now, false));
    }

    private BooksTest stopping(String child, long incarnation, StopCause why) {
        return tell(new ChildStopping("root/" + child, incarnation, now, why));
    }

    private BooksTest stopped(String child, long incarnation) {
        return tell(stop(child, incarnation));
    }

    private ChildEvent stop(String child, long incarnation) {
        Exit exit = new Exit(Exit.Kind.STOPPED, null, 1);
        return new ChildStopped("root/" + child, incarnation, now, exit, Duration.ZERO);
    }

    private BooksTest fails(String child, long incarnation, boolean restarting) {
        return tell(new ChildFailed(
                "root/" + child, incarnation, now, new SimulatedFailure(child), 1, restarting));
    }

    private BooksTest up() {
        return starts("a", 1)
                .starts("b", 1)
                .tell(new SupervisorStarted("root", now, 2, Duration.ZERO));
    }

    private BooksTest ends(Outcome.Reason reason, Throwable cause) {
        return tell(new SupervisorStopping("root", now, reason, cause));
    }

    private void isFine() {
        assertThat(found).isEmpty();
    }

    private void finds(String... parts) {
        assertThat(found).hasSize(1);
        assertThat(found.getFirst()).contains(parts);
    }

    // ------------------------------------------------------------------ what cannot be

    @Test
    void aWholeLife_isFine() {
        of(spec(Strategy.ONE_FOR_ONE)).up().fails("a", 1, true).starts("a", 2);
        stopping("b", 1, StopCause.REQUEST).stopped("b", 1);
        ends(Outcome.Reason.STOPPED, null)
                .stopping("a", 2, StopCause.SUPERVISOR)
                .stopped("a", 2);
        tell(new SupervisorEnded(
                "root", now, new Outcome("root", Outcome.Reason.STOPPED, null, 0)));
        isFine();
        assertThat(books.live()).isEmpty();
        assertThat(books.isDownByRequest("root/b")).isTrue();
        assertThat(books.isDownByRequest("root/a")).isFalse();
    }

    @Test
    void aMoveThatTheTableDoesNotHave_isFound() {
        of(spec(Strategy.ONE_FOR_ONE)).up().tell(new ChildReady("root/a", 1, now, Duration.ZERO));
        finds("BOOKS root/a", "root/a ready", "cannot be: it was [RUNNING]");
    }

    @Test
    void anIncarnationThatIsLeftOut_isFound() {
        of(spec(Strategy.ONE_FOR_ONE)).up().fails("a", 1, true).starts("a", 3);
        finds("BOOKS root/a", "is about incarnation 3, expected 2");
    }

    @Test
    void aChildThatNobodyHasHeardOf_isFound() {
        of(spec(Strategy.ONE_FOR_ONE)).up().starts("c", 1);
        finds("BOOKS root/c", "nobody has heard of");
    }

    @Test
    void aChildThatIsAddedTwice_isFound() {
        of(spec(Strategy.ONE_FOR_ONE)).up().tell(new ChildAdded("root/b", 0, now));
        finds("BOOKS root/b", "is there already");
    }

    @Test
    void anEndThatLeavesAChildLive_isFound() {
        of(spec(Strategy.ONE_FOR_ONE)).up().fails("a", 1, false);
        tell(new SupervisorEnded(
                "root", now, new Outcome("root", Outcome.Reason.STOPPED, null, 0)));
        finds("BOOKS root/b", "its supervisor has ended");
    }

    @Test
    void aLateEndOfAnAbandonedRun_isFine() {
        of(spec(Strategy.ONE_FOR_ONE)).up().stopping("a", 1, StopCause.REQUEST);
        tell(new ChildAbandoned("root/a", 1, now, Duration.ZERO));
        requests.asked("root/a", true);
        starts("a", 2).tell(new AbandonedRunEnded("root/a", 1, now, null));
        tell(new AbandonedRunEnded("root/gone", 1, now, null));
        isFine();
    }

    @Test
    void oneThatWasSaidToHaveFailed_isToldOfTwice() {
        of(spec(Strategy.ONE_FOR_ONE)).up().fails("a", 1, true);
        stopping("a", 1, StopCause.FAILED).stopped("a", 1).starts("a", 2);
        isFine();
    }

    @Test
    void asManyAsTheEventsTell_isNoDifference() {
        of(spec(Strategy.ONE_FOR_ONE)).up();
        assertThat(books.difference("root", List.of()))
                .isEqualTo("root/a is not in the books of root, by its events it is");
    }

    @Test
    void afterALossOfEvents_nothingIsJudgedUntilTheTreeHasBeenLookedAt() throws Exception {
        SupervisorSpec spec = SupervisorSpec.of("root")
                .child("a", ChildContext::awaitStop)
                .child(SupervisorSpec.of("nested").child("b", ChildContext::awaitStop));
        of(spec);
        books.lostTrack();
        starts("c", 7).isFine();
        assertThat(books.live()).isEmpty();
        try (Supervisor tree = Supervisor.start(spec)) {
            books.lookAt(tree);
        }
        assertThat(books.live()).contains("root/a", "root/nested", "root/nested/b");
        fails("a", 1, true).starts("a", 2).isFine();
        ends(Outcome.Reason.TOO_MANY_FAILURES, tooMany()).isFine(); // it may have had that many
        fails("nested/b", 3, true).finds("BOOKS root/nested/b", "is about incarnation 3");
    }

    @Test
    void aSupervisorThatIsRemoved_hasNoBooksAnyMore() {
        SupervisorSpec nested = SupervisorSpec.of("nested").child("a", ChildContext::awaitStop);
        of(SupervisorSpec.of("root").child(nested));
        starts("nested", 1).starts("nested/a", 1);
        assertThat(books.size()).isEqualTo(2);
        stopping("nested", 1, StopCause.REQUEST);
        stopping("nested/a", 1, StopCause.SUPERVISOR).stopped("nested/a", 1);
        stopped("nested", 1).tell(new ChildRemoved("root/nested", 1, now)).isFine();
        assertThat(books.size()).isEqualTo(1);
    }

    // ------------------------------------------------------------------ who comes back

    @Test
    void oneThatWasStoppedByRequest_comesBackOnlyIfTheChaosHasAsked() {
        of(spec(Strategy.ONE_FOR_ONE)).up().stopping("a", 1, StopCause.REQUEST).stopped("a", 1);
        requests.asked("root/a", true);
        starts("a", 2).isFine();
        requests.answered("root/a", true, false, now);
        stopping("a", 2, StopCause.REQUEST).stopped("a", 2).starts("a", 3);
        finds("CAME_BACK root/a");
    }

    // ------------------------------------------------------------------ order

    @Test
    void aYoungerOneThatIsStartedFirst_isFound() {
        of(spec(Strategy.ONE_FOR_ONE)).starts("b", 1);
        finds("OUT_OF_ORDER root/b", "before root/a");
    }

    @Test
    void aGroupThatComesBackTheWrongWayRound_isFound() {
        of(spec(Strategy.ONE_FOR_ALL))
                .up()
                .fails("a", 1, true)
                .fails("b", 1, true)
                .starts("b", 2);
        finds("OUT_OF_ORDER root/b", "before root/a");
    }

    @Test
    void whoRestartsAlone_comesBackWhenItLikes() {
        of(spec(Strategy.ONE_FOR_ONE))
                .up()
                .fails("a", 1, true)
                .fails("b", 1, true)
                .starts("b", 2);
        isFine();
    }

    @Test
    void anOlderOneThatIsStoppedForASiblingFirst_isFound() {
        of(spec(Strategy.REST_FOR_ONE).child("c", ChildContext::awaitStop)).up().starts("c", 1);
        fails("a", 1, true).stopping("b", 1, StopCause.SIBLING);
        finds("OUT_OF_ORDER root/b", "before root/c is gone");
    }

    @Test
    void anOlderOneThatIsStoppedFirstAtTheEnd_isFound() {
        of(spec(Strategy.ONE_FOR_ONE)).up().ends(Outcome.Reason.STOPPED, null);
        stopping("b", 1, StopCause.SUPERVISOR).stopping("a", 1, StopCause.SUPERVISOR);
        finds("OUT_OF_ORDER root/a", "before root/b is gone, which is [STOPPING]");
    }

    @Test
    void whoStopTogether_stopInAnyOrder() {
        of(spec(Strategy.ONE_FOR_ONE).stopOrder(StopOrder.TOGETHER)).up();
        ends(Outcome.Reason.STOPPED, null).stopping("a", 1, StopCause.SUPERVISOR);
        isFine();
    }

    @Test
    void whoIsOutOfTime_givesUpItsOrder() {
        SupervisorSpec nested = spec(Strategy.ONE_FOR_ONE).id("nested");
        of(SupervisorSpec.of("root")
                .child(nested, c -> c.shutdown(Shutdown.within(Duration.ZERO))));
        starts("nested", 1).starts("nested/a", 1).starts("nested/b", 1);
        stopping("nested/a", 1, StopCause.SUPERVISOR).isFine();
        of(spec(Strategy.ONE_FOR_ONE)).up();
        books.abort();
        stopping("a", 1, StopCause.SUPERVISOR).isFine();
    }

    private static SupervisorSpec graph() {
        return SupervisorSpec.of("root", Strategy.REST_FOR_DEPENDENTS)
                .child("b", ChildContext::awaitStop, c -> c.dependsOn("a"))
                .child("a", ChildContext::awaitStop);
    }

    @Test
    void aDependentThatIsStartedFirst_isFound() {
        of(graph()).starts("b", 1);
        finds("OUT_OF_ORDER root/b", "before root/a, which it needs");
    }

    @Test
    void oneThatIsNeededAndStoppedFirst_isFound() {
        of(graph()).up().ends(Outcome.Reason.STOPPED, null);
        stopping("a", 1, StopCause.SUPERVISOR);
        finds("OUT_OF_ORDER root/a", "before root/b is gone");
    }

    // ------------------------------------------------------------------ ends

    private static TooManyFailuresException tooMany() {
        return TooManyFailuresException.givenUp(
                "root",
                new AtLimit.Allowance(1, Duration.ofSeconds(5)),
                List.of(new SimulatedFailure("a")));
    }

    @Test
    void whoGivesUpWithinItsAllowance_isFound() {
        of(spec(Strategy.ONE_FOR_ONE)).up().ends(Outcome.Reason.TOO_MANY_FAILURES, tooMany());
        finds("ENDED root", "gave up after 0 restarts, allowed are 1");
    }

    @Test
    void whoGivesUpBeyondIt_isFine() {
        of(spec(Strategy.ONE_FOR_ONE)).up().fails("a", 1, true).starts("a", 2);
        fails("a", 2, false).ends(Outcome.Reason.TOO_MANY_FAILURES, tooMany()).isFine();
    }

    @Test
    void whoGivesUpThoughItNeverDoes_isFound() {
        of(spec(Strategy.ONE_FOR_ONE).atLimit(AtLimit.park())).up();
        ends(Outcome.Reason.TOO_MANY_FAILURES, tooMany());
        finds("ENDED root", "by its rules it never does");
    }

    @Test
    void whoIsAllowedMoreMeanwhile_giveUpLater() {
        of(spec(Strategy.ONE_FOR_ONE)).up().fails("a", 1, true).starts("a", 2);
        tell(new LimitsChanged("root", now, 9, new AtLimit.Allowance(2, Duration.ofSeconds(5))));
        fails("a", 2, false).ends(Outcome.Reason.TOO_MANY_FAILURES, tooMany());
        finds("ENDED root", "gave up after 1 restarts, allowed are 2");
    }

    @Test
    void anEndBecauseNothingIsLeftThoughSomethingIs_isFound() {
        of(spec(Strategy.ONE_FOR_ONE)).up().fails("a", 1, false);
        ends(Outcome.Reason.NO_CHILD_LEFT, null);
        finds("ENDED root", "live are [root/b]");
    }

    @Test
    void anEndThatNobodyHasAskedFor_isFound() {
        of(spec(Strategy.ONE_FOR_ONE).autoShutdown(AutoShutdown.NEVER)).up();
        ends(Outcome.Reason.NO_CHILD_LEFT, null).finds("ENDED root", "autoShutdown is NEVER");
    }

    @Test
    void anEndWithSignificantChildrenOfWhichThereAreNone_isFound() {
        of(spec(Strategy.ONE_FOR_ONE)).up().ends(Outcome.Reason.SIGNIFICANT_ENDED, null);
        finds("ENDED root", "autoShutdown is NOTHING_LEFT");
    }

    @Test
    void anEndWithTheLastSignificantChild_isFine() {
        of(SupervisorSpec.of("root")
                        .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                        .child(ChildSpec.of("a", ChildContext::awaitStop)
                                .restart(Restart.TRANSIENT)
                                .significant(true)))
                .starts("a", 1)
                .ends(Outcome.Reason.SIGNIFICANT_ENDED, null)
                .isFine();
    }

    @Test
    void aStartThatFailsWhenItIsDone_isFound() {
        of(spec(Strategy.ONE_FOR_ONE)).up().ends(Outcome.Reason.START_FAILED, null);
        finds("ENDED root", "but it was up");
    }
}
