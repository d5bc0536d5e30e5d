package dev.oversight.internal;

import dev.oversight.spi.Timers;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Alarms for all trees of the JVM: one daemon thread, which only starts virtual threads and goes away
 * when nothing has been due for a while.
 */
public final class SystemTimers implements Timers {
    private static final SystemTimers SHARED = new SystemTimers();

    private final ScheduledThreadPoolExecutor timer;

    private SystemTimers() {
        timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(null, task, "oversight-timer", 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(null); // lives longer than any application in this JVM
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
    }

    /** The one of this JVM. */
    public static Timers shared() {
        return SHARED;
    }

    @Override
    public Alarm after(long delayNanos, Runnable task) {
        Future<?> due = timer.schedule(() -> start(task), delayNanos, TimeUnit.NANOSECONDS);
        return () -> due.cancel(false);
    }

    /** An alarm that is lost would never be missed: it waits for heap if there is none. */
    private static void start(Runnable task) {
        HeapReserve.whenThereIs(() -> Thread.ofVirtual()
                .name("oversight-alarm")
                .inheritInheritableThreadLocals(false)
                .start(task));
    }
}
