package dev.oversight.testkit;

import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.spi.Platform;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Virtual time, and threads that run one at a time: what trees stand on in a test.
 *
 * <pre>{@code
 * try (TestKit kit = TestKit.create()) {
 *     TestTree tree = kit.start(SupervisorSpec.of("root").child("poller", new Poller(kit.clock())));
 *     kit.advance(ofMinutes(5));
 *     tree.verify(it -> it.incarnation("poller", 1));
 * }
 * }</pre>
 *
 * <p>The engine is the real one and the threads are real, virtual ones. Time passes only when the test
 * says so, and each call of the test returns when everybody waits who can. In a wait of their context,
 * or of this kit, that is known exactly; of other waits (a queue, a lock, a sleep on the real clock) it is
 * concluded from the state of the thread. See docs/testing.md for what that means.
 *
 * <p>For the thread of the test, except where a method says otherwise.
 */
public final class TestKit implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** So much is waited for at the end: for what still has to wait for time. */
    private static final Duration LONGEST_STOP = Duration.ofDays(1);

    private static final int MOST_ALARMS = 100_000;

    private final VirtualTime time = new VirtualTime();
    private final Ground.Virtual ground = new Ground.Virtual(time);
    private final TurnTaking turns;
    private final Platform platform;
    private final String seedText;
    private final List<Supervisor> trees = new ArrayList<>();
    private final AtomicLong workers = new AtomicLong();
    private final List<CompletableFuture<?>> stoppers = new ArrayList<>();
    private boolean closed;

    private TestKit(@Nullable Long seed) {
        this.turns = new TurnTaking(seed == null ? null : new Random(seed), PATIENCE);
        this.platform = new Platform(time, time, turns);
        this.seedText = seed == null ? "" : ", seed " + seed;
    }

    /** A kit whose threads run in the order in which they could. */
    public static TestKit create() {
        return new TestKit(null);
    }

    /** A kit that picks by chance who runs next of those who can: the same for the same seed. */
    public static TestKit seeded(long seed) {
        return new TestKit(seed);
    }

    /** How long on the real clock somebody may run before the kit calls it no longer quiet. Default 10 s. */
    public TestKit patience(Duration limit) {
        turns.patience(limit);
        return this;
    }

    // ------------------------------------------------------------------ trees

    /**
     * Starts a tree and returns when all have run who could without time passing: when it is up, or waits
     * for readiness, or has failed to start, which is its outcome.
     *
     * @throws dev.oversight.InvalidSpecException if the description makes no sense
     */
    public TestTree start(SupervisorSpec spec) {
        return new TestTree(this, spec);
    }

    /**
     * Lets time pass: whatever becomes due on the way happens at its time, one thing after the other.
     *
     * @param duration zero or more
     * @throws AssertionError if somebody keeps on running beyond the {@linkplain #patience patience}
     */
    public TestKit advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(
                    "advance: found " + duration + ", expected zero or more: time goes one way");
        }
        turns.drive(() -> advanceTo(time.nanos() + duration.toNanos()));
        return this;
    }

    private void advanceTo(long targetNanos) {
        VirtualTime.Due due;
        do {
            long before = time.nanos();
            due = time.moveTowards(targetNanos);
            if (time.nanos() != before) {
                turns.timeHasMoved();
            }
            if (due != null) {
                due.task().run();
                turns.settle();
            }
        } while (due != null);
    }

    /** Lets all run who can without time passing: after the test has done something on its own. */
    public TestKit settle() {
        return advance(Duration.ZERO);
    }

    // ------------------------------------------------------------------ for what is tested

    /** What the trees stand on, for whoever starts one in another way. Its threads belong to this kit. */
    public Platform platform() {
        return platform;
    }

    /** This kit's time as a clock, in UTC; it begins on 2026-01-01. From any thread. */
    public Clock clock() {
        return new KitClock(time, ZoneOffset.UTC);
    }

    /** How much time has passed. From any thread. */
    public Duration elapsed() {
        return Duration.ofNanos(time.nanos() - VirtualTime.START_NANOS);
    }

    /** Waits on this kit's time, in any thread but the test's. */
    public void sleep(Duration duration) throws InterruptedException {
        ground.sleep(duration);
    }

    /**
     * Threads of this kit, for workers with helpers of their own: {@code
     * Executors.newThreadPerTaskExecutor(kit.threadFactory())}. From any thread.
     */
    public ThreadFactory threadFactory() {
        return task -> turns.unstarted("worker-" + workers.incrementAndGet(), task);
    }

    // ------------------------------------------------------------------ for the kit's own classes

    VirtualTime time() {
        return time;
    }

    Ground ground() {
        return ground;
    }

    /** In {@link #doing}: so that it is stopped also if it never comes to rest. */
    Supervisor launch(SupervisorSpec spec, Stage stage) {
        Supervisor tree = Supervisor.launch(spec, platform, stage::around);
        trees.add(tree);
        return tree;
    }

    String seedText() {
        return seedText;
    }

    <T> T doing(Supplier<T> action) {
        List<T> result = new ArrayList<>(1);
        turns.drive(() -> result.add(action.get()));
        return result.getFirst();
    }

    <T> CompletableFuture<T> inThread(String name, Callable<T> action) {
        CompletableFuture<T> future = new CompletableFuture<>();
        turns.unstarted(name, () -> {
                    try {
                        future.complete(ground.waiting(action));
                    } catch (Throwable thrown) {
                        future.completeExceptionally(thrown);
                    }
                })
                .start();
        return future;
    }

    List<Thread> alive() {
        return turns.alive();
    }

    /** Who waits where the kit cannot see what for. */
    String waitsText() {
        Collection<Thread> elsewhere = turns.blockedElsewhere();
        return elsewhere.isEmpty()
                ? ""
                : "\nthreads that wait for something else than this kit:\n" + Stacks.of(elsewhere);
    }

    // ------------------------------------------------------------------ the end

    /**
     * Ends all: trees are stopped in order, with as much time as that takes; what does not end within a day
     * is abandoned, and what the kit made hang is released. Closed again, it does nothing.
     *
     * @throws AssertionError if threads are still alive then: with their names and stacks
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        List<Throwable> problems = new ArrayList<>();
        attempt(problems, () -> turns.interject(() -> trees.forEach(this::stopInOrder)));
        attempt(problems, this::passAlarms);
        attempt(problems, () -> turns.interject(() -> trees.forEach(this::abort)));
        attempt(problems, () -> turns.interject(ground::release));
        attempt(problems, this::passAlarms);
        addFailedStops(problems);
        List<Thread> alive = turns.alive();
        if (!alive.isEmpty()) {
            problems.addFirst(Stacks.leak(alive)); // before they are disturbed
        }
        turns.close();
        alive.forEach(Thread::interrupt); // a last favour to the next test
        throwFirst(problems);
    }

    private static void attempt(List<Throwable> problems, Runnable step) {
        try {
            step.run();
        } catch (AssertionError notQuiet) {
            problems.add(notQuiet);
        }
    }

    private static void throwFirst(List<Throwable> problems) {
        if (!problems.isEmpty()) {
            AssertionError first = (AssertionError) problems.getFirst();
            problems.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    /** Lets time pass as long as somebody lives who may be waiting for it. */
    private void passAlarms() {
        long last = time.nanos() + LONGEST_STOP.toNanos();
        for (int i = 0; i < MOST_ALARMS && !turns.alive().isEmpty(); i++) {
            long next = time.nextNanos();
            if (next > last) {
                return;
            }
            turns.drive(() -> advanceTo(next));
        }
    }

    private void stopInOrder(Supervisor tree) {
        stoppers.add(inThread(tree.path() + "/stopper", () -> {
            tree.close();
            return tree.outcome();
        }));
    }

    private void abort(Supervisor tree) {
        if (tree.outcome().isEmpty()) {
            stoppers.add(inThread(tree.path() + "/stopper", () -> tree.stop(Duration.ZERO)));
        }
    }

    /** A stop that threw is a defect of the engine. */
    private void addFailedStops(List<Throwable> problems) {
        for (CompletableFuture<?> stopper : stoppers) {
            if (stopper.isCompletedExceptionally()) {
                problems.add(
                        new AssertionError("a tree could not be stopped", stopper.exceptionNow()));
            }
        }
    }

    private static final class KitClock extends Clock {
        private final VirtualTime time;
        private final ZoneId zone;

        KitClock(VirtualTime time, ZoneId zone) {
            this.time = time;
            this.zone = zone;
        }

        @Override
        public ZoneId getZone() {
            return zone;
        }

        @Override
        public Clock withZone(ZoneId other) {
            return new KitClock(time, other);
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochSecond(0, time.nanos());
        }
    }
}
