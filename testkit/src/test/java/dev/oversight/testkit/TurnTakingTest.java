package dev.oversight.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.ChildContext;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.testkit.junit.OversightExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

@ExtendWith(OversightExtension.class)
class TurnTakingTest {
    private static final int CHILDREN = 8;

    /** Children that all do something at the same times, and note the order. */
    private static List<String> orderUnder(TestKit kit) {
        List<String> order = new ArrayList<>(); // no lock: one thread at a time
        SupervisorSpec spec = SupervisorSpec.of("root").intensity(99, Duration.ofSeconds(1));
        for (int i = 0; i < CHILDREN; i++) {
            spec = spec.child("c" + i, self -> {
                for (int round = 0; round < 3; round++) {
                    order.add(self.id() + "." + self.incarnation() + "." + round);
                    self.awaitStop(Duration.ofSeconds(1));
                }
                if (self.incarnation() == 1) {
                    throw new IllegalStateException("once");
                }
                self.awaitStop();
            });
        }
        TestTree tree = kit.start(spec);
        kit.advance(Duration.ofSeconds(10));
        tree.recording().events().forEach(e -> order.add(e.text()));
        return order;
    }

    @Test
    void theSameTree_happensInTheSameOrderEachTime() {
        Set<List<String>> orders = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            try (TestKit kit = TestKit.create()) {
                orders.add(orderUnder(kit));
            }
        }
        assertThat(orders).hasSize(1);
        assertThat(orders.iterator().next()).startsWith("c0.1.0", "c1.1.0", "c2.1.0", "c3.1.0");
    }

    @Test
    void aSeed_choosesAnOrderAndRepeatsIt() {
        Set<List<String>> orders = new HashSet<>();
        for (int seed = 0; seed < 5; seed++) {
            try (TestKit kit = TestKit.seeded(seed);
                    TestKit same = TestKit.seeded(seed)) {
                List<String> order = orderUnder(kit);
                assertThat(orderUnder(same)).isEqualTo(order);
                orders.add(order);
            }
        }
        assertThat(orders).hasSizeGreaterThan(1);
    }

    @Test
    void threads_neverRunTogether(TestKit kit) {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        SupervisorSpec spec = SupervisorSpec.of("root");
        for (int i = 0; i < CHILDREN; i++) {
            spec = spec.child("c" + i, self -> {
                while (self.running()) {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    for (int spin = 0; spin < 2000; spin++) {
                        Thread.onSpinWait();
                    }
                    inside.decrementAndGet();
                    self.awaitStop(Duration.ofMillis(1));
                }
            });
        }
        kit.start(spec);
        kit.advance(Duration.ofMillis(50));
        assertThat(most).hasValue(1);
    }

    @Test
    void time_standsStillUnlessMoved(TestKit kit) {
        Instant began = kit.clock().instant();
        assertThat(began).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        kit.advance(Duration.ofHours(30));
        assertThat(Duration.between(began, kit.clock().instant())).isEqualTo(Duration.ofHours(30));
        assertThat(kit.elapsed()).isEqualTo(Duration.ofHours(30));
        assertThatThrownBy(() -> kit.advance(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("time goes one way");
    }

    @Test
    void aChildThatMovesTime_isRefused(TestKit kit) {
        List<Throwable> refused = new ArrayList<>();
        kit.start(SupervisorSpec.of("root").child("god", self -> {
            try {
                kit.advance(Duration.ofSeconds(1));
            } catch (IllegalStateException e) {
                refused.add(e);
            }
            self.awaitStop();
        }));
        assertThat(refused).hasSize(1);
        assertThat(refused.getFirst()).hasMessageContaining("from inside a tree");
    }

    @Test
    void aCallOfTheSupervisorByTheTest_isAnsweredWithoutTheKitsHelp(TestKit kit) throws Exception {
        TestTree tree = kit.start(SupervisorSpec.of("root").child("a", ChildContext::awaitStop));
        Supervisor supervisor = tree.supervisor();
        supervisor.add("b", ChildContext::awaitStop);
        supervisor.terminate("a");
        supervisor.restart("a");
        supervisor.close();
        assertThat(supervisor.outcome()).isPresent();
        kit.settle();
        tree.verify(it -> it.stopOrder("a", "b", "a").startOrder("a", "b", "a"));
    }

    @Test
    void aScriptWithSettingsAfterRuns_isRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Script.runs(Script.idle()).ignoresStop())
                .withMessageContaining("Script.runs");
    }

    @Test
    void aScriptPerIncarnation_isFollowedInTurn(TestKit kit) {
        TestTree tree = kit.start(SupervisorSpec.of("root")
                .intensity(5, Duration.ofHours(1))
                .child(
                        "flaky",
                        Script.runs(
                                Script.idle().failsAfter(Duration.ofSeconds(1)),
                                Script.idle().completesAfter(Duration.ofSeconds(2)),
                                Script.idle()
                                        .failsOnStop(new IllegalStateException("no"))
                                        .stopsAfter(Duration.ofSeconds(1)))));
        tree.advance(Duration.ofHours(1));
        tree.verify(it -> it.script(
                "flaky",
                Fact.started("flaky"),
                Fact.failed("flaky").at(Duration.ofSeconds(1)),
                Fact.started("flaky"),
                Fact.completed("flaky").at(Duration.ofSeconds(3)),
                Fact.started("flaky").incarnation(3)));
        tree.stop();
        tree.advance(Duration.ofSeconds(1));
        tree.verify(
                it -> it.times(1, Fact.stopped("flaky").at(Duration.ofHours(1).plusSeconds(1))));
    }
}
