package dev.oversight.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.AutoShutdown;
import dev.oversight.ChildBody;
import dev.oversight.ChildContext;
import dev.oversight.ChildSpec;
import dev.oversight.Restart;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.internal.LockBooks;
import dev.oversight.service.Hold;
import dev.oversight.service.LockUnavailableException;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Locks that pass on while holders end, waiters are stopped, and limits are over. */
final class LockScenes {
    private static final Duration LONG = Duration.ofHours(1);

    static final Map<String, Scene> ALL = Map.of(
            "lockOfHoldersThatEnd", LockScenes::lockOfHoldersThatEnd,
            "lockThatIsGivenBackAsALimitIsOver", LockScenes::lockThatIsGivenBackAsALimitIsOver,
            "lockOfARunThatEnds", LockScenes::lockOfARunThatEnds,
            "stopOfAChildThatWaitsForALock", LockScenes::stopOfAChildThatWaitsForALock);

    private LockScenes() {}

    /** One after the other has it, and nobody gives it back but by the end of the run. */
    private static void lockOfHoldersThatEnd(SeededScheduler schedule) throws Exception {
        ChildContext[] context = new ChildContext[1];
        int[] had = new int[1];
        boolean[] busy = new boolean[1];
        ChildBody holds = self -> {
            context[0] = self;
            Hold hold = self.lock("x", LONG);
            assertThat(hold.isHeld()).isTrue();
            assertThat(busy[0]).isFalse();
            busy[0] = true;
            Thread.yield();
            had[0]++;
            busy[0] = false;
        };
        SupervisorSpec spec = SupervisorSpec.of("root");
        for (String id : new String[] {"a", "b", "c"}) {
            spec = spec.child(id, holds, c -> c.restart(Restart.TEMPORARY));
        }
        Supervisor.launch(spec, schedule.platform()).join();
        assertThat(had[0]).isEqualTo(3);
        assertThat(LockBooks.of(context[0]).size()).isZero();
        assertThat(schedule.nanos()).isZero();
    }

    /** It is held or it is refused, and in both cases the next one can have it. */
    private static void lockThatIsGivenBackAsALimitIsOver(SeededScheduler schedule)
            throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        ChildContext[] context = new ChildContext[1];
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root").autoShutdown(AutoShutdown.NEVER).child("a", self -> {
                    context[0] = self;
                    try (Hold hold = self.lock("x", LONG)) {
                        assertThat(hold.isHeld()).isTrue();
                        gate.await();
                    }
                    self.awaitStop();
                }),
                schedule.platform());
        schedule.settle();
        boolean[] told = new boolean[1];
        schedule.letTimePassAtAnyTime();
        tree.add(ChildSpec.of("b", self -> {
            try (Hold hold = self.lock("x", Duration.ofSeconds(1))) {
                told[0] = hold.isHeld();
            } catch (LockUnavailableException late) {
                told[0] = true;
            }
            self.awaitStop();
        }));
        schedule.start("opens", gate::countDown);
        schedule.settle();
        assertThat(told[0]).isTrue();
        assertThat(LockBooks.of(context[0]).size()).isZero();
        assertThat(tree.find("b").orElseThrow().incarnation()).isOne();
        tree.close();
    }

    /** A thread that outlives its run leaves nothing behind. */
    private static void lockOfARunThatEnds(SeededScheduler schedule) throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        ChildContext[] context = new ChildContext[1];
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root")
                        .child(
                                "a",
                                self -> {
                                    context[0] = self;
                                    self.ready();
                                    gate.await();
                                },
                                c -> c.restart(Restart.TEMPORARY).readyWithin(LONG)),
                schedule.platform());
        Thread late = schedule.start("locks", () -> {
            try {
                context[0].lock("x", LONG);
            } catch (LockUnavailableException ended) {
                assertThat(ended).hasMessageContaining("x");
            }
        });
        gate.countDown();
        tree.join();
        late.join();
        assertThat(LockBooks.of(context[0]).size()).isZero();
    }

    /** It hears of it at once, though nobody interrupts it. */
    private static void stopOfAChildThatWaitsForALock(SeededScheduler schedule) throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        ChildContext[] context = new ChildContext[1];
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root")
                        .autoShutdown(AutoShutdown.NEVER)
                        .child("a", self -> {
                            context[0] = self;
                            try (Hold hold = self.lock("x", LONG)) {
                                assertThat(hold.isHeld()).isTrue();
                                held.countDown();
                                self.awaitStop();
                            }
                        })
                        .child(
                                "b",
                                self -> {
                                    held.await();
                                    self.lock("x", LONG).close();
                                },
                                c -> c.interruptOnStop(false)),
                schedule.platform());
        held.await();
        while (LockBooks.of(context[0]).size() < 3) { // asked to stop before, it may wait
            Thread.yield();
        }
        tree.terminate("b");
        assertThat(schedule.nanos()).isZero();
        tree.close();
    }
}
