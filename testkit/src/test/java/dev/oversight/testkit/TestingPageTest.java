package dev.oversight.testkit;

import static dev.oversight.testkit.Fact.backingOff;
import static dev.oversight.testkit.Fact.failed;
import static dev.oversight.testkit.Fact.ready;
import static dev.oversight.testkit.Fact.started;
import static dev.oversight.testkit.Fact.up;
import static dev.oversight.testkit.Pace.every;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.oversight.Backoff;
import dev.oversight.ChildBody;
import dev.oversight.ChildContext;
import dev.oversight.Exit;
import dev.oversight.Shutdown;
import dev.oversight.Strategy;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildState;
import dev.oversight.testkit.junit.OversightExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The examples of docs/testing.md. */
@ExtendWith(OversightExtension.class)
class TestingPageTest {
    private static final SupervisorSpec SHOP = SupervisorSpec.of("shop")
            .child("http", ChildContext::awaitStop)
            .child("cache", ChildContext::awaitStop);

    @Test
    void aFailureOfTheCache_leavesHttpAlone(TestKit kit) {
        TestTree tree = kit.start(SHOP);
        tree.fail("cache").advance(ofMinutes(1));
        tree.assertUntouched("http");
    }

    @Test
    void aSlowDatabase_holdsTheApiBack(TestKit kit) {
        TestTree tree = kit.start(SupervisorSpec.of("shop", Strategy.REST_FOR_ONE)
                .child(
                        "db",
                        Script.idle()
                                .readyAfter(ofSeconds(2))
                                .failsAfter(ofMinutes(5), new IOException("gone")),
                        c -> c.readyWithin(ofSeconds(10)).backoff(Backoff.constant(ofSeconds(1))))
                .child("api", Script.idle()));

        tree.advance(ofMinutes(6));
        tree.verify(it -> it.script(
                        "db",
                        started("db"),
                        ready("db").at(ofSeconds(2)),
                        failed("db", IOException.class).at(ofMinutes(5)),
                        backingOff("db", ofSeconds(1)),
                        started("db").incarnation(2).at(ofSeconds(301)),
                        ready("db"))
                .inOrder(ready("db"), started("api"), up("shop"))
                .stopOrder("api")
                .state("api", ChildState.RUNNING));
    }

    private static final class Report implements ChildBody {
        private final Clock clock;
        private final List<Integer> minutes = new ArrayList<>();

        Report(Clock clock) {
            this.clock = clock;
        }

        @Override
        public void run(ChildContext self) throws Exception {
            while (!self.awaitStop(ofMinutes(10))) {
                minutes.add(clock.instant().atZone(clock.getZone()).getMinute());
            }
        }
    }

    @Test
    void theReport_isWrittenEveryTenMinutes(TestKit kit) {
        Report report = new Report(kit.clock());
        kit.start(SupervisorSpec.of("root").child("report", report));
        kit.advance(ofMinutes(35));
        assertThat(report.minutes).containsExactly(10, 20, 30);
    }

    @Test
    void aRequestThatTakesTime_isDoneWhenItHasPassed(TestKit kit) {
        TestTree tree = kit.start(
                SupervisorSpec.of("root").child("mailer", Script.idle().stopsAfter(ofSeconds(3))));
        CompletableFuture<Exit> ended = tree.terminate("mailer");
        assertThat(ended).isNotDone();
        tree.advance(ofSeconds(3));
        assertThat(ended).isDone();
    }

    @Test
    void theShop_standsChaos() throws Exception {
        SupervisorSpec shop = SupervisorSpec.of("shop", Strategy.REST_FOR_ONE)
                .neverGiveUp()
                .backoff(Backoff.constant(ofMillis(1)))
                .child("catalog", ChildContext::awaitStop)
                .child(
                        "orders",
                        ChildContext::awaitStop,
                        c -> c.shutdown(Shutdown.within(ofMillis(50))));
        Chaos chaos = Chaos.seeded(42)
                .during(ofMillis(500))
                .kill("*", every(ofMillis(50)))
                .hang("orders", every(ofMillis(100)), ofMillis(200))
                .slow("*", ofMillis(20))
                .flood("*", 4, every(ofMillis(5)))
                .keepsRunning();

        chaos.on(shop).assertHeld();

        try (ChaosRun run = chaos.start(shop)) {
            assertThat(run.tree().find("orders")).isPresent();
            ChaosVerdict verdict = run.verdict().assertHeld();
            assertThat(verdict.counts()).containsKeys("kill", "hang", "request");
        }
    }

    @Test
    void onRealTime_theTreeIsGoneAfterTheTest(RealTrees trees) throws Exception {
        Supervisor tree = trees.start(SHOP);
        tree.terminate("cache");
    }
}
