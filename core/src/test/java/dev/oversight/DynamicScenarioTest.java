package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.dynamic.DynamicSpec;
import dev.oversight.dynamic.DynamicSupervisor;
import dev.oversight.dynamic.InstanceRef;
import dev.oversight.dynamic.PartitionedSpec;
import dev.oversight.event.ChildCounts;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.event.ChildState;
import dev.oversight.task.TaskSpec;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Instances of one template: started with an argument, restarted with it, forgotten at the end. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DynamicScenarioTest {
    private static final DynamicSpec<Puppet> WORKERS =
            DynamicSpec.of("workers", Puppet::run).neverGiveUp();
    private static final DynamicSpec<Puppet> TRANSIENTS =
            WORKERS.instances(c -> c.restart(Restart.TRANSIENT));

    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final ManualTime time = new ManualTime();

    private Supervisor root;

    private <A> DynamicSupervisor<A> start(DynamicSpec<A> spec) throws InterruptedException {
        root = trees.start(
                SupervisorSpec.of("root")
                        .neverGiveUp()
                        .autoShutdown(AutoShutdown.NEVER)
                        .child(spec.toChild()),
                time);
        return spec.in(root);
    }

    private static Puppet started(DynamicSupervisor<Puppet> live) throws InterruptedException {
        Puppet puppet = new Puppet();
        live.start(puppet);
        puppet.awaitRuns(1);
        return puppet;
    }

    /** The supervisor of the instances dies and the one above starts it again. */
    private void restartSupervisor(DynamicSupervisor<?> live) throws InterruptedException {
        Supervisor before = live.supervisor().orElseThrow();
        root.terminate("workers");
        root.restart("workers");
        assertThat(live.supervisor().orElseThrow()).isNotSameAs(before);
    }

    // ------------------------------------------------------------------ start

    // OTP-047, OTP-066, ELX-017
    @Test
    void instances_runWithTheirArgumentsAndAreCounted() throws Exception {
        List<String> seen = java.util.Collections.synchronizedList(new ArrayList<>());
        DynamicSupervisor<String> live =
                start(DynamicSpec.of("workers", (String s, ChildContext c) -> {
                    seen.add(s + " in " + c.path());
                    c.awaitStop();
                }));
        assertThat(live.count()).isEqualTo(new ChildCounts(0, 0, 0, 0, 0));
        InstanceRef<String> a = live.start("a");
        InstanceRef<String> b = live.start("b");
        Eventually.await("both run", () -> seen.size() == 2);
        assertThat(seen).containsExactlyInAnyOrder("a in " + a.path(), "b in " + b.path());
        assertThat(live.count()).isEqualTo(new ChildCounts(2, 2, 0, 2, 0));
        assertThat(live.instances()).containsExactly(a, b);
        assertThat(live.children()).extracting(ChildSnapshot::id).containsExactly(a.id(), b.id());
        assertThat(a.argument()).contains("a");
        assertThat(a.path()).isEqualTo("root/workers/" + a.id());
        assertThat(live.find(b.id())).contains(b);
        assertThat(live.find("nobody")).isEmpty();
    }

    // OTP-066, ELX-017, ELX-023
    @Test
    void failedInstance_isRestartedAloneWithTheSameArgument() throws Exception {
        DynamicSupervisor<Puppet> live = start(WORKERS);
        Puppet a = started(live);
        Puppet b = started(live);
        InstanceRef<Puppet> ref = live.instances().getFirst();
        for (int i = 0; i < 5; i++) {
            a.crashAndAwaitRestart();
        }
        a.finish();
        a.awaitRuns(7);
        assertThat(b.runs()).isEqualTo(1);
        assertThat(ref.argument()).containsSame(a);
        assertThat(ref.snapshot().orElseThrow().incarnation()).isEqualTo(7);
        assertThat(ref.ended()).isEmpty();
        assertThat(live.count().active()).isEqualTo(2);
    }

    // ELX-019
    @Test
    void instanceThatDoesNotComeUp_isThrownAndNotKept() throws Exception {
        DynamicSupervisor<Puppet> live = start(
                WORKERS.instances(c -> c.readyWithin(Duration.ofSeconds(1))).maxChildren(1));
        for (Throwable thrown : List.of(new Puppet.Crash("no"), new StackOverflowError())) {
            Puppet puppet = new Puppet();
            puppet.crash(thrown);
            assertThatThrownBy(() -> live.start(puppet))
                    .isInstanceOf(StartFailedException.class)
                    .hasCause(thrown);
            assertThat(live.count().specs()).isZero();
        }
        Puppet ready = new Puppet();
        ready.order(ChildContext::ready);
        assertThat(live.start(ready).snapshot().orElseThrow().state()).isSameAs(ChildState.RUNNING);
    }

    @Test
    void startAsync_completesWhenUp() throws Exception {
        DynamicSupervisor<Puppet> live =
                start(WORKERS.instances(c -> c.readyWithin(Duration.ofSeconds(1))));
        Puppet puppet = new Puppet();
        var starting = live.startAsync(puppet);
        puppet.awaitRuns(1);
        assertThat(starting).isNotDone();
        InstanceRef<Puppet> early = live.instances().getFirst();
        puppet.order(ChildContext::ready);
        assertThat(starting.get()).isEqualTo(early);
    }

    // scenario 16
    @Test
    void beyondTheLimit_isRefusedAlsoWhileOneWaitsForItsRestart() throws Exception {
        DynamicSupervisor<Puppet> live =
                start(WORKERS.maxChildren(2).backoff(Backoff.constant(Duration.ofMillis(100))));
        Puppet a = started(live);
        started(live);
        for (int i = 2; i < 20; i++) {
            a.crash();
            InstanceRef<Puppet> ref = live.instances().getFirst();
            Eventually.await(
                    "it waits",
                    () -> ref.snapshot().orElseThrow().state() == ChildState.BACKING_OFF);
            assertThat(live.count()).isEqualTo(new ChildCounts(2, 1, 0, 2, 0));
            assertThatThrownBy(() -> live.start(new Puppet()))
                    .isInstanceOf(TooManyChildrenException.class)
                    .hasMessageContaining("root/workers has 2 children, and its maxChildren is 2");
            time.awaitAlarm();
            time.advance(Duration.ofMillis(100));
            a.awaitRuns(i);
        }
        live.instances().getLast().terminate();
        started(live);
    }

    @Test
    void limitsChangedWhileItRuns_holdUntilTheSupervisorIsRestarted() throws Exception {
        DynamicSupervisor<Puppet> live = start(WORKERS.maxChildren(2));
        started(live);
        started(live);
        assertThatThrownBy(() -> live.start(new Puppet()))
                .isInstanceOf(TooManyChildrenException.class);
        assertThat(live.maxChildren(4)).isEqualTo(2);
        assertThat(live.maxChildren()).isEqualTo(4);
        started(live);
        InstanceRef<Puppet> newest = live.instances().getLast();

        assertThat(live.maxChildren(2)).isEqualTo(4);
        assertThat(live.count().specs()).isEqualTo(3); // nobody is ended for it
        assertThatThrownBy(() -> live.start(new Puppet()))
                .isInstanceOf(TooManyChildrenException.class)
                .hasMessageContaining("has 3 children, and its maxChildren is 2");
        newest.terminate();
        assertThatThrownBy(() -> live.start(new Puppet()))
                .isInstanceOf(TooManyChildrenException.class);
        live.instances().getLast().terminate();
        started(live);
        live.maxChildren(0);
        live.instances().forEach(InstanceRef::terminateAsync);
        Eventually.await("all are gone", () -> live.count().specs() == 0);
        assertThatThrownBy(() -> live.start(new Puppet()))
                .isInstanceOf(TooManyChildrenException.class);
        assertThatThrownBy(() -> live.maxChildren(-1))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("maxChildren is -1");

        restartSupervisor(live);
        assertThat(live.maxChildren()).isEqualTo(2);
        started(live);
        root.terminate("workers");
        assertThatThrownBy(() -> live.maxChildren(5))
                .isInstanceOf(SupervisorNotRunningException.class);
        assertThatThrownBy(() -> live.intensity(5, Duration.ofSeconds(1)))
                .isInstanceOf(SupervisorNotRunningException.class);
    }

    @Test
    void intensityChangedWhileItRuns_decidesAboutTheNextFailure() throws Exception {
        DynamicSupervisor<Puppet> live = start(WORKERS.intensity(0, Duration.ofHours(1)));
        Puppet puppet = started(live);
        assertThatThrownBy(() -> live.intensity(1, Duration.ZERO))
                .isInstanceOf(InvalidSpecException.class);
        live.intensity(2, Duration.ofHours(1));
        puppet.crashAndAwaitRestart();
        puppet.crashAndAwaitRestart();
        Supervisor before = live.supervisor().orElseThrow();
        puppet.crash();
        Outcome outcome = before.join();
        assertThat(outcome.reason()).isEqualTo(Outcome.Reason.TOO_MANY_FAILURES);
        assertThat(outcome.cause()).hasMessageContaining("allowed are 2");
    }

    // ELX-069
    @Test
    void startedUnderANameThatIsTaken_isToldWhoHasIt() throws Exception {
        Puppet puppet = new Puppet();
        DynamicSupervisor<String> live = start(
                DynamicSpec.of("workers", (String name, ChildContext self) -> puppet.run(self))
                        .ids(name -> name)
                        .intensity(10, Duration.ofHours(1))
                        .backoff(Backoff.constant(Duration.ofSeconds(1))));
        InstanceRef<String> first = live.start("seven");
        puppet.awaitRuns(1);
        puppet.crash();
        Eventually.await(
                "it waits for its restart",
                () -> first.snapshot().orElseThrow().state() == ChildState.BACKING_OFF);
        assertThatThrownBy(() -> live.start("seven")) // also while it has no thread
                .isInstanceOf(DuplicateChildException.class)
                .matches(e -> ((OversightException) e).path().equals("root/workers/seven"))
                .hasMessageContaining("BACKING_OFF");
        assertThat(live.find("seven")).contains(first);
        assertThat(live.find("eight")).isEmpty();
        first.terminate();
        assertThat(live.find("seven")).isEmpty();
        assertThat(live.start("seven")).isNotEqualTo(first);
        assertThatThrownBy(() -> WORKERS.in(live.supervisor().orElseThrow(), "nobody"))
                .isInstanceOf(UnknownChildException.class);
    }

    @Test
    void idsByRule_keepOneInstanceForEach() throws Exception {
        DynamicSupervisor<String> live = start(
                DynamicSpec.of("workers", (String order, ChildContext self) -> self.awaitStop())
                        .ids(order -> "order-" + order));
        InstanceRef<String> first = live.start("7");
        assertThat(first.id()).isEqualTo("order-7");
        assertThatThrownBy(() -> live.start("7")).isInstanceOf(DuplicateChildException.class);
        first.terminate();
        InstanceRef<String> second = live.start("7");
        first.terminate();
        live.terminate(first);
        assertThat(first.snapshot()).isEmpty();
        assertThat(live.child(first)).isEmpty();
        assertThat(second.snapshot()).isPresent();
        assertThat(second).isNotEqualTo(first);
        assertThatThrownBy(() -> live.start("a/b")).isInstanceOf(InvalidSpecException.class);
    }

    // ------------------------------------------------------------------ ends

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
        assertThat(ref.awaitEnd(Duration.ofMillis(1))).isEmpty();
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

    // ------------------------------------------------------------------ the supervisor's own end

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

    // OTP-078, ELX-027
    @Test
    void tooManyFailuresOfInstances_endTheSupervisorWithAll() throws Exception {
        DynamicSpec<Puppet> spec =
                DynamicSpec.of("workers", Puppet::run).intensity(2, Duration.ofSeconds(5));
        DynamicSupervisor<Puppet> live = start(spec);
        Puppet a = started(live);
        Puppet b = started(live);
        Supervisor before = live.supervisor().orElseThrow();
        a.crashAndAwaitRestart();
        b.crashAndAwaitRestart();
        a.crash();
        assertThat(before.join().reason()).isSameAs(Outcome.Reason.TOO_MANY_FAILURES);
        assertThat(b.live()).isZero();
        Eventually.await("it is back", () -> live.supervisor().isPresent());
        assertThat(live.count().specs()).isZero();
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

    @Test
    void wrongPlaces_areRefusedByName() throws Exception {
        root = trees.start(SupervisorSpec.of("root")
                .child("worker", Puppet.idle())
                .child(SupervisorSpec.of("plain").child("a", Puppet.idle())));
        assertThatThrownBy(() -> WORKERS.in(root))
                .isInstanceOf(UnknownChildException.class)
                .hasMessageContaining("root has no child \"workers\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WORKERS.in(root, "worker"))
                .withMessageContaining("root/worker is a worker");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WORKERS.in(root, "plain"))
                .withMessageContaining("root/plain is not a dynamic supervisor");
    }

    // ------------------------------------------------------------------ kinds of instances

    // OTP-052
    @Test
    void instancesThatAreSupervisors_areCountedAsSuch() throws Exception {
        DynamicSpec<String> shops = DynamicSpec.describedBy(
                "workers", shop -> ChildSpec.of(SupervisorSpec.of(shop).child("a", Puppet.idle())));
        DynamicSupervisor<String> live = start(shops);
        InstanceRef<String> first = live.start("berlin");
        live.start("paris");
        assertThat(live.count()).isEqualTo(new ChildCounts(2, 2, 2, 0, 0));
        assertThat(root.find("workers/paris/a")).isPresent();
        assertThatThrownBy(() -> live.start("paris")).isInstanceOf(DuplicateChildException.class);
        first.terminate();
        assertThat(live.count()).isEqualTo(new ChildCounts(1, 1, 1, 0, 0));
        assertThat(first.argument()).isEmpty();
    }

    // OTP-052
    @Test
    void countsAndLists_agreeThroughThousandsOfInstances() throws Exception {
        DynamicSupervisor<Integer> live = start(
                DynamicSpec.of("workers", (Integer n, ChildContext self) -> self.awaitStop()));
        List<InstanceRef<Integer>> refs = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            refs.add(live.start(i));
            if (i == 999) {
                assertThat(live.count()).isEqualTo(new ChildCounts(1000, 1000, 0, 1000, 0));
            }
        }
        assertThat(live.instances()).isEqualTo(refs);
        assertThat(live.count()).isEqualTo(new ChildCounts(2000, 2000, 0, 2000, 0));
        for (InstanceRef<Integer> ref : refs) {
            ref.terminate();
        }
        assertThat(live.count()).isEqualTo(new ChildCounts(0, 0, 0, 0, 0));
        assertThat(live.children()).isEmpty();
    }

    @Test
    void childrenOfAnyKind_areTakenOneByOne() throws Exception {
        DynamicSupervisor<ChildSpec> live =
                start(DynamicSpec.<ChildSpec>describedBy("workers", child -> child)
                        .instances(c -> c.label("kind", "any")));
        InstanceRef<ChildSpec> ref = live.start(ChildSpec.of("mine", Puppet.idle()));
        assertThat(ref.id()).isEqualTo("mine");
        assertThat(ref.snapshot().orElseThrow().spec().label("kind")).contains("any");
        assertThat(live.start(ChildSpec.of(Puppet.idle())).id()).startsWith("child-");
        assertThatThrownBy(() -> live.start(ChildSpec.of(Puppet.idle()).significant(true)))
                .isInstanceOf(InvalidSpecException.class);
        assertThat(live.count().specs()).isEqualTo(2);
    }

    @Test
    void rulesThatWrapTheBody_wrapEveryInstance() throws Exception {
        List<String> seen = java.util.Collections.synchronizedList(new ArrayList<>());
        DynamicSupervisor<String> live = start(DynamicSpec.of(
                        "workers", (String s, ChildContext self) -> seen.add("runs " + s))
                .instances(c -> c.label("kind", "wrapped"))
                .instances(c -> {
                    ChildBody body = c.body().orElseThrow();
                    return c.body(self -> {
                        seen.add("before");
                        body.run(self);
                    });
                })
                .instances(c -> c.restart(Restart.TEMPORARY)));
        live.start("a").awaitEnd();
        InstanceRef<String> second = live.start("b");
        assertThat(second.awaitEnd().kind()).isSameAs(Exit.Kind.COMPLETED);
        assertThat(seen).containsExactly("before", "runs a", "before", "runs b");
    }

    // ELX-018, OTP-008, OTP-009
    @Test
    void instanceThatDeclines_isAnsweredAndNotKept() throws Exception {
        DynamicSupervisor<String> live =
                start(DynamicSpec.of("workers", (String s, ChildContext self) -> self.decline())
                        .instances(c -> c.readyWithin(Duration.ofSeconds(1))));
        InstanceRef<String> ref = live.start("no");
        assertThat(ref.awaitEnd().kind()).isSameAs(Exit.Kind.DECLINED);
        assertThat(live.count().specs()).isZero();
    }

    @Test
    void limitOfAllInstances_mayGiveUpTheOneThatFailed() throws Exception {
        DynamicSupervisor<Puppet> live = start(DynamicSpec.of("workers", Puppet::run)
                .intensity(1, Duration.ofSeconds(5))
                .atLimit(AtLimit.park()));
        Puppet a = started(live);
        Puppet b = started(live);
        InstanceRef<Puppet> first = live.instances().getFirst();
        a.crashAndAwaitRestart();
        a.crash();
        assertThat(first.awaitEnd().cause()).isInstanceOf(TooManyFailuresException.class);
        assertThat(b.live()).isEqualTo(1);
        assertThat(live.count()).isEqualTo(new ChildCounts(1, 1, 0, 1, 0));
    }

    // ------------------------------------------------------------------ bad descriptions

    // OTP-021, OTP-023, ELX-013
    @Test
    void rulesThatMakeNoSense_areRefusedWhenDescribed() {
        assertThatThrownBy(() -> TRANSIENTS.instances(c -> c.significant(true)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("significant");
        assertThatThrownBy(() -> WORKERS.instances(c -> c.id("one")))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("instances.id is \"one\"")
                .hasMessageContaining("ids(");
        assertThatThrownBy(() -> WORKERS.maxChildren(0)).isInstanceOf(InvalidSpecException.class);
        assertThatThrownBy(() -> WORKERS.intensity(-1, Duration.ofSeconds(1)))
                .isInstanceOf(InvalidSpecException.class);
        assertThatThrownBy(() -> WORKERS.intensity(1, Duration.ZERO))
                .isInstanceOf(InvalidSpecException.class);
        assertThatThrownBy(() -> DynamicSpec.of("a/b", Puppet::run))
                .isInstanceOf(InvalidSpecException.class);
        assertThat(WORKERS.spec().autoShutdown()).isSameAs(AutoShutdown.NEVER);
        assertThat(WORKERS.spec().strategy()).isSameAs(Strategy.ONE_FOR_ONE);
    }

    // OTP-048, OTP-021, OTP-023
    @Test
    void whatMakesNoSense_cannotBeWritten() {
        assertThat(methods(DynamicSupervisor.class))
                .doesNotContain("add", "delete", "restart", "close", "stop");
        assertThat(methods(InstanceRef.class)).doesNotContain("delete", "restart");
        assertThat(methods(DynamicSpec.class))
                .doesNotContain("child", "children", "strategy", "autoShutdown");
    }

    @Test
    void childrenOfAnotherKind_areRefusedNamingTheWayThatIsRight() throws Exception {
        TaskSpec tasks = TaskSpec.of("tasks");
        root = trees.start(SupervisorSpec.of("root")
                .child(WORKERS.toChild())
                .child(PartitionedSpec.of("parts", 2, (part, self) -> self.awaitStop())
                        .toChild())
                .child(tasks.supervisor(s -> SupervisorSpec.of("tasks")).spec()));
        Map<String, String> cures = Map.of(
                "workers", "DynamicSpec.in(tree).start(argument)",
                "parts", "resize(n) its parts",
                "tasks", "TaskSpec.in(tree).submit(work)");
        for (Map.Entry<String, String> cure : cures.entrySet()) {
            Supervisor generic = root.supervisor(cure.getKey()).orElseThrow();
            assertThatThrownBy(() -> generic.add("stranger", ChildContext::awaitStop))
                    .isInstanceOf(InvalidSpecException.class)
                    .hasMessageContaining("root/" + cure.getKey() + "/stranger")
                    .hasMessageContaining(cure.getValue());
            assertThatThrownBy(() -> generic.addAsync(ChildSpec.of(ChildContext::awaitStop)))
                    .isInstanceOf(InvalidSpecException.class);
        }
        assertThat(root.supervisor("workers").orElseThrow().count().specs()).isZero();
        started(WORKERS.in(root));
        assertThat(tasks.in(root).submit(() -> 42).await()).isEqualTo(42);
        assertThatThrownBy(() -> WORKERS.in(root, "tasks"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("root/tasks is not a dynamic supervisor");
    }

    private static List<String> methods(Class<?> type) {
        return Arrays.stream(type.getMethods()).map(Method::getName).toList();
    }

    @Test
    void nulls_areRefusedInTheCaller() throws Exception {
        DynamicSupervisor<Puppet> live = start(WORKERS);
        assertThatThrownBy(() -> live.start(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> live.find(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> DynamicSpec.of("x", null))
                .isInstanceOf(NullPointerException.class);
        assertThat(live.count().specs()).isZero();
    }
}
