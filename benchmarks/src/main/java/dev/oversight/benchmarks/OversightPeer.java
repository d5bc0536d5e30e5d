package dev.oversight.benchmarks;

import dev.oversight.AutoShutdown;
import dev.oversight.ChildBody;
import dev.oversight.ChildSpec;
import dev.oversight.Exit;
import dev.oversight.Strategy;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Oversight: one supervisor that never gives up, events and failure memory on, no listener, the log off
 * as that of the peers.
 */
final class OversightPeer implements Peer {
    private static final Logger LOG =
            Logger.getLogger("dev.oversight"); // held, or its level is lost

    static {
        LOG.setLevel(Level.SEVERE);
    }

    @Override
    public @Nullable Work open(Task task) throws InterruptedException {
        int size = task.siblings();
        return switch (task.metric()) {
            case CRASH_RESTART -> {
                int restarts = task.crashes();
                yield with(
                        idle(size), tree -> Peer.perSecond(restarts, crashRestart(tree, restarts)));
            }
            case CRASH_TO_RUNNING ->
                with(idle(size), tree -> Peer.p50AndP99(crashToRunning(tree, task.scaled(20_000))));
            case MASS_CRASH -> () -> Peer.perSecond(size, massCrash(size));
            case START -> () -> Peer.perSecond(size, start(size));
            case START_FROM_PLATFORM_THREAD ->
                () -> {
                    FutureTask<Long> nanos = new FutureTask<>(() -> start(size));
                    Thread.ofPlatform().name("caller").start(nanos);
                    return Peer.perSecond(size, nanos.get());
                };
            case START_FROM_SPEC -> () -> Peer.perSecond(size, startFromSpec(size));
            case TERMINATE_DELETE -> with(idle(size), tree -> terminateDelete(task, tree));
            case BYTES_PER_CHILD -> () -> new double[] {bytesPerChild(size)};
            case ONE_FOR_ALL -> oneForAll(size);
            case STOP -> () -> Peer.millis(stop(size));
            case QUERY -> queryWhileAStopHangs(size, task.scaled(2_000));
        };
    }

    static SupervisorSpec neverGivesUp() {
        return SupervisorSpec.of("root").neverGiveUp().autoShutdown(AutoShutdown.NEVER);
    }

    /** A supervisor with so many children that do nothing. */
    static SupervisorSpec idle(int count) {
        return neverGivesUp().children(same(self -> self.awaitStop(), count));
    }

    private static List<ChildSpec> same(ChildBody body, int count) {
        List<ChildSpec> children = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            children.add(ChildSpec.of("child-" + i, body));
        }
        return children;
    }

    @FunctionalInterface
    private interface InTree {
        double[] once(Supervisor tree) throws Exception;
    }

    /** Work in one tree, which is closed with it. */
    private static Work with(SupervisorSpec spec, InTree work) throws InterruptedException {
        Supervisor tree = Supervisor.start(spec);
        return new Work() {
            @Override
            public double[] once() throws Exception {
                return work.once(tree);
            }

            @Override
            public void close() {
                tree.close();
            }
        };
    }

    /** One child that throws at once, again and again. Nanoseconds for all its restarts. */
    static long crashRestart(Supervisor tree, int restarts) throws InterruptedException {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(1);
        ChildBody body = self -> {
            if (runs.incrementAndGet() <= restarts) {
                throw Crash.INSTANCE;
            }
            done.countDown();
            self.awaitStop();
        };
        long begin = System.nanoTime();
        tree.add("crashing", body);
        done.await();
        long nanos = System.nanoTime() - begin;
        tree.delete("crashing");
        return nanos;
    }

    private static long[] crashToRunning(Supervisor tree, int crashes) throws InterruptedException {
        Semaphore crash = new Semaphore(0);
        Semaphore runs = new Semaphore(0);
        tree.add("told", self -> {
            runs.release();
            crash.acquire();
            throw Crash.INSTANCE;
        });
        runs.acquire();
        long[] nanos = new long[crashes];
        for (int i = 0; i < crashes; i++) {
            long begin = System.nanoTime();
            crash.release();
            runs.acquireUninterruptibly();
            nanos[i] = System.nanoTime() - begin;
        }
        tree.delete("told");
        Arrays.sort(nanos);
        return nanos;
    }

    private static long start(int count) throws InterruptedException {
        CountDownLatch up = new CountDownLatch(count);
        ChildBody body = self -> {
            up.countDown();
            self.awaitStop();
        };
        try (Supervisor tree = Supervisor.start(neverGivesUp())) {
            long begin = System.nanoTime();
            for (int i = 0; i < count; i++) {
                tree.add("child-" + i, body);
            }
            up.await();
            return System.nanoTime() - begin;
        }
    }

    /** The description is not counted. */
    private static long startFromSpec(int count) throws InterruptedException {
        CountDownLatch up = new CountDownLatch(count);
        ChildBody body = self -> {
            up.countDown();
            self.awaitStop();
        };
        SupervisorSpec spec = neverGivesUp().children(same(body, count));
        long begin = System.nanoTime();
        Supervisor tree = Supervisor.start(spec);
        up.await();
        long nanos = System.nanoTime() - begin;
        tree.close();
        return nanos;
    }

    private static double[] terminateDelete(Task task, Supervisor tree) throws Exception {
        return Peer.endAndReplace(
                task,
                (from, count) -> {
                    for (int i = from; i < from + count; i++) {
                        String id = "child-" + task.pick(i);
                        tree.terminate(id);
                        tree.delete(id);
                    }
                },
                (from, count) -> {
                    for (int i = from; i < from + count; i++) {
                        tree.add("child-" + task.pick(i), self -> self.awaitStop());
                    }
                });
    }

    private static long massCrash(int count) throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch first = new CountDownLatch(count);
        CountDownLatch again = new CountDownLatch(count);
        ChildBody body = self -> {
            if (self.incarnation() == 1) {
                first.countDown();
                gate.await();
                throw Crash.INSTANCE;
            }
            again.countDown();
            self.awaitStop();
        };
        Supervisor tree = Supervisor.start(neverGivesUp().children(same(body, count)));
        first.await();
        long begin = System.nanoTime();
        gate.countDown();
        again.await();
        long nanos = System.nanoTime() - begin;
        tree.close();
        return nanos;
    }

    private static Work oneForAll(int count) throws InterruptedException {
        Semaphore crash = new Semaphore(0);
        Semaphore back = new Semaphore(0);
        List<ChildSpec> children = new ArrayList<>(count);
        children.add(ChildSpec.of("first", self -> {
            crash.acquire();
            throw Crash.INSTANCE;
        }));
        children.addAll(same(self -> self.awaitStop(), count - 2));
        children.add(ChildSpec.of("last", self -> {
            back.release();
            self.awaitStop();
        }));
        SupervisorSpec spec = neverGivesUp().strategy(Strategy.ONE_FOR_ALL).children(children);
        Work work = with(spec, tree -> {
            long begin = System.nanoTime();
            crash.release();
            back.acquire();
            return Peer.millis(System.nanoTime() - begin);
        });
        back.acquire();
        return work;
    }

    private static long stop(int count) throws InterruptedException {
        Supervisor tree = Supervisor.start(idle(count));
        long begin = System.nanoTime();
        tree.close();
        return System.nanoTime() - begin;
    }

    private static Work queryWhileAStopHangs(int count, int queries) throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        SupervisorSpec spec = idle(count - 1).child("deaf", self -> {
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException ignored) {
                    // that is what it is here for
                }
            }
        });
        Supervisor tree = Supervisor.start(spec);
        CompletableFuture<Exit> hanging = tree.terminateAsync("deaf");
        return new Work() {
            @Override
            public double[] once() throws Exception {
                return Peer.p99OfListings(queries, count, () -> tree.children().size());
            }

            @Override
            public void close() {
                release.countDown();
                hanging.join();
                tree.close();
            }
        };
    }

    private static double bytesPerChild(int count) throws InterruptedException {
        long before = Peer.usedHeap();
        try (Supervisor tree = Supervisor.start(neverGivesUp())) {
            for (int i = 0; i < count; i++) {
                tree.add("child-" + i, self -> self.awaitStop());
            }
            return (double) (Peer.usedHeap() - before) / count;
        }
    }
}
