package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.event.ChildFailed;
import dev.oversight.event.Event;
import dev.oversight.event.EventsDropped;
import dev.oversight.event.SupervisorStarted;
import dev.oversight.spi.Platform;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Which lines are written of a child that fails in a tight loop. */
class EventLogTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<Event> written = new ArrayList<>();
    private final Platform platform =
            new Platform(() -> 0, (delay, task) -> () -> {}, (name, body) -> new Thread(name) {
                @Override
                public void start() {
                    body.run(); // at once, in the thread that offers
                }
            });
    private final EventLog log = new EventLog(new ListenerQueue("root", written::add, platform));

    private void fails(long atNanos) {
        log.offer(
                new ChildFailed("root/a", 1, atNanos, new IllegalStateException("again"), 0, true));
    }

    @Test
    void ofOneSecond_twentyLinesAreWrittenAndTheRestIsCounted() {
        for (int i = 0; i < 50; i++) {
            fails(SECOND + i);
        }
        assertThat(written).hasSize(20).allMatch(event -> event instanceof ChildFailed);
        fails(2 * SECOND - 1);
        assertThat(written).hasSize(20);
        fails(2 * SECOND);
        assertThat(written).hasSize(22);
        assertThat(written.get(20))
                .isInstanceOfSatisfying(
                        EventsDropped.class,
                        dropped -> assertThat(dropped.count()).isEqualTo(31));
    }

    @Test
    void whatTheSupervisorDoes_isWrittenAllTheSame() {
        for (int i = 0; i < 50; i++) {
            fails(SECOND);
        }
        log.offer(new SupervisorStarted("root", SECOND, 1, Duration.ZERO));
        assertThat(written.subList(20, 22))
                .satisfiesExactly(
                        dropped -> assertThat(((EventsDropped) dropped).count()).isEqualTo(30),
                        event -> assertThat(event).isInstanceOf(SupervisorStarted.class));
    }
}
