package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.root;
import static dev.oversight.internal.StateHarness.started;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.AtLimit;
import dev.oversight.ChildSpec;
import dev.oversight.HeartbeatMissedException;
import dev.oversight.InvalidSpecException;
import dev.oversight.Outcome;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildSilent;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

/** A child that declares a heartbeat and is not heard of is suspected, then failed. */
class HeartbeatScenarioTest {
    private static ChildSpec beating(ChildSpec child) {
        return child.heartbeatWithin(ofSeconds(10)).shutdown(Shutdown.within(ofSeconds(3)));
    }

    private static StateHarness beatingChildren(String... ids) {
        return started(root(Strategy.ONE_FOR_ONE, HeartbeatScenarioTest::beating, ids));
    }

    /** Nobody runs, and no alarm goes off in time. */
    private static void standStill(StateHarness h, Duration time) {
        h.clock(time);
        h.woke();
    }

    @Test
    void silentChild_isSuspectedAtHalfTheLimitAndFailsAtAllOfIt() {
        StateHarness h = beatingChildren("a", "b");
        h.forget();
        h.advance(ofMillis(4_999));
        h.beat("b");
        h.expect();
        h.advance(ofMillis(1));
        assertThat(h.events(ChildSilent.class).getFirst().limit()).isEqualTo(ofSeconds(10));
        h.expect("look at a#1");
        h.expectEvents("silent a#1 5000 ms");
        h.advance(ofMillis(4_000));
        h.beat("b");
        h.advance(ofMillis(1_000));
        h.expect("signal a#1", "start a#2");
        h.expectEvents(
                "failed a#1, restarting", "stopping a#1: SILENT", "stopped a#1", "started a#2");
        assertThat(h.states()).isEqualTo("a RUNNING#2, b RUNNING#1");
    }

    @Test
    void childThatIsHeardOf_isLeftAlone() {
        StateHarness h = beatingChildren("a");
        h.forget();
        for (int i = 0; i < 100; i++) {
            h.advance(ofMillis(4_900));
            h.beat("a");
        }
        h.expect();
        h.expectEvents();
    }

    @Test
    void suspectedChildThatIsHeardOf_hasTheWholeLimitAgainAndIsSuspectedAnew() {
        StateHarness h = beatingChildren("a");
        h.advance(ofSeconds(9));
        h.beat("a");
        h.forget();
        h.advance(ofMillis(4_999));
        h.expectEvents();
        h.advance(ofMillis(1));
        h.expectEvents("silent a#1 5000 ms");
        h.advance(ofMillis(4_999));
        assertThat(h.child("a").incarnation).isEqualTo(1);
        h.advance(ofMillis(1));
        assertThat(h.child("a").incarnation).isEqualTo(2);
    }

    @Test
    void theFailure_saysWhereTheThreadWasWhenItWasSuspected() {
        StateHarness h = beatingChildren("a");
        StackTraceElement frame = new StackTraceElement("shop.Orders", "ship", "Orders.java", 14);
        h.advance(ofSeconds(5));
        StackTraceElement inner = new StackTraceElement(
                null, "java.base", "25", "java.lang.Thread", "park", "Thread.java", 9);
        h.feed(new Input.Evidence(h.live("a"), List.of(inner, frame)));
        h.advance(ofSeconds(5));
        Throwable cause = h.events(ChildFailed.class).getFirst().cause();
        assertThat(cause)
                .isInstanceOf(HeartbeatMissedException.class)
                .hasMessageContaining("root/a made no heartbeat for 10s")
                .hasMessageContaining("; it was at shop.Orders.ship(Orders.java:14); ")
                .hasMessageContaining("raise heartbeatWithin");
        assertThat(cause.getStackTrace()).containsExactly(inner, frame);
    }

    @Test
    void evidenceOfAnEarlierSuspicion_isNotUsedForALaterOne() {
        StateHarness h = beatingChildren("a");
        h.advance(ofSeconds(5));
        h.feed(new Input.Evidence(
                h.live("a"), List.of(new StackTraceElement("Old", "old", "Old.java", 1))));
        h.beat("a");
        h.advance(
                ofSeconds(10)); // looks at 10 s, when it had been heard of, and at 10 s after that
        h.advance(ofSeconds(30));
        List<ChildFailed> failures = h.events(ChildFailed.class);
        assertThat(failures).isNotEmpty();
        assertThat(failures.getFirst().cause()).message().doesNotContain("Old.java");
    }

    @Test
    void deafChildThatHangs_isAbandonedAfterItsBudgetAndReplaced() {
        StateHarness h = new StateHarness(
                        root(Strategy.ONE_FOR_ONE, HeartbeatScenarioTest::beating, "a"))
                .deaf("a")
                .start();
        h.advance(ofSeconds(10));
        h.forget();
        h.advance(ofSeconds(3));
        h.expect("abandon a#1", "start a#2");
        assertThat(h.state("a")).isEqualTo(ChildState.RUNNING);
    }

    @Test
    void childThatIsNotReady_isNotListenedTo() {
        StateHarness h = started(
                root(Strategy.ONE_FOR_ONE, c -> beating(c).readyWithin(ofSeconds(60)), "a"));
        h.advance(ofSeconds(59));
        h.ready("a");
        h.forget();
        h.advance(ofMillis(4_999));
        h.expectEvents();
        h.advance(ofMillis(1));
        h.expectEvents("silent a#1 5000 ms");
    }

    @Test
    void childThatWaitsForItsStop_isNotSilent() {
        StateHarness h = beatingChildren("a");
        h.rests("a");
        h.forget();
        h.advance(ofSeconds(1000));
        h.expectEvents();
        h.goesOn("a");
        h.advance(ofSeconds(10));
        assertThat(h.child("a").incarnation).isEqualTo(2);
    }

    @Test
    void machineThatStoodStill_givesEverybodyTheLimitOnceMore() {
        StateHarness h = beatingChildren("a");
        h.forget();
        standStill(h, Duration.ofMinutes(10));
        h.expectEvents();
        h.advance(ofSeconds(5));
        h.expectEvents("silent a#1 5000 ms");
        h.advance(ofSeconds(5));
        assertThat(h.child("a").incarnation).isEqualTo(2);
    }

    @Test
    void alarmThatIsLateByHalfTheLimit_countsAsAMachineThatStoodStill() {
        StateHarness h = beatingChildren("a");
        h.forget();
        standStill(h, ofSeconds(10));
        h.expectEvents();
        h.advance(ofMillis(4_999));
        h.expectEvents();
        h.advance(ofMillis(1));
        h.expectEvents("silent a#1 5000 ms");
    }

    @Test
    void lateAlarm_leavesTimeToTakeTheStack() {
        StateHarness h = beatingChildren("a");
        h.forget();
        standStill(h, ofMillis(9_900));
        h.expectEvents("silent a#1 9900 ms");
        h.advance(ofMillis(2_499));
        assertThat(h.child("a").incarnation).isEqualTo(1);
        h.advance(ofMillis(1));
        assertThat(h.child("a").incarnation).isEqualTo(2);
    }

    @Test
    void silence_countsAgainstTheIntensityAndObeysTheRestartRule() {
        StateHarness h = started(SupervisorSpec.of("root")
                .intensity(1, ofSeconds(60))
                .child(beating(worker("a")))
                .child(beating(worker("t")).restart(Restart.TEMPORARY)));
        h.rests("a");
        h.advance(ofSeconds(10));
        assertThat(h.states()).isEqualTo("a RUNNING#1"); // the temporary one is gone
        h.goesOn("a");
        h.advance(ofSeconds(30));
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.TOO_MANY_FAILURES);
        assertThat(h.outcome().cause().getCause())
                .hasRootCauseInstanceOf(HeartbeatMissedException.class);
    }

    @Test
    void silentChild_isParkedIfItsLimitSaysSo() {
        StateHarness h = started(root(
                Strategy.ONE_FOR_ONE,
                c -> beating(c).intensity(0, ofSeconds(1)).atLimit(AtLimit.park()),
                "a"));
        h.advance(ofSeconds(10));
        assertThat(h.state("a")).isEqualTo(ChildState.PARKED);
    }

    @Test
    void silentChild_takesItsGroupDownWithIt() {
        StateHarness h = started(root(
                Strategy.ONE_FOR_ALL, c -> c.id().get().equals("a") ? beating(c) : c, "a", "b"));
        h.advance(ofSeconds(10));
        assertThat(h.states()).isEqualTo("a RUNNING#2, b RUNNING#2");
    }

    @Test
    void childThatIsAskedToStop_isNoLongerListenedTo() {
        StateHarness h = new StateHarness(
                        root(Strategy.ONE_FOR_ONE, HeartbeatScenarioTest::beating, "a", "b"))
                .slow("b", ofSeconds(2))
                .start();
        h.advance(ofSeconds(9));
        h.forget();
        h.terminate("b");
        h.advance(ofMillis(900));
        h.stop();
        h.advance(ofSeconds(20));
        assertThat(h.events(ChildFailed.class)).isEmpty();
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.STOPPED);
    }

    @Test
    void heartbeatOfASupervisor_isRefused() {
        SupervisorSpec root = SupervisorSpec.of("root")
                .child(ChildSpec.of(SupervisorSpec.of("nested")).heartbeatWithin(ofSeconds(1)));
        assertThatExceptionOfType(InvalidSpecException.class)
                .isThrownBy(root::check)
                .withMessageContaining("root/nested: heartbeatWithin")
                .withMessageContaining("set heartbeatWithin on its children");
        assertThatExceptionOfType(InvalidSpecException.class)
                .isThrownBy(() -> worker("a").heartbeatWithin(Duration.ofNanos(999_999)))
                .withMessageContaining("a millisecond or more");
    }
}
