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
import dev.oversight.OversightException;
import dev.oversight.Restart;
import dev.oversight.StartFailedException;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** What those are told who wait for a child to be up or down, and in which order. */
class AnswerScenarioTest {
    /** Notes its name when it is answered. */
    private record Noted<T>(String name, List<String> answers) implements Reply<T> {
        @Override
        public void succeed(T answer) {
            answers.add(name);
        }

        @Override
        public void fail(OversightException problem) {
            answers.add(name + " refused");
        }
    }

    @Test
    void severalWait_whoeverAskedFirstIsAnsweredFirst() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a", "b"));
        h.deaf("a").start();
        List<String> answers = new ArrayList<>();
        for (String name : List.of("first", "second", "third")) {
            h.child("a").whenDown(new Noted<>(name, answers));
        }
        h.terminate("a");
        h.complete("a");
        assertThat(answers).containsExactly("first", "second", "third");
    }

    @Test
    void someWaitForItToBeUpAndSomeForItsEnd_eachIsToldWhatItWaitsForInTheOrderOfAsking() {
        StateHarness h =
                started(root(Strategy.ONE_FOR_ONE).child(worker("a").readyWithin(ofSeconds(1))));
        List<String> answers = new ArrayList<>();
        h.child("a").whenDown(new Noted<>("down 1", answers));
        h.child("a").whenUp(new Noted<>("up 1", answers));
        h.child("a").whenDown(new Noted<>("down 2", answers));
        h.child("a").whenUp(new Noted<>("up 2", answers));
        h.ready("a");
        assertThat(answers).containsExactly("up 1", "up 2");
        h.terminate("a").value();
        assertThat(answers).containsExactly("up 1", "up 2", "down 1", "down 2");
    }

    @Test
    void somebodyWaitsForItsEnd_isFoundByItsType() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a"));
        Noted<Exit> noted = new Noted<>("noted", new ArrayList<>());
        assertThat(h.child("a").waiting(Noted.class)).isNull();
        h.child("a").whenDown(noted);
        h.child("a").whenDown(new Asked<>("asked later"));
        assertThat(h.child("a").waiting(Noted.class)).isSameAs(noted);
    }

    @Test
    void addedBySomebodyWhoWaitsForItsEnd_isToldOfTheLastEndAndNotOfRestarts() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a"));
        Asked<Child> added = new Asked<>("add b");
        Asked<Exit> end = new Asked<>("end of b");
        h.feed(new Input.Add(worker("b"), false, added, end));
        added.value();
        h.crash("b");
        assertThat(end.isOpen()).isTrue();
        h.terminate("b").value();
        assertThat(end.value().kind()).isEqualTo(Exit.Kind.STOPPED);
    }

    @Test
    void restartWaitsAndTheChildFailsForGood_theCallerIsToldWhy() {
        Restart onceOnly = Restart.onFailure(IllegalStateException.class);
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "x")
                .child(worker("a")
                        .restart(onceOnly)
                        .readyWithin(ofSeconds(1))
                        .backoff(Backoff.constant(ofSeconds(1)))));
        h.ready("a");
        h.crash("a");
        Asked<Child> restarted = h.restart("a");
        assertThat(restarted.isOpen()).isTrue();
        UnsupportedOperationException cause = new UnsupportedOperationException("other");
        h.crash("a", cause);
        assertThat(restarted.problem())
                .isInstanceOf(StartFailedException.class)
                .hasMessageContaining("failed before it was ready")
                .hasCause(cause);
    }

    @Test
    void addedFromInsideAndNeedsNotWaitForItsTurn_isAnsweredWhenItIsUp() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a"));
        Asked<Child> added = h.addFromInside(worker("b").readyWithin(ofSeconds(1)));
        assertThat(added.isOpen()).isTrue();
        h.ready("b");
        assertThat(added.value().state).isEqualTo(ChildState.RUNNING);
    }

    @Test
    void terminatedDuringItsDelay_isAnsweredWithTheEndItHad() {
        StateHarness h = started(
                root(Strategy.ONE_FOR_ONE, "a", "b").backoff(Backoff.constant(ofSeconds(1))));
        IllegalStateException cause = new IllegalStateException("boom");
        h.crash("a", cause);
        Exit exit = h.terminate("a").value();
        assertThat(exit.kind()).isEqualTo(Exit.Kind.FAILED);
        assertThat(exit.cause()).isSameAs(cause);
    }

    @Test
    void terminatedBeforeItsFirstStart_isAnsweredWithAStop() {
        StateHarness h =
                started(root(Strategy.ONE_FOR_ONE, c -> c.readyWithin(ofSeconds(1)), "a", "b"));
        assertThat(h.terminate("b").value().kind()).isEqualTo(Exit.Kind.STOPPED);
        assertThat(h.child("b").lastExit.kind()).isEqualTo(Exit.Kind.STOPPED);
    }

    @Test
    void endOfAChildThatIsKept_terminatesItAndKeepsIt() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a", "b"));
        assertThat(h.end(h.child("a")).value().kind()).isEqualTo(Exit.Kind.STOPPED);
        assertThat(h.states()).isEqualTo("a STOPPED#1, b RUNNING#1");
    }

    // ------------------------------------------------------------------ watches

    @Test
    void watchOfAChildThatWasRestarted_tellsOfItsNextEndAndNotOfItsLast() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a"));
        h.crash("a");
        List<Exit> ends = h.watch("a");
        assertThat(ends).isEmpty();
        h.terminate("a");
        assertThat(ends).extracting(Exit::kind).containsExactly(Exit.Kind.STOPPED);
    }

    @Test
    void watchOfAChildThatIsTerminatedBeforeItsFirstStart_tellsOfAStop() {
        StateHarness h =
                started(root(Strategy.ONE_FOR_ONE, c -> c.readyWithin(ofSeconds(1)), "a", "b"));
        List<Exit> ends = h.watch("b");
        assertThat(ends).isEmpty();
        h.terminate("b").value();
        assertThat(ends).extracting(Exit::kind).containsExactly(Exit.Kind.STOPPED);
    }

    @Test
    void watchOfAChildThatIsParked_tellsOfTheFailureItself() {
        StateHarness h = started(SupervisorSpec.of("root")
                .child(worker("a").intensity(0, ofSeconds(1)).atLimit(AtLimit.park())));
        List<Exit> ends = h.watch("a");
        IllegalStateException cause = new IllegalStateException("boom");
        h.crash("a", cause);
        assertThat(h.state("a")).isEqualTo(ChildState.PARKED);
        assertThat(ends).extracting(Exit::cause).containsExactly(cause);
    }

    @Test
    void watchOfAChildThatIsSaidToHaveFailedAndIsParked_tellsOfThatFailure() {
        StateHarness h = started(SupervisorSpec.of("root")
                .child(worker("a").intensity(0, ofSeconds(1)).atLimit(AtLimit.park())));
        List<Exit> ends = h.watch("a");
        h.fail("a");
        assertThat(h.state("a")).isEqualTo(ChildState.PARKED);
        assertThat(ends).extracting(Exit::kind).containsExactly(Exit.Kind.FAILED);
        assertThat(ends.getFirst().cause()).hasMessage("hangs");
    }

    // ------------------------------------------------------------------ how long it was up

    @Test
    void exit_tellsHowLongItWasUpUntilItWasGone() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a", "b", "c"))
                .slow("a", ofMillis(300))
                .deaf("b")
                .start();
        h.advance(ofSeconds(2));
        h.stop();
        h.advance(ofSeconds(9));
        assertThat(h.child("c").lastExit.uptimeNanos()).isEqualTo(ofSeconds(2).toNanos());
        assertThat(h.child("b").lastExit.uptimeNanos()).isEqualTo(ofSeconds(7).toNanos());
        assertThat(h.child("a").lastExit.uptimeNanos())
                .isEqualTo(ofMillis(7_300).toNanos());
    }
}
