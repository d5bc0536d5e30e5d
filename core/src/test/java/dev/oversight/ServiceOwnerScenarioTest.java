package dev.oversight;

import static dev.oversight.Greeters.GREETER;
import static dev.oversight.Greeters.GREETERS;
import static dev.oversight.Greeters.HOUR;
import static dev.oversight.Greeters.greeter;
import static dev.oversight.Greeters.publisher;
import static dev.oversight.Trees.awaitState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.Greeters.Greeter;
import dev.oversight.event.ChildState;
import dev.oversight.internal.ServiceBooks;
import dev.oversight.service.PublisherEndedException;
import dev.oversight.service.ServiceRef;
import dev.oversight.service.ServiceTakenException;
import dev.oversight.service.ServiceUnavailableException;
import dev.oversight.spi.Threads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Services whose owner stops, hangs, has ended or dies during a call, and those it uses in its clean-up. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServiceOwnerScenarioTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final ManualTime time = new ManualTime();

    // ------------------------------------------------------------------ stale incarnations

    @Test
    void aChildThatIsAskedToStop_servesUntilItHasEndedUnlessItWithdraws() throws Exception {
        CountDownLatch mayEnd = trees.gate();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child(
                        "drains",
                        self -> {
                            self.publish(GREETER, greeter(self));
                            self.publish(GREETERS, greeter(self));
                            self.onStop(() -> self.withdraw(GREETERS));
                            self.ready();
                            Puppet.deafAwait(mayEnd);
                        },
                        c -> c.shutdown(Shutdown.unbounded()).readyWithin(HOUR)));
        ServiceRef<Greeter> unique = tree.service(GREETER);
        Optional<Greeter> before = unique.find();
        tree.terminateAsync("drains");
        Eventually.await("the hook has run", () -> tree.service(GREETERS).find().isEmpty());
        assertThat(unique.find()).isPresent().isEqualTo(before);
        mayEnd.countDown();
        Eventually.await("it is gone", () -> unique.find().isEmpty());
    }

    // scenario 7, scenario 13
    @Test
    void anAbandonedOwner_losesItsNamesAtOnceAndCannotPublish() throws Exception {
        CountDownLatch gate = trees.gate();
        Puppet later = new Puppet();
        AtomicReference<ChildContext> stale = new AtomicReference<>();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .child(
                                "deaf",
                                self -> {
                                    if (self.incarnation() == 1) {
                                        stale.set(self);
                                        self.publish(GREETER, greeter(self));
                                        self.publish(GREETERS, greeter(self));
                                        self.ready();
                                        Puppet.deafAwait(gate);
                                    } else {
                                        self.publish(GREETER, greeter(self));
                                        self.ready();
                                        later.run(self);
                                    }
                                },
                                c -> c.readyWithin(HOUR)
                                        .shutdown(Shutdown.within(Duration.ofSeconds(5))))
                        .child("other", Puppet.idle()),
                time);
        ServiceRef<Greeter> ref = tree.service(GREETER);
        Eventually.Caller<Object> terminate = Eventually.calling("terminate", () -> {
            tree.terminate("deaf");
            return null;
        });
        awaitState(tree, "deaf", ChildState.STOPPING);
        time.advance(Duration.ofSeconds(4));
        assertThat(ref.get().greet()).isEqualTo("deaf#1");
        time.advance(Duration.ofSeconds(1));
        terminate.result();
        assertThat(ref.find()).isEmpty();
        assertThat(tree.service(GREETERS).all()).isEmpty();
        assertThatThrownBy(ref::get)
                .hasMessageContaining("root/deaf")
                .hasMessageContaining("was abandoned");

        assertThatThrownBy(() -> stale.get().publish(GREETER, () -> "stale"))
                .isInstanceOf(AbandonedException.class);
        assertThatThrownBy(() -> stale.get().service(GREETER))
                .isInstanceOf(AbandonedException.class);
        assertThat(stale.get().withdraw(GREETER)).isFalse();
        tree.restart("deaf");
        assertThat(ref.get().greet()).isEqualTo("deaf#2");
        assertThat(stale.get().withdraw(GREETER)).isFalse();
        Eventually.await(
                "only the new run is in the registry, though the old one still hangs",
                () -> ServiceBooks.of(stale.get()).size() == 2);
        gate.countDown();
        Eventually.await("the old run has ended", () -> tree.abandoned().isEmpty());
        assertThat(ref.get().greet()).isEqualTo("deaf#2");
        later.awaitRuns(1);
        assertThat(ServiceBooks.of(later.self()).size()).isEqualTo(2);
    }

    @Test
    void aThreadThatOutlivesItsRun_cannotPublishForIt() throws Exception {
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", puppet));
        puppet.awaitRuns(1);
        ChildContext first = puppet.self();
        puppet.crashAndAwaitRestart();
        assertThatThrownBy(() -> first.publish(GREETER, () -> "stale"))
                .isInstanceOf(PublisherEndedException.class)
                .hasMessageContaining(
                        "incarnation 1 of root/a has ended and cannot publish greeter");
        assertThat(tree.service(GREETER).find()).isEmpty();
        puppet.self().publish(GREETER, () -> "live");
        assertThat(tree.service(GREETER).get().greet()).isEqualTo("live");
        assertThat(first.withdraw(GREETER)).isFalse();
        assertThat(tree.service(GREETER).get().greet()).isEqualTo("live");
    }

    @Test
    void aRefusedPublish_isAFailureOfTheChildLikeAnyOther() throws Exception {
        Supervisor tree =
                trees.start(SupervisorSpec.of("root").child(publisher("a", GREETER, new Puppet())));
        assertThatThrownBy(() -> tree.add(publisher("b", GREETER, new Puppet())))
                .isInstanceOf(StartFailedException.class)
                .hasRootCauseInstanceOf(ServiceTakenException.class);
        assertThat(tree.service(GREETER).get().greet()).isEqualTo("a#1");
    }

    // ------------------------------------------------------------------ calls

    @Test
    void aCall_returnsAndThrowsWhatTheServiceDoes() throws Exception {
        Supervisor tree =
                trees.start(SupervisorSpec.of("root").child(publisher("a", GREETER, new Puppet())));
        ServiceRef<Greeter> ref = tree.service(GREETER);
        String greeting = ref.call(Greeter::greet);
        assertThat(greeting).isEqualTo("a#1");
        assertThatThrownBy(() -> ref.call(g -> {
                    throw new java.io.IOException(g.greet());
                }))
                .isExactlyInstanceOf(java.io.IOException.class)
                .hasMessage("a#1");
    }

    @Test
    void aCallWhoseOwnerDies_saysSoAndIsNotRepeated() throws Exception {
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root").neverGiveUp().child(publisher("a", GREETER, puppet)));
        ServiceRef<Greeter> ref = tree.service(GREETER);
        IllegalStateException broken = new IllegalStateException("connection closed");
        int[] calls = new int[1];
        assertThatThrownBy(() -> ref.call(g -> {
                    calls[0]++;
                    puppet.crashAndAwaitRestart();
                    throw broken;
                }))
                .isInstanceOf(ServiceUnavailableException.class)
                .hasMessageContaining("was lost during a call, which may have taken effect:"
                        + " incarnation 1 of root/a failed")
                .hasCause(broken);
        assertThat(calls[0]).isOne();
        assertThat(ref.<String, RuntimeException>call(g -> {
                    puppet.crashAndAwaitRestart();
                    return g.greet();
                }))
                .as("it was called before that crash")
                .isEqualTo("a#2");
        assertThatThrownBy(() -> ref.call(g -> {
                    puppet.crashAndAwaitRestart();
                    throw new InterruptedException("mine");
                }))
                .isExactlyInstanceOf(InterruptedException.class);
    }

    // ------------------------------------------------------------------ clean-up, rules

    // scenario 13
    @Test
    void aHolderThatWillNotStop_keepsNobodyWaitingButForItsNameAndNotBeyondItsBudget()
            throws Exception {
        CountDownLatch gate = trees.gate();
        List<ChildBody> waysNotToStop = List.of(
                self -> Puppet.deafAwait(gate),
                self -> {
                    while (gate.getCount() > 0) {
                        LockSupport.parkNanos(1_000_000); // drops the interrupt and blocks again
                        Thread.interrupted();
                    }
                },
                self -> {
                    while (gate.getCount() > 0) {
                        Thread.onSpinWait();
                        Thread.yield();
                    }
                });
        for (ChildBody way : waysNotToStop) {
            Puppet standby = new Puppet();
            Supervisor tree = trees.start(
                    SupervisorSpec.of("root")
                            .neverGiveUp()
                            .child(ChildSpec.of("holder", self -> {
                                        self.publish(GREETER, greeter(self));
                                        self.ready();
                                        way.run(self);
                                    })
                                    .threads(
                                            trees.recording(Threads.platformDaemon())) // no carrier
                                    .readyWithin(HOUR))
                            .child(
                                    "standby",
                                    self -> {
                                        self.publish(GREETER, greeter(self));
                                        standby.run(self);
                                    },
                                    c -> c.backoff(Backoff.constant(Duration.ofSeconds(1)))),
                    time);
            ServiceRef<Greeter> ref = tree.service(GREETER);
            awaitState(tree, "standby", ChildState.BACKING_OFF);
            tree.terminateAsync("holder");
            awaitState(tree, "holder", ChildState.STOPPING);
            tree.add(publisher("another", GREETERS, new Puppet()));
            assertThat(tree.service(GREETERS).get().greet()).isEqualTo("another#1");
            time.advance(Duration.ofSeconds(4));
            awaitState(tree, "standby", ChildState.BACKING_OFF);
            assertThat(ref.get().greet()).isEqualTo("holder#1");
            Eventually.await("the standby has taken over", () -> {
                time.advance(Duration.ofSeconds(1));
                return ref.find().filter(g -> g.greet().startsWith("standby#")).isPresent();
            });
            assertThat(tree.abandoned()).hasSize(1);
            tree.close();
        }
    }

    @Test
    void aChildThatPublishesAtTheEndOfItsStack_leavesAWholeRegistry() throws Exception {
        Puppet calm = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child("calm", calm)
                .child("deep", self -> deeper(self, 0), c -> c.restart(Restart.TEMPORARY)));
        Trees.awaitGone(tree, "deep");
        calm.awaitRuns(1);
        assertThat(tree.forgotten().getFirst().exit().cause())
                .isInstanceOf(StackOverflowError.class);
        assertThat(tree.service(GREETER).find()).isEmpty();
        calm.self().publish(GREETER, () -> "calm");
        calm.self().publish(GREETERS, () -> "calm");
        assertThat(tree.service(GREETER).get().greet()).isEqualTo("calm");
        assertThat(tree.service(GREETERS).all()).hasSize(1);
        assertThat(ServiceBooks.of(calm.self()).size()).isEqualTo(3);
    }

    private static int deeper(ChildContext self, int depth) {
        self.publish(GREETER, () -> "deep");
        self.publish(GREETERS, () -> "deep");
        if (depth % 3 == 0) {
            self.withdraw(GREETER);
            self.withdraw(GREETERS);
        }
        return 1 + deeper(self, depth + 1);
    }

    // ELX-068, OVS-040, scenario 14
    @Test
    void aCleanUp_canUseTheRegistryUnderEveryStrategy() throws Exception {
        for (Strategy strategy : Trees.STRATEGIES) {
            Puppet failing = new Puppet();
            AtomicReference<List<Object>> seen = new AtomicReference<>();
            ChildBody calling = self -> {
                self.publish(GREETER, greeter(self));
                self.ready();
                self.awaitStop();
                Thread.interrupted();
                Supplier<Boolean> withdraw = () -> self.withdraw(GREETER);
                self.publish(GREETERS, () -> "late");
                seen.set(List.of(
                        self.service(GREETER).get().greet(),
                        self.service(GREETERS).await(HOUR).greet(),
                        withdraw.get(),
                        self.service(GREETER).find(),
                        self.supervisor().service(GREETERS).all().size()));
            };
            Supervisor tree = trees.start(SupervisorSpec.of("root", strategy)
                    .child("failing", failing)
                    .child(
                            "calling",
                            calling,
                            c -> c.shutdown(Shutdown.unbounded()).readyWithin(HOUR)));
            failing.crashAndAwaitRestart();
            if (strategy.equals(Strategy.ONE_FOR_ONE)) {
                tree.terminate("calling");
                tree.restart("calling");
            }
            awaitState(tree, "calling", ChildState.RUNNING);
            assertThat(seen.get()).containsExactly("calling#1", "late", true, Optional.empty(), 1);
            assertThat(tree.service(GREETER).await(HOUR).greet()).isEqualTo("calling#2");
            assertThat(tree.service(GREETERS).find()).isEmpty();
            tree.close();
            assertThat(tree.outcome().orElseThrow().abandoned()).isZero();
        }
    }

    // scenario 14
    @Test
    void aRule_canLookUpWithoutHangingItsSupervisor() throws Exception {
        AtomicReference<ServiceRef<Greeter>> ref = new AtomicReference<>();
        AtomicReference<Object> seen = new AtomicReference<>();
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child(publisher("a", GREETER, puppet).restart(exit -> {
                    seen.set(ref.get().find());
                    return true;
                })));
        ref.set(tree.service(GREETER));
        puppet.crashAndAwaitRestart();
        assertThat(ref.get().await(HOUR).greet()).isEqualTo("a#2");
        assertThat(seen.get()).isEqualTo(Optional.empty());
    }
}
