package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.dynamic.DynamicSpec;
import dev.oversight.dynamic.DynamicSupervisor;
import dev.oversight.dynamic.InstanceRef;
import dev.oversight.event.ChildCounts;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** The end of an instance, which is forgotten with it, and that of the supervisor of all. */
class DynamicEndScenarioTest extends DynamicScenario {
    // ------------------------------------------------------------------ of an instance

    // OTP-058, ELX-023, ELX-018
    @Test
    void transientInstanceThatCompletes_isForgotten() throws Exception {
        DynamicSupervisor<Puppet> live = start(TRANSIENTS);
        Puppet a = started(live);
        InstanceRef<Puppet> ref = live.instances().getFirst();
        a.crashAndAwaitRestart();
        a.finish();
        assertThat(ref.awaitEnd().kind()).isSameAs(Exit.Kind.COMPLETED);
        assertThat(ref.whenEnded().get()).isEqualTo(ref.ended().orElseThrow());
        assertThat(live.count()).isEqualTo(new ChildCounts(0, 0, 0, 0, 0));
        assertThat(ref.snapshot()).isEmpty();
        assertThat(ref.argument()).isEmpty();
        assertThat(live.supervisor().orElseThrow().forgotten()).hasSize(1);
        assertThat(root.supervisor("workers")).isPresent();
    }

    @Test
    void whenEnded_isToldOfAnEndToCome() throws Exception {
        DynamicSupervisor<Puppet> live =
                start(WORKERS.instances(c -> c.restart(Restart.TEMPORARY)));
        Puppet a = started(live);
        InstanceRef<Puppet> ref = live.instances().getFirst();
        AtomicReference<Boolean> inTheLoop = new AtomicReference<>();
        var told = ref.whenEnded().thenApply(exit -> {
            inTheLoop.set(live.count().specs() != 0); // would hang or throw inside the loop
            return exit;
        });
        assertThat(ref.awaitEnd(Duration.ZERO)).isEmpty();
        Puppet.Crash crash = new Puppet.Crash("last");
        a.crash(crash);
        assertThat(told.get().cause()).isSameAs(crash);
        assertThat(inTheLoop).hasValue(false);
    }

    // OTP-048, OTP-049, ELX-034, OTP-016, OTP-051
    @Test
    void terminate_takesLiveAndDeadHandlesAndRefusesStrangers() throws Exception {
        DynamicSupervisor<Puppet> live = start(WORKERS);
        Puppet a = started(live);
        Puppet b = started(live);
        InstanceRef<Puppet> first = live.instances().get(0);
        InstanceRef<Puppet> second = live.instances().get(1);
        assertThat(live.child(first).orElseThrow().spec().restart()).isSameAs(Restart.PERMANENT);
        live.terminate(first);
        assertThat(a.live()).isZero();
        assertThat(first.ended().orElseThrow().kind()).isSameAs(Exit.Kind.STOPPED);
        live.terminate(first);
        assertThat(live.terminateAsync(first).get().kind()).isSameAs(Exit.Kind.STOPPED);

        DynamicSpec<Puppet> others = DynamicSpec.of("others", Puppet::run);
        root.add(others.toChild());
        DynamicSupervisor<Puppet> strange = others.in(root);
        assertThatThrownBy(() -> strange.terminate(second))
                .isInstanceOf(UnknownChildException.class)
                .hasMessageContaining(second.path());
        assertThat(strange.child(second)).isEmpty();
        assertThat(live.child(second)).isPresent();
        assertThat(b.runs()).isEqualTo(1);
        assertThat(live.instances()).containsExactly(second);
    }

    // ELX-035, OTP-083
    @Test
    void terminateWhileItWaitsForItsRestart_cancelsThat() throws Exception {
        DynamicSupervisor<Puppet> live =
                start(WORKERS.backoff(Backoff.constant(Duration.ofMillis(100))));
        Puppet a = started(live);
        InstanceRef<Puppet> ref = live.instances().getFirst();
        a.crash();
        Eventually.await(
                "it waits", () -> ref.snapshot().orElseThrow().state() == ChildState.BACKING_OFF);
        ref.terminate();
        ref.terminate();
        assertThat(live.count()).isEqualTo(new ChildCounts(0, 0, 0, 0, 0));
        time.advance(Duration.ofSeconds(1));
        assertThat(a.runs()).isEqualTo(1);
    }

    // SUT-012, SUT-018
    @Test
    void deafInstance_isAbandonedAndForgottenAndItsPlaceIsFree() throws Exception {
        CountDownLatch gate = trees.gate();
        CountDownLatch runs = new CountDownLatch(1);
        DynamicSupervisor<String> live =
                start(DynamicSpec.of("workers", (String s, ChildContext self) -> {
                            runs.countDown();
                            Puppet.deafAwait(gate);
                        })
                        .maxChildren(1));
        InstanceRef<String> ref = live.start("deaf");
        runs.await();
        var ending = ref.terminateAsync();
        time.awaitAlarm();
        time.advance(Duration.ofSeconds(5));
        assertThat(ending.get().kind()).isSameAs(Exit.Kind.ABANDONED);
        assertThat(live.count().specs()).isZero();
        assertThat(root.abandoned()).hasSize(1);
        live.start("next");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void callsFromInside_doNotWaitForThemselves(boolean handlerReplaced) throws Exception {
        AtomicReference<Throwable> refusal = new AtomicReference<>();
        AtomicReference<DynamicSupervisor<String>> live = new AtomicReference<>();
        DynamicSpec<String> spec = DynamicSpec.of("workers", (String s, ChildContext self) -> {
            InstanceRef<String> me = live.get().find(self.id()).orElseThrow();
            if (handlerReplaced) {
                Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {});
            }
            try {
                me.awaitEnd();
            } catch (IllegalStateException expected) {
                refusal.set(expected);
            }
            live.get().start("another");
            me.terminate();
            self.awaitStop();
        });
        live.set(start(spec.ids(s -> s).maxChildren(2)));
        InstanceRef<String> one = live.get().start("one");
        assertThat(one.awaitEnd().kind()).isSameAs(Exit.Kind.STOPPED);
        assertThat(refusal.get()).hasMessageContaining("would wait for its own end");
    }

    // ------------------------------------------------------------------ of the supervisor

    // OTP-044, OVS-020, SUT-025
    @Test
    void supervisorThatIsDown_isToldByEveryCall() throws Exception {
        DynamicSupervisor<Puppet> live = start(WORKERS);
        started(live);
        InstanceRef<Puppet> ref = live.instances().getFirst();
        root.terminate("workers");
        assertThatThrownBy(() -> live.start(new Puppet()))
                .isInstanceOf(SupervisorNotRunningException.class)
                .hasMessageContaining("root/workers is down (it is STOPPED)");
        for (var call : List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                live::count,
                live::children,
                live::instances,
                () -> live.find("x"),
                () -> live.terminate(ref),
                () -> live.child(ref))) {
            assertThatThrownBy(call).isInstanceOf(SupervisorNotRunningException.class);
        }
        assertThat(live.startAsync(new Puppet())).isCompletedExceptionally();
        assertThat(live.supervisor()).isEmpty();
        assertThat(live.toString()).contains("down");
        assertThat(ref.ended().orElseThrow().kind()).isSameAs(Exit.Kind.STOPPED);
        ref.terminate();
        root.close();
        assertThatThrownBy(live::count)
                .isInstanceOf(SupervisorNotRunningException.class)
                .hasMessageContaining("root/workers has ended");
    }

    @Test
    void handle_leadsToTheSupervisorThatIsLiveAfterARestart() throws Exception {
        DynamicSupervisor<Puppet> live = start(WORKERS);
        Puppet old = started(live);
        InstanceRef<Puppet> ref = live.instances().getFirst();
        restartSupervisor(live);
        assertThat(live.instances()).isEmpty();
        assertThat(ref.ended()).isPresent();
        assertThat(ref.snapshot()).isEmpty();
        Puppet fresh = started(live);
        assertThat(live.instances().getFirst().id()).isEqualTo(ref.id());
        live.terminate(ref);
        ref.terminate();
        assertThat(fresh.live()).isEqualTo(1);
        assertThat(old.live()).isZero();
    }

    @Test
    void standalone_isATreeOfItsOwn() throws Exception {
        Puppet a = new Puppet();
        var tree = WORKERS.start(trees.platform());
        try (tree) {
            tree.start(a);
            a.awaitRuns(1);
            assertThat(tree.path()).isEqualTo("workers");
            assertThat(tree.count().active()).isEqualTo(1);
        }
        assertThat(a.live()).isZero();
        assertThat(tree.root().join().reason()).isSameAs(Outcome.Reason.STOPPED);
        assertThatThrownBy(() -> tree.start(a))
                .isInstanceOf(SupervisorNotRunningException.class)
                .hasMessageContaining("workers has ended");
    }

    @Test
    void placeBelow_isFoundThroughRestartsOfTheOneAbove() throws Exception {
        SupervisorSpec shop = SupervisorSpec.of("shop").child(WORKERS.toChild());
        root = trees.start(
                SupervisorSpec.of("root").autoShutdown(AutoShutdown.NEVER).child(shop), time);
        DynamicSupervisor<Puppet> live = WORKERS.in(root, "shop/workers");
        assertThat(WORKERS.in(root, "root/shop/workers").path()).isEqualTo(live.path());
        started(live);
        root.terminate("shop");
        assertThatThrownBy(live::count).isInstanceOf(SupervisorNotRunningException.class);
        DynamicSupervisor<Puppet> whileDown = WORKERS.in(root, "shop/workers");
        root.restart("shop");
        assertThat(live.count().specs()).isZero();
        started(whileDown);
        assertThat(live.count().specs()).isEqualTo(1);
    }
}
