package dev.oversight.testkit;

import static dev.oversight.testkit.Pace.every;
import static dev.oversight.testkit.Pace.once;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.AutoShutdown;
import dev.oversight.Backoff;
import dev.oversight.ChildBody;
import dev.oversight.ChildContext;
import dev.oversight.Exit;
import dev.oversight.Outcome;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.StartFailedException;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.dynamic.DynamicSpec;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.EventsDropped;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What chaos does to sound trees, which stand it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChaosTest {
    /** A worker as users write them: it knows nothing of the kit, and waits where the kit cannot see. */
    private static void consume(ChildContext self) throws InterruptedException {
        BlockingQueue<String> inbox = new LinkedBlockingQueue<>();
        self.ready();
        while (self.running()) {
            inbox.poll(20, TimeUnit.MILLISECONDS);
        }
    }

    private static SupervisorSpec shop(Strategy strategy) {
        SupervisorSpec shop = SupervisorSpec.of("shop", strategy)
                .neverGiveUp()
                .backoff(Backoff.constant(ofMillis(1)));
        for (String id : List.of("catalog", "orders", "mailer")) {
            shop = shop.child(
                    id,
                    ChaosTest::consume,
                    c -> c.shutdown(Shutdown.within(ofMillis(50))).readyWithin(ofSeconds(10)));
        }
        return shop;
    }

    private static SupervisorSpec root() {
        return SupervisorSpec.of("root")
                .neverGiveUp()
                .child("http", ChildContext::awaitStop)
                .child(shop(Strategy.REST_FOR_ONE))
                .child(shop(Strategy.ONE_FOR_ALL).id("cellar"));
    }

    private static Chaos everything(long seed) {
        return Chaos.seeded(seed)
                .kill("shop/**", every(ofMillis(10)))
                .kill("cellar/*", every(ofMillis(30)))
                .kill("root/shop", every(ofMillis(200)))
                .hang("shop/orders", every(ofMillis(50)))
                .hang("cellar/*", every(ofMillis(50)), ofMillis(20))
                .slow("**", ofMillis(10))
                .flood("**", 4, every(ofMillis(2)));
    }

    private static List<String> decisions(Chaos chaos, int round) {
        ChaosPlan plan = new ChaosPlan(
                chaos.seed(), round, ofSeconds(2).toNanos(), chaos.rules(), new Described(root()));
        List<String> all = new ArrayList<>();
        plan.forEachRemaining(decision -> all.add(decision.toString()));
        return all;
    }

    @Test
    void theSameSeed_makesTheSameDecisionsInTheSameOrder() {
        List<String> once = decisions(everything(42), 1);
        assertThat(once).hasSizeGreaterThan(1_000);
        assertThat(once.stream().map(text -> text.substring(0, 10))).isSorted();
        assertThat(decisions(everything(42), 1)).isEqualTo(once);
        assertThat(decisions(everything(43), 1)).isNotEqualTo(once);
        assertThat(decisions(everything(42), 2)).isNotEqualTo(once);
    }

    @Test
    void aSoundTree_standsEverything() throws Exception {
        ChaosVerdict verdict = everything(42).during(ofMillis(1_000)).rounds(2).on(root());
        verdict.assertHeld();
        assertThat(verdict.endedEarly()).isFalse();
        assertThat(verdict.outcome().map(Outcome::reason)).contains(Outcome.Reason.STOPPED);
        assertThat(verdict.counts()).containsOnlyKeys("kill", "hang", "request");
        assertThat(verdict.counts().values()).allMatch(count -> count > 20);
        assertThat(verdict.abandoned()).as("one that hangs is abandoned").isPositive();
        assertThat(verdict.leftRunning()).isEmpty();
        assertThat(verdict.recording()
                        .of(Fact.failed("shop/orders", SimulatedFailure.class))
                        .size())
                .isPositive();
        assertThat(verdict.toString())
                .contains(
                        "seed 42", "all held", "Chaos.seeded(42L).during(ofSeconds(1)).rounds(2)");
    }

    @Test
    void whatIsDone_isWhatWasPlanned() throws Exception {
        Chaos chaos = Chaos.seeded(7).during(ofMillis(300)).kill("shop/*", every(ofMillis(20)));
        ChaosVerdict verdict = chaos.on(root());
        List<String> planned = new ArrayList<>();
        new ChaosPlan(7, 1, ofMillis(300).toNanos(), chaos.rules(), new Described(root()))
                .forEachRemaining(decision -> planned.add(decision.what()));
        assertThat(verdict.assertHeld().actions()).extracting(ChaosAction::what).isEqualTo(planned);
    }

    @Test
    void killed_failsWithWhatIsAskedFor() throws Exception {
        ChaosVerdict verdict = Chaos.seeded(1)
                .during(ofMillis(300))
                .kill("http", every(ofMillis(20)), () -> new IOException("gone"))
                .on(root());
        assertThat(verdict.assertHeld().recording().of(ChildFailed.class))
                .isNotEmpty()
                .allMatch(failed -> failed.cause() instanceof IOException);
    }

    @Test
    void aSupervisorThatIsKilled_isRestartedWithAllBelow() throws Exception {
        ChaosVerdict verdict = Chaos.seeded(1)
                .during(ofMillis(200))
                .kill("shop", once(ofMillis(50)))
                .on(root());
        assertThat(verdict.assertHeld()
                        .recording()
                        .of(Fact.started("root/shop").incarnation(2))
                        .size())
                .isEqualTo(1);
    }

    @Test
    void instancesThatComeWhileItRuns_areKilledToo() throws Exception {
        DynamicSpec<String> workers = DynamicSpec.<String>of(
                        "workers", (name, self) -> self.awaitStop())
                .neverGiveUp();
        SupervisorSpec root = SupervisorSpec.of("root").neverGiveUp().child(workers.toChild());
        try (ChaosRun run = Chaos.seeded(1)
                .during(ofSeconds(2))
                .kill("workers/*", every(ofMillis(10)))
                .start(root)) {
            workers.in(run.tree()).start("one");
            workers.in(run.tree()).start("two");
            ChaosVerdict verdict = run.verdict().assertHeld();
            assertThat(verdict.recording().below("root/workers").of(ChildFailed.class))
                    .extracting(ChildFailed::path)
                    .contains("root/workers/child-1", "root/workers/child-2");
        }
    }

    @Test
    void slowChildren_takeLongerToStartOrToStop() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        for (ChildBody waits : List.<ChildBody>of(
                ChildContext::awaitStop, self -> never.await())) { // which returns, or throws
            AtomicInteger runs = new AtomicInteger();
            SupervisorSpec root = SupervisorSpec.of("root")
                    .neverGiveUp()
                    .child("stays", ChildContext::awaitStop)
                    .child("a", self -> {
                        runs.incrementAndGet();
                        waits.run(self);
                    });
            ChaosVerdict verdict = Chaos.seeded(5)
                    .during(ofMillis(400))
                    .slow("a", ofMillis(30))
                    .flood("a", 2, every(ofMillis(1)))
                    .on(root)
                    .assertHeld();
            assertThat(runs.get()).isPositive();
            assertThat(verdict.recording().of(dev.oversight.event.ChildStopped.class))
                    .anyMatch(stopped -> stopped.took().compareTo(ofMillis(5)) > 0);
        }
    }

    @Test
    void aTreeThatGivesUpAsItsRulesSay_isNoViolationUnlessItWasToKeepRunning() throws Exception {
        SupervisorSpec brittle = SupervisorSpec.of("root").child("a", ChildContext::awaitStop);
        Chaos chaos = Chaos.seeded(1).during(ofSeconds(20)).kill("a", every(ofMillis(10)));
        ChaosVerdict verdict = chaos.on(brittle).assertHeld();
        assertThat(verdict.endedEarly()).isTrue();
        assertThat(verdict.outcome().map(Outcome::reason))
                .contains(Outcome.Reason.TOO_MANY_FAILURES);
        assertThat(verdict.toString()).contains("ended before the chaos was over");
        assertThat(chaos.keepsRunning().on(brittle).violations())
                .extracting(ChaosViolation::kind)
                .containsExactly(ChaosViolation.Kind.ENDED);
    }

    @Test
    void whatStaysDownByItsRules_isNotMissed() throws Exception {
        SupervisorSpec root = SupervisorSpec.of("root")
                .autoShutdown(AutoShutdown.NEVER)
                .neverGiveUp()
                .child("done", self -> {}, c -> c.restart(Restart.TRANSIENT))
                .child("declines", ChildContext::decline)
                .child(
                        "once",
                        ChildContext::awaitStop,
                        c -> c.restart(Restart.when(exit -> exit.kind() != Exit.Kind.FAILED)))
                .child(
                        "deaf",
                        ChildContext::awaitStop,
                        c -> c.interruptOnStop(false)
                                .restart(Restart.TRANSIENT.unless(SimulatedFailure.class)));
        Chaos.seeded(1)
                .during(ofMillis(200))
                .kill("once", once(ofMillis(20)))
                .kill("deaf", once(ofMillis(20)))
                .recoversWithin(ofSeconds(2))
                .on(root)
                .assertHeld();
    }

    /** Its restart is answered when the other one runs, which may be never. */
    @Test
    void oneThatWaitsForAnotherThatIsDown_isNotMissed() throws Exception {
        SupervisorSpec root = SupervisorSpec.of("root", Strategy.REST_FOR_DEPENDENTS)
                .neverGiveUp()
                .autoShutdown(AutoShutdown.NEVER)
                .child("db", ChildContext::awaitStop)
                .child("api", ChildContext::awaitStop, c -> c.dependsOn("db"))
                .child("web", ChildContext::awaitStop, c -> c.dependsOn("api"));
        try (ChaosRun run = Chaos.seeded(4)
                .during(ofSeconds(3))
                .answersWithin(ofSeconds(5))
                .flood("web", 2, every(ofMillis(20)))
                .recoversWithin(ofSeconds(10))
                .start(root)) {
            run.tree().terminate("db");
            run.tree().terminate("api");
            ChaosVerdict verdict = run.verdict().assertHeld();
            assertThat(verdict.actions())
                    .extracting(ChaosAction::result)
                    .contains("not waited for: the child waits for others");
        }
    }

    @Test
    void oneThatHangs_isNoticedByItsHeartbeat() throws Exception {
        SupervisorSpec root = SupervisorSpec.of("root")
                .neverGiveUp()
                .child(
                        "a",
                        ChildContext::awaitStop,
                        c -> c.heartbeatWithin(ofMillis(200)) // whoever looks 100 ms late acquits
                                .shutdown(Shutdown.within(ofMillis(20))));
        ChaosVerdict verdict = Chaos.seeded(1)
                .during(ofMillis(1500))
                .hang("a", every(ofMillis(100)))
                .on(root)
                .assertHeld();
        assertThat(verdict.lastAbandoned()).isNotEmpty();
        assertThat(verdict.leftRunning()).isEmpty();
    }

    @Test
    void theNumberOfActionsAndTheRecording_areBounded() throws Exception {
        ChaosVerdict verdict = Chaos.seeded(1)
                .during(ofMillis(200))
                .kill("**", every(ofMillis(1)))
                .actions(10)
                .remembering(5)
                .on(root())
                .assertHeld();
        assertThat(verdict.counts()).containsEntry("kill", 10L);
        assertThat(verdict.recording().size()).isEqualTo(5);
        assertThat(verdict.toString()).containsPattern("recorded: 5 of \\d+ events, \\d+ older");
    }

    @Test
    void paced_doesNoMoreThanItsTimes() throws Exception {
        ChaosVerdict verdict = Chaos.seeded(1)
                .during(ofMillis(100))
                .rounds(2)
                .kill("http", every(ofMillis(1)).times(3))
                .on(root());
        assertThat(verdict.assertHeld().counts()).containsEntry("kill", 6L);
    }

    /** Two rounds: what was lost in the first does not make the second blind. */
    @Test
    void eventsThatWereNeverHeard_areSaidAndTakenForNoViolation() throws Exception {
        AtomicInteger heard = new AtomicInteger();
        ChaosVerdict verdict = everything(3)
                .during(ofMillis(300))
                .rounds(2)
                .hearingThrough(listener -> event -> {
                    int number = heard.incrementAndGet();
                    if (number == 150) {
                        listener.on(new EventsDropped("root", event.atNanos(), 50));
                    } else if (number <= 100 || number > 150) {
                        listener.on(event);
                    } // else lost; the gap is told of when it is over, as by the engine
                })
                .on(root());
        assertThat(verdict.toString()).contains("50 never heard");
        assertThat(verdict.violations()).isEmpty();
    }

    @Test
    void closedEarly_stopsTheTreeAndLeavesNoThread() throws Exception {
        ChaosRun run = everything(1).during(ofSeconds(1_000)).start(root());
        run.close();
        assertThat(run.tree().outcome()).isPresent();
        assertThat(run.threads()).isZero();
        assertThat(run.verdict().held()).isTrue();
        run.close();
    }

    @Test
    void aTreeThatDoesNotComeUp_isTheCallersProblem() {
        SupervisorSpec root = SupervisorSpec.of("root")
                .child(
                        "a",
                        self -> {
                            throw new IllegalStateException("never");
                        },
                        c -> c.readyWithin(ofSeconds(5)));
        assertThatThrownBy(() -> Chaos.seeded(1).on(root)).isInstanceOf(StartFailedException.class);
    }

    @Test
    void plansThatMakeNoSense_areRefused() {
        assertThatThrownBy(() ->
                        Chaos.seeded(1).kill("shop/oders", every(ofMillis(1))).on(root()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"shop/oders\"")
                .hasMessageContaining("root/shop/orders");
        SupervisorSpec endless = SupervisorSpec.of("root")
                .child("a", ChildContext::awaitStop, c -> c.shutdown(Shutdown.unbounded()));
        assertThatThrownBy(() -> Chaos.seeded(1).hang("a", every(ofMillis(1))).on(endless))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("root/a");
        assertThatThrownBy(() -> Chaos.seeded(1).kill("/shop", every(ofMillis(1))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> every(ofMillis(0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> once(ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> every(ofMillis(1)).times(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Chaos.seeded(1).during(ofMillis(0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Chaos.seeded(1).rounds(0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
