package dev.oversight.event;

import dev.oversight.AtLimit;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger.Level;

/**
 * What a supervisor may have or do was changed by request, until it is restarted.
 *
 * @param path the supervisor
 * @param atNanos when
 * @param maxChildren how many children it may have now; {@link Integer#MAX_VALUE} if there is no limit
 * @param intensity how many restarts are allowed now; null if it never gives up
 */
public record LimitsChanged(
        String path, long atNanos, int maxChildren, AtLimit.@Nullable Allowance intensity)
        implements SupervisorEvent {
    @Override
    public String text() {
        return path + " may have "
                + (maxChildren == Integer.MAX_VALUE ? "any number of" : "at most " + maxChildren)
                + " children, and restart "
                + (intensity == null
                        ? "without limit"
                        : intensity.restarts() + " times in " + EventText.of(intensity.period()));
    }

    @Override
    public Level level() {
        return Level.INFO;
    }
}
