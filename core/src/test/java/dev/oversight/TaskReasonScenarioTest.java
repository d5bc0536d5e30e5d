package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.oversight.task.Task;
import dev.oversight.task.TaskResult;
import dev.oversight.task.TaskSpec;
import dev.oversight.task.TaskStoppedException;
import dev.oversight.task.TaskStoppedException.Reason;
import dev.oversight.task.TaskSupervisor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Why a task was stopped, who hears of it, and what a wait for it leaves behind. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TaskReasonScenarioTest {
    private static final Duration LIMIT = Duration.ofSeconds(3);

    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final ManualTime time = new ManualTime();
    private final TaskSpec tasks = TaskSpec.of("tasks");
    private final Puppet caller = new Puppet();
    private Supervisor tree;

    private TaskSupervisor start(TaskSpec spec) throws Exception {
        tree = trees.start(
                SupervisorSpec.of("root").child("caller", caller).child(spec.spec()), time);
        caller.awaitRuns(1);
        return spec.in(tree);
    }

    private static TaskStoppedException stopped(TaskResult<?> result) {
        assertThat(result).isInstanceOf(TaskResult.Failure.class);
        return (TaskStoppedException) ((TaskResult.Failure<?>) result).problem();
    }

    @Test
    void oneThatIsStoppedForTwoReasons_tellsTheFirst() throws Exception {
        TaskSupervisor live =
                start(tasks.timeout(LIMIT).rules(c -> c.shutdown(Shutdown.unbounded())));
        CountDownLatch gate = trees.gate();
        Task<Integer> task = live.submit(self -> {
            Puppet.deafAwait(gate);
            return 1;
        });
        task.cancel();
        time.advance(LIMIT);
        gate.countDown();
        assertThat(stopped(task.join()).reason()).isSameAs(Reason.CANCELLED);
    }

    @Test
    void aLinkedTaskThatTakesTooLong_failsItsCaller() throws Exception {
        TaskSupervisor live = start(tasks.timeout(LIMIT));
        CountDownLatch never = new CountDownLatch(1);
        live.linkedTo(caller.self()).start(self -> never.await());
        time.advance(LIMIT);
        caller.awaitRuns(2);
        assertThat(tree.failures("caller"))
                .singleElement()
                .satisfies(failure -> assertThat(failure.exit().cause())
                        .isInstanceOfSatisfying(
                                TaskStoppedException.class,
                                why -> assertThat(why.reason()).isSameAs(Reason.TIMED_OUT)));
    }

    @Test
    void aWaitThatIsOverBeforeItsLimit_leavesNoAlarm() throws Exception {
        TaskSupervisor live = start(tasks);
        CountDownLatch gate = trees.gate();
        Task<Integer> task = live.submit(() -> {
            gate.await();
            return 1;
        });
        Eventually.Caller<Integer> waiter =
                Eventually.calling("await", () -> task.await(Duration.ofHours(1)));
        time.awaitAlarm();
        gate.countDown();
        assertThat(waiter.result()).isEqualTo(1);
        assertThat(time.alarms()).isZero();
    }

    /** Its thread says whose it is by its handler, which is the body's to replace. */
    @Test
    void aTaskThatReplacesTheHandlerOfItsThread_isToldAllTheSameThatItWaitsForItself()
            throws Exception {
        TaskSupervisor live = start(tasks);
        CompletableFuture<Task<Boolean>> itself = new CompletableFuture<>();
        Task<Boolean> task = live.submit(self -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {});
            Task<Boolean> me = itself.get();
            assertThatIllegalStateException()
                    .isThrownBy(me::await)
                    .withMessageContaining("waits for itself");
            assertThatIllegalStateException().isThrownBy(me::stop);
            return self.running();
        });
        itself.complete(task);
        assertThat(task.await()).isTrue();
    }
}
