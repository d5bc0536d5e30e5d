package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.spi.Timers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.reflect.Field;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The timer that all trees of a JVM share. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SystemTimersTest {
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private static ScheduledThreadPoolExecutor timer() throws ReflectiveOperationException {
        Field timer = SystemTimers.class.getDeclaredField("timer");
        timer.setAccessible(true);
        return (ScheduledThreadPoolExecutor) timer.get(SystemTimers.shared());
    }

    @Test
    void anAlarmThatBlocks_holdsUpNoOther() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch blocks = new CountDownLatch(1);
        SystemTimers.shared().after(0, () -> {
            blocks.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        blocks.await();
        CompletableFuture<Thread> other = new CompletableFuture<>();
        SystemTimers.shared().after(0, () -> other.complete(Thread.currentThread()));
        assertThat(other.get()).matches(Thread::isVirtual);
        gate.countDown();
    }

    @Test
    void anAlarmThatIsCancelled_isNotKept() throws Exception {
        Timers.Alarm alarm = SystemTimers.shared().after(1000 * HOUR, () -> {});
        assertThat(dueInMonths()).isOne();
        alarm.cancel();
        assertThat(dueInMonths()).isZero();
    }

    private static long dueInMonths() throws ReflectiveOperationException {
        return timer().getQueue().stream()
                .filter(due -> ((Delayed) due).getDelay(TimeUnit.DAYS) > 30)
                .count();
    }

    @Test
    void itsThread_keepsNeitherTheJvmNorAnApplicationAndGoesAwayWhenNothingIsDue()
            throws Exception {
        Timers.Alarm alarm = SystemTimers.shared().after(HOUR, () -> {}); // so that there is one
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("oversight-timer"))
                .isNotEmpty()
                .allMatch(Thread::isDaemon)
                .allMatch(thread -> thread.getContextClassLoader() == null);
        assertThat(timer().allowsCoreThreadTimeOut()).isTrue();
        assertThat(timer().getKeepAliveTime(TimeUnit.SECONDS)).isEqualTo(10);
        alarm.cancel();
    }
}
