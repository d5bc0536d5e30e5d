package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.task.Task;
import dev.oversight.task.TaskFailedException;
import dev.oversight.task.TaskStoppedException.Reason;
import dev.oversight.task.TaskSupervisor;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Tasks that are linked to their caller, and tasks that are not. */
class TaskLinkScenarioTest extends TaskScenario {
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
}
