package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.event.Event;
import dev.oversight.event.LimitsChanged;
import dev.oversight.spi.Platform;
import dev.oversight.spi.Threads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** How events are passed on, and how long the last words take. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventHubTest {
    private static final Event FACT = new LimitsChanged("root", 0, 1, null);

    private final List<Event> told = new CopyOnWriteArrayList<>();

    @Test
    void theLastWords_takeNoLongerThanTheyAreListenedTo() {
        EventHub hub =
                new EventHub("root", List.of(told::add, event -> {}), null, Platform.system());
        long quickest = LongStream.range(0, 8)
                .map(i -> {
                    hub.publish(FACT);
                    long begun = System.nanoTime();
                    hub.flush();
                    return System.nanoTime() - begun;
                })
                .min()
                .getAsLong();
        for (int i = 0; i < 20 && told.size() < 8; i++) {
            hub.flush(); // each waits for a second at most
        }
        assertThat(told).hasSize(8);
        assertThat(quickest).isLessThan(TimeUnit.MILLISECONDS.toNanos(900)); // the limit is 1 s
    }

    @Test
    void anInterruptDuringTheLastWords_isSeenAfterwards() {
        EventHub hub = new EventHub("root", List.of(told::add), null, Platform.system());
        hub.publish(FACT);
        Thread.currentThread().interrupt();
        hub.flush();
        assertThat(Thread.interrupted()).isTrue();
        for (int i = 0; i < 20 && told.isEmpty(); i++) {
            hub.flush();
        }
        assertThat(told).hasSize(1);
    }

    @Test
    void theLinesOfATree_areWrittenByOneThread() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        List<Thread> made = new ArrayList<>();
        Platform system = Platform.system();
        Threads held = (name, body) -> {
            Thread thread = Thread.ofVirtual().unstarted(() -> {
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                body.run();
            });
            made.add(thread);
            return thread;
        };
        Platform platform = new Platform(system.time(), system.timers(), held);
        EventHub root = new EventHub("root", List.of(), null, platform);
        EventHub nested = new EventHub("root/in", List.of(), root, platform);
        root.publish(FACT);
        nested.publish(FACT);
        assertThat(made).hasSize(1);
        gate.countDown();
        made.getFirst().join();
    }
}
