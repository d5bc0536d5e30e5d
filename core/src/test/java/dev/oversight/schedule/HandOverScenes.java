package dev.oversight.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.AbandonedException;
import dev.oversight.ChildBody;
import dev.oversight.ChildContext;
import dev.oversight.ChildRef;
import dev.oversight.Restart;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildState;
import dev.oversight.service.Hold;
import dev.oversight.service.LockUnavailableException;
import dev.oversight.service.PublisherEndedException;
import dev.oversight.service.ServiceKey;
import dev.oversight.service.ServiceUnavailableException;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** What one thread tells another, with nothing between them but one field. */
final class HandOverScenes {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final ServiceKey<Long> NAME = ServiceKey.of("name", Long.class);

    static final Map<String, Scene> ALL = Map.of(
            "readyFromTwoThreads", HandOverScenes::readyFromTwoThreads,
            "helperThatAwaitsTheStop", HandOverScenes::helperThatAwaitsTheStop,
            "heartbeatsOfTwoThreads", HandOverScenes::heartbeatsOfTwoThreads,
            "serviceThatIsReplaced", HandOverScenes::serviceThatIsReplaced,
            "waitersWhoAreLate", HandOverScenes::waitersWhoAreLate,
            "lockThatIsWantedByMany", HandOverScenes::lockThatIsWantedByMany,
            "linkedChildrenThatEnd", HandOverScenes::linkedChildrenThatEnd,
            "childrenWithoutHeap", HandOverScenes::childrenWithoutHeap);

    private HandOverScenes() {}

    private static void readyFromTwoThreads(SeededScheduler schedule) throws Exception {
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root")
                        .child(
                                "a",
                                self -> {
                                    schedule.start("helps", () -> self.ready());
                                    self.ready();
                                    self.awaitStop();
                                },
                                c -> c.readyWithin(LONG)),
                schedule.platform());
        assertThat(tree.child("a").orElseThrow().state()).isSameAs(ChildState.RUNNING);
        tree.close();
    }

    /** Whether it is asked to stop or the run ends by itself. */
    private static void helperThatAwaitsTheStop(SeededScheduler schedule) throws Exception {
        boolean stopped = schedule.choose(2) == 0;
        AtomicInteger told = new AtomicInteger();
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root")
                        .child(
                                "a",
                                self -> {
                                    schedule.start("helps", () -> {
                                        self.awaitStop();
                                        assertThat(self.running()).isFalse();
                                        told.incrementAndGet();
                                    });
                                    if (stopped) {
                                        self.awaitStop();
                                    }
                                },
                                c -> c.restart(Restart.TEMPORARY)),
                schedule.platform());
        if (stopped) {
            tree.close();
        }
        tree.join();
        schedule.settle();
        assertThat(told.get()).isOne();
    }

    private static void heartbeatsOfTwoThreads(SeededScheduler schedule) throws Exception {
        schedule.letTimePassAtAnyTime();
        AtomicReference<ChildContext> context = new AtomicReference<>();
        CountDownLatch begun = new CountDownLatch(1);
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root")
                        .neverGiveUp()
                        .child(
                                "a",
                                self -> {
                                    context.set(self);
                                    begun.countDown();
                                    self.heartbeat();
                                    self.awaitStop(SECOND.dividedBy(4));
                                    self.heartbeat();
                                    self.awaitStop();
                                },
                                c -> c.heartbeatWithin(SECOND)),
                schedule.platform());
        begun.await();
        ChildContext self = context.get();
        schedule.start("beats", () -> {
            for (int i = 0; i < 4 && self.running(); i++) {
                self.heartbeat();
            }
        });
        tree.terminate("a");
        schedule.settle();
        tree.close();
    }

    /** Its users see the one or the other, and whoever comes after the end sees none. */
    private static void serviceThatIsReplaced(SeededScheduler schedule) throws Exception {
        CountDownLatch published = new CountDownLatch(1);
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root").child("a", self -> {
                    self.publish(NAME, 1L);
                    published.countDown();
                    self.publish(NAME, 2L);
                    self.awaitStop();
                }),
                schedule.platform());
        published.await();
        schedule.start("looks", () -> {
            for (int i = 0; i < 3; i++) {
                assertThat(tree.service(NAME).find().orElse(2L)).isBetween(1L, 2L);
            }
            try {
                assertThat(tree.service(NAME).get()).isBetween(1L, 2L);
            } catch (ServiceUnavailableException ended) {
                assertThat(ended).hasMessageContaining("name");
            }
        });
        tree.close();
        schedule.settle();
        assertThat(tree.service(NAME).find()).isEmpty();
    }

    private static void waitersWhoAreLate(SeededScheduler schedule) throws Exception {
        AtomicReference<ChildContext> context = new AtomicReference<>();
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root")
                        .child(
                                "a",
                                self -> {
                                    context.set(self);
                                    self.ready();
                                    self.awaitStop();
                                },
                                c -> c.readyWithin(LONG)),
                schedule.platform());
        schedule.letTimePassAtAnyTime();
        Thread waiter = schedule.start("waits", () -> {
            try {
                assertThat(tree.service(NAME).await(SECOND)).isOne();
            } catch (ServiceUnavailableException late) {
                assertThat(late).hasMessageContaining("name");
            }
        });
        Thread publisher = schedule.start("publishes", () -> {
            try {
                context.get().publish(NAME, 1L);
            } catch (PublisherEndedException | AbandonedException closed) {
                assertThat(closed.path()).isEqualTo("root/a");
            }
        });
        if (schedule.choose(2) == 0) {
            publisher.join();
            waiter.join();
        }
        tree.close();
        waiter.join();
    }

    /** One has it at a time, and nobody is forgotten. */
    private static void lockThatIsWantedByMany(SeededScheduler schedule) throws Exception {
        schedule.letTimePassAtAnyTime();
        AtomicInteger inside = new AtomicInteger();
        ChildBody wants = self -> {
            try (Hold hold = self.lock("name", self.id().equals("a") ? SECOND : LONG)) {
                assertThat(hold.isHeld()).isTrue();
                assertThat(inside.incrementAndGet()).isOne();
                self.heartbeat();
                inside.decrementAndGet();
                if (self.incarnation() == 1) {
                    throw new IllegalStateException("while it holds it");
                }
            } catch (LockUnavailableException late) {
                assertThat(late.path()).isEqualTo(self.path());
            }
            self.awaitStop();
        };
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root")
                        .neverGiveUp()
                        .child("a", wants)
                        .child("b", wants)
                        .child("c", wants),
                schedule.platform());
        if (schedule.choose(2) == 0) {
            schedule.settle();
            assertThat(inside.get()).isZero();
        }
        tree.close();
    }

    private static void linkedChildrenThatEnd(SeededScheduler schedule) throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root")
                        .neverGiveUp()
                        .child("a", self -> {
                            gate.await();
                            if (self.incarnation() == 1) {
                                throw new IllegalStateException("once");
                            }
                            self.awaitStop();
                        })
                        .child("b", self -> {
                            self.link(new ChildRef(self.supervisor(), "a"));
                            gate.await();
                            self.awaitStop();
                        }),
                schedule.platform());
        var ended = tree.watch("b");
        var dropped = tree.watch("a");
        schedule.start("drops", () -> dropped.cancel(true));
        gate.countDown();
        schedule.settle();
        assertThat(tree.child("a").orElseThrow().incarnation()).isEqualTo(2);
        assertThat(tree.child("b").orElseThrow().state()).isSameAs(ChildState.RUNNING);
        tree.close();
        schedule.settle();
        assertThat(ended.isDone()).isTrue();
    }

    /** It only looks as if there were none; what is done about it is the same. */
    private static void childrenWithoutHeap(SeededScheduler schedule) throws Exception {
        ChildBody exhausted = self -> {
            if (self.incarnation() == 1) {
                throw new OutOfMemoryError("pretended");
            }
            self.awaitStop();
        };
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root").neverGiveUp().child("a", exhausted).child("b", exhausted),
                schedule.platform());
        schedule.settle();
        assertThat(tree.children()).hasSize(2).allMatch(c -> c.incarnation() == 2);
        tree.close();
    }
}
