package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.internal.ServiceBooks;
import dev.oversight.service.PublisherEndedException;
import dev.oversight.service.ServiceKey;
import dev.oversight.service.ServiceRef;
import dev.oversight.service.ServiceTakenException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Lookups, publishing and waiting while owners crash, restart, stop and are abandoned. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServiceRaceTest {
    private static final ServiceKey<Long> NAME = ServiceKey.of("name", Long.class);
    private static final ServiceKey<Long> SHARED = ServiceKey.shared("shared", Long.class);
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final AtomicReference<ServiceBooks> books = new AtomicReference<>();
    private final AtomicBoolean over = new AtomicBoolean();

    // OTP-104, ELX-065, scenario 19
    @Test
    void aLookup_neverFindsARunWhoseSuccessorHasBegun() throws Exception {
        int runs = 2_000;
        AtomicLong begun = new AtomicLong();
        Supervisor tree = trees.start(SupervisorSpec.of("root").neverGiveUp().child("a", self -> {
            begun.set(self.incarnation());
            self.publish(NAME, self.incarnation());
            self.publish(SHARED, self.incarnation());
            books.set(ServiceBooks.of(self));
            if (self.incarnation() < runs) {
                throw new Puppet.Crash("again");
            }
            self.awaitStop();
        }));
        List<Eventually.Caller<Long>> readers = new ArrayList<>();
        for (ServiceKey<Long> key : List.of(NAME, SHARED)) {
            ServiceRef<Long> ref = tree.service(key);
            readers.add(Eventually.calling("look up " + key, () -> {
                long seen = 0;
                while (seen < runs) {
                    long atLeast = begun.get();
                    seen = ref.find().orElse(atLeast);
                    assertThat(seen).isGreaterThanOrEqualTo(atLeast);
                }
                return seen;
            }));
            readers.add(Eventually.calling("wait for " + key, () -> {
                long seen = 0;
                while (seen < runs) {
                    long atLeast = begun.get();
                    seen = ref.await(LONG);
                    assertThat(seen).isGreaterThanOrEqualTo(atLeast);
                    assertThat(ref.all()).hasSizeLessThanOrEqualTo(1);
                }
                return seen;
            }));
        }
        for (Eventually.Caller<Long> reader : readers) {
            assertThat(reader.result()).isEqualTo(runs);
        }
        assertThat(books.get().size()).isEqualTo(3); // two entries of one owner
        tree.close();
        assertThat(books.get().size()).isZero();
    }

    // ELX-063, ELX-066, scenario 19
    @Test
    void candidatesForOneName_neverHoldItTogetherAndAlwaysGetIt() throws Exception {
        AtomicInteger holding = new AtomicInteger();
        AtomicInteger held = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        SupervisorSpec spec = SupervisorSpec.of("root").neverGiveUp();
        for (int i = 0; i < 8; i++) {
            spec = spec.child("c" + i, self -> {
                books.set(ServiceBooks.of(self));
                while (self.running()) {
                    try {
                        self.publish(NAME, self.incarnation());
                    } catch (ServiceTakenException taken) {
                        refused.incrementAndGet();
                        LockSupport.parkNanos(10_000); // spinning would starve the holder
                        continue;
                    }
                    assertThat(holding.incrementAndGet()).isOne();
                    held.incrementAndGet();
                    holding.decrementAndGet();
                    if (ThreadLocalRandom.current().nextBoolean()) {
                        throw new Puppet.Crash("while it has the name");
                    }
                    self.withdraw(NAME);
                }
            });
        }
        Supervisor tree = trees.start(spec);
        Eventually.await(() -> "held " + held + " times", () -> held.get() > 1_500);
        tree.close();
        assertThat(tree.forgotten()).isEmpty();
        for (int i = 0; i < 8; i++) {
            assertThat(tree.failures("c" + i))
                    .allMatch(failure -> failure.exit().cause() instanceof Puppet.Crash);
        }
        assertThat(books.get().size()).isZero();
    }

    // ELX-064, scenario 19
    @Test
    void aThreadThatPublishesWhileItsRunEnds_leavesNothingInTheRegistry() throws Exception {
        for (int round = 0; round < 400; round++) {
            CyclicBarrier together = new CyclicBarrier(2);
            AtomicReference<ChildContext> context = new AtomicReference<>();
            CountDownLatch up = new CountDownLatch(1);
            boolean published = round % 4 < 2;
            boolean fails = round % 2 == 0;
            Supervisor tree = trees.start(SupervisorSpec.of("root")
                    .autoShutdown(AutoShutdown.NEVER)
                    .child(
                            "a",
                            self -> {
                                context.set(self);
                                if (published) {
                                    self.publish(SHARED, 1L);
                                }
                                up.countDown();
                                together.await();
                                if (fails) {
                                    throw new Puppet.Crash("in that instant");
                                }
                            },
                            c -> c.restart(Restart.TEMPORARY)));
            up.await();
            ChildContext self = context.get();
            together.await();
            try {
                self.publish(NAME, 1L);
                self.publish(SHARED, 2L);
            } catch (PublisherEndedException tooLate) {
                assertThat(tooLate.path()).isEqualTo("root/a");
            }
            Trees.awaitGone(tree, "a");
            assertThat(tree.service(NAME).find()).isEmpty();
            assertThat(tree.service(SHARED).all()).isEmpty();
            assertThat(ServiceBooks.of(self).size()).isZero();
            tree.close();
        }
    }

    // scenario 7, scenario 13, scenario 19
    @Test
    void ownersThatAreAbandonedOverAndOver_neverBlockTheirSuccessors() throws Exception {
        CountDownLatch gate = trees.gate();
        AtomicInteger stale = new AtomicInteger();
        AtomicLong begun = new AtomicLong();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child("other", Puppet.idle())
                .child(
                        "deaf",
                        self -> {
                            begun.set(self.incarnation());
                            books.set(ServiceBooks.of(self));
                            self.publish(NAME, self.incarnation());
                            self.publish(SHARED, self.incarnation());
                            self.ready();
                            Puppet.deafAwait(gate);
                            try {
                                self.publish(NAME, self.incarnation());
                            } catch (AbandonedException late) {
                                stale.incrementAndGet();
                            }
                        },
                        c -> c.shutdown(Shutdown.immediate()).readyWithin(LONG)));
        ServiceRef<Long> ref = tree.service(NAME);
        Eventually.Caller<Long> reader = Eventually.calling("reader", () -> {
            long seen = 0;
            while (!over.get()) {
                long atLeast = begun.get();
                seen = ref.find().orElse(atLeast);
                assertThat(seen).isGreaterThanOrEqualTo(atLeast);
            }
            return seen;
        });
        for (int round = 1; round <= 200; round++) {
            assertThat(ref.get()).isEqualTo(round);
            tree.terminate("deaf");
            assertThat(ref.find()).isEmpty();
            assertThat(tree.service(SHARED).all()).isEmpty();
            tree.restart("deaf");
        }
        assertThat(ref.get()).isEqualTo(201);
        assertThat(tree.abandoned()).hasSize(200);
        tree.terminate("deaf");
        gate.countDown();
        Eventually.await("all have ended", () -> tree.abandoned().isEmpty());
        over.set(true);
        reader.result();
        assertThat(stale).hasValue(201);
        Eventually.await("the registry is empty", () -> books.get().size() == 0);
    }

    // scenario 19
    @Test
    void waiters_neverMissWhatIsPublishedForAMoment() throws Exception {
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", puppet));
        puppet.awaitRuns(1);
        ChildContext self = puppet.self();
        ServiceRef<Long> ref = tree.service(NAME);
        AtomicLong seen = new AtomicLong();
        Eventually.Caller<Long> waiter = Eventually.calling("waiter", () -> {
            while (seen.get() < 2_000) {
                long next = seen.get() + 1;
                long got = ref.await(LONG);
                assertThat(got).isBetween(next - 1, next);
                seen.set(got);
            }
            return seen.get();
        });
        for (long i = 1; i <= 2_000; i++) {
            long value = i;
            self.publish(NAME, value);
            Eventually.await("it saw " + value, () -> seen.get() >= value || waiter.isDone());
            self.withdraw(NAME);
        }
        assertThat(waiter.result()).isEqualTo(2_000);
        assertThat(ServiceBooks.of(self).size()).isZero();
    }

    // scenario 8, scenario 19
    @Test
    void waitersPublishersAndAnEndingTree_allGetAnAnswer() throws Exception {
        for (int round = 0; round < 100; round++) {
            SupervisorSpec spec = SupervisorSpec.of("root").neverGiveUp();
            for (int i = 0; i < 4; i++) {
                spec = spec.child("c" + i, self -> {
                    books.set(ServiceBooks.of(self));
                    self.publish(SHARED, self.incarnation());
                    if (ThreadLocalRandom.current().nextInt(3) > 0) {
                        throw new Puppet.Crash("again");
                    }
                    self.awaitStop();
                });
            }
            Supervisor tree = trees.start(spec);
            List<Eventually.Caller<Long>> waits = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                waits.add(Eventually.calling("await", () -> tree.service(SHARED).await(LONG)));
                waits.add(Eventually.calling("await", () -> tree.service(NAME).await(LONG)));
            }
            tree.close();
            for (Eventually.Caller<Long> wait : waits) {
                Throwable failure = wait.failure();
                assertThat(failure == null
                                || failure.getMessage()
                                        .contains("the tree root has ended (STOPPED)"))
                        .as(String.valueOf(failure))
                        .isTrue();
            }
            assertThat(books.get() == null ? 0 : books.get().size()).isZero();
        }
    }
}
