package dev.oversight.testkit;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * How often {@link Chaos} does something. An immutable value.
 *
 * <pre>{@code
 * every(ofMillis(50))             // at random, 50 ms apart on average
 * every(ofMillis(50)).times(100)  // no more than 100 times in a round
 * once(ofSeconds(5))              // five seconds after a round has begun
 * }</pre>
 */
public final class Pace {
    private final Duration gap;
    private final boolean random;
    private final int times;

    private Pace(Duration gap, boolean random, int times) {
        this.gap = gap;
        this.random = random;
        this.times = times;
    }

    /**
     * Again and again, between half of this time and half more of it apart, as the seed has it.
     *
     * @param gap the average; more than zero
     */
    public static Pace every(Duration gap) {
        if (gap.isZero() || gap.isNegative()) {
            throw new IllegalArgumentException("every: found " + gap + ", expected more than zero");
        }
        return new Pace(gap, true, Integer.MAX_VALUE);
    }

    /**
     * Once in each round.
     *
     * @param after how long after the round has begun; zero or more
     */
    public static Pace once(Duration after) {
        if (after.isNegative()) {
            throw new IllegalArgumentException("once: found " + after + ", expected zero or more");
        }
        return new Pace(after, false, 1);
    }

    /**
     * So often at most in each round. Default: no limit of its own.
     *
     * @param most one or more
     */
    public Pace times(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("times: found " + most + ", expected one or more");
        }
        return new Pace(gap, random, most);
    }

    int times() {
        return times;
    }

    /** How long until the next time. */
    long nextNanos(SplittableRandom chance) {
        long mean = gap.toNanos();
        return random ? mean / 2 + chance.nextLong(mean + 1) : mean;
    }

    /** As one would write it. */
    String source() {
        String text = (random ? "every(" : "once(") + Sources.of(gap) + ")";
        return times == Integer.MAX_VALUE || !random ? text : text + ".times(" + times + ")";
    }

    @Override
    public String toString() {
        return source();
    }
}
