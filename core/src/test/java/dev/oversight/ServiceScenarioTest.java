package dev.oversight;

import static dev.oversight.Greeters.GREETER;
import static dev.oversight.Greeters.GREETERS;
import static dev.oversight.Greeters.HOUR;
import static dev.oversight.Greeters.greeter;
import static dev.oversight.Greeters.publisher;
import static dev.oversight.Trees.awaitState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.oversight.Greeters.Greeter;
import dev.oversight.event.ChildState;
import dev.oversight.internal.ServiceBooks;
import dev.oversight.service.ServiceEntry;
import dev.oversight.service.ServiceKey;
import dev.oversight.service.ServiceRef;
import dev.oversight.service.ServiceTakenException;
import dev.oversight.service.ServiceUnavailableException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.concurrent.atomic.AtomicReference;

/** What children publish, under which keys, and who finds it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServiceScenarioTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

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
                        "greeter (dev.oversight.Greeters$Greeter) is not available: nobody in root")
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
                .hasToString("greeter (dev.oversight.Greeters$Greeter, shared)");
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
        a.awaitRuns(1); // it is up before its thread has come there
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
}
