package dev.oversight.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.spi.Timers;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Which alarm is next, and where the clock stands then. */
class VirtualTimeTest {
    private final VirtualTime time = new VirtualTime();
    private final long begin = time.nanos();
    private final List<String> rung = new ArrayList<>();

    private Timers.Alarm after(long nanos, String what) {
        return time.after(nanos, () -> rung.add(what + " at " + (time.nanos() - begin)));
    }

    private void moveTo(long nanos) {
        for (VirtualTime.Due due = time.moveTowards(begin + nanos);
                due != null;
                due = time.moveTowards(begin + nanos)) {
            due.task().run();
        }
    }

    @Test
    void alarmsOfTheSameMoment_goOffInTheOrderInWhichTheyWereSet() {
        after(7, "first");
        after(3, "earlier");
        after(7, "second");
        after(7, "third");
        moveTo(10);
        assertThat(rung).containsExactly("earlier at 3", "first at 7", "second at 7", "third at 7");
        assertThat(time.nanos()).isEqualTo(begin + 10);
    }

    @Test
    void aCancelledAlarm_neitherGoesOffNorStopsTheClock() {
        Timers.Alarm cancelled = after(3, "cancelled");
        after(5, "other");
        cancelled.cancel();
        assertThat(time.nextNanos()).isEqualTo(begin + 5);
        moveTo(10);
        assertThat(rung).containsExactly("other at 5");
        assertThat(time.nextNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anAlarmThatIsDueAlready_goesOffWithoutTurningBackTheClock() {
        moveTo(10);
        after(0, "now");
        after(-5, "late");
        moveTo(12);
        assertThat(rung).containsExactly("late at 10", "now at 10");
        assertThat(time.nanos()).isEqualTo(begin + 12);
    }

    @Test
    void theFarthestTime_isNotPassed() {
        after(Long.MAX_VALUE, "never");
        moveTo(10);
        assertThat(rung).isEmpty();
        assertThat(time.nextNanos()).isEqualTo(Long.MAX_VALUE);
    }
}
