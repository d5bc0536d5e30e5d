package dev.oversight.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.AutoShutdown;
import dev.oversight.ChildBody;
import dev.oversight.ChildSpec;
import dev.oversight.Listener;
import dev.oversight.Restart;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.Event;
import dev.oversight.schedule.plain.Baton;
import dev.oversight.service.Hold;
import dev.oversight.service.ServiceKey;
import dev.oversight.task.Concurrency;
import dev.oversight.task.Task;
import dev.oversight.task.TaskResult;
import dev.oversight.task.TaskSpec;
import dev.oversight.task.TaskSupervisor;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What was done before something, and is to be seen after something else: with plain fields only. */
final class MemoryScenes {
    private static final Duration LONG = Duration.ofHours(1);
    private static final ServiceKey<Baton> NAME = ServiceKey.of("name", Baton.class);

    static final Map<String, Scene> ALL = Map.of(
            "beforeAddAndAfterReady", MemoryScenes::beforeAddAndAfterReady,
            "beforeTheStopAndAfterIt", MemoryScenes::beforeTheStopAndAfterIt,
            "fromOneRunToTheNext", MemoryScenes::fromOneRunToTheNext,
            "fromTheBodyToItsHooks", MemoryScenes::fromTheBodyToItsHooks,
            "fromOneHolderToTheNext", MemoryScenes::fromOneHolderToTheNext,
            "fromThePublisherToItsUsers", MemoryScenes::fromThePublisherToItsUsers,
            "fromTheFailureToItsListener", MemoryScenes::fromTheFailureToItsListener,
            "fromTheCallerToItsTasksAndBack", MemoryScenes::fromTheCallerToItsTasksAndBack);

    private MemoryScenes() {}

    private static Supervisor start(SeededScheduler schedule, SupervisorSpec spec)
            throws InterruptedException {
        return Supervisor.start(
                spec.autoShutdown(AutoShutdown.NEVER).neverGiveUp(), schedule.platform());
    }

    private static void beforeAddAndAfterReady(SeededScheduler schedule) throws Exception {
        Baton baton = new Baton();
        Supervisor tree = start(schedule, SupervisorSpec.of("root"));
        baton.pass();
        ChildBody body = self -> {
            baton.pass();
            self.ready();
            self.awaitStop();
        };
        tree.add(ChildSpec.of("a", body).readyWithin(LONG));
        assertThat(baton.number()).isEqualTo(2);
        Baton later = new Baton();
        later.pass();
        ChildBody reads = self -> {
            later.pass();
            self.awaitStop();
        };
        tree.addAsync(ChildSpec.of("b", reads)).get();
        tree.close();
        assertThat(later.number()).isBetween(1, 2);
    }

    private static void beforeTheStopAndAfterIt(SeededScheduler schedule) throws Exception {
        Baton baton = new Baton();
        ChildBody passes = self -> {
            self.awaitStop();
            baton.pass();
        };
        Supervisor tree = start(
                schedule,
                SupervisorSpec.of("root")
                        .child(SupervisorSpec.of("in").child("a", passes).child("b", passes))
                        .child("c", passes));
        var ended = tree.watch("c");
        baton.pass();
        tree.terminate("c");
        assertThat(baton.number()).isEqualTo(2);
        assertThat(ended.get().isNormal()).isTrue();
        baton.pass();
        tree.close();
        assertThat(baton.number()).isEqualTo(5);
    }

    private static void fromOneRunToTheNext(SeededScheduler schedule) throws Exception {
        Baton baton = new Baton();
        Baton below = new Baton();
        Supervisor tree = start(
                schedule,
                SupervisorSpec.of("root")
                        .child("a", self -> {
                            baton.pass();
                            if (self.incarnation() < 3) {
                                throw new IllegalStateException("again");
                            }
                            self.awaitStop();
                        })
                        .child(SupervisorSpec.of("in").intensity(0, LONG).child("b", self -> {
                            below.pass();
                            if (below.number() == 1) {
                                throw new IllegalStateException("up");
                            }
                            self.awaitStop();
                        })));
        schedule.settle();
        tree.close();
        assertThat(baton.number()).isEqualTo(3);
        assertThat(below.number()).isEqualTo(2);
    }

    private static void fromTheBodyToItsHooks(SeededScheduler schedule) throws Exception {
        Baton first = new Baton();
        Baton second = new Baton();
        Supervisor tree = start(schedule, SupervisorSpec.of("root").child("a", self -> {
            first.pass();
            self.onStop(() -> first.pass());
            second.pass();
            self.onStop(() -> second.pass());
            self.awaitStop();
            first.pass();
        }));
        tree.close();
        assertThat(first.number()).isEqualTo(3);
        assertThat(second.number()).isEqualTo(2);
    }

    private static void fromOneHolderToTheNext(SeededScheduler schedule) throws Exception {
        Baton guarded = new Baton();
        ChildBody wants = self -> {
            for (int i = 0; i < 2; i++) {
                try (Hold hold = self.lock("name", LONG)) {
                    guarded.pass();
                    assertThat(hold.isHeld()).isTrue();
                }
            }
        };
        Supervisor tree = start(
                schedule,
                SupervisorSpec.of("root")
                        .child("a", wants, c -> c.restart(Restart.TEMPORARY))
                        .child("b", wants, c -> c.restart(Restart.TEMPORARY))
                        .child("c", wants, c -> c.restart(Restart.TEMPORARY)));
        schedule.settle();
        tree.close();
        assertThat(guarded.number()).isEqualTo(6);
    }

    private static void fromThePublisherToItsUsers(SeededScheduler schedule) throws Exception {
        Supervisor tree = start(
                schedule,
                SupervisorSpec.of("root")
                        .child("user", self -> {
                            assertThat(self.service(NAME).await(LONG).number()).isOne();
                            self.awaitStop();
                        })
                        .child("publisher", self -> {
                            Baton baton = new Baton();
                            baton.pass();
                            self.publish(NAME, baton);
                            Baton next = new Baton();
                            next.pass();
                            self.publish(NAME, next);
                            self.awaitStop();
                        }));
        tree.service(NAME).find().ifPresent(found -> assertThat(found.number()).isOne());
        tree.service(NAME).all().forEach(found -> assertThat(found.number()).isOne());
        schedule.settle();
        assertThat(tree.child("user").orElseThrow().incarnation()).isOne();
        tree.close();
    }

    private static void fromTheFailureToItsListener(SeededScheduler schedule) throws Exception {
        Baton baton = new Baton();
        /** Has a name: its threads are called after it, and are part of the schedule. */
        final class Passes implements Listener {
            @Override
            public void on(Event event) {
                if (event instanceof ChildFailed) {
                    baton.pass();
                }
            }
        }
        Supervisor tree = start(
                schedule, SupervisorSpec.of("root").listener(new Passes()).child("a", self -> {
                    if (self.incarnation() == 1) {
                        baton.pass();
                        throw new IllegalStateException("once");
                    }
                    self.awaitStop();
                }));
        schedule.settle();
        tree.close();
        assertThat(baton.number()).isEqualTo(2);
    }

    private static void fromTheCallerToItsTasksAndBack(SeededScheduler schedule) throws Exception {
        TaskSpec tasks = TaskSpec.of("tasks");
        Supervisor tree = start(schedule, SupervisorSpec.of("root").child(tasks.spec()));
        TaskSupervisor live = tasks.in(tree);
        Baton baton = new Baton();
        baton.pass();
        Task<Baton> task = live.submit(() -> {
            assertThat(Task.current().orElseThrow().path()).startsWith("root/tasks/");
            baton.pass();
            return baton;
        });
        assertThat(task.await().number()).isEqualTo(2);
        baton.pass();
        assertThat(live.submit(() -> baton).toFuture().get().number()).isEqualTo(3);
        Task<Baton> fails = live.submit(() -> {
            baton.pass();
            throw new IllegalStateException("in the task");
        });
        assertThat(fails.join()).isInstanceOf(TaskResult.Failure.class);
        assertThat(baton.number()).isEqualTo(4);
        List<Baton> batons = List.of(new Baton(), new Baton());
        batons.forEach(each -> each.pass());
        assertThat(live.map(
                                batons,
                                each -> {
                                    each.pass();
                                    return each;
                                },
                                Concurrency.of(1))
                        .mapToInt(each -> each.number()))
                .containsExactly(2, 2);
        tree.close();
    }
}
