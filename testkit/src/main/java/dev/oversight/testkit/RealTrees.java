package dev.oversight.testkit;

import dev.oversight.ChildBody;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.spi.Platform;
import dev.oversight.spi.Threads;
import dev.oversight.spi.TimeSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Trees on the system's clock, for tests that need real time: they are stopped, and their threads gone,
 * when the test is over.
 *
 * <pre>{@code
 * try (RealTrees trees = new RealTrees()) {
 *     Supervisor tree = trees.start(spec);
 *     …
 * }
 * }</pre>
 *
 * <p>Safe for use from any thread.
 */
public final class RealTrees implements AutoCloseable {
    private static final Duration STOP = Duration.ofSeconds(5);

    private final Set<Thread> made = ConcurrentHashMap.newKeySet();
    private final List<Supervisor> trees = new ArrayList<>();
    private final Ground.Real ground = new Ground.Real();
    private final Stage stage;
    private final Platform platform =
            new Platform(TimeSource.system(), Platform.system().timers(), this::unstarted);

    /** None yet. */
    public RealTrees() {
        this(overlap -> {});
    }

    RealTrees(Consumer<Stage.Overlap> whenOverlap) {
        this.stage = new Stage(ground, whenOverlap);
    }

    /** Like {@link Supervisor#start(SupervisorSpec)}. */
    public Supervisor start(SupervisorSpec spec) throws InterruptedException {
        return start(spec, UnaryOperator.identity());
    }

    /** The same with something around each body, inside of what the kit has around it. */
    Supervisor start(SupervisorSpec spec, UnaryOperator<ChildBody> around)
            throws InterruptedException {
        Supervisor tree =
                Supervisor.start(spec, platform, body -> stage.around(around.apply(body)));
        synchronized (trees) {
            trees.add(tree);
        }
        return tree;
    }

    /** What the trees stand on, for whoever starts one in another way and stops it. */
    public Platform platform() {
        return platform;
    }

    Stage stage() {
        return stage;
    }

    /** A thread that is looked for at the end. */
    Thread unstarted(String name, Runnable body) {
        Thread thread = Threads.virtual().unstarted(name, () -> {
            try {
                body.run();
            } finally {
                made.remove(Thread.currentThread());
            }
        });
        made.add(thread);
        return thread;
    }

    void release() {
        ground.release();
    }

    /** Threads made here that were started and have not ended. */
    List<Thread> alive() {
        return made.stream()
                .filter(t -> t.getState() != Thread.State.NEW && t.isAlive())
                .toList();
    }

    /** Waits until all threads have ended or the time has passed; those that have not. */
    List<Thread> awaitThreads(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        List<Thread> left = alive();
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            try {
                left.getFirst().join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                interrupted = true;
            }
            left = alive(); // the end of one may start another, such as a listener's
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return alive();
    }

    /**
     * Stops the trees that {@link #start} started, the last one first, each within five seconds, and
     * releases what a {@link Script} has hang.
     *
     * @throws AssertionError if threads are still alive five seconds later: with their names and stacks
     */
    @Override
    public void close() {
        List<Supervisor> open;
        synchronized (trees) {
            open = List.copyOf(trees).reversed();
            trees.clear();
        }
        for (Supervisor tree : open) {
            stop(tree);
        }
        release();
        List<Thread> leaked = awaitThreads(STOP);
        if (!leaked.isEmpty()) {
            throw Stacks.leak(leaked);
        }
    }

    private static void stop(Supervisor tree) {
        try {
            tree.stop(STOP);
        } catch (InterruptedException e) {
            tree.close();
            Thread.currentThread().interrupt();
        }
    }
}
