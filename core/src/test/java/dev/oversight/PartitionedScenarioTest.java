package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.dynamic.DynamicSpec;
import dev.oversight.dynamic.DynamicSupervisor;
import dev.oversight.dynamic.NoPartException;
import dev.oversight.dynamic.PartitionedSpec;
import dev.oversight.dynamic.PartitionedSupervisor;
import dev.oversight.event.ChildCounts;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/** Equal parts that share the work by key. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PartitionedScenarioTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final Puppet[] puppets =
            IntStream.range(0, 8).mapToObj(i -> new Puppet()).toArray(Puppet[]::new);

    private Supervisor root;

    private PartitionedSpec shards(int parts) {
        return PartitionedSpec.of("shards", parts, (part, self) -> puppets[part].run(self))
                .neverGiveUp();
    }

    private PartitionedSupervisor start(PartitionedSpec spec) throws InterruptedException {
        root = trees.start(
                SupervisorSpec.of("root").autoShutdown(AutoShutdown.NEVER).child(spec.toChild()));
        return spec.in(root);
    }

    private static List<String> running(PartitionedSupervisor live) {
        return live.children().stream()
                .filter(c -> c.state() == ChildState.RUNNING)
                .map(ChildSnapshot::id)
                .toList();
    }

    // ELX-040, ELX-047
    @Test
    void parts_knowTheirNumbersAndAreNamedByThem() throws Exception {
        PartitionedSupervisor live = start(shards(3));
        for (int part = 0; part < 3; part++) {
            puppets[part].awaitRuns(1);
            assertThat(puppets[part].self().path()).isEqualTo("root/shards/" + part);
        }
        assertThat(live.children()).extracting(ChildSnapshot::id).containsExactly("0", "1", "2");
        assertThat(live.count()).isEqualTo(new ChildCounts(3, 3, 0, 3, 0));
        assertThat(List.of(0, 1, 2, 3, -1, Integer.MIN_VALUE, Long.MIN_VALUE).stream()
                        .map(live::partitionFor))
                .containsExactly(0, 1, 2, 0, 1, 2, 2);
        assertThat(live.partitionFor("key")).isEqualTo(live.partitionFor("key"));
    }

    // ELX-039
    @Test
    void withoutACount_thereIsAPartForEachProcessorAndNoneIsLeftOut() throws Exception {
        int processors = Runtime.getRuntime().availableProcessors();
        Set<String> seen = ConcurrentHashMap.newKeySet();
        DynamicSpec<Integer> each = DynamicSpec.of("each", (Integer key, ChildContext self) -> {
            seen.add(self.path().substring(0, self.path().lastIndexOf('/')) + " " + key);
            self.awaitStop();
        });
        assertThat(PartitionedSpec.of("shards", (part, self) -> self.awaitStop())
                        .size())
                .isEqualTo(processors);
        PartitionedSupervisor live = start(PartitionedSpec.of("shards", processors, each));
        assertThat(live.count())
                .isEqualTo(new ChildCounts(processors, processors, processors, 0, 0));
        Set<String> expected = new HashSet<>();
        for (int key = 0; key < 100; key++) {
            each.in(live, key).start(key);
            expected.add("root/shards/" + key % processors + " " + key);
        }
        Eventually.await("all run", () -> seen.size() == 100);
        assertThat(seen).isEqualTo(expected);
        int instances = IntStream.range(0, processors)
                .map(part -> live.supervisorFor(part).orElseThrow().count().specs())
                .sum();
        assertThat(instances).isEqualTo(100);
    }

    // ELX-044
    @Test
    void resize_closesTheLastPartsAndOpensThemAgain() throws Exception {
        PartitionedSupervisor live = start(shards(8));
        Random random = new Random(7);
        int before = 8;
        for (int step = 0; step < 40; step++) {
            int size = step < 8 ? 7 - step : step == 8 ? 8 : random.nextInt(9);
            assertThat(live.resize(size)).isEqualTo(before);
            assertThat(live.size()).isEqualTo(size);
            assertThat(running(live))
                    .containsExactlyElementsOf(
                            IntStream.range(0, size).mapToObj(Integer::toString).toList());
            assertThat(live.count()).isEqualTo(new ChildCounts(8, size, 0, 8, 0));
            for (int key = 0; key < 20 && size > 0; key++) {
                assertThat(live.partitionFor(key)).isEqualTo(key % size);
            }
            before = size;
        }
    }

    // ELX-045
    @Test
    void resizedToZero_hasNoPartForAKey() throws Exception {
        PartitionedSupervisor live = start(shards(8));
        assertThat(live.resize(0)).isEqualTo(8);
        assertThatThrownBy(() -> live.partitionFor("key"))
                .isInstanceOf(NoPartException.class)
                .hasMessageContaining("root/shards has 0 open parts")
                .hasMessageContaining("at most 8");
        assertThat(live.supervisor().orElseThrow().outcome()).isEmpty();
        assertThat(live.resize(2)).isZero();
        assertThat(live.partitionFor(3)).isEqualTo(1);
    }

    // ELX-046
    @Test
    void resizeBeyondTheStart_isRefused() throws Exception {
        PartitionedSupervisor live = start(shards(3));
        for (int size : new int[] {4, -1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> live.resize(size))
                    .withMessageContaining("root/shards to " + size + ", expected 0 to 3");
        }
        assertThat(live.size()).isEqualTo(3);
    }

    // ELX-048
    @Test
    void shrinking_closesTheRouteBeforeItStopsThePart() throws Exception {
        CountDownLatch gate = trees.gate();
        PartitionedSupervisor live = start(PartitionedSpec.of("shards", 2, (part, self) -> {
                    self.awaitStop();
                    Puppet.deafAwait(gate);
                })
                .parts(c -> c.shutdown(Shutdown.unbounded())));
        var resizing = Eventually.calling("resize", () -> live.resize(1));
        Eventually.await(
                "the last part is stopping",
                () -> live.children().getLast().state() == ChildState.STOPPING);
        assertThat(live.size()).isEqualTo(1);
        assertThat(live.partitionFor(1)).isZero();
        assertThat(resizing.isDone()).isFalse();
        gate.countDown();
        assertThat(resizing.result()).isEqualTo(2);
    }

    // ELX-048
    @Test
    void growing_opensTheRouteWhenThePartIsUp() throws Exception {
        PartitionedSupervisor live =
                start(shards(2).parts(c -> c.readyWithin(Duration.ofHours(1))), 2);
        live.resize(1);
        var resizing = Eventually.calling("resize", () -> live.resize(2));
        puppets[1].awaitRuns(2);
        assertThat(live.size()).isEqualTo(1);
        var second = Eventually.calling("another resize", () -> live.resize(1));
        puppets[1].order(ChildContext::ready);
        assertThat(resizing.result()).isEqualTo(1);
        assertThat(second.result()).isEqualTo(2);
    }

    /** Tells the parts that are started to say that they are ready. */
    private PartitionedSupervisor start(PartitionedSpec spec, int ready)
            throws InterruptedException {
        for (int part = 0; part < ready; part++) {
            puppets[part].order(ChildContext::ready);
        }
        return start(spec);
    }

    @Test
    void partThatDoesNotComeUp_leavesTheRouteBeforeItOpen() throws Exception {
        PartitionedSupervisor live =
                start(shards(3).parts(c -> c.readyWithin(Duration.ofHours(1))), 3);
        live.resize(0);
        puppets[0].order(ChildContext::ready);
        puppets[1].crash();
        assertThatThrownBy(() -> live.resize(3))
                .isInstanceOf(StartFailedException.class)
                .hasMessageContaining("root/shards/1");
        assertThat(live.size()).isEqualTo(1);
        puppets[1].order(ChildContext::ready);
        puppets[2].order(ChildContext::ready);
        assertThat(live.resize(3)).isEqualTo(1);
        assertThat(live.size()).isEqualTo(3);
    }

    @Test
    void interruptedResize_isMadeGoodByTheNext() throws Exception {
        CountDownLatch gate = trees.gate();
        PartitionedSupervisor live = start(PartitionedSpec.of("shards", 3, (part, self) -> {
                    self.awaitStop();
                    if (part == 2) {
                        Puppet.deafAwait(gate);
                    }
                })
                .parts(c -> c.shutdown(Shutdown.unbounded())));
        var resizing = Eventually.calling("resize", () -> live.resize(1));
        Eventually.await(
                "the last part is stopping",
                () -> live.children().getLast().state() == ChildState.STOPPING);
        resizing.thread().interrupt();
        assertThat(resizing.failure()).isInstanceOf(InterruptedException.class);
        assertThat(live.size()).isEqualTo(1);
        assertThat(running(live)).containsExactly("0", "1");
        gate.countDown();
        assertThat(live.resize(1)).isEqualTo(1);
        assertThat(running(live)).containsExactly("0");
        assertThat(live.resize(3)).isEqualTo(1);
        assertThat(running(live)).containsExactly("0", "1", "2");
    }

    // ELX-048
    @Test
    void routing_goesOnWhilePartsAreResizedAndRestarted() throws Exception {
        PartitionedSupervisor live = start(shards(4));
        AtomicBoolean over = new AtomicBoolean();
        var routing = Eventually.calling("routing", () -> {
            long routed = 0;
            while (!over.get()) {
                int part = live.partitionFor(routed++);
                if (part < 0 || part >= 4) {
                    throw new AssertionError("part " + part);
                }
            }
            return routed;
        });
        var other = Eventually.calling("resizing", () -> {
            for (int i = 0; i < 100; i++) {
                live.resize(1 + i % 3);
            }
            return null;
        });
        for (int i = 0; i < 100; i++) {
            puppets[0].crashAndAwaitRestart();
            live.resize(2 + i % 3);
        }
        other.result();
        over.set(true);
        assertThat(routing.result()).isPositive();
        int size = live.size();
        assertThat(running(live)).hasSize(size);
    }

    // ELX-048
    @Test
    void restartedPart_isFoundAgain() throws Exception {
        DynamicSpec<Puppet> each = DynamicSpec.of("each", Puppet::run);
        PartitionedSupervisor live = start(PartitionedSpec.of("shards", 2, each).neverGiveUp());
        DynamicSupervisor<Puppet> second = each.in(live, 1);
        Supervisor before = second.supervisor().orElseThrow();
        second.start(new Puppet());
        live.supervisor().orElseThrow().terminate("1");
        assertThatThrownBy(second::count).isInstanceOf(SupervisorNotRunningException.class);
        assertThat(live.supervisorFor(1)).isEmpty();
        live.supervisor().orElseThrow().restart("1");
        assertThat(second.supervisor().orElseThrow()).isNotSameAs(before);
        assertThat(live.supervisorFor(1)).isEqualTo(second.supervisor());
        assertThat(second.count().specs()).isZero();
    }

    @Test
    void restartedSupervisor_hasAllItsPartsOpen() throws Exception {
        PartitionedSupervisor live = start(shards(4));
        live.resize(1);
        root.terminate("shards");
        assertThatThrownBy(() -> live.partitionFor(1))
                .isInstanceOf(SupervisorNotRunningException.class)
                .hasMessageContaining("root/shards is down (it is STOPPED)");
        assertThatThrownBy(() -> live.resize(2)).isInstanceOf(SupervisorNotRunningException.class);
        root.restart("shards");
        assertThat(live.size()).isEqualTo(4);
        assertThat(shards(4).in(root).size()).isEqualTo(4);
    }

    @Test
    void handlesOfOneSupervisor_shareItsRoute() throws Exception {
        PartitionedSpec spec = shards(4);
        PartitionedSupervisor live = start(spec);
        spec.in(root).resize(2);
        assertThat(live.size()).isEqualTo(2);
    }

    // ELX-042
    @Test
    void close_returnsWhenEverythingIsGone() throws Exception {
        var tree = shards(4).start(trees.platform());
        tree.partitionFor(1);
        for (int part = 0; part < 4; part++) {
            puppets[part].awaitRuns(1);
        }
        tree.close();
        assertThat(Arrays.stream(puppets).mapToInt(Puppet::live).sum()).isZero();
        assertThat(tree.root().join().reason()).isSameAs(Outcome.Reason.STOPPED);
        assertThatThrownBy(() -> tree.partitionFor(1))
                .isInstanceOf(SupervisorNotRunningException.class)
                .hasMessageContaining("shards has ended");
    }

    @Test
    void allPartsEnded_keepTheSupervisorUp() throws Exception {
        PartitionedSupervisor live = start(shards(2).parts(c -> c.restart(Restart.TRANSIENT)));
        puppets[0].finish();
        puppets[1].finish();
        Eventually.await("both have ended", () -> live.count().active() == 0);
        assertThat(live.size()).isEqualTo(2);
        assertThat(live.supervisor().orElseThrow().outcome()).isEmpty();
    }

    @Test
    void strategyOfTheParts_mayBeAGroup() throws Exception {
        start(shards(2).strategy(Strategy.ONE_FOR_ALL));
        puppets[1].awaitRuns(1);
        puppets[0].crashAndAwaitRestart();
        puppets[1].awaitRuns(2);
    }

    // ELX-041
    @Test
    void descriptionsThatMakeNoSense_areRefused() {
        for (int parts : new int[] {0, -1}) {
            assertThatThrownBy(() -> shards(parts))
                    .isInstanceOf(InvalidSpecException.class)
                    .hasMessageContaining("parts is " + parts + ", expected one or more");
        }
        assertThatThrownBy(() -> PartitionedSpec.of(" ", 1, (part, self) -> {}))
                .isInstanceOf(InvalidSpecException.class);
        assertThatThrownBy(() -> shards(2).parts(c -> c.restart(Restart.TEMPORARY)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("part 0.restart");
        assertThatThrownBy(
                        () -> shards(2).parts(c -> c.restart(Restart.TRANSIENT).significant(true)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("significant");
        assertThatThrownBy(() -> PartitionedSpec.describedBy("shards", 1, part -> null))
                .isInstanceOf(NullPointerException.class);
        assertThat(Arrays.stream(PartitionedSpec.class.getMethods()).map(Method::getName))
                .doesNotContain("autoShutdown", "child");
        assertThat(shards(2).spec().autoShutdown()).isSameAs(AutoShutdown.NEVER);
    }

    @Test
    void otherSupervisors_areNoPartitionedOnes() throws Exception {
        start(shards(2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> shards(3).in(root))
                .withMessageContaining("root/shards has not the 3 parts");
        assertThatThrownBy(() -> shards(2).in(root, "nowhere"))
                .isInstanceOf(UnknownChildException.class);
    }
}
