package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.event.ChildSnapshot;
import dev.oversight.task.Task;
import dev.oversight.task.TaskFailedException;
import dev.oversight.task.TaskNotFinishedException;
import dev.oversight.task.TaskResult;
import dev.oversight.task.TaskSpec;
import dev.oversight.task.TaskStoppedException.Reason;
import dev.oversight.task.TaskSupervisor;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Work that is submitted and waited for: what becomes of it, and how much there may be. */
class TaskScenarioTest extends TaskScenario {
    // ------------------------------------------------------------------ results

    // ELX-049
    @Test
    void aTask_isListedWhileItRuns_thenGivesItsResultAndIsGone() throws Exception {
        TaskSupervisor live = start(tasks);
        assertThat(live.supervisor().count().specs()).isZero();
        CountDownLatch gate = trees.gate();

        Task<Integer> task = live.submit(() -> {
            gate.await();
            return 42;
        });
        assertThat(live.supervisor().children())
                .extracting(ChildSnapshot::id)
                .containsExactly(task.id());
        assertThat(task.result()).isEmpty();
        gate.countDown();

        assertThat(task.await()).isEqualTo(42);
        assertThat(live.supervisor().children()).isEmpty();
        assertThat(live.supervisor().count().specs()).isZero();
        assertThat(task.await()).isEqualTo(42);
        assertThat(task.result()).contains(new TaskResult.Success<>(42));
    }

    // ELX-012, ELX-015
    @Test
    void aTask_runsInAThreadNamedByItsPlaceInTheTree() throws Exception {
        TaskSupervisor live = start(tasks);
        Task<String> task = live.named("resize")
                .submit(() -> Thread.currentThread().getName() + " "
                        + Thread.currentThread().isVirtual());

        assertThat(task.await()).isEqualTo(task.path() + " true");
        assertThat(task.path()).startsWith("root/tasks/resize-");
    }

    // ELX-012
    @Test
    void twoTaskSupervisors_areToldApartByTheirIds() throws Exception {
        TaskSpec other = TaskSpec.of("other");
        tree = trees.start(root(tasks).child(other.spec()));

        assertThat(tasks.in(tree).submit(() -> 1).path()).startsWith("root/tasks/task-");
        assertThat(other.in(tree).submit(() -> 1).path()).startsWith("root/other/task-");
        assertThatThrownBy(() -> tree.add(tasks.spec()))
                .isInstanceOf(DuplicateChildException.class);
    }

    // ELX-054
    @Test
    void aStartedTask_runsForWhatItDoes() throws Exception {
        TaskSupervisor live = start(tasks);
        AtomicBoolean did = new AtomicBoolean();
        Task<Void> task = live.start(self -> did.set(self.running()));

        assertThat(task.await()).isNull();
        assertThat(did).isTrue();
    }

    // ELX-058
    @Test
    void aFailedTask_givesWhatItThrewAsTheCause() throws Exception {
        TaskSupervisor live = start(tasks);
        List<Throwable> causes = List.of(
                new IOException("checked"),
                new AssertionError("an error"),
                new InterruptedException("nobody asked"));
        for (Throwable cause : causes) {
            Task<Integer> task = live.submit(self -> {
                Puppet.sneak(cause);
                return 1;
            });
            assertThatThrownBy(task::await)
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining(task.path())
                    .cause()
                    .isSameAs(cause);
        }
        assertThat(tree.outcome()).isEmpty();
        assertThat(live.submit(() -> 1).await()).isEqualTo(1);
    }

    @Test
    void twoWhoWait_eachSeeTheirOwnStack() throws Exception {
        Task<Integer> task = start(tasks).submit(self -> {
            throw new IOException("once");
        });
        TaskResult.Failure<Integer> first = (TaskResult.Failure<Integer>) task.join();
        TaskResult.Failure<Integer> second = (TaskResult.Failure<Integer>) task.join();

        assertThat(first.problem()).isNotSameAs(second.problem());
        assertThat(first.problem().getCause()).isSameAs(second.problem().getCause());
        assertThat(first.problem().getStackTrace())
                .anyMatch(frame -> frame.getMethodName().startsWith("twoWhoWait"));
    }

    // ELX-053
    @Test
    void tasksStartedByTasks_knowOnWhoseBehalfTheyWork() throws Exception {
        TaskSupervisor live = start(tasks);
        Task<List<String>> outer = live.named("outer").submit(() -> {
            Task<?> me = Task.current().orElseThrow();
            Task<List<String>> inner = live.named("inner")
                    .submit(() -> Task.current().orElseThrow().callers());
            List<String> seen = new ArrayList<>(inner.await());
            seen.add(me.path());
            return seen;
        });
        List<List<String>> seen = new CopyOnWriteArrayList<>();
        tree.add(ChildSpec.of("child", self -> {
            seen.add(live.submit(() -> 1).callers());
            self.awaitStop();
        }));

        assertThat(outer.callers()).isEmpty();
        assertThat(outer.await()).containsExactly(outer.path(), outer.path());
        Eventually.await("the child has submitted", () -> !seen.isEmpty());
        assertThat(seen.getFirst()).containsExactly("root/child");
        assertThat(Task.current()).isEmpty();
    }

    // ELX-053
    @Test
    void aChainOfCallers_isBounded() throws Exception {
        TaskSupervisor live = start(tasks);
        assertThat(chain(live, 40)).hasSize(32);
    }

    private static List<String> chain(TaskSupervisor live, int depth) throws Exception {
        if (depth == 0) {
            return Task.current().orElseThrow().callers();
        }
        return live.submit(() -> chain(live, depth - 1)).await();
    }

    // ELX-057
    @Test
    void aWaiterThatGivesUp_leavesNothingBehind() throws Exception {
        ManualTime time = new ManualTime();
        TaskSupervisor live = start(tasks, time);
        CountDownLatch gate = trees.gate();
        Task<Integer> task = live.submit(() -> {
            gate.await();
            return 1;
        });
        assertThatThrownBy(() -> task.await(Duration.ZERO))
                .isInstanceOf(TaskNotFinishedException.class)
                .hasMessageContaining(task.path());
        Eventually.Caller<Integer> waiter =
                Eventually.calling("await", () -> task.await(Duration.ofSeconds(5)));
        time.awaitAlarm();
        time.advance(Duration.ofSeconds(5));
        assertThat(waiter.failure()).isInstanceOf(TaskNotFinishedException.class);
        assertThat(time.alarms()).isZero();

        gate.countDown();
        assertThat(task.await()).isEqualTo(1);
        assertThat(task.join(Duration.ofNanos(-1))).contains(new TaskResult.Success<>(1));
    }

    @Test
    void aTaskThatWaitsForItself_isTold() throws Exception {
        Task<String> task = start(tasks).submit(() -> {
            try {
                Task.current().orElseThrow().await();
                return "returned";
            } catch (IllegalStateException expected) {
                return expected.getMessage();
            }
        });
        assertThat(task.await()).contains("waits for itself");
    }

    // ------------------------------------------------------------------ limits

    // ELX-052
    @Test
    void beyondTheLimit_submittingThrowsInTheCallerAndQueuesNothing() throws Exception {
        TaskSupervisor live = start(tasks.maxTasks(1));
        CountDownLatch gate = trees.gate();
        Task<Integer> first = live.submit(() -> {
            gate.await();
            return 1;
        });
        AtomicBoolean ran = new AtomicBoolean();

        assertThatThrownBy(() -> live.start(self -> ran.set(true)))
                .isInstanceOf(TooManyChildrenException.class)
                .hasMessageContaining("root/tasks");
        gate.countDown();
        first.await();
        assertThat(live.submit(() -> 2).await()).isEqualTo(2);
        assertThat(ran).isFalse();
    }

    // ELX-052, scenario 16
    @Test
    void theLimit_neverDriftsWhateverTheTasksEndOf() throws Exception {
        TaskSupervisor live = start(tasks.maxTasks(3).shutdown(Shutdown.immediate()));
        for (int i = 0; i < 200; i++) {
            int kind = i % 3;
            Task<Integer> task = live.submit(self -> {
                if (kind == 0) {
                    throw new IOException("fails");
                }
                if (kind == 1) {
                    self.awaitStop();
                }
                return kind;
            });
            task.cancel();
            task.join();
        }
        List<Task<Void>> full = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            full.add(live.start(ChildContext::awaitStop));
        }
        assertThatThrownBy(() -> live.submit(() -> 1)).isInstanceOf(TooManyChildrenException.class);
        assertThat(live.supervisor().count().specs()).isEqualTo(3);
        full.forEach(Task::cancel);
    }

    // ------------------------------------------------------------------ futures

    @Test
    void aFuture_completesOutsideTheLoop() throws Exception {
        TaskSupervisor live = start(tasks);
        CountDownLatch gate = trees.gate();
        CountDownLatch blocks = trees.gate();
        Task<Integer> task = live.submit(() -> {
            gate.await();
            return 1;
        });
        var continued = task.toFuture().thenApply(value -> {
            Puppet.deafAwait(blocks);
            return value + 1;
        });
        gate.countDown();
        assertThat(task.await()).isEqualTo(1);
        assertThat(live.submit(() -> 3).await()).isEqualTo(3); // the loop is free
        blocks.countDown();

        assertThat(continued.get()).isEqualTo(2);
        assertThat(task.toFuture().getNow(0)).isEqualTo(1);
    }

    @Test
    void aFutureOfAFailure_failsWithTheCause() throws Exception {
        Task<Integer> task = start(tasks).submit(() -> {
            throw new IOException("fails");
        });
        var future = task.toFuture();

        assertThatThrownBy(future::get)
                .cause()
                .isInstanceOf(TaskFailedException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void cancellingAFuture_cancelsItsTask() throws Exception {
        TaskSupervisor live = start(tasks);
        Task<Void> task = live.start(ChildContext::awaitStop);
        assertThat(task.toFuture().cancel(true)).isTrue();

        assertThat(reasonOf(task)).isSameAs(Reason.CANCELLED);
    }

    // ------------------------------------------------------------------ descriptions

    @Test
    void rulesThatMakeNoSenseForATask_areRefused() {
        assertThatThrownBy(() -> tasks.restart(Restart.PERMANENT))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("restart is PERMANENT");
        assertThatThrownBy(() -> tasks.rules(t -> t.restart(Restart.PERMANENT)))
                .isInstanceOf(InvalidSpecException.class);
        assertThatThrownBy(() -> tasks.rules(t -> t.readyWithin(Duration.ofSeconds(1))))
                .hasMessageContaining("readyWithin");
        assertThatThrownBy(() -> tasks.rules(t -> t.significant(true)))
                .hasMessageContaining("significant");
        assertThatThrownBy(() -> tasks.rules(t -> t.id("fixed"))).hasMessageContaining("named");
        assertThatThrownBy(() -> tasks.supervisor(s -> s.child("a", Puppet.idle())))
                .hasMessageContaining("1 children");
        assertThatThrownBy(() -> tasks.maxTasks(0)).isInstanceOf(InvalidSpecException.class);
        assertThatThrownBy(() -> tasks.timeout(Duration.ZERO))
                .isInstanceOf(InvalidSpecException.class);
    }

    @Test
    void aSpec_isAValueThatItsSettersDoNotChange() {
        TaskSpec changed = tasks.maxTasks(3).timeout(Duration.ofSeconds(1));
        assertThat(tasks.timeout()).isEmpty();
        assertThat(tasks.spec().maxChildren()).isEqualTo(Integer.MAX_VALUE);
        assertThat(changed.spec().maxChildren()).isEqualTo(3);
        assertThat(changed.timeout()).contains(Duration.ofSeconds(1));
        assertThat(changed.supervisor(s -> s.autoShutdown(AutoShutdown.NOTHING_LEFT))
                        .spec()
                        .autoShutdown())
                .isSameAs(AutoShutdown.NEVER);
    }
}
