package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.task.Task;
import dev.oversight.task.TaskAbandonedException;
import dev.oversight.task.TaskFailedException;
import dev.oversight.task.TaskStoppedException.Reason;
import dev.oversight.task.TaskSupervisor;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Tasks that are tried again, and what happens when that does not help. */
class TaskRetryScenarioTest extends TaskScenario {
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
    void aRetryThatIsGivenUp_doesNotHaveTheResultOfTheRunBefore() throws Exception {
        TaskSupervisor live = start(tasks.restart(Restart.when(exit -> true))
                .rules(t -> t.shutdown(Shutdown.immediate()))
                .supervisor(s -> s.intensity(5, Duration.ofMinutes(1))));
        CountDownLatch gate = trees.gate();
        CountDownLatch again = new CountDownLatch(1);
        Task<Integer> task = live.submit(self -> {
            if (self.incarnation() > 1) {
                again.countDown();
                Puppet.deafAwait(gate);
            }
            return 1;
        });
        again.await();
        task.cancel();
        assertThatThrownBy(task::await).isInstanceOf(TaskAbandonedException.class);
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
}
