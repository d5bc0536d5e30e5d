package dev.oversight.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.Backoff;
import dev.oversight.ChildBody;
import dev.oversight.ChildContext;
import dev.oversight.ChildNotRunningException;
import dev.oversight.ChildSpec;
import dev.oversight.Exit;
import dev.oversight.Outcome;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorNotRunningException;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildState;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** Ends, stops and restarts that meet. */
final class StopScenes {
    private static final Duration LONG = Duration.ofHours(1);

    static final Map<String, Scene> ALL = Map.of(
            "closeFromTwoChildrenAtOnce", StopScenes::closeFromTwoChildrenAtOnce,
            "terminateOfEachOther", StopScenes::terminateOfEachOther,
            "addAtTheEnd", StopScenes::addAtTheEnd,
            "endWhileItIsTerminated", StopScenes::endWhileItIsTerminated,
            "stopDuringARestart", StopScenes::stopDuringARestart,
            "stopOfADeafChildThatEndsInTime", StopScenes::stopOfADeafChildThatEndsInTime,
            "interruptBeforeAwaitStopReturns", StopScenes::interruptBeforeAwaitStopReturns,
            "hooksThatComeWithTheStop", StopScenes::hooksThatComeWithTheStop,
            "helpersThatWaitForTheStop", StopScenes::helpersThatWaitForTheStop);

    private StopScenes() {}

    /** Neither waits for itself, and whoever waits outside is told when all have ended. */
    private static void closeFromTwoChildrenAtOnce(SeededScheduler schedule) throws Exception {
        Bodies bodies = new Bodies();
        ChildBody closes = bodies.watch(self -> {
            self.supervisor().close();
            self.awaitStop();
        });
        Supervisor tree = Supervisor.launch(
                SupervisorSpec.of("root")
                        .child("a", closes)
                        .child("b", closes)
                        .child("c", bodies.watch(ChildContext::awaitStop)),
                schedule.platform());
        assertThat(tree.join()).isEqualTo(new Outcome("root", Outcome.Reason.STOPPED, null, 0));
        bodies.assertNoneLive();
    }

    private static void terminateOfEachOther(SeededScheduler schedule) throws Exception {
        Bodies bodies = new Bodies();
        CountDownLatch up = new CountDownLatch(1);
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root")
                        .child("a", bodies.watch(self -> terminates("b", up, self)))
                        .child("b", bodies.watch(self -> terminates("a", up, self))),
                schedule.platform());
        up.countDown();
        assertThat(tree.join().reason()).isSameAs(Outcome.Reason.NO_CHILD_LEFT);
        bodies.assertNoneLive();
        assertThat(tree.children()).allMatch(child -> child.state() == ChildState.STOPPED);
        assertThat(bodies.begun()).isEqualTo(2);
    }

    private static void terminates(String other, CountDownLatch up, ChildContext self)
            throws InterruptedException {
        deafAwait(up);
        try {
            self.supervisor().terminate(other);
        } catch (ChildNotRunningException gone) {
            assertThat(self.running()).isFalse(); // it was faster, and so this one is to stop
        }
        self.awaitStop();
    }

    /** Kept and stopped, or refused: never started after the end. */
    private static void addAtTheEnd(SeededScheduler schedule) throws Exception {
        Bodies bodies = new Bodies();
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root").child("a", bodies.watch(ChildContext::awaitStop)),
                schedule.platform());
        List<String> added = new ArrayList<>();
        List<Thread> adders = new ArrayList<>();
        for (String id : List.of("x", "y")) {
            adders.add(schedule.start("adds " + id, () -> {
                try {
                    ChildBody waits = bodies.watch(ChildContext::awaitStop);
                    added.add(tree.add(ChildSpec.of(id, waits)).id());
                } catch (SupervisorNotRunningException tooLate) {
                    assertThat(tooLate.path()).isEqualTo("root");
                }
            }));
        }
        tree.close();
        bodies.assertNoneLive();
        for (Thread adder : adders) {
            adder.join();
        }
        assertThat(bodies.begun()).isEqualTo(1 + added.size());
        assertThat(tree.children()).hasSize(1 + added.size());
    }

    private static void endWhileItIsTerminated(SeededScheduler schedule) throws Exception {
        Bodies bodies = new Bodies();
        CountDownLatch gate = new CountDownLatch(1);
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root")
                        .intensity(1, LONG)
                        .child("sibling", bodies.watch(ChildContext::awaitStop))
                        .child("a", bodies.watch(self -> {
                            if (self.incarnation() == 1) {
                                gate.await();
                                throw new IllegalStateException("in that instant");
                            }
                            self.awaitStop();
                        })),
                schedule.platform());
        schedule.start("opens", () -> gate.countDown());
        tree.terminate("a");
        assertThat(tree.child("a").orElseThrow().state()).isSameAs(ChildState.STOPPED);
        long incarnation = tree.child("a").orElseThrow().incarnation();
        assertThat(tree.child("sibling").orElseThrow().incarnation()).isOne();
        schedule.settle();
        assertThat(bodies.begun()).isEqualTo((int) incarnation + 1);
        tree.close();
        bodies.assertNoneLive();
    }

    /** Whatever its delay does meanwhile: nothing starts after the end. */
    private static void stopDuringARestart(SeededScheduler schedule) throws Exception {
        schedule.letTimePassAtAnyTime();
        Bodies bodies = new Bodies();
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root")
                        .neverGiveUp()
                        .child(
                                "a",
                                bodies.watch(self -> {
                                    throw new IllegalStateException("again");
                                }),
                                c -> c.backoff(Backoff.constant(Duration.ofSeconds(1)))
                                        .shutdown(Shutdown.unbounded()))
                        .child(
                                "b",
                                bodies.watch(ChildContext::awaitStop),
                                c -> c.shutdown(Shutdown.unbounded())),
                schedule.platform());
        for (int i = schedule.choose(4); i > 0; i--) {
            tree.children();
        }
        tree.close();
        int begun = bodies.begun();
        bodies.assertNoneLive();
        schedule.settle();
        assertThat(bodies.begun()).isEqualTo(begun);
        assertThat(tree.outcome().orElseThrow().reason()).isSameAs(Outcome.Reason.STOPPED);
    }

    /** Stopped or abandoned, but not both: and whose budget was over comes to no harm to its successor. */
    private static void stopOfADeafChildThatEndsInTime(SeededScheduler schedule) throws Exception {
        schedule.letTimePassAtAnyTime();
        CountDownLatch gate = new CountDownLatch(1);
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root")
                        .child("other", ChildContext::awaitStop)
                        .child(
                                "deaf",
                                self -> {
                                    if (self.incarnation() == 1) {
                                        deafAwait(gate);
                                    } else {
                                        self.awaitStop();
                                    }
                                },
                                c -> c.shutdown(Shutdown.within(Duration.ofSeconds(1)))),
                schedule.platform());
        schedule.start("opens", () -> gate.countDown());
        var ended = tree.watch("deaf");
        tree.terminate("deaf");
        long terminated = tree.child("deaf").orElseThrow().incarnation();
        tree.restart("deaf");
        schedule.settle();
        assertThat(ended.get().kind())
                .isIn(Exit.Kind.COMPLETED, Exit.Kind.STOPPED, Exit.Kind.ABANDONED);
        assertThat(tree.abandoned()).isEmpty();
        assertThat(tree.child("deaf").orElseThrow().state()).isSameAs(ChildState.RUNNING);
        assertThat(tree.child("deaf").orElseThrow().incarnation()).isEqualTo(terminated + 1);
        tree.close();
        schedule.settle();
        assertThat(tree.abandoned()).isEmpty();
    }

    static void deafAwait(CountDownLatch gate) {
        boolean waiting = true;
        while (waiting) {
            try {
                gate.await();
                waiting = false;
            } catch (InterruptedException dropped) {
                // it hears nothing
            }
        }
    }

    /** The flag is there, once, and what is done afterwards is not hit by it. */
    private static void interruptBeforeAwaitStopReturns(SeededScheduler schedule) throws Exception {
        boolean[] atOnce = new boolean[1];
        boolean[] late = new boolean[1];
        boolean hooked = schedule.choose(2) == 0;
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root").child("a", self -> {
                    if (hooked) {
                        self.onStop(() -> {});
                    }
                    self.awaitStop();
                    atOnce[0] = Thread.interrupted();
                    schedule.settle();
                    late[0] = Thread.interrupted();
                }),
                schedule.platform());
        tree.close();
        assertThat(atOnce[0]).isTrue();
        assertThat(late[0]).isFalse();
    }

    private static void hooksThatComeWithTheStop(SeededScheduler schedule) throws Exception {
        List<String> ran = new ArrayList<>();
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root")
                        .child(
                                "a",
                                self -> {
                                    for (String hook : List.of("1", "2", "3")) {
                                        self.onStop(() -> ran.add(hook));
                                    }
                                    while (self.running()) {
                                        LockSupport.park();
                                    }
                                },
                                c -> c.restart(Restart.TEMPORARY)),
                schedule.platform());
        tree.close();
        schedule.settle();
        assertThat(ran).containsExactlyInAnyOrder("1", "2", "3");
    }

    /** Nobody interrupts them, and they begin to wait at the same time. */
    private static void helpersThatWaitForTheStop(SeededScheduler schedule) throws Exception {
        ChildContext[] context = new ChildContext[1];
        CountDownLatch up = new CountDownLatch(1);
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root").child("a", self -> {
                    context[0] = self;
                    up.countDown();
                    self.awaitStop();
                }),
                schedule.platform());
        up.await();
        Thread first = schedule.start("first helper", () -> context[0].awaitStop());
        Thread second = schedule.start("second helper", () -> context[0].awaitStop());
        tree.close();
        first.join();
        second.join();
        assertThat(context[0].running()).isFalse();
    }
}
