package dev.oversight.internal;

import dev.oversight.Listener;
import dev.oversight.event.Event;
import dev.oversight.event.EventsDropped;
import dev.oversight.spi.Platform;

import org.jspecify.annotations.Nullable;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands events to one listener, in a virtual thread that exists while there are any. Offering never
 * waits: what a slow listener has no room for is dropped and counted.
 */
final class ListenerQueue {
    static final int CAPACITY = 16_384;

    private final String path;
    private final Listener listener;
    private final Platform platform;
    private final int capacity;
    private final Queue<Object> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicInteger inHand = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();

    /** Which tells the listener; null while nobody does. */
    private volatile @Nullable Thread delivering;

    /**
     * A queue without a thread.
     *
     * @param path the supervisor in whose name drops are reported
     */
    ListenerQueue(String path, Listener listener, Platform platform) {
        this(path, listener, platform, CAPACITY);
    }

    /** The same with room for another number of events: for tests. */
    ListenerQueue(String path, Listener listener, Platform platform, int capacity) {
        this.path = path;
        this.listener = listener;
        this.platform = platform;
        this.capacity = capacity;
    }

    /** Any thread. Never waits. */
    void offer(Event event) {
        if (size.get() < capacity) {
            size.incrementAndGet();
            enqueue(event);
        } else if (dropped.getAndIncrement() == 0 || inHand.get() == 0) {
            arrived(); // what it was full of may have been delivered since, and nobody would tell
        }
    }

    /**
     * Counts down once, as soon as what was offered so far has been delivered or reported as dropped; at
     * once if the listener itself asks, which is told of nothing as long as it waits. Never waits.
     */
    void countDownWhenTold(CountDownLatch told) {
        if (inHand.get() == 0 || delivering == Thread.currentThread()) {
            told.countDown();
        } else {
            enqueue(told);
        }
    }

    private void enqueue(Object item) {
        queue.add(item);
        arrived();
    }

    /** There is something to do: for whoever delivers, or for a thread that is started for it. */
    private void arrived() {
        if (inHand.getAndIncrement() == 0) {
            try {
                platform.threads()
                        .unstarted(
                                "oversight-listener " + listener.getClass().getSimpleName(),
                                this::deliverAll)
                        .start();
            } catch (Throwable noThread) {
                inHand.set(0); // the next event tries again
            }
        }
    }

    private void deliverAll() {
        int seen = 1;
        do {
            delivering = Thread.currentThread();
            for (Object item = queue.poll(); item != null; item = queue.poll()) {
                if (item instanceof Event event) {
                    size.decrementAndGet();
                    deliver(event);
                } else {
                    reportDrops(); // they belong to what was offered before
                    ((CountDownLatch) item).countDown();
                }
            }
            reportDrops();
            delivering = null; // before another thread may begin
            seen = inHand.addAndGet(-seen);
        } while (seen != 0);
    }

    private void reportDrops() {
        long lost = dropped.getAndSet(0);
        if (lost > 0) {
            EventsDropped report;
            try {
                report = new EventsDropped(path, platform.time().nanos(), lost);
            } catch (Throwable broken) {
                dropped.addAndGet(lost); // told with what comes next
                Log.log(
                        System.Logger.Level.ERROR,
                        () -> path + ": " + lost + " dropped events could not be reported yet",
                        broken);
                return;
            }
            deliver(report);
        }
    }

    private void deliver(Event event) {
        try {
            listener.on(event);
        } catch (Throwable broken) {
            Log.log(
                    System.Logger.Level.ERROR,
                    () -> "the listener " + listener.getClass().getName() + " failed on "
                            + event.getClass().getSimpleName() + " of " + event.path(),
                    broken);
        }
    }
}
