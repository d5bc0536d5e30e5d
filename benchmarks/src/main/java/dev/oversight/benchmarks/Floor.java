package dev.oversight.benchmarks;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/** What the JVM can do without a supervisor: plain virtual threads, nobody keeps books. */
final class Floor implements Peer {
    @Override
    public @Nullable Work open(Task task) throws InterruptedException {
        int size = task.siblings();
        return switch (task.metric()) {
            case CRASH_RESTART -> {
                int links = task.crashes();
                yield () -> Peer.perSecond(links, chain(links));
            }
            case CRASH_TO_RUNNING -> () -> Peer.p50AndP99(crashToRunning(task.scaled(20_000)));
            case MASS_CRASH -> () -> Peer.perSecond(size, massCrash(size));
            case START, START_FROM_SPEC -> () -> Peer.perSecond(size, start(size));
            case START_FROM_PLATFORM_THREAD, QUERY -> null;
            case TERMINATE_DELETE -> {
                Idle idle = new Idle(size);
                yield idle.asWork(() -> Peer.endAndReplace(
                        task,
                        (from, count) -> {
                            for (int i = from; i < from + count; i++) {
                                idle.end(task.pick(i));
                            }
                        },
                        (from, count) -> {
                            for (int i = from; i < from + count; i++) {
                                idle.start(task.pick(i));
                            }
                        }));
            }
            case BYTES_PER_CHILD -> () -> new double[] {bytes(size)};
            case ONE_FOR_ALL -> {
                Idle idle = new Idle(size);
                yield idle.asWork(() -> Peer.millis(idle.endAllAndStartAll()));
            }
            case STOP ->
                () -> {
                    Idle idle = new Idle(size);
                    long begin = System.nanoTime();
                    idle.endAll();
                    return Peer.millis(System.nanoTime() - begin);
                };
        };
    }

    /** A chain in which each thread throws, catches and starts its successor. Nanoseconds for all. */
    static long chain(int links) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        long begin = System.nanoTime();
        Thread.startVirtualThread(new Link(links, done));
        done.await();
        return System.nanoTime() - begin;
    }

    private record Link(int left, CountDownLatch done) implements Runnable {
        @Override
        public void run() {
            try {
                throw Crash.INSTANCE;
            } catch (Crash crash) {
                if (left > 1) {
                    Thread.startVirtualThread(new Link(left - 1, done));
                } else {
                    done.countDown();
                }
            }
        }
    }

    private static long[] crashToRunning(int crashes) {
        Told told = new Told(new Semaphore(0), new Semaphore(0), crashes);
        Thread.startVirtualThread(told);
        told.runs.acquireUninterruptibly();
        long[] nanos = new long[crashes];
        for (int i = 0; i < crashes; i++) {
            long begin = System.nanoTime();
            told.crash.release();
            told.runs.acquireUninterruptibly();
            nanos[i] = System.nanoTime() - begin;
        }
        Arrays.sort(nanos);
        return nanos;
    }

    private record Told(Semaphore crash, Semaphore runs, int left) implements Runnable {
        @Override
        public void run() {
            runs.release();
            if (left > 0) {
                crash.acquireUninterruptibly();
                try {
                    throw Crash.INSTANCE;
                } catch (Crash crashed) {
                    Thread.startVirtualThread(new Told(crash, runs, left - 1));
                }
            }
        }
    }

    private static long massCrash(int size) throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch first = new CountDownLatch(size);
        CountDownLatch again = new CountDownLatch(size);
        for (int i = 0; i < size; i++) {
            Thread.startVirtualThread(() -> {
                first.countDown();
                try {
                    gate.await();
                    throw Crash.INSTANCE;
                } catch (Crash | InterruptedException crash) {
                    Thread.startVirtualThread(again::countDown);
                }
            });
        }
        first.await();
        long begin = System.nanoTime();
        gate.countDown();
        again.await();
        return System.nanoTime() - begin;
    }

    private static long start(int size) throws InterruptedException {
        CountDownLatch up = new CountDownLatch(size);
        CountDownLatch stop = new CountDownLatch(1);
        long begin = System.nanoTime();
        for (int i = 0; i < size; i++) {
            Thread.startVirtualThread(() -> {
                up.countDown();
                try {
                    stop.await();
                } catch (InterruptedException ended) {
                    return;
                }
            });
        }
        up.await();
        long nanos = System.nanoTime() - begin;
        stop.countDown();
        return nanos;
    }

    private static double bytes(int size) throws InterruptedException {
        long before = Peer.usedHeap();
        Idle idle = new Idle(size);
        double bytes = (double) (Peer.usedHeap() - before) / size;
        idle.endAll();
        return bytes;
    }

    /** Parked threads in an array. */
    private static final class Idle {
        private final Thread[] threads;

        Idle(int size) {
            threads = new Thread[size];
            for (int i = 0; i < size; i++) {
                start(i);
            }
        }

        void start(int index) {
            threads[index] = Thread.startVirtualThread(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    LockSupport.park(this);
                }
            });
        }

        void end(int index) throws InterruptedException {
            threads[index].interrupt();
            threads[index].join();
        }

        void endAll() throws InterruptedException {
            for (int i = threads.length - 1; i >= 0; i--) {
                end(i);
            }
        }

        long endAllAndStartAll() throws InterruptedException {
            long begin = System.nanoTime();
            endAll();
            for (int i = 0; i < threads.length - 1; i++) {
                start(i);
            }
            CountDownLatch last = new CountDownLatch(1);
            threads[threads.length - 1] = Thread.startVirtualThread(() -> {
                last.countDown();
                LockSupport.park(this);
            });
            last.await();
            return System.nanoTime() - begin;
        }

        Work asWork(Work work) {
            return new Work() {
                @Override
                public double[] once() throws Exception {
                    return work.once();
                }

                @Override
                public void close() throws Exception {
                    endAll();
                }
            };
        }
    }
}
