package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.Listener;
import dev.oversight.event.Event;
import dev.oversight.event.EventsDropped;
import dev.oversight.event.SupervisorStarted;
import dev.oversight.spi.Platform;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;

/** What becomes of events that there is no room for. The delivering thread runs when the test says so. */
class ListenerQueueTest {
    private static final Event EVENT = new SupervisorStarted("root", 0, 0, Duration.ZERO);

    private final List<String> log = new ArrayList<>();
    private final Queue<Runnable> unstarted = new ArrayDeque<>();
    private boolean noThreads;
    private boolean noTime;

    private ListenerQueue queue(int capacity) {
        return queue(
                capacity,
                event -> log.add(
                        event instanceof EventsDropped dropped
                                ? dropped.count() + " dropped"
                                : "told"));
    }

    private ListenerQueue queue(int capacity, Listener listener) {
        Platform platform = new Platform(
                this::time, (delay, task) -> () -> {}, (name, body) -> new Thread(name) {
                    @Override
                    public void start() {
                        if (noThreads) {
                            throw new OutOfMemoryError("unable to create native thread");
                        }
                        unstarted.add(body);
                    }
                });
        return new ListenerQueue("root", listener, platform, capacity);
    }

    private long time() {
        if (noTime) {
            throw new IllegalStateException("the clock stands still");
        }
        return 0;
    }

    private void deliver() {
        for (Runnable body = unstarted.poll(); body != null; body = unstarted.poll()) {
            body.run();
        }
    }

    @Test
    void aDropWhenNobodyDelivers_isReportedWithoutWaitingForTheNextEvent() {
        ListenerQueue queue = queue(0); // full when it is looked, and empty a moment later
        queue.offer(EVENT);
        queue.offer(EVENT);
        deliver();
        assertThat(log).containsExactly("2 dropped");
        queue.offer(EVENT);
        deliver();
        assertThat(log).containsExactly("2 dropped", "1 dropped");
    }

    @Test
    void theLastWords_comeAfterTheReportOfWhatWasDroppedBefore() {
        ListenerQueue queue = queue(1);
        queue.offer(EVENT);
        queue.offer(EVENT);
        queue.countDownWhenTold(new CountDownLatch(1) {
            @Override
            public void countDown() {
                log.add("last words");
            }
        });
        deliver();
        assertThat(log).containsExactly("told", "1 dropped", "last words");
    }

    @Test
    void aListenerThatWaitsForItself_doesNot() {
        CountDownLatch told = new CountDownLatch(1);
        ListenerQueue[] queue = new ListenerQueue[1];
        queue[0] = queue(2, event -> {
            queue[0].countDownWhenTold(told);
            log.add("still to tell: " + told.getCount());
        });
        queue[0].offer(EVENT);
        deliver();
        assertThat(log).containsExactly("still to tell: 0");
    }

    @Test
    void dropsThatCannotBeReportedWithoutAClock_areReportedWithTheNextEvent() {
        ListenerQueue queue = queue(1);
        noTime = true;
        CountDownLatch told = new CountDownLatch(1);
        queue.offer(EVENT);
        queue.offer(EVENT);
        queue.countDownWhenTold(told);
        deliver();
        assertThat(log).containsExactly("told");
        assertThat(told.getCount()).isZero();
        noTime = false;
        queue.offer(EVENT);
        deliver();
        assertThat(log).containsExactly("told", "told", "1 dropped");
    }

    @Test
    void aQueueThatFilledUpForWantOfAThread_isDeliveredWhenThereIsOne() {
        ListenerQueue queue = queue(2);
        noThreads = true;
        queue.offer(EVENT);
        queue.offer(EVENT);
        queue.offer(EVENT);
        noThreads = false;
        queue.offer(EVENT);
        deliver();
        assertThat(log).containsExactly("told", "told", "2 dropped");
    }
}
