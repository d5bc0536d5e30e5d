package dev.oversight.benchmarks;

import java.util.concurrent.CountDownLatch;

/** What the JVM can do without a supervisor: plain virtual threads. */
final class Floor {
    private Floor() {}

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
}
