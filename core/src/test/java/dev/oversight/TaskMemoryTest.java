package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.task.Task;
import dev.oversight.task.TaskSpec;
import dev.oversight.task.TaskSupervisor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** What is kept of a task that has ended: its result, by whoever has the task. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TaskMemoryTest {
    private static final int MANY = 100;

    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final TaskSpec tasks = TaskSpec.of("tasks");
    private final Puppet caller = new Puppet();

    private TaskSupervisor start() throws InterruptedException {
        return tasks.in(
                trees.start(SupervisorSpec.of("root").child("caller", caller).child(tasks.spec())));
    }

    /** Kept by the work of a task. */
    private static final class Load {
        private final byte[] data = new byte[100_000];

        int size() {
            return data.length;
        }
    }

    private static Task<Integer> submit(TaskSupervisor live, List<WeakReference<Load>> loads) {
        Load load = new Load();
        loads.add(new WeakReference<>(load));
        return live.submit(load::size);
    }

    @Test
    void aTaskThatHasEnded_keepsItsResultAndNotItsWork() throws Exception {
        TaskSupervisor live = start();
        List<WeakReference<Load>> loads = new ArrayList<>();
        List<Task<Integer>> ended = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            Task<Integer> task = submit(live, loads);
            task.join();
            ended.add(task);
        }
        DynamicMemoryTest.awaitCollected(loads);
        for (Task<Integer> task : ended) {
            assertThat(task.await()).isEqualTo(100_000);
        }
    }

    @Test
    void waitsThatWereInterrupted_areNotKeptByTheTask() throws Exception {
        CountDownLatch gate = trees.gate();
        Task<Integer> task = start().submit(() -> {
            gate.await();
            return 1;
        });
        for (int i = 0; i < MANY; i++) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> task.join(Duration.ofHours(1)))
                    .isInstanceOf(InterruptedException.class);
        }
        Field end = Task.class.getDeclaredField("end");
        end.setAccessible(true);
        assertThat(((CompletableFuture<?>) end.get(task)).getNumberOfDependents())
                .isZero();
    }

    /** The tie to the caller goes with the task, not with the caller. */
    @Test
    void aCallerThatLives_keepsNothingOfTheTasksItHadDone() throws Exception {
        TaskSupervisor live = start();
        List<WeakReference<Task<Integer>>> ended = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(1);
        caller.order(self -> {
            for (int i = 0; i < MANY; i++) {
                Task<Integer> task = live.linkedTo(self).submit(() -> 1);
                task.join();
                ended.add(new WeakReference<>(task));
            }
            done.countDown();
        });
        done.await();
        DynamicMemoryTest.awaitCollected(ended);
        assertThat(caller.runs()).isEqualTo(1);
    }
}
