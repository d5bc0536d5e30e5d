package dev.oversight.testkit;

import dev.oversight.spi.TimeSource;
import dev.oversight.spi.Timers;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock that stands still until it is moved, and its alarms. Moved by one thread at a time; all else
 * from any thread and without a lock, for whoever waits for one would look idle.
 */
final class VirtualTime implements TimeSource, Timers {
    /** A round time of day, so that a timeline reads well. */
    static final long START_NANOS =
            TimeUnit.SECONDS.toNanos(Instant.parse("2026-01-01T00:00:00Z").getEpochSecond());

    /** What is called when; of those due together, the one that was asked for first. */
    record Due(long atNanos, long order, Runnable task) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final ConcurrentSkipListSet<Due> alarms = new ConcurrentSkipListSet<>();
    private final AtomicLong orders = new AtomicLong();
    private volatile long now = START_NANOS;

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public Alarm after(long delayNanos, Runnable task) {
        long at = delayNanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + delayNanos;
        Due due = new Due(at, orders.getAndIncrement(), task);
        alarms.add(due);
        return () -> alarms.remove(due);
    }

    /** When the first alarm is due; {@link Long#MAX_VALUE} if there is none. */
    long nextNanos() {
        Due first = firstOrNull();
        return first == null ? Long.MAX_VALUE : first.atNanos;
    }

    /** Moves to the first alarm that is due by then and takes it out; to the target if there is none. */
    @Nullable
    Due moveTowards(long targetNanos) {
        Due first = firstOrNull();
        while (first != null && first.atNanos <= targetNanos) {
            if (alarms.remove(first)) { // else it was cancelled just now
                now = Math.max(now, first.atNanos);
                return first;
            }
            first = firstOrNull();
        }
        now = Math.max(now, targetNanos);
        return null;
    }

    private @Nullable Due firstOrNull() {
        var all = alarms.iterator();
        return all.hasNext() ? all.next() : null;
    }
}
