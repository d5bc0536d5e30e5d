package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.root;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.Shutdown;
import dev.oversight.StopOrder;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.StopTime;

import org.junit.jupiter.api.Test;

import java.util.List;

/** What the books keep of a stop, for the waterfall. */
class WaterfallScenarioTest {
    @Test
    void manyStopsBelow_areCountedAsWell() {
        SupervisorSpec in = SupervisorSpec.of("in");
        for (int i = 0; i < SlowestStops.KEPT + 5; i++) {
            in = in.child(worker("c" + i));
        }
        StateHarness h = new StateHarness(SupervisorSpec.of("root").child(in)).withNested();
        h.start();
        h.stop();
        assertThat(h.state.slowest().longestFirst()).hasSize(SlowestStops.KEPT);
        assertThat(h.state.slowest().more()).isEqualTo(6); // five of them, and their supervisor
    }

    @Test
    void everyStop_isKeptWithWhenItWasAskedItsBudgetAndWhatCameOfIt() {
        StateHarness h = new StateHarness(SupervisorSpec.of("root")
                        .child(worker("a").shutdown(Shutdown.unbounded()))
                        .child(SupervisorSpec.of("in").child(worker("x")))
                        .child(worker("b")))
                .withNested()
                .slow("a", ofMillis(100))
                .slow("x", ofSeconds(1))
                .deaf("b");
        h.start();
        h.advance(ofSeconds(1));
        h.stop();
        h.advance(ofSeconds(10));
        List<StopTime> stops = h.state.slowest().longestFirst();
        assertThat(stops)
                .extracting(StopTime::path, StopTime::budget, StopTime::took, StopTime::way)
                .containsExactlyInAnyOrder(
                        tuple("root/b", ofSeconds(5), ofSeconds(5), StopTime.Way.ABANDONED),
                        tuple("root/in", null, ofSeconds(1), StopTime.Way.STOPPED),
                        tuple("root/in/x", ofSeconds(5), ofSeconds(1), StopTime.Way.STOPPED),
                        tuple("root/a", null, ofMillis(100), StopTime.Way.STOPPED));
        assertThat(h.state.slowest().more()).isZero();
        assertThat(h.state.situation().endedNanos - h.state.situation().stopBeganNanos)
                .isEqualTo(ofMillis(6_100).toNanos());
    }

    @Test
    void whatStoppedBefore_isNotPartOfIt() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ALL, "a")
                        .child(SupervisorSpec.of("in").child(worker("x"))))
                .withNested()
                .slow("x", ofSeconds(3));
        h.start();
        h.crash("a");
        h.advance(ofSeconds(3));
        h.stop();
        h.advance(ofSeconds(2));
        h.nested("in").complete("x");
        assertThat(h.state.slowest().longestFirst())
                .extracting(StopTime::path, StopTime::incarnation, StopTime::took)
                .contains(tuple("root/in/x", 1L, ofSeconds(2)))
                .doesNotContain(tuple("root/in/x", 1L, ofSeconds(3)));
    }

    @Test
    void aStopInAHurry_isKeptWithTheBudgetThatWasLeft() {
        StateHarness h = new StateHarness(root(Strategy.ONE_FOR_ONE, "a", "b"));
        h.deaf("a", "b").start();
        h.stopWithin(ofSeconds(4));
        h.advance(ofSeconds(10));
        assertThat(h.state.slowest().longestFirst())
                .extracting(StopTime::path, StopTime::budget)
                .containsExactlyInAnyOrder(
                        tuple("root/b", ofSeconds(2)), tuple("root/a", ofSeconds(2)));
    }

    @Test
    void manyStops_keepTheLongestAndCountTheRest() {
        SupervisorSpec spec = SupervisorSpec.of("root").stopOrder(StopOrder.TOGETHER);
        for (int i = 0; i < 1_000; i++) {
            spec = spec.child(worker("c" + i));
        }
        StateHarness h = new StateHarness(spec).unchecked();
        for (int i = 0; i < 1_000; i++) {
            h.slow("c" + i, ofMillis(1 + (i * 617) % 1_000)); // each time once, in no order
        }
        h.start();
        h.stop();
        h.advance(ofSeconds(2));
        List<StopTime> kept = h.state.slowest().longestFirst();
        assertThat(kept).hasSize(64);
        assertThat(kept.getFirst().took()).isEqualTo(ofSeconds(1));
        assertThat(kept.getLast().took()).isEqualTo(ofMillis(937));
        assertThat(h.state.slowest().more()).isEqualTo(936);
    }

    @Test
    void aSecondLongerLimit_givesNobodyMoreTime() {
        StateHarness h = new StateHarness(SupervisorSpec.of("root")
                .child(worker("a").shutdown(Shutdown.unbounded()))
                .child(worker("b").shutdown(Shutdown.unbounded())));
        h.deaf("a", "b").start();
        h.stopWithin(ofSeconds(4));
        h.stopWithin(ofSeconds(8));
        h.advance(ofSeconds(4));
        assertThat(h.state.phase()).isSameAs(SupervisorState.Phase.ENDED);
    }
}
