package dev.oversight.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.AutoShutdown;
import dev.oversight.ChildBody;
import dev.oversight.ChildContext;
import dev.oversight.ChildNotRunningException;
import dev.oversight.ChildSpec;
import dev.oversight.Listener;
import dev.oversight.OversightException;
import dev.oversight.Restart;
import dev.oversight.Strategy;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorNotRunningException;
import dev.oversight.SupervisorSpec;
import dev.oversight.UnknownChildException;
import dev.oversight.dynamic.DynamicSpec;
import dev.oversight.dynamic.DynamicTree;
import dev.oversight.dynamic.InstanceRef;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildState;
import dev.oversight.event.Event;
import dev.oversight.event.EventsDropped;
import dev.oversight.internal.SmallListenerQueue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Failures, requests and loops that meet. */
final class MeetingScenes {
    private static final Duration LONG = Duration.ofHours(1);

    static final Map<String, Scene> ALL = Map.of(
            "crashesDuringASweep", MeetingScenes::crashesDuringASweep,
            "requestsFromThreeThreads", MeetingScenes::requestsFromThreeThreads,
            "questionsDuringRestarts", MeetingScenes::questionsDuringRestarts,
            "listenerThatAdds", MeetingScenes::listenerThatAdds,
            "listenerThatIsFlooded", MeetingScenes::listenerThatIsFlooded,
            "nestedTreesThatAskEachOther", MeetingScenes::nestedTreesThatAskEachOther,
            "escalationWhileTheRootCloses", MeetingScenes::escalationWhileTheRootCloses,
            "instanceThatEndsWhenItIsTerminated",
                    MeetingScenes::instanceThatEndsWhenItIsTerminated);

    private MeetingScenes() {}

    /** All fail once; as the strategy takes them all, that is one failure, or one within the allowance. */
    private static void crashesDuringASweep(SeededScheduler schedule) throws Exception {
        Bodies bodies = new Bodies();
        CountDownLatch gate = new CountDownLatch(1);
        ChildBody failsOnce = bodies.watch(self -> {
            if (self.incarnation() == 1) {
                StopScenes.deafAwait(gate);
                throw new IllegalStateException("together");
            }
            self.awaitStop();
        });
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root", Strategy.ONE_FOR_ALL)
                        .intensity(1, LONG)
                        .child("a", failsOnce)
                        .child("b", failsOnce)
                        .child("c", failsOnce),
                schedule.platform());
        gate.countDown();
        schedule.settle();
        assertThat(tree.children())
                .hasSize(3)
                .allMatch(c -> c.state() == ChildState.RUNNING && c.incarnation() == 2);
        tree.close();
        bodies.assertNoneLive();
    }

    /** Each is answered, whoever drains the loop. */
    private static void requestsFromThreeThreads(SeededScheduler schedule) throws Exception {
        Bodies bodies = new Bodies();
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root")
                        .autoShutdown(AutoShutdown.NEVER)
                        .child("a", bodies.watch(ChildContext::awaitStop))
                        .child("b", bodies.watch(ChildContext::awaitStop)),
                schedule.platform());
        int[] answered = new int[1];
        List<Thread> callers = new ArrayList<>();
        for (int caller = 0; caller < 3; caller++) {
            boolean terminates = caller % 2 == 0;
            String id = caller < 2 ? "a" : "b";
            callers.add(schedule.start("caller " + caller, () -> {
                try {
                    if (terminates) {
                        tree.terminate(id);
                    } else {
                        tree.restart(id);
                    }
                } catch (OversightException refused) {
                    assertThat(refused).hasMessageContaining(id);
                }
                assertThat(tree.children()).hasSize(2);
                answered[0]++;
            }));
        }
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(answered[0]).isEqualTo(3);
        tree.close();
        bodies.assertNoneLive();
    }

    /** Answered from books that are consistent. */
    private static void questionsDuringRestarts(SeededScheduler schedule) throws Exception {
        ChildBody fails = self -> {
            if (self.incarnation() < 4) {
                throw new IllegalStateException("again");
            }
            self.awaitStop();
        };
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root")
                        .autoShutdown(AutoShutdown.NEVER)
                        .neverGiveUp()
                        .child("a", fails)
                        .child("b", fails, c -> c.restart(Restart.TEMPORARY)),
                schedule.platform());
        for (String name : List.of("first", "second")) {
            schedule.start(name, () -> {
                for (int i = 0; i < 2; i++) {
                    assertThat(tree.forgotten()).hasSizeLessThan(2);
                    assertThat(tree.failures("a")).hasSizeLessThan(4);
                    assertThat(tree.count().specs()).isBetween(1, 2);
                    assertThat(tree.children()).hasSizeBetween(1, 2);
                    assertThat(tree.slowestStops()).hasSizeLessThan(2);
                }
            });
        }
        try {
            tree.delete("b");
        } catch (UnknownChildException | ChildNotRunningException ended) {
            assertThat(ended).hasMessageContaining("b");
        }
        schedule.settle();
        assertThat(tree.child("a").orElseThrow().incarnation()).isEqualTo(4);
        tree.close();
    }

    private static void listenerThatAdds(SeededScheduler schedule) throws Exception {
        Bodies bodies = new Bodies();
        Supervisor[] root = new Supervisor[1];
        int[] begun = new int[1];
        int[] added = new int[1];
        CountDownLatch gate = new CountDownLatch(1);
        ChildBody failsOnce = bodies.watch(self -> {
            gate.await();
            if (self.incarnation() == 1) {
                throw new IllegalStateException("once");
            }
            self.awaitStop();
        });
        /** Has a name: its threads are called after it, and are part of the schedule. */
        final class Adds implements Listener {
            @Override
            public void on(Event event) {
                if (event instanceof ChildFailed) {
                    try {
                        root[0].add(ChildSpec.of(bodies.watch(self -> {
                            begun[0]++;
                            self.awaitStop();
                        })));
                        added[0]++;
                    } catch (SupervisorNotRunningException tooLate) {
                        assertThat(tooLate.path()).isEqualTo("root");
                    } catch (InterruptedException impossible) {
                        throw new AssertionError(impossible);
                    }
                }
            }
        }
        root[0] = Supervisor.start(
                SupervisorSpec.of("root")
                        .neverGiveUp()
                        .listener(new Adds())
                        .child("a", failsOnce)
                        .child("b", failsOnce),
                schedule.platform());
        gate.countDown();
        if (schedule.choose(2) == 0) {
            schedule.settle();
            assertThat(added[0]).isEqualTo(2);
            assertThat(root[0].count().active()).isEqualTo(4);
        }
        root[0].close();
        bodies.assertNoneLive();
        schedule.settle();
        assertThat(begun[0]).isEqualTo(added[0]);
    }

    /** What it is not told it is told of, one event at a time. */
    private static void listenerThatIsFlooded(SeededScheduler schedule) throws Exception {
        int[] heardOf = new int[1];
        boolean[] inside = new boolean[1];
        /** Has a name, as above. */
        final class Counts implements Listener {
            @Override
            public void on(Event event) {
                assertThat(inside[0]).isFalse();
                inside[0] = true;
                Thread.yield();
                heardOf[0] += event instanceof EventsDropped dropped ? (int) dropped.count() : 1;
                inside[0] = false;
            }
        }
        SmallListenerQueue queue = new SmallListenerQueue(new Counts(), schedule.platform(), 2);
        for (String name : List.of("first", "second")) {
            schedule.start(name, () -> {
                for (int i = 0; i < 5; i++) {
                    queue.offer();
                }
            });
        }
        schedule.settle();
        queue.offer(); // drops are told behind the next event
        schedule.settle();
        assertThat(heardOf[0]).isEqualTo(11);
    }

    /** Loops wake each other; no request is lost between them. */
    private static void nestedTreesThatAskEachOther(SeededScheduler schedule) throws Exception {
        Bodies bodies = new Bodies();
        CountDownLatch up = new CountDownLatch(1);
        Supervisor[] root = new Supervisor[1];
        SupervisorSpec left = SupervisorSpec.of("left")
                .autoShutdown(AutoShutdown.NEVER)
                .child("x", bodies.watch(self -> {
                    up.await();
                    terminate(root[0], "right");
                    self.awaitStop();
                }));
        SupervisorSpec right = SupervisorSpec.of("right")
                .autoShutdown(AutoShutdown.NEVER)
                .child("y", bodies.watch(self -> {
                    up.await();
                    terminate(root[0].supervisor("left").orElse(root[0]), "x");
                    self.awaitStop();
                }));
        root[0] = Supervisor.start(
                SupervisorSpec.of("root")
                        .autoShutdown(AutoShutdown.NEVER)
                        .child(left)
                        .child(right),
                schedule.platform());
        up.countDown();
        schedule.settle();
        assertThat(root[0].find("left/x").orElseThrow().incarnation()).isOne();
        root[0].close();
        bodies.assertNoneLive();
        assertThat(bodies.begun()).isEqualTo(2);
    }

    private static void terminate(Supervisor supervisor, String id) throws InterruptedException {
        try {
            supervisor.terminate(id);
        } catch (ChildNotRunningException | SupervisorNotRunningException ended) {
            assertThat(ended.path()).startsWith("root");
        }
    }

    private static void escalationWhileTheRootCloses(SeededScheduler schedule) throws Exception {
        Bodies bodies = new Bodies();
        int[] crashes = new int[1];
        CountDownLatch gate = new CountDownLatch(1);
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root")
                        .neverGiveUp()
                        .child("a", bodies.watch(ChildContext::awaitStop))
                        .child(SupervisorSpec.of("in")
                                .intensity(0, LONG)
                                .child("b", bodies.watch(ChildContext::awaitStop))
                                .child("leaf", bodies.watch(self -> {
                                    gate.await();
                                    if (crashes[0]++ == 0) {
                                        throw new IllegalStateException("up");
                                    }
                                    self.awaitStop();
                                }))),
                schedule.platform());
        gate.countDown();
        if (schedule.choose(2) == 0) {
            schedule.settle();
            assertThat(tree.find("in/leaf").orElseThrow().state()).isSameAs(ChildState.RUNNING);
            assertThat(tree.find("in").orElseThrow().incarnation()).isEqualTo(2);
        }
        tree.close();
        bodies.assertNoneLive();
        assertThat(tree.children()).allMatch(c -> c.state() == ChildState.STOPPED);
    }

    private static void instanceThatEndsWhenItIsTerminated(SeededScheduler schedule)
            throws Exception {
        int[] runs = new int[1];
        CountDownLatch gate = new CountDownLatch(1);
        DynamicTree<String> live = DynamicSpec.of("workers", (String name, ChildContext self) -> {
                    runs[0]++;
                    gate.await();
                })
                .instances(c -> c.restart(Restart.TRANSIENT))
                .start(schedule.platform());
        InstanceRef<String> ref = live.start("one");
        var ended = ref.whenEnded();
        schedule.start("opens", () -> gate.countDown());
        ref.terminate();
        assertThat(ref.ended()).isPresent();
        assertThat(ended.get()).isEqualTo(ref.ended().orElseThrow());
        assertThat(runs[0]).isOne();
        assertThat(live.count().active()).isZero();
        live.root().close();
    }
}
