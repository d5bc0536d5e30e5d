package dev.oversight.spi;

import dev.oversight.internal.SystemTimers;

import java.util.Objects;

/**
 * What a tree of supervisors stands on.
 *
 * @param time its clock
 * @param timers its alarms
 * @param threads its threads
 */
public record Platform(TimeSource time, Timers timers, Threads threads) {
    /** Checks that no component is missing. */
    public Platform {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(timers, "timers");
        Objects.requireNonNull(threads, "threads");
    }

    /** The system's monotonic clock, one timer thread for the whole JVM, virtual threads. */
    public static Platform system() {
        return new Platform(TimeSource.system(), SystemTimers.shared(), Threads.virtual());
    }
}
