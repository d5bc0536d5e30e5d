package dev.oversight.internal;

import dev.oversight.Listener;
import dev.oversight.event.Event;
import dev.oversight.spi.Platform;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Passes the events of one supervisor on: to the log, to its listeners and to those above it. */
final class EventHub {
    /** How long an end waits for the log and all listeners together to be told of it. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final ListenerQueue logQueue;
    private final EventLog log;
    private final ListenerQueue[] queues;

    EventHub(String path, List<Listener> listeners, @Nullable EventHub parent, Platform platform) {
        this.logQueue = parent == null
                ? new ListenerQueue(path, EventLog::write, platform)
                : parent.logQueue;
        this.log = new EventLog(logQueue);
        List<ListenerQueue> all = new ArrayList<>();
        for (Listener listener : listeners) {
            all.add(new ListenerQueue(path, listener, platform));
        }
        if (parent != null) {
            all.addAll(List.of(parent.queues));
        }
        this.queues = all.toArray(new ListenerQueue[0]);
    }

    /** In the supervisor's loop. Never waits. */
    void publish(Event event) {
        log.offer(event);
        for (ListenerQueue queue : queues) {
            queue.offer(event);
        }
    }

    /** Waits a moment until the log and the listeners have been told of everything. */
    void flush() {
        CountDownLatch told = new CountDownLatch(1 + queues.length);
        logQueue.countDownWhenTold(told);
        for (ListenerQueue queue : queues) {
            queue.countDownWhenTold(told);
        }
        awaitUninterruptibly(told);
    }

    private static void awaitUninterruptibly(CountDownLatch told) {
        long deadline = System.nanoTime() + LAST_WORDS.toNanos();
        boolean interrupted = false;
        for (boolean waiting = true; waiting; ) {
            try {
                told.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                waiting = false;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
