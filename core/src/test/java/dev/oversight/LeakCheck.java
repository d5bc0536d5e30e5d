package dev.oversight;

import dev.oversight.dynamic.DynamicSpec;
import dev.oversight.dynamic.DynamicTree;
import dev.oversight.spi.Platform;
import dev.oversight.spi.Threads;
import dev.oversight.spi.TimeSource;
import dev.oversight.spi.Timers;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/**
 * Starts the trees of a test, and after it opens its gates, stops the trees and verifies that no thread
 * made for them is alive. Virtual threads show in no thread dump of the JVM, so every one is recorded
 * when it is made.
 */
final class LeakCheck implements AfterEachCallback {
    private final Set<Thread> made = ConcurrentHashMap.newKeySet();
    private final Deque<Supervisor> trees = new ArrayDeque<>();
    private final Deque<CountDownLatch> gates = new ArrayDeque<>();

    /** Starts on the system's clock. */
    Supervisor start(SupervisorSpec spec) throws InterruptedException {
        return start(spec, platform());
    }

    /** Starts on a clock that the test moves. */
    Supervisor start(SupervisorSpec spec, ManualTime time) throws InterruptedException {
        return start(spec, platform(time));
    }

    Supervisor start(SupervisorSpec spec, Platform platform) throws InterruptedException {
        return closeLater(Supervisor.start(spec, platform));
    }

    /** Instances of one template, which are restarted without end. */
    <A> DynamicTree<A> start(DynamicSpec<A> spec) throws InterruptedException {
        DynamicTree<A> tree = spec.neverGiveUp().start(platform());
        closeLater(tree.root());
        return tree;
    }

    synchronized Supervisor closeLater(Supervisor tree) {
        trees.push(tree);
        return tree;
    }

    /** What a hanging child waits for; opened when the test is over. */
    synchronized CountDownLatch gate() {
        CountDownLatch gate = new CountDownLatch(1);
        gates.push(gate);
        return gate;
    }

    Platform platform() {
        return platform(TimeSource.system(), Platform.system().timers(), Threads.virtual());
    }

    Platform platform(ManualTime time) {
        return platform(time, time, Threads.virtual());
    }

    Platform platform(TimeSource time, Timers timers, Threads threads) {
        return new Platform(time, timers, recording(threads));
    }

    /** Threads that this check knows of. */
    Threads recording(Threads threads) {
        return (name, body) -> {
            Thread thread = threads.unstarted(name, () -> {
                try {
                    body.run();
                } finally {
                    made.remove(Thread.currentThread());
                }
            });
            made.add(thread);
            return thread;
        };
    }

    /** The live threads whose name begins so. */
    List<Thread> live(String prefix) {
        return made.stream()
                .filter(t -> t.getState() != Thread.State.NEW && t.isAlive())
                .filter(t -> t.getName().startsWith(prefix))
                .toList();
    }

    /** Fails if a thread made for a tree does not end. */
    void awaitNoThreads() {
        Eventually.await(
                () -> "all threads have ended; alive are\n" + stacks(live("")),
                () -> live("").isEmpty());
    }

    private static String stacks(List<Thread> threads) {
        return threads.stream().limit(20).map(LeakCheck::stack).collect(Collectors.joining("\n"));
    }

    private static String stack(Thread thread) {
        return thread.getName() + " is " + thread.getState()
                + Arrays.stream(thread.getStackTrace())
                        .map(frame -> "\n    " + frame)
                        .collect(Collectors.joining());
    }

    @Override
    public synchronized void afterEach(ExtensionContext context) throws Exception {
        gates.forEach(CountDownLatch::countDown);
        for (Supervisor tree : trees) {
            Eventually.returns("stop of " + tree, () -> tree.stop(Duration.ofSeconds(5)));
        }
        awaitNoThreads();
    }
}
