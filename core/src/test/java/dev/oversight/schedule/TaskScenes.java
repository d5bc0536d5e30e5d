package dev.oversight.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.AutoShutdown;
import dev.oversight.Shutdown;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorNotRunningException;
import dev.oversight.SupervisorSpec;
import dev.oversight.task.Concurrency;
import dev.oversight.task.Mapped;
import dev.oversight.task.Task;
import dev.oversight.task.TaskResult;
import dev.oversight.task.TaskSpec;
import dev.oversight.task.TaskSupervisor;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Tasks that end while they are submitted, cancelled, waited for or given up. */
final class TaskScenes {
    private static final Duration LONG = Duration.ofHours(1);
    private static final TaskSpec TASKS = TaskSpec.of("tasks");

    static final Map<String, Scene> ALL = Map.of(
            "taskThatIsCancelledAsItEnds", TaskScenes::taskThatIsCancelledAsItEnds,
            "taskThatIsAbandonedAsItBegins", TaskScenes::taskThatIsAbandonedAsItBegins,
            "tasksOfACallerThatEnds", TaskScenes::tasksOfACallerThatEnds,
            "tasksWhileTheirSupervisorIsRestarted",
                    TaskScenes::tasksWhileTheirSupervisorIsRestarted,
            "mapThatIsClosedByAnother", TaskScenes::mapThatIsClosedByAnother);

    private TaskScenes() {}

    private static SupervisorSpec root() {
        return SupervisorSpec.of("root").autoShutdown(AutoShutdown.NEVER).child(TASKS.spec());
    }

    /** A result or a stop, and everybody is told the same. */
    private static void taskThatIsCancelledAsItEnds(SeededScheduler schedule) throws Exception {
        Supervisor tree = Supervisor.start(root(), schedule.platform());
        TaskSupervisor live = TASKS.in(tree).with(t -> t.timeout(LONG));
        Task<Integer> task = live.submit(() -> 42);
        var future = task.toFuture();
        schedule.start("cancels", () -> task.cancel());
        boolean succeeded =
                task.join() instanceof TaskResult.Success<Integer> success && success.value() == 42;
        assertThat(task.result().orElseThrow() instanceof TaskResult.Success).isEqualTo(succeeded);
        schedule.settle();
        assertThat(future.isCompletedExceptionally()).isNotEqualTo(succeeded);
        assertThat(live.supervisor().children()).isEmpty();
        tree.close();
    }

    /** Nothing of what it does afterwards counts. */
    private static void taskThatIsAbandonedAsItBegins(SeededScheduler schedule) throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        Supervisor tree = Supervisor.start(root(), schedule.platform());
        TaskSupervisor live = TASKS.in(tree).with(t -> t.shutdown(Shutdown.immediate()));
        Task<Integer> task = live.submit(() -> {
            StopScenes.deafAwait(gate);
            return 42;
        });
        schedule.start("opens", () -> gate.countDown());
        boolean succeeded = task.stop() instanceof TaskResult.Success;
        schedule.settle();
        assertThat(task.result().orElseThrow() instanceof TaskResult.Success).isEqualTo(succeeded);
        assertThat(tree.abandoned()).isEmpty();
        tree.close();
    }

    private static void tasksOfACallerThatEnds(SeededScheduler schedule) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        AtomicReference<Task<Void>> waits = new AtomicReference<>();
        AtomicReference<Task<Integer>> ends = new AtomicReference<>();
        Supervisor tree = Supervisor.start(
                root().child("caller", self -> {
                    if (self.incarnation() == 1) {
                        TaskSupervisor live = TASKS.in(self.supervisor()).linkedTo(self);
                        ends.set(live.with(t -> t.timeout(LONG)).submit(() -> 1));
                        waits.set(live.start(task -> never.await()));
                        return;
                    }
                    self.awaitStop();
                }),
                schedule.platform());
        schedule.settle();
        assertThat(waits.get().isDone()).isTrue();
        assertThat(ends.get().isDone()).isTrue();
        assertThat(tree.find("tasks").orElseThrow().incarnation()).isOne();
        tree.close();
    }

    /** Those who submit find the one that lives, or are told that there is none. */
    private static void tasksWhileTheirSupervisorIsRestarted(SeededScheduler schedule)
            throws Exception {
        Supervisor tree = Supervisor.start(root(), schedule.platform());
        TaskSupervisor live = TASKS.in(tree);
        for (String name : List.of("first", "second")) {
            schedule.start(name, () -> {
                try {
                    live.submit(() -> 1).join();
                    live.submit(() -> 2).join();
                } catch (SupervisorNotRunningException down) {
                    assertThat(down.path()).startsWith("root");
                }
            });
        }
        tree.terminate("tasks");
        tree.restart("tasks");
        assertThat(live.submit(() -> 3).await()).isEqualTo(3);
        schedule.settle();
        tree.close();
    }

    /** Whoever reads is told, and nothing is left running. */
    private static void mapThatIsClosedByAnother(SeededScheduler schedule) throws Exception {
        Supervisor tree = Supervisor.start(root(), schedule.platform());
        TaskSupervisor live = TASKS.in(tree);
        Stream<Mapped<Integer, Integer>> results =
                live.mapResults(List.of(1, 2, 3), i -> 2 * i, Concurrency.of(1).lookAhead(2));
        Iterator<Mapped<Integer, Integer>> reader = results.iterator();
        assertThat(reader.next().input()).isOne();
        Thread closer = schedule.start("closes", () -> results.close());
        int read = 1;
        try {
            while (reader.hasNext()) {
                reader.next();
                read++;
            }
        } catch (IllegalStateException closed) {
            assertThat(closed).hasMessageContaining("closed");
        }
        assertThat(read).isBetween(1, 3);
        closer.join();
        schedule.settle();
        assertThat(live.supervisor().children()).isEmpty();
        tree.close();
    }
}
