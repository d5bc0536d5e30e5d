package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
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

import java.lang.reflect.Proxy;
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
    void aTaskThatIsLinkedToARunThatWasReplaced_isStoppedAtOnce() throws Exception {
        TaskSupervisor live = start(tasks);
        ChildContext first = caller.self();
        caller.crashAndAwaitRestart();
        CountDownLatch never = new CountDownLatch(1);
        Task<Void> task = live.linkedTo(first).start(self -> never.await());
        assertThat(stopped(task.join()).reason()).isSameAs(Reason.CALLER_ENDED);
    }

    /** As a test kit, or something of the application's around the bodies, hands it out. */
    private static ChildContext standsBefore(ChildContext real) {
        return (ChildContext) Proxy.newProxyInstance(
                TaskReasonScenarioTest.class.getClassLoader(),
                new Class<?>[] {ChildContext.class},
                (proxy, method, arguments) -> method.invoke(real, arguments));
    }

    @Test
    void whatStandsBeforeAContext_speaksForThatIncarnationAsLongAsItLives() throws Exception {
        TaskSupervisor live = start(tasks);
        ChildContext first = standsBefore(caller.self());
        CountDownLatch never = new CountDownLatch(1);
        Task<Void> task = live.linkedTo(first).start(self -> never.await());
        caller.crashAndAwaitRestart();
        assertThat(stopped(task.join()).reason()).isSameAs(Reason.CALLER_ENDED);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> live.linkedTo(first))
                .withMessageContaining("incarnation 1 of root/caller, which does not live");
        assertThat(live.supervisor().count().specs()).isZero();
    }

    @Test
    void aTaskThatWasTooSlowForARunThatWasReplaced_leavesItsSuccessorAlone() throws Exception {
        TaskSupervisor live =
                start(tasks.timeout(LIMIT).rules(c -> c.shutdown(Shutdown.unbounded())));
        CountDownLatch gate = trees.gate();
        Task<Void> task = live.linkedTo(caller.self()).start(self -> Puppet.deafAwait(gate));
        time.advance(LIMIT);
        caller.crashAndAwaitRestart();
        gate.countDown();
        assertThat(stopped(task.join()).reason()).isSameAs(Reason.TIMED_OUT);
        assertThat(tree.failures("caller")).hasSize(1);
        assertThat(caller.runs()).isEqualTo(2);
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
