package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.adopt.Adopt;
import dev.oversight.adopt.EndedUnaskedException;
import dev.oversight.event.AbandonedRunEnded;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildState;
import dev.oversight.service.ServiceKey;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Pools and periodic tasks, as children. */
class AdoptPoolScenarioTest {
    private static final ServiceKey<ExecutorService> POOL =
            ServiceKey.of("pool", ExecutorService.class);
    private static final Duration TICK = Duration.ofMillis(1);

    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final ManualTime time = new ManualTime();
    private final Recorder events = new Recorder();
    private final List<ExecutorService> pools = new CopyOnWriteArrayList<>();
    private final ThreadFactory daemons =
            body -> Thread.ofPlatform().daemon().name("pool").unstarted(body);
    private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(2, daemons);

    @AfterEach
    void theScheduler_isOurs() throws InterruptedException {
        scheduler.shutdownNow();
        assertThat(scheduler.awaitTermination(15, TimeUnit.SECONDS)).isTrue();
        for (ExecutorService pool : pools) {
            pool.shutdownNow();
            assertThat(pool.awaitTermination(15, TimeUnit.SECONDS)).isTrue();
        }
    }

    private SupervisorSpec root() {
        return SupervisorSpec.of("root").neverGiveUp().listener(events);
    }

    private ExecutorService make() {
        ExecutorService pool = Executors.newFixedThreadPool(2, daemons);
        pools.add(pool);
        return pool;
    }

    private Throwable failure(String path) {
        return events.await(ChildFailed.class, path).cause();
    }

    // OTP-105
    @Test
    void aPoolAskedToStop_finishesWhatWasSubmitted() throws Exception {
        Supervisor tree = trees.start(root().child(
                        "pool",
                        Adopt.executor(this::make).publishedAs(POOL),
                        c -> c.shutdown(Shutdown.unbounded()).readyWithin(Duration.ofMinutes(1))));
        CountDownLatch gate = trees.gate();
        AtomicInteger done = new AtomicInteger();
        ExecutorService pool = tree.service(POOL).get();
        for (int i = 0; i < 5; i++) {
            pool.execute(() -> {
                try {
                    gate.await();
                    done.incrementAndGet();
                } catch (InterruptedException cutShort) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        var terminated = tree.terminateAsync("pool");
        Eventually.await("the pool is shut down", pool::isShutdown);
        assertThat(terminated).isNotDone();
        gate.countDown();
        terminated.join();
        assertThat(done).hasValue(5);
        assertThat(pool.isTerminated()).isTrue();
        assertThat(tree.service(POOL).find()).isEmpty();
    }

    @Test
    void tasksThatEndOnlyByAnInterrupt_getItAfterTheDrainTime() throws Exception {
        Supervisor tree = trees.start(root().child(
                        "pool",
                        Adopt.executor(this::make, Duration.ofMillis(1)).publishedAs(POOL),
                        c -> c.shutdown(Shutdown.unbounded()).readyWithin(Duration.ofMinutes(1))));
        CountDownLatch never = trees.gate();
        tree.service(POOL).get().submit(() -> {
            never.await();
            return 0;
        });
        tree.close();
        assertThat(pools).allMatch(ExecutorService::isTerminated);
    }

    @Test
    void aPoolThatOutlivesTheBudget_hasItsTasksInterrupted() throws Exception {
        Supervisor tree = trees.start(
                root().child(
                                "pool",
                                Adopt.executor(this::make).publishedAs(POOL),
                                c -> c.readyWithin(Duration.ofMinutes(1))),
                time);
        CountDownLatch never = trees.gate();
        tree.service(POOL).get().submit(() -> {
            never.await();
            return 0;
        });
        var terminated = tree.terminateAsync("pool");
        Eventually.await("the pool is shut down", pools.getFirst()::isShutdown);
        time.advance(Duration.ofSeconds(5));
        assertThat(terminated.join().kind()).isSameAs(Exit.Kind.ABANDONED);
        events.await(AbandonedRunEnded.class, "root/pool");
        Eventually.await("the tasks have ended", pools.getFirst()::isTerminated);
    }

    @Test
    void aPoolThatSomebodyShutDown_isAFailureAndAFreshPool() throws Exception {
        Supervisor tree = trees.start(
                root().child("pool", Adopt.executor(this::make).publishedAs(POOL)), time);
        ExecutorService first = tree.service(POOL).await(Duration.ofMinutes(1));
        Eventually.await("it is about to look", () -> time.alarms() == 1);
        first.shutdown();
        time.advance(Duration.ofSeconds(1));
        assertThat(failure("root/pool"))
                .isInstanceOf(EndedUnaskedException.class)
                .hasMessageStartingWith("root/pool: its pool was shut down, expected");
        ExecutorService second = tree.service(POOL).await(Duration.ofMinutes(1));
        assertThat(second).isNotSameAs(first);
        assertThat(second.submit(() -> 42).get(15, TimeUnit.SECONDS)).isEqualTo(42);
    }

    /** What it replaces, for comparison: the JDK ends the task, and nobody is told. */
    @Test
    void aPeriodicTaskThatThrows_isRestartedAndNotSilentlyForgotten() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger others = new AtomicInteger();
        Runnable task = () -> {
            if (runs.incrementAndGet() == 3) {
                throw new IllegalStateException("third");
            }
        };
        Supervisor tree = trees.start(root().child(
                        "rate", Adopt.atFixedRate(scheduler, task, Duration.ZERO, TICK))
                .child(
                        "delay",
                        Adopt.withFixedDelay(scheduler, others::incrementAndGet, TICK, TICK)));
        Eventually.await("it goes on", () -> runs.get() > 6 && others.get() > 2);
        assertThat(failure("root/rate"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("third");
        assertThat(events.of(ChildFailed.class)).hasSize(1);
        tree.close();
        int atTheEnd = runs.get();
        assertThat(scheduler.submit(() -> 42).get(15, TimeUnit.SECONDS)).isEqualTo(42);
        assertThat(runs).hasValue(atTheEnd);
    }

    /** As one might that has taken the task out of its queue already. */
    @Test
    void aSchedulerThatExecutesATaskAfterItsEnd_executesNothing() throws Exception {
        AtomicReference<Runnable> planned = new AtomicReference<>();
        ScheduledExecutorService late = new ScheduledThreadPoolExecutor(1, daemons) {
            @Override
            public ScheduledFuture<?> scheduleAtFixedRate(
                    Runnable command, long delay, long period, TimeUnit unit) {
                planned.set(command);
                return super.scheduleAtFixedRate(command, delay, period, unit);
            }
        };
        pools.add(late);
        AtomicInteger runs = new AtomicInteger();
        Supervisor tree = trees.start(root().child(
                        "rate",
                        Adopt.atFixedRate(late, runs::incrementAndGet, Duration.ofHours(1), TICK)));
        Eventually.await("it is planned", () -> planned.get() != null);
        tree.close();
        planned.get().run();
        assertThat(runs).hasValue(0);
    }

    @Test
    void anErrorInAPeriodicTask_isAFailureAsWell() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        Runnable task = () -> {
            if (runs.incrementAndGet() == 1) {
                throw new LinkageError("half deployed");
            }
        };
        trees.start(root().child("task", Adopt.atFixedRate(scheduler, task, Duration.ZERO, TICK)));
        Eventually.await("it goes on", () -> runs.get() > 2);
        assertThat(failure("root/task")).isInstanceOf(LinkageError.class);
    }

    @Test
    void anExecutionUnderWay_isInterruptedAndAwaitedByAStop() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch never = trees.gate();
        CountDownLatch cleanUp = trees.gate();
        AtomicReference<String> ended = new AtomicReference<>("not yet");
        Runnable task = () -> {
            began.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                Puppet.deafAwait(cleanUp);
                ended.set("by the interrupt");
            }
        };
        Supervisor tree = trees.start(root().child(
                        "task",
                        Adopt.withFixedDelay(scheduler, task, Duration.ZERO, TICK),
                        c -> c.shutdown(Shutdown.unbounded())));
        began.await();
        var terminated = tree.terminateAsync("task");
        assertThat(terminated).isNotDone();
        assertThat(ended).hasValue("not yet");
        cleanUp.countDown();
        terminated.join();
        assertThat(ended).hasValue("by the interrupt");
    }

    @Test
    void aSchedulerThatIsShutDown_isAFailureWithin1Second() throws Exception {
        Supervisor tree = trees.start(
                root().child(
                                "task",
                                Adopt.atFixedRate(scheduler, () -> {}, Duration.ofHours(1), TICK),
                                c -> c.backoff(Backoff.constant(Duration.ofHours(1)))),
                time);
        time.awaitAlarm();
        scheduler.shutdownNow(); // drops its tasks without a word
        time.advance(Duration.ofSeconds(1));
        Trees.awaitState(tree, "task", ChildState.BACKING_OFF);
        assertThat(failure("root/task"))
                .isInstanceOf(EndedUnaskedException.class)
                .hasMessageStartingWith("root/task: its scheduler was shut down, expected");
        time.advance(Duration.ofHours(1));
        events.await(ChildFailed.class, e -> e.cause() instanceof RejectedExecutionException);
    }

    @Test
    void aTaskInTheChildsOwnThread_goesByTheClockOfTheTree() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        trees.start(
                root().child(
                                "task",
                                Adopt.withFixedDelay(
                                        () -> {
                                            if (runs.incrementAndGet() == 2) {
                                                throw new IllegalStateException("second");
                                            }
                                        },
                                        Duration.ofMinutes(1),
                                        Duration.ofHours(1))),
                time);
        time.awaitAlarm();
        assertThat(runs).hasValue(0);
        time.advance(Duration.ofMinutes(1));
        Eventually.await("first", () -> runs.get() == 1 && time.alarms() == 1);
        time.advance(Duration.ofHours(1));
        assertThat(failure("root/task")).hasMessage("second");
        Eventually.await("it waits again", () -> time.alarms() == 1);
        time.advance(Duration.ofMinutes(1));
        Eventually.await("third", () -> runs.get() == 3);
    }

    @Test
    void timesThatMakeNoSense_areRefused() {
        Duration negative = Duration.ofSeconds(-1);
        assertThatThrownBy(() -> Adopt.atFixedRate(scheduler, () -> {}, negative, TICK))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("initialDelay is PT-1S, expected zero or more; use a Duration that is"
                        + " not negative");
        assertThatThrownBy(() -> Adopt.atFixedRate(scheduler, () -> {}, TICK, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("period");
        assertThatThrownBy(() -> Adopt.withFixedDelay(scheduler, () -> {}, TICK, negative))
                .hasMessageContaining("delay");
        assertThatThrownBy(() -> Adopt.withFixedDelay(() -> {}, TICK, Duration.ZERO))
                .hasMessageContaining("delay");
        assertThatThrownBy(() -> Adopt.executor(this::make, negative))
                .hasMessageContaining("drain");
    }
}
