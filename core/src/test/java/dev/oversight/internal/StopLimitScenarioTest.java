package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.root;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.Outcome;
import dev.oversight.Shutdown;
import dev.oversight.StopOrder;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.StopTime;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.stream.IntStream;

/** One limit for a whole stop, split downwards; and stopping all at once. */
class StopLimitScenarioTest {
    private static StateHarness hanging(Strategy strategy, String... ids) {
        StateHarness h = new StateHarness(
                root(strategy, c -> c.shutdown(Shutdown.within(ofSeconds(60))), ids));
        return h.deaf(ids).start().forget();
    }

    @Test
    void limit_givesEachHalfOfWhatIsLeftAndTheLastOneAllOfIt() {
        StateHarness h = hanging(Strategy.ONE_FOR_ONE, "a", "b", "c", "d");
        h.stopWithin(ofSeconds(16));
        h.expect("signal d#1");
        h.advance(ofMillis(7_999));
        h.expect();
        h.advance(ofMillis(1));
        h.expect("abandon d#1", "signal c#1");
        h.advance(ofMillis(3_999));
        h.expect();
        h.advance(ofMillis(1));
        h.expect("abandon c#1", "signal b#1");
        h.advance(ofMillis(1_999));
        h.expect();
        h.advance(ofMillis(1));
        h.expect("abandon b#1", "signal a#1");
        h.advance(ofMillis(1_999));
        h.expect();
        h.advance(ofMillis(1));
        h.expect("abandon a#1", "end root STOPPED");
        assertThat(h.outcome().abandoned()).isEqualTo(4);
    }

    @Test
    void ownBudget_standsIfItIsShorter() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a", "b")).deaf("a", "b");
        h.start().forget();
        h.stopWithin(ofSeconds(60));
        h.advance(ofSeconds(5));
        h.expect("signal b#1", "abandon b#1", "signal a#1");
    }

    @Test
    void unboundedChild_isBoundedByTheLimit() {
        StateHarness h = new StateHarness(
                root(Strategy.ONE_FOR_ONE, c -> c.shutdown(Shutdown.unbounded()), "a"));
        h.deaf("a").start().forget();
        h.stopWithin(ofSeconds(3));
        h.advance(ofSeconds(3));
        h.expect("signal a#1", "abandon a#1", "end root STOPPED");
    }

    @Test
    void hurryWhileItStops_shortensWhatRuns() {
        StateHarness h = hanging(Strategy.ONE_FOR_ONE, "a", "b");
        h.stop();
        h.advance(ofSeconds(1));
        h.stopWithin(ofSeconds(2));
        h.advance(ofSeconds(1));
        h.expect("signal b#1", "abandon b#1", "signal a#1");
        h.advance(ofSeconds(1));
        h.expect("abandon a#1", "end root STOPPED");
    }

    @Test
    void nestedSupervisor_splitsItsPartFurther() {
        SupervisorSpec inner = SupervisorSpec.of("in")
                .child(worker("x").shutdown(Shutdown.unbounded()))
                .child(worker("y").shutdown(Shutdown.unbounded()));
        StateHarness h = new StateHarness(
                        SupervisorSpec.of("root").child(worker("a")).child(inner))
                .withNested()
                .deaf("x", "y", "a");
        h.start().forget();
        h.stopWithin(ofSeconds(8)); // 4 s for in: 2 s for y, 2 s for x; then 4 s for a
        h.advance(ofSeconds(2));
        h.expect("signal in#1", "signal in/y#1", "abandon in/y#1", "signal in/x#1");
        h.advance(ofSeconds(2));
        assertThat(h.world.effects).contains("abandon in/x#1", "end in STOPPED", "signal a#1");
        h.advance(ofSeconds(4));
        assertThat(h.outcome().abandoned()).isEqualTo(3);
    }

    @Test
    void nestedSupervisorThatStopsAlready_isHurriedToo() {
        SupervisorSpec inner =
                SupervisorSpec.of("in").child(worker("x").shutdown(Shutdown.unbounded()));
        StateHarness h = new StateHarness(SupervisorSpec.of("root").child(inner)).withNested();
        h.deaf("x").start();
        h.stop();
        h.advance(ofSeconds(100));
        h.forget();
        h.stopWithin(ofSeconds(1));
        h.advance(ofSeconds(1));
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.STOPPED);
        assertThat(h.outcome().abandoned()).isOne();
    }

    @Test
    void childThatIsBeingTerminatedWhenTheStopBegins_isBoundedByTheLimitToo() {
        StateHarness h = hanging(Strategy.ONE_FOR_ONE, "a", "b");
        h.terminate("b");
        h.stopWithin(ofSeconds(4));
        h.advance(ofSeconds(2));
        h.expect("signal b#1", "abandon b#1", "signal a#1");
        h.advance(ofSeconds(2));
        h.expect("abandon a#1", "end root STOPPED");
    }

    @Test
    void limitOfZero_letsGoOfAllInTheSameMoment() {
        StateHarness h = hanging(Strategy.ONE_FOR_ONE, "a", "b");
        h.stopWithin(Duration.ZERO);
        h.advance(Duration.ZERO);
        h.expect("signal b#1", "abandon b#1", "signal a#1", "abandon a#1", "end root STOPPED");
    }

    @Test
    void nestedSupervisorThatStopsAlready_splitsTheNewLimitAmongItsOwn() {
        SupervisorSpec inner = SupervisorSpec.of("in")
                .child(worker("x").shutdown(Shutdown.unbounded()))
                .child(worker("y").shutdown(Shutdown.unbounded()));
        StateHarness h = new StateHarness(SupervisorSpec.of("root").child(inner))
                .withNested()
                .deaf("x", "y")
                .start();
        h.stop();
        h.advance(ofSeconds(100));
        h.forget();
        h.stopWithin(ofSeconds(4));
        h.advance(ofSeconds(2));
        h.expect("signal in#1", "abandon in/y#1", "signal in/x#1");
    }

    @Test
    void hurryThatIsNoHurryForAChild_doesNotLengthenItsBudget() {
        StateHarness h =
                new StateHarness(root(Strategy.ONE_FOR_ONE, "a")).deaf("a").start();
        h.stop();
        h.advance(ofSeconds(1));
        h.forget();
        h.stopWithin(ofSeconds(60));
        h.advance(ofMillis(3_999));
        h.expect();
        h.advance(ofMillis(1));
        h.expect("abandon a#1", "end root STOPPED");
    }

    @Test
    void hurryThatChangesNothingForANestedSupervisor_isNotPassedOn() {
        StateHarness h = new StateHarness(SupervisorSpec.of("root")
                        .child(
                                SupervisorSpec.of("in").child(worker("x")),
                                c -> c.shutdown(Shutdown.within(ofSeconds(4)))))
                .withNested()
                .deaf("x")
                .start();
        h.stop();
        h.forget();
        h.stopWithin(ofSeconds(4));
        h.expect();
    }

    @Test
    void together_asksAllAtOnceAndTheirBudgetsRunAtTheSameTime() {
        StateHarness h = new StateHarness(
                root(Strategy.ONE_FOR_ONE, "a", "b", "c").stopOrder(StopOrder.TOGETHER));
        h.deaf("a", "c").start().forget();
        h.stop();
        h.expect("signal c#1", "signal b#1", "signal a#1");
        h.advance(ofSeconds(5));
        h.expect("abandon c#1", "abandon a#1", "end root STOPPED");
    }

    @Test
    void togetherWithinALimit_allHaveTheWholeOfIt() {
        StateHarness h = new StateHarness(
                root(Strategy.ONE_FOR_ONE, "a", "b").stopOrder(StopOrder.TOGETHER));
        h.deaf("a", "b").start().forget();
        h.stopWithin(ofSeconds(3));
        h.advance(ofMillis(2_999));
        h.expect("signal b#1", "signal a#1");
        h.advance(ofMillis(1));
        h.expect("abandon b#1", "abandon a#1", "end root STOPPED");
    }

    @Test
    void groupRestartTogether_startsNobodyBeforeAllAreDown() {
        StateHarness h = new StateHarness(
                root(Strategy.ONE_FOR_ALL, "a", "b", "c").stopOrder(StopOrder.TOGETHER));
        h.deaf("a", "b").start().forget();
        h.crash("c");
        h.expect("signal b#1", "signal a#1");
        h.complete("a");
        h.expect();
        h.complete("b");
        h.expect("start a#2", "start b#2", "start c#2");
    }

    @Test
    void slowestStops_areKeptLongestFirstAlsoFromBelow() {
        SupervisorSpec inner = SupervisorSpec.of("in").child(worker("x"));
        StateHarness h = new StateHarness(SupervisorSpec.of("root")
                        .child(worker("a"))
                        .child(worker("b"))
                        .child(inner))
                .withNested()
                .slow("a", ofMillis(100))
                .slow("x", ofMillis(700))
                .deaf("b");
        h.start();
        h.stop();
        h.advance(ofSeconds(10));
        assertThat(h.state.slowest().longestFirst())
                .extracting(StopTime::path)
                .containsExactly("root/b", "root/in/x", "root/in", "root/a");
        assertThat(h.state.slowest().longestFirst().getFirst().abandoned()).isTrue();
        assertThat(h.state.slowest().longestFirst().getFirst().took()).isEqualTo(ofSeconds(5));
    }

    @Test
    void slowestStops_saySinceWhenAndOfWhatBudget() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a", "b"))
                .slow("a", ofMillis(100))
                .start();
        h.advance(ofSeconds(1));
        h.stop();
        h.advance(ofSeconds(1));
        assertThat(h.state.slowest().longestFirst())
                .first()
                .isEqualTo(new StopTime(
                        "root/a",
                        1,
                        World.EPOCH + ofSeconds(1).toNanos(),
                        ofMillis(100),
                        ofSeconds(5),
                        StopTime.Way.STOPPED));
    }

    @Test
    void slowestStops_leaveOutWhatStoppedForARestart() {
        SupervisorSpec inner = SupervisorSpec.of("in")
                .intensity(0, ofSeconds(1))
                .child(worker("x"))
                .child(worker("y"));
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ALL, "a", "b").child(inner))
                .withNested()
                .slow("a", ofMillis(700))
                .slow("x", ofMillis(300))
                .start();
        h.nested("in").crash("y");
        h.advance(ofSeconds(1));
        assertThat(h.states()).isEqualTo("a RUNNING#2, b RUNNING#2, in RUNNING#2");
        h.slow("a", ofMillis(2)).slow("x", ofMillis(1));
        h.stop();
        h.advance(ofSeconds(1));
        assertThat(h.state.slowest().longestFirst())
                .extracting(stop -> stop.path() + " " + stop.took().toMillis())
                .startsWith("root/a 2")
                .containsExactlyInAnyOrder(
                        "root/a 2", "root/in/x 1", "root/in 1", "root/b 0", "root/in/y 0");
    }

    @Test
    void slowestStops_countBelowASupervisorWhoseEndIsTheEndOfAll() {
        SupervisorSpec inner = SupervisorSpec.of("in")
                .intensity(0, ofSeconds(1))
                .child(worker("x"))
                .child(worker("y"));
        StateHarness h = new StateHarness(
                        SupervisorSpec.of("root").intensity(0, ofSeconds(1)).child(inner))
                .withNested()
                .slow("x", ofMillis(300))
                .start();
        h.nested("in").crash("y");
        h.advance(ofSeconds(1));
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.TOO_MANY_FAILURES);
        assertThat(h.state.slowest().longestFirst())
                .extracting(StopTime::path)
                .containsExactly("root/in/x");
    }

    @Test
    void slowestStops_areTheLongestWhateverTheOrderAndTheRestIsCounted() {
        int kept = SlowestStops.KEPT;
        SupervisorSpec spec = SupervisorSpec.of("root").stopOrder(StopOrder.TOGETHER);
        for (int i = 0; i < kept + 4; i++) {
            spec = spec.child(worker("c" + i).shutdown(Shutdown.unbounded()));
        }
        for (int step : new int[] {1, -1}) {
            StateHarness h = new StateHarness(spec);
            for (int i = 0; i < kept + 4; i++) {
                int place = step > 0 ? i : kept + 3 - i;
                h.slow("c" + i, ofSeconds(1 + place));
            }
            h.start().stop();
            h.advance(ofSeconds(100));
            assertThat(h.state.slowest().longestFirst())
                    .extracting(stop -> (int) stop.took().toSeconds())
                    .isEqualTo(
                            IntStream.range(0, kept).mapToObj(i -> kept + 4 - i).toList());
            assertThat(h.state.slowest().more()).isEqualTo(4);
        }
    }
}
