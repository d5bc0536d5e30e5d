package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.event.ChildSnapshot;
import dev.oversight.task.Task;
import dev.oversight.task.TaskAbandonedException;
import dev.oversight.task.TaskException;
import dev.oversight.task.TaskFailedException;
import dev.oversight.task.TaskNotFinishedException;
import dev.oversight.task.TaskResult;
import dev.oversight.task.TaskSpec;
import dev.oversight.task.TaskStoppedException;
import dev.oversight.task.TaskStoppedException.Reason;
import dev.oversight.task.TaskSupervisor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Work that is submitted, waited for, cancelled and given up. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TaskScenarioTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final TaskSpec tasks = TaskSpec.of("tasks");
    private Supervisor tree;

    private TaskSupervisor start(TaskSpec spec) throws Exception {
        tree = trees.start(root(spec));
        return spec.in(tree);
    }

    private TaskSupervisor start(TaskSpec spec, ManualTime time) throws Exception {
        tree = trees.start(root(spec), time);
        return spec.in(tree);
    }

    private static SupervisorSpec root(TaskSpec spec) {
        return SupervisorSpec.of("root").autoShutdown(AutoShutdown.NEVER).child(spec.spec());
    }

    private static Reason reasonOf(Task<?> task) throws InterruptedException {
        TaskResult<?> result = task.join();
        assertThat(result).isInstanceOf(TaskResult.Failure.class);
        TaskException problem = ((TaskResult.Failure<?>) result).problem();
        assertThat(problem).isInstanceOf(TaskStoppedException.class);
        return ((TaskStoppedException) problem).reason();
    }

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

    // ------------------------------------------------------------------ stopping

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
            AtomicBoolean returned = new AtomicBoolean();
            Task<Integer> task = live.submit(self -> {
                boolean asked = !self.running();
                returned.set(!asked);
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

    // ------------------------------------------------------------------ links

    // ELX-050, ELX-062
    @Test
    void whenTheCallerEnds_itsLinkedTasksAreStoppedAndNoOthers() throws Exception {
        TaskSupervisor live = start(tasks);
        Puppet caller = new Puppet();
        tree.add(ChildSpec.of("caller", caller).restart(Restart.TEMPORARY));
        caller.awaitRuns(1);
        CountDownLatch never = new CountDownLatch(1);
        Task<Void> linked = live.linkedTo(caller.self()).start(self -> never.await());
        Task<Void> unlinked = live.start(self -> never.await());
        caller.crash();

        assertThat(reasonOf(linked)).isSameAs(Reason.CALLER_ENDED);
        assertThat(unlinked.isDone()).isFalse();
        Task<Void> late = live.linkedTo(caller.self()).start(self -> never.await());
        assertThat(reasonOf(late)).isSameAs(Reason.CALLER_ENDED);
        unlinked.cancel();
    }

    // ELX-050
    @Test
    void whenTheCallerIsAbandoned_itsLinkedTasksAreStopped() throws Exception {
        TaskSupervisor live = start(tasks);
        CountDownLatch gate = trees.gate();
        CountDownLatch never = new CountDownLatch(1);
        List<Task<Void>> linked = new CopyOnWriteArrayList<>();
        tree.add(ChildSpec.of("deaf", self -> {
                    linked.add(live.linkedTo(self).start(task -> never.await()));
                    Puppet.deafAwait(gate);
                })
                .shutdown(Shutdown.immediate()));
        Eventually.await("it has submitted", () -> !linked.isEmpty());
        tree.terminate("deaf");

        assertThat(reasonOf(linked.getFirst())).isSameAs(Reason.CALLER_ENDED);
    }

    // ELX-050
    @Test
    void aLinkedTaskThatFails_failsItsCaller() throws Exception {
        TaskSupervisor live = start(tasks);
        AtomicInteger runs = new AtomicInteger();
        tree.add(ChildSpec.of("caller", self -> {
            if (runs.incrementAndGet() == 1) {
                live.linkedTo(self).start(task -> {
                    throw new IOException("fails");
                });
            }
            self.awaitStop();
        }));

        Eventually.await("the caller is restarted", () -> runs.get() == 2);
        assertThat(tree.failures("caller"))
                .singleElement()
                .satisfies(failure -> assertThat(failure.exit().cause())
                        .isInstanceOf(TaskFailedException.class)
                        .hasCauseInstanceOf(IOException.class));
    }

    // ELX-050
    @Test
    void aLinkedTaskThatEndsOrIsCancelled_leavesItsCallerAloneAndNothingBehind() throws Exception {
        TaskSupervisor live = start(tasks);
        Puppet caller = new Puppet();
        tree.add(ChildSpec.of("caller", caller));
        caller.awaitRuns(1);
        for (int i = 0; i < 500; i++) {
            Task<Integer> task = live.linkedTo(caller.self()).submit(() -> 1);
            task.cancel();
            task.join();
        }
        AtomicBoolean went = new AtomicBoolean();
        caller.order(self -> went.set(self.running()));

        Eventually.await("it goes on", went::get);
        assertThat(caller.runs()).isOne();
    }

    // ELX-050
    @Test
    void aTaskThatFails_leavesAnUnlinkedCallerAlone() throws Exception {
        TaskSupervisor live = start(tasks);
        Puppet caller = new Puppet();
        tree.add(ChildSpec.of("caller", caller));
        caller.order(self -> live.submit(() -> {
                    throw new IOException("fails");
                })
                .join());
        AtomicBoolean went = new AtomicBoolean();
        caller.order(self -> went.set(true));

        Eventually.await("it goes on", went::get);
        assertThat(caller.runs()).isOne();
    }

    // ------------------------------------------------------------------ retries

    @Test
    void aTaskThatIsTriedAgain_givesTheLastResult() throws Exception {
        TaskSupervisor live = start(tasks.restart(Restart.TRANSIENT)
                .supervisor(s -> s.intensity(5, Duration.ofMinutes(1))));
        AtomicInteger runs = new AtomicInteger();
        Task<Integer> task = live.submit(() -> {
            if (runs.incrementAndGet() < 4) {
                throw new IOException("not yet");
            }
            return runs.get();
        });

        assertThat(task.await()).isEqualTo(4);
        assertThat(live.supervisor().count().specs()).isZero();
        assertThat(tree.find("root/tasks").orElseThrow().incarnation()).isOne();
    }

    @Test
    void whenRetriesAreSpent_theTaskFailsWithItsCauseAndTheSupervisorWithIt() throws Exception {
        TaskSupervisor live = start(tasks.restart(Restart.TRANSIENT)
                .supervisor(s -> s.intensity(2, Duration.ofMinutes(1))));
        CountDownLatch never = new CountDownLatch(1);
        Task<Void> bystander = live.start(self -> never.await());
        Task<Void> task = live.start(self -> {
            throw new IOException("always");
        });

        assertThatThrownBy(task::await)
                .isInstanceOf(TaskFailedException.class)
                .hasCauseInstanceOf(IOException.class);
        assertThat(reasonOf(bystander)).isSameAs(Reason.SUPERVISOR_STOPPED);
        Eventually.await(
                "it is restarted", () -> tree.find("root/tasks").orElseThrow().incarnation() == 2);
    }

    @Test
    void whenItsOwnRetriesAreSpent_onlyThatTaskFails() throws Exception {
        TaskSupervisor live = start(tasks.retries(3));
        CountDownLatch never = new CountDownLatch(1);
        Task<Void> bystander = live.start(self -> never.await());
        for (int i = 0; i < 20; i++) {
            AtomicInteger runs = new AtomicInteger();
            Task<Integer> fails = live.submit(self -> {
                throw new IOException("run " + runs.incrementAndGet());
            });
            assertThatThrownBy(fails::await)
                    .isInstanceOf(TaskFailedException.class)
                    .cause()
                    .isInstanceOf(IOException.class)
                    .hasMessage("run 4");
            AtomicInteger tries = new AtomicInteger();
            Task<Integer> works = live.submit(self -> {
                if (tries.incrementAndGet() < 4) {
                    throw new IOException("not yet");
                }
                return tries.get();
            });
            assertThat(works.await()).isEqualTo(4);
        }
        assertThat(bystander.isDone()).isFalse();
        assertThat(live.supervisor().count().specs()).isOne(); // nothing that was parked is kept
        assertThat(tree.find("root/tasks").orElseThrow().incarnation()).isOne();
        assertThatThrownBy(() -> tasks.retries(0))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("retries is 0, expected one or more");
    }

    @Test
    void aTaskCancelledBeforeItsRetry_isNotTriedAgain() throws Exception {
        ManualTime time = new ManualTime();
        TaskSupervisor live = start(
                tasks.restart(Restart.TRANSIENT)
                        .rules(t -> t.backoff(Backoff.constant(Duration.ofSeconds(10)))),
                time);
        AtomicInteger runs = new AtomicInteger();
        Task<Void> task = live.start(self -> {
            runs.incrementAndGet();
            throw new IOException("fails");
        });
        time.awaitAlarm();
        task.cancel();

        assertThat(reasonOf(task)).isSameAs(Reason.CANCELLED);
        time.advance(Duration.ofMinutes(1));
        assertThat(runs).hasValue(1);
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
