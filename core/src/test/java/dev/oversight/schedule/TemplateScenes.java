package dev.oversight.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.AutoShutdown;
import dev.oversight.ChildContext;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorNotRunningException;
import dev.oversight.SupervisorSpec;
import dev.oversight.dynamic.DynamicSpec;
import dev.oversight.dynamic.DynamicSupervisor;
import dev.oversight.dynamic.InstanceRef;
import dev.oversight.dynamic.PartitionedSpec;
import dev.oversight.dynamic.PartitionedSupervisor;

import java.util.List;
import java.util.Map;

/** Instances and parts that are looked for while they come and go. */
final class TemplateScenes {
    static final Map<String, Scene> ALL = Map.of(
            "instanceThatIsFoundAsItStarts", TemplateScenes::instanceThatIsFoundAsItStarts,
            "instancesWhileTheirSupervisorIsRestarted",
                    TemplateScenes::instancesWhileTheirSupervisorIsRestarted,
            "partsThatAreResized", TemplateScenes::partsThatAreResized);

    private TemplateScenes() {}

    /** Two ask for it and for its end, while it starts and ends. */
    private static void instanceThatIsFoundAsItStarts(SeededScheduler schedule) throws Exception {
        DynamicSpec<String> spec =
                DynamicSpec.of("workers", (String name, ChildContext self) -> self.awaitStop());
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root").autoShutdown(AutoShutdown.NEVER).child(spec.spec()),
                schedule.platform());
        DynamicSupervisor<String> live = spec.in(tree);
        Thread finder = schedule.start("finds", () -> {
            try {
                for (InstanceRef<String> found : live.instances()) {
                    assertThat(found.argument().orElse("one")).isEqualTo("one");
                    assertThat(found.snapshot().map(s -> s.id()).orElse(found.id()))
                            .isEqualTo(found.id());
                    schedule.start("ends", () -> found.terminate());
                    found.whenEnded().get();
                    assertThat(found.ended()).isPresent();
                }
            } catch (SupervisorNotRunningException closed) {
                assertThat(closed.path()).startsWith("root");
            }
        });
        InstanceRef<String> started = live.start("one");
        schedule.start("asks", () -> {
            assertThat(started.id()).isNotBlank();
            assertThat(started.whenEnded().get()).isEqualTo(started.ended().orElseThrow());
            assertThat(started.argument()).isEmpty();
        });
        if (schedule.choose(2) == 0) {
            finder.join();
        }
        tree.close();
        assertThat(started.awaitEnd()).isEqualTo(started.ended().orElseThrow());
    }

    /** Whoever starts one finds the incarnation that lives, or is told that there is none. */
    private static void instancesWhileTheirSupervisorIsRestarted(SeededScheduler schedule)
            throws Exception {
        DynamicSpec<String> spec =
                DynamicSpec.of("workers", (String name, ChildContext self) -> self.awaitStop());
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root").autoShutdown(AutoShutdown.NEVER).child(spec.spec()),
                schedule.platform());
        DynamicSupervisor<String> live = spec.in(tree);
        for (String name : List.of("first", "second")) {
            schedule.start(name, () -> {
                try {
                    live.start(name).terminate();
                    live.start(name);
                } catch (SupervisorNotRunningException down) {
                    assertThat(down.path()).startsWith("root");
                }
            });
        }
        tree.terminate("workers");
        tree.restart("workers");
        assertThat(live.start("third").argument()).contains("third");
        schedule.settle();
        tree.close();
    }

    /** A key has a part that is open, or was a moment ago. */
    private static void partsThatAreResized(SeededScheduler schedule) throws Exception {
        PartitionedSpec spec =
                PartitionedSpec.of("parts", 3, (int part, ChildContext self) -> self.awaitStop());
        Supervisor tree = Supervisor.start(
                SupervisorSpec.of("root").autoShutdown(AutoShutdown.NEVER).child(spec.toChild()),
                schedule.platform());
        PartitionedSupervisor live = spec.in(tree);
        for (String name : List.of("first", "second")) {
            schedule.start(name, () -> {
                for (int key = 0; key < 4; key++) {
                    assertThat(live.partitionFor(key)).isBetween(0, 2);
                }
            });
        }
        assertThat(live.resize(1)).isEqualTo(3);
        assertThat(live.resize(2)).isOne();
        assertThat(live.partitionFor(2)).isZero();
        schedule.settle();
        tree.close();
    }
}
