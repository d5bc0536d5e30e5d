package dev.oversight.benchmarks;

import dev.oversight.AutoShutdown;
import dev.oversight.ChildBody;
import dev.oversight.ChildSpec;
import dev.oversight.Exit;
import dev.oversight.Strategy;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildState;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** What is measured; each method does one run and returns one figure. */
@SuppressWarnings("try") // a tree may have nothing to do but to be there, and to be closed
final class Workloads {
    private Workloads() {}

    static SupervisorSpec neverGivesUp() {
        return SupervisorSpec.of("root").neverGiveUp().autoShutdown(AutoShutdown.NEVER);
    }

    static SupervisorSpec idle(SupervisorSpec spec, int count) {
        List<ChildSpec> children = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            children.add(ChildSpec.of("idle-" + i, self -> self.awaitStop()));
        }
        return spec.children(children);
    }

    private static List<ChildSpec> same(ChildBody body, int count) {
        List<ChildSpec> children = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            children.add(ChildSpec.of("child-" + i, body));
        }
        return children;
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

    /** From telling a child to crash until its successor runs: sorted nanoseconds. */
    static long[] crashToRunning(Supervisor tree, int crashes) throws InterruptedException {
        Semaphore crash = new Semaphore(0);
        Semaphore runs = new Semaphore(0);
        tree.add("told", self -> {
            runs.release();
            crash.acquire();
            throw Crash.INSTANCE;
        });
        runs.acquire();
        long[] nanos = new long[crashes];
        Thread driver = Thread.startVirtualThread(() -> {
            for (int i = 0; i < crashes; i++) {
                long begin = System.nanoTime();
                crash.release();
                runs.acquireUninterruptibly();
                nanos[i] = System.nanoTime() - begin;
            }
        });
        driver.join();
        tree.delete("told");
        Arrays.sort(nanos);
        return nanos;
    }

    /** Children added one by one until all have run. Nanoseconds for all. */
    static long start(Supervisor tree, int count) throws InterruptedException {
        CountDownLatch up = new CountDownLatch(count);
        ChildBody body = self -> {
            up.countDown();
            self.awaitStop();
        };
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            tree.add("child-" + i, body);
        }
        up.await();
        return System.nanoTime() - begin;
    }

    /** The same, with a virtual thread as the caller. */
    static long startFromVirtualThread(Supervisor tree, int count) throws InterruptedException {
        long[] nanos = new long[1];
        Thread driver = Thread.startVirtualThread(() -> {
            try {
                nanos[0] = start(tree, count);
            } catch (InterruptedException impossible) {
                throw new IllegalStateException(impossible);
            }
        });
        driver.join();
        return nanos[0];
    }

    /** Children of a spec until all have run. Nanoseconds for all, the description not counted. */
    static long startSpec(int count) throws InterruptedException {
        CountDownLatch up = new CountDownLatch(count);
        ChildBody body = self -> {
            up.countDown();
            self.awaitStop();
        };
        List<ChildSpec> children = same(body, count);
        SupervisorSpec spec = neverGivesUp().children(children);
        long begin = System.nanoTime();
        try (Supervisor tree = Supervisor.start(spec)) {
            up.await();
            return System.nanoTime() - begin;
        }
    }

    /** Ends and forgets idle children by id, waiting for each. Nanoseconds for each. */
    static long terminateDelete(Supervisor tree, int from, int count) throws InterruptedException {
        long[] nanos = new long[1];
        Thread driver = Thread.startVirtualThread(() -> {
            try {
                long begin = System.nanoTime();
                for (int i = from; i < from + count; i++) {
                    tree.terminate("idle-" + i);
                    tree.delete("idle-" + i);
                }
                nanos[0] = (System.nanoTime() - begin) / count;
            } catch (InterruptedException impossible) {
                throw new IllegalStateException(impossible);
            }
        });
        driver.join();
        return nanos[0];
    }

    /** Children parked on one gate crash together, until all run again. Nanoseconds for all. */
    static long massCrash(int count) throws InterruptedException {
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
        List<ChildSpec> children = same(body, count);
        try (Supervisor tree = Supervisor.start(neverGivesUp().children(children))) {
            first.await();
            long begin = System.nanoTime();
            gate.countDown();
            again.await();
            return System.nanoTime() - begin;
        }
    }

    /** A full cycle of one_for_all: the first of so many children crashes until the last is back. */
    static long oneForAll(int count) throws InterruptedException {
        Semaphore crash = new Semaphore(0);
        Semaphore back = new Semaphore(0);
        List<ChildSpec> children = new ArrayList<>(count);
        children.add(ChildSpec.of("first", self -> {
            crash.acquire();
            throw Crash.INSTANCE;
        }));
        for (int i = 2; i < count; i++) {
            children.add(ChildSpec.of("child-" + i, self -> self.awaitStop()));
        }
        children.add(ChildSpec.of("last", self -> {
            back.release();
            self.awaitStop();
        }));
        SupervisorSpec spec = neverGivesUp().strategy(Strategy.ONE_FOR_ALL).children(children);
        try (Supervisor tree = Supervisor.start(spec)) {
            back.acquire();
            long begin = System.nanoTime();
            crash.release();
            back.acquire();
            return System.nanoTime() - begin;
        }
    }

    /** Stops a tree of idle children. Nanoseconds. */
    static long stop(int count) throws InterruptedException {
        Supervisor tree = Supervisor.start(idle(neverGivesUp(), count));
        long begin = System.nanoTime();
        tree.close();
        return System.nanoTime() - begin;
    }

    /** Lists 10,000 children while one of them does not stop. Sorted nanoseconds. */
    static long[] queryWhileAStopHangs(int queries) throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        SupervisorSpec spec = idle(neverGivesUp(), 9_999).child("deaf", self -> {
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException ignored) {
                    // that is what it is here for
                }
            }
        });
        try (Supervisor tree = Supervisor.start(spec)) {
            CompletableFuture<Exit> hanging = tree.terminateAsync("deaf");
            long[] nanos = new long[queries];
            for (int i = 0; i < queries; i++) {
                long begin = System.nanoTime();
                if (tree.children().size() != 10_000) {
                    throw new IllegalStateException("children are missing");
                }
                nanos[i] = System.nanoTime() - begin;
            }
            release.countDown();
            hanging.join();
            Arrays.sort(nanos);
            return nanos;
        }
    }

    /** Heap bytes for each idle child, its virtual thread included. */
    static long bytesPerChild(int count) throws InterruptedException {
        long before = usedHeap();
        try (Supervisor tree = Supervisor.start(neverGivesUp())) {
            for (int i = 0; i < count; i++) {
                tree.add("child-" + i, self -> self.awaitStop());
            }
            return (usedHeap() - before) / count;
        }
    }

    static long usedHeap() throws InterruptedException {
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(Duration.ofMillis(200));
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** So many children start, are listed, lose some to crashes, have them all back, and close. */
    static void million(int count, int crashes) throws InterruptedException {
        CountDownLatch crash = new CountDownLatch(1);
        CountDownLatch again = new CountDownLatch(crashes);
        ChildBody idle = self -> self.awaitStop();
        ChildBody crashing = self -> {
            if (self.incarnation() == 1) {
                crash.await();
                throw Crash.INSTANCE;
            }
            again.countDown();
            self.awaitStop();
        };
        SupervisorSpec spec = neverGivesUp();
        for (int i = 0; i < count; i++) {
            spec = spec.child("child-" + i, i % (count / crashes) == 0 ? crashing : idle);
        }
        long begin = System.nanoTime();
        try (Supervisor tree = Supervisor.start(spec)) {
            begin = lap("started", begin);
            if (tree.children().size() != count) {
                throw new IllegalStateException("children are missing");
            }
            begin = lap("listed", begin);
            crash.countDown();
            again.await();
            long up = tree.children().stream()
                    .filter(c -> c.state() == ChildState.RUNNING)
                    .count();
            if (up != count) {
                throw new IllegalStateException("only " + up + " are up");
            }
            begin = lap("crashed " + crashes + ", all back and listed", begin);
        }
        lap("closed", begin);
    }

    private static long lap(String what, long begin) {
        long now = System.nanoTime();
        System.out.printf("  %s: %d ms%n", what, (now - begin) / 1_000_000);
        return now;
    }
}
