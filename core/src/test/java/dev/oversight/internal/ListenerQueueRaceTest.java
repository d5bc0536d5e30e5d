package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.event.Event;
import dev.oversight.event.EventsDropped;
import dev.oversight.event.LimitsChanged;
import dev.oversight.spi.Platform;
import dev.oversight.spi.Threads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** The queue of one listener, with threads: its room, what it tells of the rest, and its last words. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ListenerQueueRaceTest {
    private static final Event FACT = new LimitsChanged("root", 0, 1, null);

    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong reported = new AtomicLong();
    private final CountDownLatch gate = new CountDownLatch(1);

    private void count(Event event) {
        if (event instanceof EventsDropped dropped) {
            reported.addAndGet(dropped.count());
        } else {
            delivered.incrementAndGet();
        }
    }

    private void awaitGate() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A queue whose listener has one event until the gate opens. */
    private ListenerQueue withAnEventInHand() throws InterruptedException {
        CountDownLatch inHand = new CountDownLatch(1);
        ListenerQueue queue = new ListenerQueue(
                "root",
                event -> {
                    inHand.countDown();
                    awaitGate();
                    count(event);
                },
                Platform.system());
        queue.offer(FACT);
        inHand.await();
        return queue;
    }

    /** Drops are told behind what was delivered, so there are no last words to wait for. */
    private void awaitHeardOf(long events) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (delivered.get() + reported.get() != events && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(delivered.get() + reported.get()).isEqualTo(events);
    }

    private static void awaitTold(ListenerQueue queue) throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        queue.countDownWhenTold(told);
        told.await();
    }

    @Test
    void besideTheEventThatIsDelivered_thereIsRoomForAsManyAsPromised() throws Exception {
        ListenerQueue queue = withAnEventInHand();
        for (int i = 0; i < ListenerQueue.CAPACITY + 3; i++) {
            queue.offer(FACT);
        }
        CountDownLatch told = new CountDownLatch(1);
        queue.countDownWhenTold(told);
        assertThat(told.getCount()).isOne();
        gate.countDown();
        told.await();
        awaitHeardOf(1 + ListenerQueue.CAPACITY + 3);
        assertThat(reported).hasValue(3);
    }

    @Test
    void lastWords_areToldAfterTheEventThatIsBeingDelivered() throws Exception {
        ListenerQueue queue = withAnEventInHand();
        CountDownLatch told = new CountDownLatch(1);
        queue.countDownWhenTold(told);
        assertThat(told.getCount()).isOne();
        gate.countDown();
        told.await();
    }

    @Test
    void whatAFloodDrops_isReportedToTheLastOne() throws Exception {
        ListenerQueue queue = new ListenerQueue("root", this::count, Platform.system());
        int each = 1_500_000;
        Thread[] floods = IntStream.range(0, 2)
                .mapToObj(i -> Thread.ofPlatform().start(() -> {
                    for (int n = 0; n < each; n++) {
                        queue.offer(FACT);
                    }
                }))
                .toArray(Thread[]::new);
        for (Thread flood : floods) {
            flood.join();
        }
        awaitHeardOf(2L * each);
    }

    @Test
    void anEventForWhichThereIsNoThread_isToldWithTheNext() throws Exception {
        AtomicBoolean none = new AtomicBoolean(true);
        Platform system = Platform.system();
        Threads threads = (name, body) -> {
            if (none.get()) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return system.threads().unstarted(name, body);
        };
        ListenerQueue queue = new ListenerQueue(
                "root", this::count, new Platform(system.time(), system.timers(), threads));
        queue.offer(FACT);
        none.set(false);
        queue.offer(FACT);
        awaitTold(queue);
        assertThat(delivered).hasValue(2);
    }
}
