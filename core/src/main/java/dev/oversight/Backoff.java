package dev.oversight;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * How long a child waits before it is started again. Asked with the number of restarts in a row: 1
 * after the first failure, 2 if the successor failed as well, and 1 again once an incarnation has
 * lived longer than twice its last delay (and at least ten seconds).
 *
 * <p>{@code exponential(ofMillis(200), ofSeconds(30))} waits 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8,
 * 25.6, 30, 30 … seconds. The default is {@link #none}: the {@linkplain SupervisorSpec#intensity
 * intensity} is the brake.
 *
 * <p>A backoff is a pure function, called inside the supervisor's loop: it must not block, and if it
 * throws, the supervisor gives up with that as its cause.
 */
@FunctionalInterface
public interface Backoff {
    /**
     * The delay before a restart.
     *
     * @param attempt restarts in a row, counted from 1
     * @return zero or more
     */
    Duration delay(int attempt);

    /** No delay. */
    static Backoff none() {
        return attempt -> Duration.ZERO;
    }

    /**
     * The same delay each time.
     *
     * @throws InvalidSpecException if the delay is negative
     */
    static Backoff constant(Duration delay) {
        Checks.notNegative("backoff.delay", delay);
        return attempt -> delay;
    }

    /**
     * Doubles from {@code first} up to {@code cap}.
     *
     * @throws InvalidSpecException if {@code first} is not positive or {@code cap} is shorter
     */
    static Backoff exponential(Duration first, Duration cap) {
        Checks.positive("backoff.first", first);
        Checks.positive("backoff.cap", cap);
        if (cap.compareTo(first) < 0) {
            throw InvalidSpecException.of(
                    "backoff.cap",
                    cap,
                    "a cap of at least the first delay, " + first,
                    "raise the cap or shorten the first delay");
        }
        return attempt -> {
            Duration delay = first;
            for (int i = 1; i < attempt && delay.compareTo(cap) < 0; i++) {
                delay = delay.multipliedBy(2);
            }
            return delay.compareTo(cap) < 0 ? delay : cap;
        };
    }

    /**
     * This backoff, no delay longer than the cap. For functions of your own; {@link #exponential} has a
     * cap. Jitter added afterwards lengthens beyond it, jitter added before does not:
     *
     * <pre>{@code
     * Backoff fibonacci = attempt -> Duration.ofMillis(100L * fibonacci(attempt));
     * fibonacci.withJitter(0.2).withCap(Duration.ofSeconds(30))
     * }</pre>
     *
     * @throws InvalidSpecException if the cap is not positive
     */
    default Backoff withCap(Duration cap) {
        Checks.positive("backoff.cap", cap);
        return attempt -> {
            Duration delay = delay(attempt);
            return delay.compareTo(cap) < 0 ? delay : cap;
        };
    }

    /** {@link #withJitter(double, RandomGenerator)} with the random numbers of the JVM. */
    default Backoff withJitter(double fraction) {
        return withJitter(fraction, () -> ThreadLocalRandom.current().nextLong());
    }

    /**
     * This backoff, each delay lengthened by a random part of itself, so that children that failed
     * together do not come back together.
     *
     * @param fraction how much longer at most: 0.2 is up to a fifth; from 0 to 1
     * @param random where the randomness comes from, for example {@code new Random(seed)}; used by
     *     one thread at a time unless the backoff serves several supervisors
     * @throws InvalidSpecException if the fraction is out of range
     */
    default Backoff withJitter(double fraction, RandomGenerator random) {
        Objects.requireNonNull(random, "random");
        if (!(fraction >= 0 && fraction <= 1)) {
            throw InvalidSpecException.of(
                    "backoff.jitter", fraction, "a fraction from 0 to 1", "use 0.2 for a fifth");
        }
        return attempt -> {
            Duration delay = delay(attempt);
            return delay.plusNanos((long) (delay.toNanos() * fraction * random.nextDouble()));
        };
    }
}
