package dev.oversight;

import static dev.oversight.Trees.awaitState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.oversight.event.ChildState;
import dev.oversight.internal.ServiceBooks;
import dev.oversight.service.PublisherEndedException;
import dev.oversight.service.ServiceEntry;
import dev.oversight.service.ServiceKey;
import dev.oversight.service.ServiceRef;
import dev.oversight.service.ServiceTakenException;
import dev.oversight.service.ServiceUnavailableException;

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

/** What children publish, who finds it, and what happens when the owner is gone. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServiceScenarioTest {
    /** A service that says whose it is. */
    interface Greeter {
        String greet();
    }

    private static final ServiceKey<Greeter> GREETER = ServiceKey.of("greeter", Greeter.class);
    private static final ServiceKey<Greeter> GREETERS =
            ServiceKey.shared("greeters", Greeter.class);
    private static final Duration HOUR = Duration.ofHours(1);

    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final ManualTime time = new ManualTime();

    private static Greeter greeter(ChildContext self) {
        String text = self.id() + "#" + self.incarnation();
        return () -> text;
    }

    /** Publishes first of all, in every incarnation, and then does as it is told. */
    private static ChildBody publishing(ServiceKey<Greeter> key, Puppet puppet) {
        return self -> {
            self.publish(key, greeter(self));
            self.ready();
            puppet.run(self);
        };
    }

    private static ChildSpec publisher(String id, ServiceKey<Greeter> key, Puppet puppet) {
        return ChildSpec.of(id, publishing(key, puppet)).readyWithin(HOUR);
    }

    // OTP-104
    @Test
    void aReference_leadsToTheNextIncarnationAfterEveryRestart() throws Exception {
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .neverGiveUp()
                .child(SupervisorSpec.of("shop")
                        .neverGiveUp()
                        .autoShutdown(AutoShutdown.NEVER)
                        .child(publisher("a", GREETER, puppet))));
        ServiceRef<Greeter> ref = tree.service(GREETER);
        assertThat(ref.key()).isSameAs(GREETER);
        for (int incarnation = 1; incarnation <= 50; incarnation++) {
            assertThat(ref.get().greet()).isEqualTo("a#" + incarnation);
            puppet.crashAndAwaitRestart();
        }
        tree.supervisor("shop").orElseThrow().terminate("a");
        assertThat(ref.find()).isEmpty();
        tree.supervisor("shop").orElseThrow().restart("a");
        assertThat(ref.get().greet()).isEqualTo("a#52");
    }

    // OTP-104, ELX-005
    @Test
    void aNestedSupervisorThatIsReplaced_publishesAgainUnderTheSameName() throws Exception {
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child(SupervisorSpec.of("in")
                        .intensity(0, HOUR)
                        .child(publisher("a", GREETER, puppet))));
        ServiceRef<Greeter> ref = tree.supervisor("in").orElseThrow().service(GREETER);
        Greeter first = ref.get();
        puppet.crashAndAwaitRestart();
        assertThat(ref.await(HOUR)).isNotSameAs(first);
        assertThat(tree.service(GREETER).get()).isSameAs(ref.get());
    }

    @Test
    void whatNobodyPublished_failsNamingTheKeyAndTheTree() throws Exception {
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", Puppet.idle()));
        ServiceRef<Greeter> ref = tree.service(GREETER);
        assertThat(ref.find()).isEmpty();
        assertThat(ref.all()).isEmpty();
        assertThatThrownBy(ref::get)
                .isInstanceOf(ServiceUnavailableException.class)
                .hasMessageStartingWith(
                        "greeter (dev.oversight.ServiceScenarioTest$Greeter) is not available: nobody in root")
                .matches(e -> ((ServiceUnavailableException) e).path().equals("root"))
                .matches(e -> ((ServiceUnavailableException) e).key().equals(GREETER));
        assertThatThrownBy(() -> ref.call(Greeter::greet))
                .isInstanceOf(ServiceUnavailableException.class);
    }

    @Test
    void anOwnerThatFailed_isNamedWithWhatItDiedOf() throws Exception {
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .autoShutdown(AutoShutdown.NEVER)
                .child(publisher("a", GREETER, puppet).restart(Restart.TEMPORARY)));
        ServiceRef<Greeter> ref = tree.service(GREETER);
        Puppet.Crash crash = new Puppet.Crash("boom");
        puppet.crash(crash);
        Trees.awaitGone(tree, "a");
        assertThatThrownBy(ref::get)
                .hasMessageContaining(
                        "incarnation 1 of root/a, which published it last, failed; await(limit)")
                .hasCause(crash)
                .matches(e -> ((ServiceUnavailableException) e).path().equals("root/a"));
    }

    @Test
    void everyWayToGo_isSaid() throws Exception {
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .autoShutdown(AutoShutdown.NEVER)
                .child(publisher("a", GREETER, puppet).restart(Restart.TRANSIENT)));
        ServiceRef<Greeter> ref = tree.service(GREETER);
        puppet.awaitRuns(1);
        puppet.self().withdraw(GREETER);
        assertThatThrownBy(ref::get)
                .hasMessageContaining("root/a, which published it last, withdrew it");
        puppet.self().publish(GREETER, greeter(puppet.self()));
        puppet.finish();
        awaitState(tree, "a", ChildState.STOPPED);
        assertThatThrownBy(ref::get).hasMessageContaining("completed");
        tree.restart("a");
        tree.terminate("a");
        assertThatThrownBy(ref::get)
                .hasMessageContaining("incarnation 2 of root/a")
                .hasMessageContaining("was stopped");
    }

    // ELX-063, OTP-106
    @Test
    void aTakenName_isRefusedNamingItsHolderAndLeavesNoTrace() throws Exception {
        Puppet holder = new Puppet();
        Puppet other = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child(publisher("holder", GREETER, holder))
                .child("other", other));
        other.awaitRuns(1);
        ServiceBooks books = ServiceBooks.of(other.self());
        int before = books.size();
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> other.self().publish(GREETER, () -> "mine"))
                    .isInstanceOf(ServiceTakenException.class)
                    .hasMessageStartingWith("root/other cannot publish greeter (")
                    .hasMessageContaining("incarnation 1 of root/holder has the key")
                    .matches(e -> ((ServiceTakenException) e).path().equals("root/other"))
                    .matches(e -> ((ServiceTakenException) e).holder().equals("root/holder"))
                    .matches(e -> ((ServiceTakenException) e).key().equals(GREETER));
        }
        assertThat(books.size()).isEqualTo(before);
        assertThat(tree.service(GREETER).get().greet()).isEqualTo("holder#1");
        tree.terminate("holder");
        other.self().publish(GREETER, () -> "mine");
        assertThat(tree.service(GREETER).get().greet()).isEqualTo("mine");
        assertThat(books.size()).isEqualTo(before);
    }

    // ELX-063
    @Test
    void keysOfAnotherTypeOrKind_areOtherKeys() throws Exception {
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", puppet));
        puppet.awaitRuns(1);
        ServiceKey<Object> untyped = ServiceKey.of("greeter", Object.class);
        ServiceKey<Greeter> shared = ServiceKey.shared("greeter", Greeter.class);
        puppet.self().publish(GREETER, () -> "unique");
        puppet.self().publish(untyped, "untyped");
        puppet.self().publish(shared, () -> "shared");
        assertThat(tree.service(ServiceKey.of("greeter", Greeter.class)).get().greet())
                .isEqualTo("unique");
        assertThat(tree.service(untyped).get()).isEqualTo("untyped");
        assertThat(tree.service(shared).get().greet()).isEqualTo("shared");
        assertThat(untyped).isNotEqualTo(GREETER).isNotEqualTo(shared).isNotEqualTo("greeter");
        assertThat(ServiceKey.shared("greeter", Greeter.class))
                .isEqualTo(shared)
                .hasSameHashCodeAs(shared)
                .hasToString("greeter (dev.oversight.ServiceScenarioTest$Greeter, shared)");
    }

    @Test
    void aKeyThatMakesNoSense_isRefused() {
        assertThatThrownBy(() -> ServiceKey.of(" ", Greeter.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name is \" \"");
        assertThatThrownBy(() -> ServiceKey.of("a", int.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("type is int");
        assertThatThrownBy(() -> ServiceKey.of(null, Greeter.class)).hasMessage("name");
        assertThatThrownBy(() -> ServiceKey.shared("a", null)).hasMessage("type");
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void aServiceOfTheWrongType_isNotPublished() throws Exception {
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", puppet));
        puppet.awaitRuns(1);
        assertThatThrownBy(() -> puppet.self().publish((ServiceKey) GREETER, "no greeter"))
                .isInstanceOf(ClassCastException.class);
        assertThatThrownBy(() -> puppet.self().publish(GREETER, null)).hasMessage("service");
        assertThat(tree.service(GREETER).find()).isEmpty();
        assertThat(ServiceBooks.of(puppet.self()).size()).isZero();
    }

    // ELX-068
    @Test
    void publishingAgain_replacesAndKeepsThePlace() throws Exception {
        Puppet a = new Puppet();
        Puppet b = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child(publisher("a", GREETERS, a))
                .child(publisher("b", GREETERS, b)));
        a.awaitRuns(1);
        a.self().publish(GREETERS, () -> "again");
        a.self().publish(GREETER, () -> "one");
        a.self().publish(GREETER, () -> "two");
        assertThat(tree.service(GREETERS).all())
                .extracting(Greeter::greet)
                .containsExactly("again", "b#1");
        assertThat(tree.service(GREETER).get().greet()).isEqualTo("two");
    }

    // ELX-063, ELX-068
    @Test
    void aSharedKey_hasAllItsLivePublishersOldestFirst() throws Exception {
        Puppet a = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child(publisher("a", GREETERS, a))
                .child(publisher("b", GREETERS, new Puppet()))
                .child(publisher("c", GREETERS, new Puppet())));
        ServiceRef<Greeter> ref = tree.service(GREETERS);
        assertThat(ref.all()).extracting(Greeter::greet).containsExactly("a#1", "b#1", "c#1");
        assertThat(ref.get().greet()).isEqualTo("a#1");
        a.crashAndAwaitRestart();
        assertThat(ref.all()).extracting(Greeter::greet).containsExactly("b#1", "c#1", "a#2");
        assertThat(ref.get().greet()).isEqualTo("b#1");
        tree.terminate("b");
        assertThat(ref.all()).extracting(Greeter::greet).containsExactly("c#1", "a#2");
        tree.terminate("a");
        tree.terminate("c");
        assertThat(ref.all()).isEmpty();
        assertThat(ref.find()).isEmpty();
    }

    // ELX-070
    @Test
    void entriesOfASharedKey_canBeChosenAndCountedByWhoPublishesThem() throws Exception {
        Puppet a = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child(SupervisorSpec.of("eu")
                        .child(publisher("a", GREETERS, a))
                        .child(publisher("b", GREETERS, new Puppet())))
                .child(SupervisorSpec.of("us").child(publisher("c", GREETERS, new Puppet()))));
        ServiceRef<Greeter> ref = tree.service(GREETERS);
        a.crashAndAwaitRestart();
        assertThat(ref.entries())
                .extracting(
                        ServiceEntry::path,
                        ServiceEntry::incarnation,
                        e -> e.service().greet())
                .containsExactly(
                        tuple("root/eu/b", 1L, "b#1"),
                        tuple("root/us/c", 1L, "c#1"),
                        tuple("root/eu/a", 2L, "a#2"));
        assertThat(ref.entries().stream().filter(e -> e.path().startsWith("root/eu/")))
                .hasSize(2);
        assertThat(tree.service(GREETER).entries()).isEmpty();
        a.self().publish(GREETER, () -> "unique");
        assertThat(tree.service(GREETER).entries())
                .extracting(ServiceEntry::path)
                .containsExactly("root/eu/a");
    }

    // ELX-064
    @Test
    void aWithdrawnService_isGoneAtOnceAndTheNameFree() throws Exception {
        Puppet a = new Puppet();
        Puppet b = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", a).child("b", b));
        a.awaitRuns(1);
        b.awaitRuns(1);
        assertThat(a.self().withdraw(GREETER)).isFalse();
        a.self().publish(GREETER, () -> "a");
        a.self().publish(GREETERS, () -> "a");
        assertThat(b.self().withdraw(GREETER)).isFalse();
        assertThat(a.self().withdraw(GREETER)).isTrue();
        assertThat(a.self().withdraw(GREETER)).isFalse();
        assertThat(tree.service(GREETER).find()).isEmpty();
        b.self().publish(GREETER, () -> "b");
        assertThat(tree.service(GREETER).get().greet()).isEqualTo("b");
        assertThat(a.self().withdraw(GREETERS)).isTrue();
        assertThat(b.self().withdraw(GREETER)).isTrue();
        assertThat(ServiceBooks.of(a.self()).size()).isZero();
    }

    // ELX-064
    @Test
    void everythingPublished_isGoneWhenTheTreeHasEnded() throws Exception {
        Puppet a = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child(publisher("a", GREETER, a))
                .child(publisher("b", GREETERS, new Puppet())));
        ServiceRef<Greeter> ref = tree.service(GREETER);
        ServiceBooks books = ServiceBooks.of(a.self());
        tree.close();
        assertThat(books.size()).isZero();
        assertThat(ref.find()).isEmpty();
        assertThatThrownBy(ref::get)
                .isInstanceOf(ServiceUnavailableException.class)
                .hasMessageContaining("the tree root has ended (STOPPED)");
        assertThatThrownBy(() -> ref.await(HOUR)).hasMessageContaining("root has ended");
        assertThatThrownBy(() -> tree.service(GREETERS).get()).hasMessageContaining("has ended");
    }

    @Test
    void aTree_isOneNamespaceAndAnotherTreeIsAnother() throws Exception {
        AtomicReference<ServiceRef<Greeter>> seen = new AtomicReference<>();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child(SupervisorSpec.of("left").child(publisher("a", GREETER, new Puppet())))
                .child(SupervisorSpec.of("right")
                        .child(ChildSpec.of("b", self -> {
                                    seen.set(self.service(GREETER));
                                    self.ready();
                                    self.awaitStop();
                                })
                                .readyWithin(HOUR))));
        Supervisor other =
                trees.start(SupervisorSpec.of("root").child(publisher("a", GREETER, new Puppet())));
        Greeter left = seen.get().get();
        assertThat(tree.service(GREETER).get()).isSameAs(left);
        assertThat(tree.supervisor("right").orElseThrow().service(GREETER).get())
                .isSameAs(left);
        assertThat(other.service(GREETER).get()).isNotSameAs(left);
    }

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
