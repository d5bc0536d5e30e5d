package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.root;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.Backoff;
import dev.oversight.Exit;
import dev.oversight.Outcome;
import dev.oversight.Restart;
import dev.oversight.Strategy;
import dev.oversight.SupervisorNotRunningException;
import dev.oversight.SupervisorSpec;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Something in the loop throws, at any point: a heap that is full, a defect of ours. The supervisor
 * gives up, and even so nothing lives on below it and nobody waits for an answer for ever.
 */
class EngineDefectScenarioTest {
    // section 4 no. 11
    @ParameterizedTest
    @ValueSource(strings = {"ONE_FOR_ONE", "ONE_FOR_ALL", "REST_FOR_ONE"})
    void anyEffectOrEventThrowsOnce_everythingEndsAndEveryRequestIsAnswered(String name)
            throws Exception {
        Strategy strategy = (Strategy) Strategy.class.getField(name).get(null);
        int point = 0;
        StateHarness h;
        do {
            h = script(strategy, point);
            assertThat(h.phase()).as("defect at " + point).isEqualTo(SupervisorState.Phase.ENDED);
            assertThat(h.world.requests).as("defect at " + point).noneMatch(Asked::isOpen);
            assertThat(h.world.runs)
                    .as("defect at " + point)
                    .allMatch(run -> run.over || run.abandoned);
            point++;
        } while (h.defect != null);
        assertThat(point).as("points at which it may throw").isGreaterThan(50);
    }

    /** {@code end} is the last word, and may not throw. */
    private static StateHarness script(Strategy strategy, int point) {
        SupervisorSpec spec = root(strategy, "a", "b", "c")
                .child(worker("d")
                        .readyWithin(ofSeconds(1))
                        .backoff(Backoff.constant(ofMillis(10))))
                .child(worker("t").restart(Restart.TEMPORARY));
        StateHarness h = new StateHarness(spec).expectDefects().readyAtOnce("d").deaf("c");
        AtomicInteger left = new AtomicInteger(point);
        h.effects.saboteur = line -> {
            if (!line.startsWith("end ") && left.getAndDecrement() == 0) {
                throw new IllegalStateException("defect at " + line);
            }
        };
        h.start();
        play(h, () -> h.end(h.live("b"), new IllegalStateException("boom")));
        h.advance(ofSeconds(6));
        play(h, () -> h.end(h.live("d"), new IllegalStateException("boom")));
        h.advance(ofSeconds(6));
        play(h, () -> h.add(worker("e")));
        play(h, () -> h.terminate("c"));
        play(h, () -> h.delete("a"));
        h.advance(ofSeconds(6));
        play(h, () -> h.restart("c"));
        play(h, () -> h.lateEnd("c#1"));
        h.stop();
        h.advance(ofSeconds(6));
        return h;
    }

    /** After the defect a step may find nobody to act on. */
    private static void play(StateHarness h, Runnable step) {
        try {
            step.run();
        } catch (AssertionError nobody) {
            if (h.defect == null) {
                throw nobody;
            }
        }
    }

    @Test
    void anInputCannotBeApplied_stopsTheRestInOrderWithTheDefectAsTheCause() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a", "b"))
                .expectDefects()
                .start()
                .forget();
        IllegalStateException defect = new IllegalStateException("ours");
        h.feed(new Input.Query<>(
                state -> {
                    throw defect;
                },
                new Asked<Exit>("query")));
        h.expect("signal b#1", "signal a#1", "end root SUPERVISOR_FAILED");
        assertThat(h.outcome())
                .isEqualTo(new Outcome("root", Outcome.Reason.SUPERVISOR_FAILED, defect, 0));
    }

    @Test
    void aDeafChildAfterADefect_isAbandonedAfterItsBudget() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a"))
                .expectDefects()
                .deaf("a")
                .start()
                .forget();
        h.state.crash(new Input.GoOn(), new IllegalStateException("ours"));
        h.advance(ofSeconds(5));
        h.expect("signal a#1", "abandon a#1", "end root SUPERVISOR_FAILED");
    }

    @Test
    void childThatWasDownBeforeTheDefect_keepsItsLastExit() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a")
                        .child(worker("t").restart(Restart.TRANSIENT)))
                .expectDefects()
                .start();
        h.complete("t");
        h.state.crash(new Input.GoOn(), new IllegalStateException("ours"));
        assertThat(h.child("t").lastExit.kind()).isEqualTo(Exit.Kind.COMPLETED);
    }

    @Test
    void defectWhileAChildIsAskedToStop_itIsAskedAgainAndHasItsBudget() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a", "b"))
                .expectDefects()
                .deaf("b")
                .start();
        AtomicInteger left = new AtomicInteger(1);
        h.effects.saboteur = line -> {
            if (line.equals("signal b#1") && left.getAndDecrement() == 1) {
                throw new IllegalStateException("ours");
            }
        };
        h.forget();
        h.terminate("b");
        h.advance(ofMillis(4_999));
        h.expect("signal b#1");
        h.advance(ofMillis(1));
        h.expect("abandon b#1", "signal a#1", "end root SUPERVISOR_FAILED");
    }

    @Test
    void defectBeforeARunsEndIsNoted_theChildIsDownAllTheSame() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a", "b"))
                .expectDefects()
                .start()
                .forget();
        FakeRun ended = h.live("b");
        ended.over = true;
        h.state.crash(ended, new StackOverflowError());
        h.world.pump();
        h.expect("signal a#1", "end root SUPERVISOR_FAILED");
        assertThat(h.states()).isEqualTo("a STOPPED#1, b STOPPED#1");
    }

    @Test
    void requestCannotBeApplied_itsCallerIsAnswered() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a", "b"))
                .expectDefects()
                .start();
        Asked<Exit> query = new Asked<>("query");
        h.feed(new Input.Query<>(
                state -> {
                    throw new IllegalStateException("ours");
                },
                query));
        assertThat(query.problem()).isInstanceOf(SupervisorNotRunningException.class);
    }

    @Test
    void requestBrokenOffBeforeAnybodyTookNote_isAnsweredWhenAllHasEnded() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a"))
                .expectDefects()
                .deaf("a")
                .start();
        Asked<Child> add = new Asked<>("add");
        Asked<Child> another = new Asked<>("another");
        h.feed(new Input.Add(null, false, add, null));
        h.advance(ofMillis(4_999));
        assertThat(add.isOpen()).isTrue();
        h.advance(ofMillis(1));
        assertThat(add.problem()).isInstanceOf(SupervisorNotRunningException.class);
        h.feed(new Input.Add(null, false, another, null));
        assertThat(another.problem()).isInstanceOf(SupervisorNotRunningException.class);
    }

    @Test
    void queryThatADefectBreaksOff_doesNotAnswerForRequestsBeforeIt() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a"))
                .expectDefects()
                .deaf("a")
                .start();
        Asked<Child> add = new Asked<>("add");
        h.feed(new Input.Add(null, false, add, null));
        h.feed(new Input.Query<>(
                state -> {
                    throw new IllegalStateException("ours");
                },
                new Asked<Exit>("query")));
        assertThat(add.isOpen()).isTrue();
    }

    @Test
    void runsEndCannotBeApplied_theChildIsDownAllTheSame() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a", "b"))
                .expectDefects()
                .start()
                .forget();
        h.effects.saboteur = line -> {
            if (line.startsWith("event failed")) {
                throw new IllegalStateException("ours");
            }
        };
        h.crash("b");
        h.expect("signal a#1", "end root SUPERVISOR_FAILED");
        assertThat(h.states()).isEqualTo("a STOPPED#1, b STOPPED#1");
    }

    @Test
    void defectWhileItStops_keepsTheReasonAndEnds() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a", "b"))
                .expectDefects()
                .deaf("b")
                .start();
        h.stop();
        h.effects.saboteur = line -> {
            if (line.startsWith("event stopped b")) {
                throw new IllegalStateException("ours");
            }
        };
        h.forget();
        h.complete("b");
        h.expect("signal a#1", "end root STOPPED");
    }
}
