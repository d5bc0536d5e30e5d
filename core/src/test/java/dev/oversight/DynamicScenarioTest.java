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

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Instances of one template: started with an argument, restarted with it, refused if it makes no sense. */
class DynamicScenarioTest extends DynamicScenario {
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

    // ------------------------------------------------------------------ bad descriptions and wrong
    // places

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
