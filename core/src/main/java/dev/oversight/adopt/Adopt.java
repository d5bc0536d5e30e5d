package dev.oversight.adopt;

import dev.oversight.ChildBody;
import dev.oversight.ChildContext;
import dev.oversight.adopt.AdoptedService.Action;
import dev.oversight.adopt.AdoptedService.AsyncAction;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes children of what exists, without rewriting it. What used to die silently becomes a failure of
 * the child, and thus a restart:
 *
 * <pre>{@code
 * SupervisorSpec.of("root")
 *         .child("import", Adopt.runnable(importer))
 *         .child("legacy", Adopt.thread(LegacyThread::new))
 *         .child("refresh", Adopt.atFixedRate(scheduler, cache::refresh, ZERO, ofMinutes(1)))
 *         .child("pool", Adopt.executor(() -> Executors.newFixedThreadPool(8)).publishedAs(POOL))
 *         .child("web", Adopt.service(WebServer::new, WebServer::start, WebServer::stop))
 *         .child("feed", Adopt.asyncService(Feed::new, Feed::open, Feed::close).ended(Feed::closed))
 *         .child("db", Adopt.closeable(() -> Database.open(url)).publishedAs(DB));
 * }</pre>
 *
 * <p>Each method returns a {@link ChildBody}, safe to use in any number of trees. Where it takes a
 * factory, each incarnation has an object of its own; to start one object again and again, hand in
 * {@code () -> object}. All of them tell {@linkplain ChildContext#ready readiness} as soon as what they
 * adopt is started, so {@code readyWithin} limits the start.
 */
public final class Adopt {
    /** How often a pool is looked at. */
    private static final Duration CHECK = Duration.ofSeconds(1);

    /** How long the tasks of a pool that somebody else shut down have to end before the next pool. */
    private static final Duration GRACE_AFTER_FAILURE = Duration.ofSeconds(5);

    private Adopt() {}

    /**
     * A runnable that works until it is done or interrupted. Runs in the child's thread: returning is a
     * normal end, what it throws is a failure. Every incarnation runs the same object.
     */
    public static ChildBody runnable(Runnable work) {
        Objects.requireNonNull(work, "work");
        return self -> {
            self.ready();
            work.run();
        };
    }

    /**
     * A runnable that is ended by a method of its own, such as one that clears a flag: {@code
     * Adopt.runnable(Poller::new, Poller::stop)}. Each incarnation has a new one.
     *
     * @param stop called when the child is asked to stop, as a {@linkplain ChildContext#onStop stop hook}:
     *     in a thread of its own, before the child's thread is interrupted. To spare it the interrupt,
     *     set {@link dev.oversight.ChildSpec#interruptOnStop}
     */
    public static <R extends Runnable> ChildBody runnable(
            Supplier<? extends R> factory, Consumer<? super R> stop) {
        Objects.requireNonNull(factory, "factory");
        Objects.requireNonNull(stop, "stop");
        return self -> {
            R work = factory.get();
            Objects.requireNonNull(work, () -> "the factory of " + self.path() + " returned null");
            self.onStop(() -> stop.accept(work));
            self.ready();
            work.run();
        };
    }

    /**
     * A thread, interrupted when the child is asked to stop: {@link #thread(Supplier, Consumer)} with
     * {@link Thread#interrupt}.
     */
    public static ChildBody thread(Supplier<? extends Thread> factory) {
        return thread(factory, Thread::interrupt);
    }

    /**
     * A thread that each incarnation gets from the factory and starts. Its end is the end of the child,
     * and its uncaught exception the child's failure; a handler of uncaught exceptions that was set on the
     * thread itself is called first. The child's own thread waits for it.
     *
     * <p>Whether it is a daemon, and thus whether it keeps the JVM alive, is its own affair. If it outlives
     * its shutdown budget it is interrupted, and the child is abandoned until it ends.
     *
     * @param factory makes a thread and does not start it
     * @param stop ends it, in the thread of the {@linkplain ChildContext#onStop stop hooks}
     */
    public static <T extends Thread> ChildBody thread(
            Supplier<? extends T> factory, Consumer<? super T> stop) {
        return new AdoptedThread<>(
                Objects.requireNonNull(factory, "factory"), Objects.requireNonNull(stop, "stop"));
    }

    /**
     * A task that a scheduler runs at a fixed rate, as {@link
     * ScheduledExecutorService#scheduleAtFixedRate} does. There, the first exception ends it for good and
     * nobody is told; here it is the child's failure, and a restart schedules it anew. A scheduler that is
     * shut down, or a task that somebody cancels, is a failure as well ({@link EndedUnaskedException}),
     * noticed within a second.
     *
     * <p>Asked to stop, the task is cancelled, an execution under way is interrupted, and the child ends
     * when it has ended. The scheduler is not touched and may serve others. Time is the scheduler's.
     *
     * @param initialDelay zero or more
     * @param period more than zero
     * @throws IllegalArgumentException if one of the times is out of range
     */
    public static ChildBody atFixedRate(
            ScheduledExecutorService scheduler,
            Runnable task,
            Duration initialDelay,
            Duration period) {
        long first = nanos("initialDelay", initialDelay);
        long every = requirePositive("period", period);
        return periodic(
                scheduler,
                task,
                wrapped ->
                        scheduler.scheduleAtFixedRate(wrapped, first, every, TimeUnit.NANOSECONDS));
    }

    /**
     * The same with a fixed delay from the end of one execution to the beginning of the next, as {@link
     * ScheduledExecutorService#scheduleWithFixedDelay} does.
     *
     * @param initialDelay zero or more
     * @param delay more than zero
     * @throws IllegalArgumentException if one of the times is out of range
     */
    public static ChildBody withFixedDelay(
            ScheduledExecutorService scheduler,
            Runnable task,
            Duration initialDelay,
            Duration delay) {
        long first = nanos("initialDelay", initialDelay);
        long pause = requirePositive("delay", delay);
        return periodic(
                scheduler,
                task,
                wrapped -> scheduler.scheduleWithFixedDelay(
                        wrapped, first, pause, TimeUnit.NANOSECONDS));
    }

    private static ChildBody periodic(
            ScheduledExecutorService scheduler, Runnable task, PeriodicTask.Plan plan) {
        return new PeriodicTask(
                Objects.requireNonNull(scheduler, "scheduler"),
                Objects.requireNonNull(task, "task"),
                plan);
    }

    /**
     * The same without a scheduler: in the child's own thread, by the clock of the tree.
     *
     * @param initialDelay zero or more
     * @param delay more than zero
     * @throws IllegalArgumentException if one of the times is out of range
     */
    public static ChildBody withFixedDelay(Runnable task, Duration initialDelay, Duration delay) {
        Objects.requireNonNull(task, "task");
        nanos("initialDelay", initialDelay);
        requirePositive("delay", delay);
        return self -> {
            self.ready();
            for (boolean stop = self.awaitStop(initialDelay); !stop; stop = self.awaitStop(delay)) {
                task.run();
            }
        };
    }

    /**
     * A pool that the child owns. Asked to stop, it is shut down, and the child ends when all tasks that
     * were submitted have ended. If they take longer than the shutdown budget, they are interrupted, and
     * the child is abandoned until they end.
     *
     * <p>A pool that somebody else shuts down is a failure ({@link EndedUnaskedException}), noticed within a
     * second: its tasks are interrupted, and a restart makes a new pool. That a single task fails is an
     * affair of whoever submitted it.
     *
     * <p>Those who work with it find it by {@link AdoptedService#publishedAs}.
     *
     * @param factory makes the pool
     */
    public static <E extends ExecutorService> AdoptedService<E> executor(
            Callable<? extends E> factory) {
        return executor(factory, Duration.ofNanos(Long.MAX_VALUE));
    }

    /**
     * The same for tasks that end only when they are interrupted.
     *
     * @param drain how long the tasks may go on after the request to stop before they are interrupted;
     *     zero or more, and less than the shutdown budget. By the clock of the JVM
     * @throws IllegalArgumentException if the time is negative
     */
    public static <E extends ExecutorService> AdoptedService<E> executor(
            Callable<? extends E> factory, Duration drain) {
        Objects.requireNonNull(factory, "factory");
        long drainNanos = nanos("drain", drain);
        return AdoptedService.<E>of(
                        factory,
                        AdoptedService.waiting(pool -> {}),
                        (pool, self) -> endPool(pool, self, drainNanos))
                .runningWhile(pool -> !pool.isShutdown(), CHECK, "its pool was shut down");
    }

    private static void endPool(ExecutorService pool, ChildContext self, long drainNanos)
            throws InterruptedException {
        try {
            if (self.running()) { // it failed: the next one is not to wait for long
                pool.shutdownNow();
                pool.awaitTermination(GRACE_AFTER_FAILURE.toNanos(), TimeUnit.NANOSECONDS);
                return;
            }
            pool.shutdown();
            if (!pool.awaitTermination(drainNanos, TimeUnit.NANOSECONDS)) {
                pool.shutdownNow();
                pool.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException budgetIsOver) {
            pool.shutdownNow();
            throw budgetIsOver;
        }
    }

    /**
     * An object with methods that start and stop it and return when that is done: {@code
     * Adopt.service(WebServer::new, WebServer::start, WebServer::stop)}.
     *
     * @param factory makes the object, once per incarnation
     * @see AdoptedService when each is called, and what else can be said about it
     */
    public static <T> AdoptedService<T> service(
            Callable<? extends T> factory, Action<? super T> start, Action<? super T> stop) {
        Objects.requireNonNull(factory, "factory");
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(stop, "stop");
        return AdoptedService.of(
                factory, AdoptedService.waiting(start), (service, self) -> stop.run(service));
    }

    /**
     * An object whose methods to start and stop return at once, with a stage that completes when that is
     * done. A start that fails is a failure of the child. Asked to stop while it is starting, it is stopped
     * without waiting for the start.
     *
     * @param factory makes the object, once per incarnation
     */
    public static <T> AdoptedService<T> asyncService(
            Callable<? extends T> factory,
            AsyncAction<? super T> start,
            AsyncAction<? super T> stop) {
        Objects.requireNonNull(factory, "factory");
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(stop, "stop");
        return AdoptedService.of(factory, start, AdoptedService.awaiting(stop));
    }

    /** A resource that is open while the child runs: the factory opens it, {@code close} ends it. */
    public static <T extends AutoCloseable> AdoptedService<T> closeable(
            Callable<? extends T> factory) {
        return service(factory, resource -> {}, AutoCloseable::close);
    }

    static long requirePositive(String what, Duration value) {
        if (Objects.requireNonNull(value, what).isNegative() || value.isZero()) {
            throw new IllegalArgumentException(
                    what + " is " + value + ", expected more than zero; use a positive Duration");
        }
        return nanos(what, value);
    }

    private static long nanos(String what, Duration value) {
        if (Objects.requireNonNull(value, what).isNegative()) {
            throw new IllegalArgumentException(what + " is " + value
                    + ", expected zero or more; use a Duration that is not negative");
        }
        return TimeUnit.NANOSECONDS.convert(value); // at most 292 years
    }
}
