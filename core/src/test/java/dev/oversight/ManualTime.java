package dev.oversight;

import dev.oversight.spi.TimeSource;
import dev.oversight.spi.Timers;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** A clock with alarms that moves when the test says so. What is due is called by the thread that moves it. */
final class ManualTime implements TimeSource, Timers {
    private record Due(long atNanos, long order, Runnable task) {}

    private final PriorityQueue<Due> alarms = new PriorityQueue<>(
            Comparator.comparingLong(Due::atNanos).thenComparingLong(Due::order));

    private long now =
            TimeUnit.SECONDS.toNanos(Instant.parse("2026-01-01T00:00:00Z").getEpochSecond());
    private long order;

    @Override
    public synchronized long nanos() {
        return now;
    }

    @Override
    public synchronized Alarm after(long delayNanos, Runnable task) {
        Due due = new Due(now + delayNanos, order++, task);
        alarms.add(due);
        return () -> cancel(due);
    }

    private synchronized void cancel(Due due) {
        alarms.remove(due);
    }

    /** How many alarms are set. */
    synchronized int alarms() {
        return alarms.size();
    }

    /** Waits until somebody has set an alarm. */
    void awaitAlarm() {
        Eventually.await("an alarm is set", () -> alarms() > 0);
    }

    /** Lets time pass, alarm by alarm. */
    void advance(Duration time) {
        long target = nanos() + time.toNanos();
        for (Due due = pollUntil(target); due != null; due = pollUntil(target)) {
            due.task.run();
        }
    }

    private synchronized Due pollUntil(long target) {
        Due first = alarms.peek();
        if (first == null || first.atNanos > target) {
            now = target;
            return null;
        }
        now = Math.max(now, first.atNanos);
        return alarms.poll();
    }
}
