package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.root;
import static dev.oversight.internal.StateHarness.started;
import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.AutoShutdown;
import dev.oversight.Backoff;
import dev.oversight.Exit;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildAdded;
import dev.oversight.event.ChildCompleted;
import dev.oversight.event.ChildCounts;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildReady;
import dev.oversight.event.ChildState;
import dev.oversight.event.Event;
import dev.oversight.event.Failure;
import dev.oversight.event.StackTaken;
import dev.oversight.event.SupervisorEnded;
import dev.oversight.event.SupervisorStarted;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** What the books, the counts, the failure memory and the events say. */
class ReportingScenarioTest {
    // OTP-050, OVS-019, OVS-045, W-30
    @Test
    void listing_isInStartOrderAndTellsEveryStateApart() {
        StateHarness h = new StateHarness(SupervisorSpec.of("root")
                .child(worker("up"))
                .child(worker("waiting").backoff(Backoff.constant(ofSeconds(1))))
                .child(worker("done").restart(Restart.TRANSIENT))
                .child(worker("terminated"))
                .child(worker("stuck").shutdown(Shutdown.immediate()))
                .child(worker("leaving"))
                .child(worker("starting").readyWithin(ofSeconds(1)))
                .child(worker("new")));
        h.deaf("stuck", "leaving").start();
        h.crash("waiting");
        h.complete("done");
        h.terminate("terminated");
        h.terminate("stuck");
        h.terminate("leaving");
        assertThat(h.states())
                .isEqualTo(
                        "up RUNNING#1, waiting BACKING_OFF#1, done STOPPED#1, terminated STOPPED#1,"
                                + " stuck ABANDONED#1, leaving STOPPING#1, starting STARTING#1, new NEW#0");
        assertThat(h.child("done").lastExit.kind()).isEqualTo(Exit.Kind.COMPLETED);
        assertThat(h.child("terminated").lastExit.kind()).isEqualTo(Exit.Kind.STOPPED);
        assertThat(h.child("waiting").lastExit.kind()).isEqualTo(Exit.Kind.FAILED);
        assertThat(h.state.children().counts()).isEqualTo(new ChildCounts(8, 3, 0, 8, 0));
    }

    // OTP-052, OTP-039
    @Test
    void counts_followEveryStepAndTellSupervisorsFromWorkers() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a").autoShutdown(AutoShutdown.NEVER));
        h.add(dev.oversight.ChildSpec.of(SupervisorSpec.of("nested")));
        assertThat(h.state.children().counts()).isEqualTo(new ChildCounts(2, 2, 1, 1, 0));
        h.terminate("nested");
        assertThat(h.state.children().counts()).isEqualTo(new ChildCounts(2, 1, 1, 1, 0));
        h.delete("nested");
        h.delete("a");
        assertThat(h.state.children().counts()).isEqualTo(new ChildCounts(0, 0, 0, 0, 0));
    }

    // OTP-052
    @Test
    void manyTemporaryChildren_areCountedInAndOut() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE).autoShutdown(AutoShutdown.NEVER));
        List<String> ids = IntStream.range(0, 1000)
                .mapToObj(i -> h.add(worker("t" + i).restart(Restart.TEMPORARY)).value().id)
                .toList();
        assertThat(h.state.children().counts()).isEqualTo(new ChildCounts(1000, 1000, 0, 1000, 0));
        ids.forEach(h::crash);
        assertThat(h.state.children().counts()).isEqualTo(new ChildCounts(0, 0, 0, 0, 0));
        assertThat(h.state.forgotten().newestFirst()).hasSize(32);
    }

    // OTP-082, W-16, OVS-042
    @Test
    void failures_areRememberedNewestFirstAndBounded() {
        StateHarness h = started(SupervisorSpec.of("root").neverGiveUp().child(worker("a")));
        assertThat(h.child("a").failures).as("allocated at the first failure").isNull();
        for (int i = 1; i <= 50; i++) {
            h.advance(ofSeconds(1));
            h.crash("a", new IllegalStateException("no. " + i));
        }
        List<Failure> failures = h.child("a").failures.newestFirst();
        assertThat(failures).hasSize(8);
        assertThat(failures.getFirst().incarnation()).isEqualTo(50);
        assertThat(failures.getFirst().exit().cause()).hasMessage("no. 50");
        assertThat(failures.getLast().incarnation()).isEqualTo(43);
        assertThat(failures.getFirst().at())
                .isEqualTo(Instant.ofEpochSecond(0, World.EPOCH).plusSeconds(50));
    }

    // W-25, OVS-045
    @Test
    void failure_keepsTheThrowableItself() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a"));
        OutOfMemoryError cause = new OutOfMemoryError("of its own making");
        h.advance(ofMillis(1500));
        h.crash("a", cause);
        ChildFailed event = h.events(ChildFailed.class).getFirst();
        assertThat(event.cause()).isSameAs(cause);
        assertThat(event.uptime()).isEqualTo(ofMillis(1500));
        assertThat(event.restarting()).isTrue();
        assertThat(h.child("a").lastExit.cause()).isSameAs(cause);
    }

    @Test
    void uptime_beginsWithTheStartNotWithReadiness() {
        StateHarness h =
                started(SupervisorSpec.of("root").child(worker("a").readyWithin(ofSeconds(10))));
        h.advance(ofSeconds(1));
        h.ready("a");
        h.advance(ofMillis(500));
        h.crash("a");
        assertThat(h.events(ChildFailed.class).getFirst().uptime()).isEqualTo(ofMillis(1500));
    }

    @Test
    void completion_tellsHowLongItWasUp() {
        StateHarness h = started(SupervisorSpec.of("root").child(worker("a")));
        h.advance(ofMillis(1500));
        h.complete("a");
        assertThat(h.events(ChildCompleted.class).getFirst().uptime()).isEqualTo(ofMillis(1500));
    }

    @Test
    void stoppedForTheSakeOfASibling_itsLastExitIsThatStop() {
        StateHarness h = started(root(Strategy.ONE_FOR_ALL, "a", "b"));
        h.crash("b");
        h.crash("a");
        assertThat(h.child("b").lastExit.kind()).isEqualTo(Exit.Kind.STOPPED);
    }

    @Test
    void newChild_isNewSinceItWasAdded() {
        StateHarness h =
                started(root(Strategy.ONE_FOR_ONE).child(worker("a").readyWithin(ofSeconds(9))));
        h.advance(ofSeconds(2));
        h.add(worker("b"));
        h.advance(ofSeconds(1));
        assertThat(h.state("b")).isEqualTo(ChildState.NEW);
        assertThat(h.events(ChildAdded.class).getFirst().incarnation()).isZero();
        assertThat(h.child("b").sinceNanos).isEqualTo(World.EPOCH + ofSeconds(2).toNanos());
    }

    @Test
    void up_tellsOfHowManyChildren() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a", "b", "c"));
        assertThat(h.events(SupervisorStarted.class).getFirst().children()).isEqualTo(3);
    }

    @Test
    void normalEnds_areNoFailures() {
        StateHarness h = started(SupervisorSpec.of("root").neverGiveUp().child(worker("a")));
        h.complete("a");
        h.terminate("a");
        assertThat(h.child("a").failures).isNull();
        assertThat(h.child("a").lastExit.kind()).isEqualTo(Exit.Kind.STOPPED);
    }

    @Test
    void restarts_countThoseNobodyAskedFor() {
        StateHarness h = started(root(Strategy.ONE_FOR_ALL, "a", "b"));
        h.crash("a");
        h.terminate("b");
        h.restart("b");
        h.crash("b");
        assertThat(h.child("a").restarts).isEqualTo(2);
        assertThat(h.child("b").restarts).isEqualTo(2);
        assertThat(h.child("b").incarnation).isEqualTo(4);
    }

    @Test
    void events_carryTheTimeOfTheirDecision() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, c -> c.readyWithin(ofSeconds(5)), "a"));
        h.advance(ofMillis(700));
        h.ready("a");
        ChildReady ready = h.events(ChildReady.class).getFirst();
        assertThat(ready.took()).isEqualTo(ofMillis(700));
        assertThat(ready.atNanos()).isEqualTo(World.EPOCH + ofMillis(700).toNanos());
        assertThat(ready.at()).isEqualTo(Instant.ofEpochSecond(0, World.EPOCH).plusMillis(700));
    }

    // OTP-108
    @Test
    void everyEvent_namesItsPlaceInItsText() {
        StateHarness h = new StateHarness(
                root(Strategy.ONE_FOR_ALL, "a", "b").child(worker("c").readyWithin(ofSeconds(1))));
        h.deaf("b").readyAtOnce("c").start();
        h.crash("a");
        h.advance(ofSeconds(5));
        h.lateEnd("b#1");
        h.delete("a");
        h.stop();
        h.advance(ofSeconds(5));
        List<Event> events = List.copyOf(h.world.events);
        assertThat(events)
                .hasSizeGreaterThan(15)
                .allSatisfy(e -> assertThat(e.text()).startsWith(e.path()));
    }

    @Test
    void evidenceOfAnAbandonedRun_isPublishedEvenAfterTheEnd() {
        StateHarness h =
                new StateHarness(root(Strategy.ONE_FOR_ONE, "a")).deaf("a").start();
        h.abort();
        h.forget();
        StackTraceElement frame = new StackTraceElement("Stuck", "here", "Stuck.java", 1);
        h.feed(new Input.Evidence(h.run("a#1"), List.of(frame)));
        assertThat(h.events(StackTaken.class).getFirst().stack()).containsExactly(frame);
        h.expectEvents("stack a#1");
    }

    // OVS-040, OTP-111
    @Test
    void query_isAnsweredInEveryPhase() {
        StateHarness h =
                new StateHarness(root(Strategy.ONE_FOR_ONE, c -> c.readyWithin(ofSeconds(9)), "a"));
        h.deaf("a");
        assertThat(size(h)).isZero();
        h.start();
        assertThat(size(h)).isEqualTo(1);
        h.ready("a");
        h.terminate("a");
        assertThat(size(h)).isEqualTo(1);
        h.stop();
        assertThat(size(h)).isEqualTo(1);
        h.advance(ofSeconds(5));
        assertThat(h.phase()).isEqualTo(SupervisorState.Phase.ENDED);
        assertThat(size(h)).isEqualTo(1);
    }

    private static int size(StateHarness h) {
        Asked<Integer> asked = new Asked<>("size");
        h.feed(new Input.Query<>(state -> state.children().size(), asked));
        return asked.value();
    }

    @Test
    void outcomeOfTheEvent_isTheOutcome() {
        StateHarness h = started(root(Strategy.ONE_FOR_ONE, "a"));
        h.stop();
        assertThat(h.events(SupervisorEnded.class).getFirst().outcome()).isSameAs(h.outcome());
    }
}
