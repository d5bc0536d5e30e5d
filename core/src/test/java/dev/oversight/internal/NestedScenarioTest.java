package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.AutoShutdown;
import dev.oversight.Outcome;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.StartFailedException;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.TooManyFailuresException;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;

/** A supervisor as a child, played out with states of their own on one clock. */
class NestedScenarioTest {
    private static SupervisorSpec shop() {
        return SupervisorSpec.of("shop", Strategy.ONE_FOR_ALL)
                .child(worker("s1"))
                .child(worker("s2"));
    }

    private static SupervisorSpec root() {
        return SupervisorSpec.of("root")
                .intensity(2, ofSeconds(5))
                .child(worker("a"))
                .child(shop())
                .child(worker("z"));
    }

    private static StateHarness started(SupervisorSpec spec) {
        return new StateHarness(spec).withNested().start();
    }

    // OVS-011, W-14, OVS-041
    @Test
    void nested_isUpWhenItsChildrenAreBeforeTheNextStarts() {
        StateHarness h = started(root());
        h.expect(
                "start a#1",
                "start shop#1",
                "start shop/s1#1",
                "start shop/s2#1",
                "up shop",
                "start z#1",
                "up root");
        h.expectEvents(
                "started a#1",
                "starting shop#1",
                "started shop/s1#1",
                "started shop/s2#1",
                "up shop",
                "ready shop#1",
                "started z#1",
                "up root");
    }

    // OTP-100
    @Test
    void grandchildFails_onlyItsSupervisorActs() {
        StateHarness h = started(root());
        h.forget();
        h.nested("shop").crash("s1");
        h.expect("signal shop/s2#1", "start shop/s1#2", "start shop/s2#2");
        assertThat(h.states()).isEqualTo("a RUNNING#1, shop RUNNING#1, z RUNNING#1");
    }

    // W-13, OVS-030
    @Test
    void stop_goesDownTheTreeInReverseOrder() {
        StateHarness h = new StateHarness(root())
                .withNested()
                .slow("s1", ofSeconds(1))
                .start()
                .forget();
        h.stop();
        h.advance(ofMillis(999));
        h.expect("signal z#1", "signal shop#1", "signal shop/s2#1", "signal shop/s1#1");
        h.advance(ofMillis(1));
        h.expect("end shop STOPPED", "signal a#1", "end root STOPPED");
    }

    // OTP-101, OVS-038, W-08
    @Test
    void nestedGivesUp_isAFailureToItsParentAndComesBackFreshWithoutWhatWasAdded() {
        StateHarness h = started(root());
        StateHarness first = h.nested("shop");
        first.add(worker("dynamic")).value();
        first.crash("s1");
        h.forget();
        first.crash("s2");
        h.expect(
                "signal shop/dynamic#2",
                "signal shop/s1#2",
                "end shop TOO_MANY_FAILURES",
                "start shop#2",
                "start shop/s1#1",
                "start shop/s2#1",
                "up shop");
        assertThat(h.nested("shop")).isNotSameAs(first);
        assertThat(h.nested("shop").states()).isEqualTo("s1 RUNNING#1, s2 RUNNING#1");
        assertThat(h.child("shop").lastExit.cause()).isInstanceOf(TooManyFailuresException.class);
        h.nested("shop").crash("s1");
        assertThat(h.nested("shop").phase())
                .as("has an allowance of its own")
                .isEqualTo(SupervisorState.Phase.RUNNING);
    }

    // OVS-038, OVS-011
    @Test
    void nestedGivesUpTooOften_takesTheParentDownWithEveryCause() {
        StateHarness h = started(root().intensity(1, ofSeconds(5)));
        IllegalStateException cause = new IllegalStateException("deep");
        for (int i = 0; i < 4; i++) {
            h.nested("shop").crash("s1", cause);
        }
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.TOO_MANY_FAILURES);
        assertThat(h.outcome().cause()).hasRootCause(cause);
    }

    // a failure also to a transient parent's child, as in the seed
    @Test
    void transientNestedGivesUp_isRestarted() {
        StateHarness h = started(SupervisorSpec.of("root")
                .child(shop().intensity(0, ofSeconds(1)), c -> c.restart(Restart.TRANSIENT)));
        h.nested("shop").crash("s1");
        assertThat(h.states()).isEqualTo("shop RUNNING#2");
    }

    @Test
    void transientNestedHasNothingLeft_isANormalEnd() {
        SupervisorSpec jobs =
                SupervisorSpec.of("jobs").child(worker("j").restart(Restart.TEMPORARY));
        StateHarness h = started(SupervisorSpec.of("root")
                .child(worker("a"))
                .child(jobs, c -> c.restart(Restart.TRANSIENT)));
        h.nested("jobs").complete("j");
        assertThat(h.states()).isEqualTo("a RUNNING#1, jobs STOPPED#1");
    }

    // SUT-022
    @Test
    void significantEndBelow_endsThatSupervisorOnly() {
        SupervisorSpec inner = SupervisorSpec.of("inner")
                .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                .child(worker("i").restart(Restart.TEMPORARY).significant(true));
        StateHarness h = started(SupervisorSpec.of("root")
                .child(worker("a"))
                .child(inner, c -> c.restart(Restart.TRANSIENT)));
        h.nested("inner").complete("i");
        assertThat(h.states()).isEqualTo("a RUNNING#1, inner STOPPED#1");
    }

    // OTP-005
    @Test
    void startFailsDeepDown_theOutcomeNamesThePlaceAndAllIsRolledBack() {
        SupervisorSpec low = SupervisorSpec.of("low")
                .child(worker("x"))
                .child(worker("y").readyWithin(ofSeconds(1)));
        StateHarness h = started(SupervisorSpec.of("root")
                .child(worker("a"))
                .child(SupervisorSpec.of("mid").child(low)));
        IllegalStateException cause = new IllegalStateException("boom");
        h.forget();
        h.nested("mid").nested("low").crash("y", cause);
        h.expect(
                "signal mid/low/x#1",
                "end mid/low START_FAILED",
                "end mid START_FAILED",
                "signal a#1",
                "end root START_FAILED");
        assertThat(h.outcome().cause()).isInstanceOf(StartFailedException.class).hasCause(cause);
        assertThat(((StartFailedException) h.outcome().cause()).path()).isEqualTo("root/mid/low/y");
    }

    @Test
    void nestedGivesUpDuringItsStart_isAFailedStartOfThatOne() {
        SupervisorSpec inner = SupervisorSpec.of("inner")
                .intensity(0, ofSeconds(1))
                .child(worker("x"))
                .child(worker("y").readyWithin(ofSeconds(1)));
        StateHarness h = started(SupervisorSpec.of("root").child(inner));
        h.nested("inner").crash("x");
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.START_FAILED);
        assertThat(((StartFailedException) h.outcome().cause()).path()).isEqualTo("root/inner");
        assertThat(h.outcome().cause()).hasCauseInstanceOf(TooManyFailuresException.class);
    }

    @Test
    void restartOfNestedFailsToStart_isCountedByTheParent() {
        SupervisorSpec inner = SupervisorSpec.of("inner")
                .intensity(0, ofSeconds(1))
                .child(worker("i").readyWithin(ofSeconds(1)));
        StateHarness h =
                started(SupervisorSpec.of("root").intensity(2, ofSeconds(5)).child(inner));
        h.nested("inner").ready("i");
        h.nested("inner").crash("i");
        h.nested("inner").crash("i");
        h.nested("inner").crash("i");
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.TOO_MANY_FAILURES);
        assertThat(h.child("inner").incarnation).isEqualTo(3);
    }

    @Test
    void nestedNotUpInTime_isStoppedAndRestarted() {
        SupervisorSpec inner =
                SupervisorSpec.of("inner").child(worker("i").readyWithin(ofSeconds(60)));
        StateHarness h =
                started(SupervisorSpec.of("root").child(inner, c -> c.readyWithin(ofSeconds(2))));
        h.nested("inner").ready("i");
        h.terminate("inner");
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.NO_CHILD_LEFT);
        StateHarness slow =
                started(SupervisorSpec.of("root").child(inner, c -> c.readyWithin(ofSeconds(2))));
        slow.forget();
        slow.advance(ofSeconds(2));
        slow.expect(
                "signal inner#1", "signal inner/i#1", "end inner STOPPED", "end root START_FAILED");
    }

    // OTP-103; section 4 no. 3
    @Test
    void parentGivesUpOnNested_everyGrandchildIsLetGoOfAndCounted() {
        StateHarness h = new StateHarness(SupervisorSpec.of("root")
                .child(worker("a"))
                .child(
                        shop().child(worker("s3")),
                        c -> c.shutdown(Shutdown.within(ofMillis(100)))));
        h.withNested().deaf("s1", "s2", "s3").start().forget();
        h.stop();
        h.advance(ofMillis(99));
        h.expect(
                "signal shop#1",
                "signal shop/s3#1",
                "abandon shop/s3#1",
                "signal shop/s2#1",
                "abandon shop/s2#1",
                "signal shop/s1#1");
        h.advance(ofMillis(1));
        h.expect(
                "abort shop#1",
                "abandon shop/s1#1",
                "end shop STOPPED",
                "signal a#1",
                "end root STOPPED");
        assertThat(h.outcome().abandoned()).isEqualTo(3);
    }

    @Test
    void abort_goesDownTheTree() {
        StateHarness h = new StateHarness(root())
                .withNested()
                .deaf("a", "s1", "s2", "z")
                .start()
                .forget();
        h.abort();
        h.expect(
                "signal z#1",
                "abandon z#1",
                "signal shop#1",
                "abort shop#1",
                "signal a#1",
                "abandon a#1",
                "signal shop/s2#1",
                "abandon shop/s2#1",
                "signal shop/s1#1",
                "abandon shop/s1#1",
                "end shop STOPPED",
                "end root STOPPED");
        assertThat(h.outcome().abandoned()).isEqualTo(4);
    }

    // OTP-101
    @Test
    void groupRestartOfSupervisors_bringsBackOneWhoseChildrenWereTerminated() {
        StateHarness h = started(SupervisorSpec.of("root", Strategy.ONE_FOR_ALL)
                .child(worker("a"))
                .child(shop().autoShutdown(AutoShutdown.NEVER)));
        h.nested("shop").terminate("s1").value();
        h.crash("a");
        assertThat(h.nested("shop").states()).isEqualTo("s1 RUNNING#1, s2 RUNNING#1");
        assertThat(h.states()).isEqualTo("a RUNNING#2, shop RUNNING#2");
    }

    // section 4 no. 9, SUT-019
    @Test
    void stoppedInTheMomentOfItsStart_endsInOrder() {
        StateHarness h = new StateHarness(root()).withNested();
        h.world.hand(h, new Input.Start());
        h.world.hand(h, new Input.Stop());
        h.world.pump();
        assertThat(h.outcome().reason()).isEqualTo(Outcome.Reason.STOPPED);
        assertThat(h.state("shop")).isEqualTo(ChildState.STOPPED);
    }
}
