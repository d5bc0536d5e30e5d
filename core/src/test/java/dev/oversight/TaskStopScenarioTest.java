package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.task.Task;
import dev.oversight.task.TaskAbandonedException;
import dev.oversight.task.TaskResult;
import dev.oversight.task.TaskStoppedException;
import dev.oversight.task.TaskStoppedException.Reason;
import dev.oversight.task.TaskSupervisor;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tasks that are cancelled, terminated, given up, too slow, or stopped with their supervisor. */
class TaskStopScenarioTest extends TaskScenario {
    @Test
    void aCancelledTask_isStopped() throws Exception {
        TaskSupervisor live = start(tasks);
        AtomicBoolean stopped = new AtomicBoolean();
        Task<Void> task = live.start(self -> {
            try {
                new CountDownLatch(1).await();
            } finally {
                stopped.set(!self.running());
            }
        });
        task.cancel();
        task.cancel();

        assertThat(reasonOf(task)).isSameAs(Reason.CANCELLED);
        assertThat(stopped).isTrue();
        assertThat(live.supervisor().children()).isEmpty();
        task.cancel();
        assertThat(task.stop().isSuccess()).isFalse();
    }

    // ELX-056
    @Test
    void aTaskTerminatedAsAChild_isGoneAndUnknownTheSecondTime() throws Exception {
        TaskSupervisor live = start(tasks);
        Task<Void> task = live.start(ChildContext::awaitStop);
        live.supervisor().terminate(task.id());

        assertThatThrownBy(() -> live.supervisor().terminate(task.id()))
                .isInstanceOf(UnknownChildException.class);
        assertThat(task.await()).isNull(); // it ended in order, by returning
    }

    // ELX-056
    @Test
    void aTaskTerminatedAsAChild_hasNoResultIfItWasInterrupted() throws Exception {
        TaskSupervisor live = start(tasks);
        CountDownLatch never = new CountDownLatch(1);
        Task<Void> task = live.start(self -> never.await());
        live.supervisor().terminate(task.id());

        assertThat(reasonOf(task)).isSameAs(Reason.TERMINATED);
    }

    // scenario 20
    @Test
    void aResultThatWasThereBeforeTheCancel_counts() throws Exception {
        TaskSupervisor live = start(tasks);
        for (int i = 0; i < 2_000; i++) {
            int value = i;
            AtomicBoolean late = new AtomicBoolean();
            Task<Integer> task = live.submit(self -> {
                late.set(!self.running());
                return value;
            });
            if (i % 2 == 0) {
                task.cancel();
            }
            TaskResult<Integer> result = task.join();
            if (result.isSuccess()) {
                assertThat(result.orThrow()).isEqualTo(value);
            } else {
                assertThat(reasonOf(task)).isSameAs(Reason.CANCELLED);
            }
            assertThat(result.isSuccess() || i % 2 == 0).isTrue();
            assertThat(result.isSuccess() && late.get()).isFalse();
        }
    }

    // ELX-057
    @Test
    void aResultGivenAfterTheCancel_isDropped() throws Exception {
        Task<Integer> task = start(tasks).submit(self -> {
            self.awaitStop();
            return 1;
        });
        assertThatThrownBy(() -> task.stop().orThrow()).isInstanceOf(TaskStoppedException.class);
    }

    // ELX-051
    @Test
    void aTaskWithARuleOfItsOwn_isStoppedByThatRule() throws Exception {
        TaskSupervisor live = start(tasks.shutdown(Shutdown.unbounded()));
        CountDownLatch gate = trees.gate();
        CountDownLatch runs = new CountDownLatch(1);
        Task<Void> deaf = live.with(t -> t.shutdown(Shutdown.immediate())).start(self -> {
            runs.countDown();
            Puppet.deafAwait(gate);
        });
        runs.await();

        tree.terminate("tasks");
        assertThatThrownBy(deaf::await)
                .isInstanceOf(TaskAbandonedException.class)
                .hasMessageContaining(deaf.path());
        assertThat(tree.abandoned()).extracting(run -> run.path()).containsExactly(deaf.path());
        gate.countDown();
    }

    @Test
    void aTaskThatIgnoresItsInterrupt_isGivenUpAfterItsBudget() throws Exception {
        ManualTime time = new ManualTime();
        TaskSupervisor live = start(tasks.shutdown(Shutdown.within(Duration.ofSeconds(2))), time);
        CountDownLatch gate = trees.gate();
        Task<Integer> deaf = live.submit(() -> {
            Puppet.deafAwait(gate);
            return 1;
        });
        deaf.cancel();
        time.awaitAlarm();
        assertThat(deaf.isDone()).isFalse();
        time.advance(Duration.ofSeconds(2));

        assertThatThrownBy(deaf::await).isInstanceOf(TaskAbandonedException.class);
        gate.countDown();
        Eventually.await("its thread ends", () -> tree.abandoned().isEmpty());
        assertThatThrownBy(deaf::await).isInstanceOf(TaskAbandonedException.class);
    }

    @Test
    void aTaskThatTakesTooLong_isStopped() throws Exception {
        ManualTime time = new ManualTime();
        TaskSupervisor live = start(tasks.timeout(Duration.ofSeconds(3)), time);
        Task<Integer> quick = live.submit(() -> 1);
        assertThat(quick.await()).isEqualTo(1);
        Eventually.await("its alarm is off", () -> time.alarms() == 0);
        Task<Integer> slow = live.submit(self -> {
            self.awaitStop();
            return 1;
        });
        time.advance(Duration.ofMillis(2_999));
        assertThat(slow.isDone()).isFalse();
        time.advance(Duration.ofMillis(1));

        assertThat(reasonOf(slow)).isSameAs(Reason.TIMED_OUT);
    }

    @Test
    void whenTheSupervisorStops_thoseWhoWaitAreTold() throws Exception {
        TaskSupervisor live = start(tasks);
        CountDownLatch never = new CountDownLatch(1);
        Task<Void> stuck = live.start(self -> never.await());
        Task<String> orderly = live.submit(self -> {
            self.awaitStop();
            return "finished in time";
        });
        Eventually.Caller<TaskResult<Void>> waiter = Eventually.calling("join", stuck::join);
        tree.close();

        assertThat(waiter.result().isSuccess()).isFalse();
        assertThat(reasonOf(stuck)).isSameAs(Reason.SUPERVISOR_STOPPED);
        assertThat(orderly.await()).isEqualTo("finished in time");
        assertThatThrownBy(() -> live.submit(() -> 1))
                .isInstanceOf(SupervisorNotRunningException.class)
                .hasMessageContaining("root/tasks");
    }

    // ELX-028
    @Test
    void whenTheSupervisorStops_allTasksAreAskedAtOnce() throws Exception {
        ManualTime time = new ManualTime();
        TaskSupervisor live = start(tasks.shutdown(Shutdown.within(Duration.ofSeconds(2))), time);
        CountDownLatch gate = trees.gate();
        for (int i = 0; i < 20; i++) {
            live.start(self -> Puppet.deafAwait(gate));
        }
        Eventually.Caller<Object> stop = Eventually.calling("terminate", () -> {
            tree.terminate("tasks");
            return "stopped";
        });
        time.awaitAlarm();
        time.advance(Duration.ofSeconds(2));

        assertThat(stop.result()).isEqualTo("stopped");
        assertThat(tree.outcome()).isEmpty();
        gate.countDown();
    }

    @Test
    void afterARestartOfTheSupervisor_tasksGoToTheLiveOne() throws Exception {
        TaskSupervisor live = start(tasks);
        assertThat(live.submit(() -> 1).await()).isEqualTo(1);
        tree.terminate("tasks");
        assertThatThrownBy(() -> live.submit(() -> 1))
                .isInstanceOf(SupervisorNotRunningException.class);
        tree.restart("tasks");

        assertThat(live.submit(() -> 2).await()).isEqualTo(2);
    }

    @Test
    void aTaskSupervisorOutsideATree_stopsItsTasksWhenItIsClosed() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Task<Void> task;
        try (var live = TaskSupervisor.start(tasks, trees.platform())) {
            assertThat(live.path()).isEqualTo("tasks");
            task = live.start(self -> never.await());
        }
        assertThat(task.isDone()).isTrue();
        assertThat(reasonOf(task)).isSameAs(Reason.SUPERVISOR_STOPPED);
    }
}
