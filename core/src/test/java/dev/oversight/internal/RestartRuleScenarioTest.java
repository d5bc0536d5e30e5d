package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.root;
import static dev.oversight.internal.StateHarness.started;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofSeconds;

import dev.oversight.AutoShutdown;
import dev.oversight.Exit;
import dev.oversight.Outcome;
import dev.oversight.Restart;
import dev.oversight.RuleFailedException;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

/** Who is started again: restart rule × strategy × reason of the end. */
class RestartRuleScenarioTest {
    private static final Map<String, Restart> RULES = Map.of(
            "permanent",
            Restart.PERMANENT,
            "transient",
            Restart.TRANSIENT,
            "temporary",
            Restart.TEMPORARY);
    private static final Map<String, Strategy> STRATEGIES = Map.of(
            "one_for_one", Strategy.ONE_FOR_ONE,
            "one_for_all", Strategy.ONE_FOR_ALL,
            "rest_for_one", Strategy.REST_FOR_ONE);

    /** What becomes of the child in the middle, by rule and reason. */
    private static final Map<String, String> EXPECTED = Map.of(
            "permanent returns", "again",
            "permanent fails", "again",
            "permanent terminated", "kept",
            "transient returns", "kept",
            "transient fails", "again",
            "transient terminated", "kept",
            "temporary returns", "forgotten",
            "temporary fails", "forgotten",
            "temporary terminated", "forgotten");

    static Stream<Arguments> matrix() {
        return RULES.keySet().stream()
                .sorted()
                .flatMap(rule -> STRATEGIES.keySet().stream()
                        .sorted()
                        .flatMap(strategy -> Stream.of(
                                        "returns",
                                        "throws an exception",
                                        "throws an error",
                                        "is interrupted unasked",
                                        "is cancelled unasked",
                                        "terminated")
                                .map(reason -> Arguments.of(rule, strategy, reason))));
    }

    // OTP-057, OTP-058, OTP-059, OTP-060, OTP-063, OTP-064, OTP-065, ELX-023, OVS-003, OVS-004,
    // SUT-026, W-02
    @ParameterizedTest(name = "{0}, {1}, {2}")
    @MethodSource("matrix")
    void childEnds_isStartedAgainByRuleTogetherWithWhomTheStrategyNames(
            String rule, String strategy, String reason) {
        StateHarness h = started(root(STRATEGIES.get(strategy), "older")
                .child(worker("child").restart(RULES.get(rule)))
                .child(worker("younger")));
        switch (reason) {
            case "returns" -> h.complete("child");
            case "throws an exception" -> h.crash("child", new IOException("broken pipe"));
            case "throws an error" -> h.crash("child", new StackOverflowError());
            case "is interrupted unasked" -> h.crash("child", new InterruptedException());
            case "is cancelled unasked" -> h.crash("child", new CancellationException());
            default -> h.terminate("child").value();
        }
        String kind = reason.contains(" ") ? "fails" : reason;
        String expected = EXPECTED.get(rule + " " + kind);
        boolean again = expected.equals("again");
        boolean olderToo = again && strategy.equals("one_for_all");
        boolean youngerToo = again && !strategy.equals("one_for_one");
        String middle = switch (expected) {
            case "again" -> "child RUNNING#2, ";
            case "kept" -> "child STOPPED#1, ";
            default -> "";
        };
        assertThat(h.states())
                .isEqualTo("older RUNNING#" + (olderToo ? 2 : 1) + ", " + middle
                        + "younger RUNNING#" + (youngerToo ? 2 : 1));
    }

    // OTP-060
    @Test
    void temporaryEnds_itsIdIsFreeAndItsEndRemembered() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, c -> c.restart(Restart.TEMPORARY), "t")
                .autoShutdown(AutoShutdown.NEVER));
        IOException cause = new IOException();
        h.crash("t", cause);
        h.add(worker("t").restart(Restart.TEMPORARY)).value();
        h.complete("t");
        assertThat(h.state.forgotten().newestFirst())
                .extracting(f -> f.exit().kind())
                .containsExactly(Exit.Kind.COMPLETED, Exit.Kind.FAILED);
        assertThat(h.state.forgotten().newestFirst().getLast().exit().cause()).isSameAs(cause);
    }

    @Test
    void ruleOfTheApplication_decidesOnTheExit() {
        List<Exit> seen = new ArrayList<>();
        Restart onIo = Restart.when(exit -> {
            seen.add(exit);
            return exit.cause() instanceof IOException;
        });
        StateHarness h =
                started(root(Strategy.ONE_FOR_ONE, "x").child(worker("a").restart(onIo)));
        h.advance(ofSeconds(3));
        IOException cause = new IOException();
        h.crash("a", cause);
        h.crash("a", new IllegalStateException());
        assertThat(h.states()).isEqualTo("x RUNNING#1, a STOPPED#2");
        assertThat(seen.getFirst())
                .isEqualTo(new Exit(Exit.Kind.FAILED, cause, ofSeconds(3).toNanos()));
    }

    @Test
    void ruleOfTheApplication_isNotAskedWhenTheChildWasStopped() {
        Restart never = Restart.when(exit -> {
            throw new AssertionError("asked");
        });
        StateHarness h =
                started(root(Strategy.ONE_FOR_ALL, "x").child(worker("a").restart(never)));
        h.crash("x");
        assertThat(h.states()).isEqualTo("x RUNNING#2, a RUNNING#2");
        h.terminate("a").value();
        h.stop();
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.STOPPED);
    }

    // W-28
    @Test
    void ruleThrows_theSupervisorGivesUpWithItAsTheCause() {
        IllegalStateException thrown = new IllegalStateException("bad rule");
        Restart broken = Restart.when(exit -> {
            throw thrown;
        });
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "x")
                .child(worker("a").restart(broken))
                .child(worker("y")));
        h.forget();
        h.crash("a");
        h.expect("signal y#1", "signal x#1", "end root SUPERVISOR_FAILED");
        h.expectEvents(
                "failed a#1",
                "stopping root: SUPERVISOR_FAILED",
                "stopping y#1: SUPERVISOR",
                "stopped y#1",
                "stopping x#1: SUPERVISOR",
                "stopped x#1",
                "ended root: SUPERVISOR_FAILED");
        assertThat(h.outcome().cause()).isInstanceOf(RuleFailedException.class).hasCause(thrown);
        assertThat(((RuleFailedException) h.outcome().cause()).path()).isEqualTo("root/a");
    }

    // W-28
    @Test
    void ruleThrowsAboutAChildThatIsNotReady_theSupervisorGivesUp() {
        Restart broken = Restart.when(exit -> {
            throw new IllegalStateException("bad rule");
        });
        StateHarness h = started(root(Strategy.ONE_FOR_ONE)
                .child(worker("x"))
                .child(worker("a").readyWithin(ofSeconds(1))));
        h.ready("a");
        h.add(worker("b").readyWithin(ofSeconds(1)).restart(broken));
        h.ready("b");
        h.crash("b");
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.SUPERVISOR_FAILED);
    }

    @Test
    void ruleThatForgets_isTreatedLikeTemporary() {
        Restart once = new Restart() {
            @Override
            public boolean shouldRestart(Exit exit) {
                return exit.cause() != null;
            }

            @Override
            public boolean keepsSpec() {
                return false;
            }
        };
        StateHarness h =
                started(root(Strategy.ONE_FOR_ALL, "x").child(worker("a").restart(once)));
        h.crash("a");
        assertThat(h.states()).isEqualTo("x RUNNING#2, a RUNNING#2");
        h.crash("x");
        assertThat(h.states()).isEqualTo("x RUNNING#3");
    }

    // OTP-057
    @Test
    void permanentReturns_isRestartedAndCounted() {
        StateHarness h = started(SupervisorSpec.of("root").child(worker("a")));
        h.complete("a");
        h.expectEvents("started a#1", "up root", "completed a#1, restarting", "started a#2");
        h.complete("a");
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.TOO_MANY_FAILURES);
    }
}
