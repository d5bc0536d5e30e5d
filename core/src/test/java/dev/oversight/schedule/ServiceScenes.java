package dev.oversight.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.ChildBody;
import dev.oversight.ChildContext;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.internal.ServiceBooks;
import dev.oversight.service.PublisherEndedException;
import dev.oversight.service.ServiceKey;
import dev.oversight.service.ServiceRef;
import dev.oversight.service.ServiceTakenException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Publishing, lookups and waits while owners end, follow one another or are abandoned. */
final class ServiceScenes {
    private static final Duration LONG = Duration.ofHours(1);
    private static final ServiceKey<Long> NAME = ServiceKey.of("name", Long.class);
    private static final ServiceKey<Long> SHARED = ServiceKey.shared("shared", Long.class);

    static final Map<String, Scene> ALL = Map.of(
            "publishWhileTheRunEnds", ServiceScenes::publishWhileTheRunEnds,
            "lookupsDuringRestarts", ServiceScenes::lookupsDuringRestarts,
            "oneAlwaysShares", ServiceScenes::oneAlwaysShares,
            "candidatesForOneName", ServiceScenes::candidatesForOneName,
            "ownerThatIsAbandoned", ServiceScenes::ownerThatIsAbandoned,
            "waiterForWhatIsThereForAMoment", ServiceScenes::waiterForWhatIsThereForAMoment);

    private ServiceScenes() {}

    private static void publishWhileTheRunEnds(SeededScheduler schedule) throws Exception {
        boolean first = schedule.choose(2) == 0;
        AtomicReference<ChildContext> context = new AtomicReference<>();
        CountDownLatch gate = new CountDownLatch(1);
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root")
                        .child(
                                "a",
                                self -> {
                                    context.set(self);
                                    if (first) {
                                        self.publish(SHARED, 1L);
                                    }
                                    self.ready();
                                    gate.await();
                                },
                                c -> c.restart(Restart.TEMPORARY).readyWithin(LONG)),
                schedule.platform());
        Thread publisher = schedule.start("publishes", () -> {
            try {
                context.get().publish(NAME, 1L);
                context.get().publish(SHARED, 2L);
            } catch (PublisherEndedException tooLate) {
                assertThat(tooLate.path()).isEqualTo("root/a");
            }
        });
        gate.countDown();
        tree.join();
        assertThat(tree.service(NAME).find()).isEmpty();
        assertThat(tree.service(SHARED).all()).isEmpty();
        publisher.join();
        assertThat(ServiceBooks.of(context.get()).size()).isZero();
    }

    /** Never the service of a run whose successor has begun, and a successor finds its name free. */
    private static void lookupsDuringRestarts(SeededScheduler schedule) throws Exception {
        long[] begun = new long[1];
        AtomicReference<ChildContext> context = new AtomicReference<>();
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root").neverGiveUp().child("a", self -> {
                    begun[0] = self.incarnation();
                    context.set(self);
                    self.publish(NAME, self.incarnation());
                    self.publish(SHARED, self.incarnation());
                    if (self.incarnation() < 3) {
                        throw new IllegalStateException("again");
                    }
                    self.awaitStop();
                }),
                schedule.platform());
        for (ServiceKey<Long> key : List.of(NAME, SHARED)) {
            schedule.start("looks up " + key, () -> {
                ServiceRef<Long> ref = tree.service(key);
                for (int i = 0; i < 4; i++) {
                    long atLeast = begun[0];
                    assertThat(ref.find().orElse(atLeast)).isGreaterThanOrEqualTo(atLeast);
                    assertThat(ref.all().size()).isLessThan(2);
                }
            });
        }
        schedule.settle();
        assertThat(tree.failures("a"))
                .hasSize(2)
                .allMatch(f -> f.exit().cause() instanceof IllegalStateException);
        assertThat(ServiceBooks.of(context.get()).size()).isEqualTo(3);
        tree.close();
        assertThat(ServiceBooks.of(context.get()).size()).isZero();
    }

    /** The next has published before the one before it ends, so whoever looks finds one. */
    private static void oneAlwaysShares(SeededScheduler schedule) throws Exception {
        List<CountDownLatch> begins =
                List.of(new CountDownLatch(0), new CountDownLatch(1), new CountDownLatch(1));
        List<CountDownLatch> ends =
                List.of(new CountDownLatch(1), new CountDownLatch(1), new CountDownLatch(1));
        SupervisorSpec spec = SupervisorSpec.of("root");
        for (int i = 0; i < 3; i++) {
            int number = i;
            ChildBody body = self -> {
                begins.get(number).await();
                self.publish(SHARED, (long) number);
                self.ready();
                if (number > 0) {
                    ends.get(number - 1).countDown();
                }
                if (number < 2) {
                    begins.get(number + 1).countDown();
                }
                ends.get(number).await();
            };
            spec = spec.child(
                    "c" + i,
                    body,
                    c -> number == 0
                            ? c.restart(Restart.TEMPORARY).readyWithin(LONG)
                            : c.restart(Restart.TEMPORARY));
        }
        Supervisor tree = Supervisor.start(spec, schedule.platform());
        ServiceRef<Long> ref = tree.service(SHARED);
        for (int i = 0; i < 4; i++) {
            assertThat(ref.find()).isPresent();
            assertThat(ref.all()).isNotEmpty();
        }
        ends.get(2).countDown();
        tree.close();
    }

    /** One at a time, and nobody is refused by one that has gone. */
    private static void candidatesForOneName(SeededScheduler schedule) throws Exception {
        int[] holding = new int[1];
        int[] held = new int[1];
        AtomicReference<ChildContext> context = new AtomicReference<>();
        ChildBody candidate = self -> {
            context.set(self);
            try {
                self.publish(NAME, self.incarnation());
                assertThat(++holding[0]).isOne();
                held[0]++;
                assertThat(self.service(NAME).get()).isEqualTo(self.incarnation());
                holding[0]--;
                if (self.incarnation() == 1) {
                    self.withdraw(NAME);
                }
            } catch (ServiceTakenException taken) {
                assertThat(taken.holder()).isNotEqualTo(self.path());
            }
            if (self.incarnation() < 3) {
                throw new IllegalStateException("again");
            }
        };
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root")
                        .neverGiveUp()
                        .child("a", candidate, c -> c.restart(Restart.TRANSIENT))
                        .child("b", candidate, c -> c.restart(Restart.TRANSIENT))
                        .child("c", candidate, c -> c.restart(Restart.TRANSIENT)),
                schedule.platform());
        tree.join();
        for (String id : List.of("a", "b", "c")) {
            assertThat(tree.failures(id))
                    .hasSize(2)
                    .allMatch(f -> f.exit().cause() instanceof IllegalStateException);
        }
        assertThat(held[0]).isPositive();
        assertThat(ServiceBooks.of(context.get()).size()).isZero();
    }

    private static void ownerThatIsAbandoned(SeededScheduler schedule) throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicReference<ChildContext> context = new AtomicReference<>();
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root")
                        .child("other", ChildContext::awaitStop)
                        .child(
                                "deaf",
                                self -> {
                                    context.set(self);
                                    self.publish(NAME, self.incarnation());
                                    self.publish(SHARED, self.incarnation());
                                    self.ready();
                                    StopScenes.deafAwait(gate);
                                },
                                c -> c.shutdown(Shutdown.immediate()).readyWithin(LONG)),
                schedule.platform());
        schedule.start("looks", () -> {
            for (int i = 0; i < 3; i++) {
                assertThat(tree.service(SHARED).all().size()).isLessThan(2);
            }
        });
        tree.terminate("deaf");
        assertThat(tree.service(NAME).find()).isEmpty();
        tree.restart("deaf");
        assertThat(tree.service(NAME).get()).isEqualTo(2);
        schedule.settle();
        assertThat(ServiceBooks.of(context.get()).size()).isEqualTo(3);
        gate.countDown();
        tree.close();
        schedule.settle();
        assertThat(ServiceBooks.of(context.get()).size()).isZero();
    }

    private static void waiterForWhatIsThereForAMoment(SeededScheduler schedule) throws Exception {
        AtomicReference<ChildContext> context = new AtomicReference<>();
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root").child("a", self -> {
                    context.set(self);
                    self.awaitStop();
                }),
                schedule.platform());
        schedule.settle();
        List<Long> seen = new ArrayList<>();
        Thread waiter = schedule.start("waits", () -> {
            seen.add(tree.service(NAME).await(LONG));
            seen.add(tree.service(SHARED).await(LONG));
        });
        context.get().publish(NAME, 1L);
        schedule.settle();
        context.get().publish(SHARED, 2L);
        waiter.join();
        assertThat(seen).containsExactly(1L, 2L);
        assertThat(schedule.nanos()).isZero();
        tree.close();
    }
}
