package dev.oversight.testkit;

import static dev.oversight.testkit.Fact.failed;
import static dev.oversight.testkit.Fact.ready;
import static dev.oversight.testkit.Fact.started;
import static dev.oversight.testkit.Fact.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.ChildSpec;
import dev.oversight.Outcome;
import dev.oversight.Shutdown;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildState;
import dev.oversight.testkit.junit.OversightExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

@ExtendWith(OversightExtension.class)
class TestKitTest {
    @Test
    void aScriptedTree_happensAtTheTimesOfItsScripts(TestKit kit) {
        TestTree tree = kit.start(SupervisorSpec.of("shop", Strategy.REST_FOR_ONE)
                .child(
                        "db",
                        Script.idle()
                                .readyAfter(Duration.ofSeconds(1))
                                .failsAfter(Duration.ofMinutes(5), new IOException("gone")),
                        c -> c.readyWithin(Duration.ofSeconds(10)))
                .child("api", Script.idle()));

        assertThat(tree.state("db")).isEqualTo(ChildState.STARTING);
        assertThat(tree.state("api")).isEqualTo(ChildState.NEW);
        tree.advance(Duration.ofSeconds(1));
        assertThat(tree.state("api")).isEqualTo(ChildState.RUNNING);
        tree.advance(Duration.ofMinutes(5));
        tree.verify(it -> it.script(
                        started("db"),
                        ready("db").at(Duration.ofSeconds(1)),
                        started("api"),
                        up("shop").at(Duration.ofSeconds(1)),
                        failed("db", IOException.class).at(Duration.ofMinutes(5)),
                        Fact.stopping("api"),
                        Fact.stopped("api"),
                        started("db").incarnation(2),
                        ready("db").incarnation(2).at(Duration.ofSeconds(301)),
                        started("api").incarnation(2))
                .state("api", ChildState.RUNNING)
                .running());
    }

    @Test
    void aHangingChild_isAbandonedWhenItsBudgetIsSpent(TestKit kit) {
        TestTree tree = kit.start(SupervisorSpec.of("shop")
                .child(
                        "legacy",
                        Script.idle().ignoresStop(),
                        c -> c.shutdown(Shutdown.within(Duration.ofSeconds(3))))
                .child("other", Script.idle()));

        CompletableFuture<?> done = tree.terminate("legacy");
        tree.advance(Duration.ofSeconds(3).minusNanos(1));
        assertThat(tree.state("legacy")).isEqualTo(ChildState.STOPPING);
        assertThat(done).isNotDone();
        tree.advance(Duration.ofNanos(1));
        assertThat(done).isDone();
        tree.verify(it -> it.state("legacy", ChildState.ABANDONED)
                .inOrder(Fact.abandoned("legacy").at(Duration.ofSeconds(3)))
                .untouched("other"));
    }

    @Test
    void aStopTakesTheTimeOfItsChildren_inReverseOrder(TestKit kit) {
        TestTree tree = kit.start(SupervisorSpec.of("shop")
                .child("a", Script.idle().stopsAfter(Duration.ofSeconds(1)))
                .child("b", Script.idle().stopsAfter(Duration.ofSeconds(2))));

        CompletableFuture<Outcome> outcome = tree.stop();
        tree.advance(Duration.ofMillis(2999));
        assertThat(outcome).isNotDone();
        tree.advance(Duration.ofMillis(1));
        assertThat(outcome).isDone();
        tree.verify(
                it -> it.stopOrder("b", "a").startOrder("a", "b").ended(Outcome.Reason.STOPPED));
    }

    @Test
    void aFailedStart_isTheOutcome(TestKit kit) {
        TestTree tree = kit.start(SupervisorSpec.of("shop")
                .child("a", Script.idle())
                .child("b", Script.idle().neverReady(), c -> c.readyWithin(Duration.ofSeconds(7))));
        tree.advance(Duration.ofSeconds(7));
        tree.verify(it -> it.ended(Outcome.Reason.START_FAILED));
    }

    @Test
    void aRequestThatIsRefused_isThrown(TestKit kit) {
        TestTree tree = kit.start(SupervisorSpec.of("shop").child("a", Script.idle()));
        assertThatThrownBy(() -> tree.terminate("nobody"))
                .isInstanceOf(dev.oversight.UnknownChildException.class);
        assertThatThrownBy(() -> tree.add(ChildSpec.of("a", Script.idle())))
                .isInstanceOf(dev.oversight.DuplicateChildException.class);
    }

    @Test
    void theTreeItself_isNoChildToAskFor(TestKit kit) {
        TestTree tree = kit.start(SupervisorSpec.of("shop").child("a", Script.idle()));
        assertThatThrownBy(() -> tree.terminate("shop"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("\"shop\" is the tree itself")
                .hasMessageContaining("stop()");
    }

    @Test
    void aNestedChildThatFails_touchesOnlyItsOwnTree(TestKit kit) {
        TestTree tree = kit.start(SupervisorSpec.of("root")
                .child(SupervisorSpec.of("data", Strategy.ONE_FOR_ALL)
                        .child("db", Script.idle())
                        .child("cache", Script.idle()))
                .child("http", Script.idle()));
        tree.fail("data/cache");
        tree.verify(it -> it.untouched("http").touchedOnly("data/db", "data/cache"));
    }
}
