package dev.oversight;

import java.time.Duration;

/**
 * How long a child may take to stop once it was asked to. The budget begins with the request. What
 * is left after it is <em>abandoned</em>: the JVM cannot kill a thread, so the run is no longer
 * waited for, cannot act for the child any more, and is listed with its stack.
 *
 * <p>Default: {@link #within} 5 s; {@link #unbounded} for nested supervisors. Semantics: otp-parity,
 * "shutdown rules".
 */
public sealed interface Shutdown {
    /**
     * Waits this long.
     *
     * @param budget the time the child has; zero or more
     * @throws InvalidSpecException if the budget is negative
     */
    static Shutdown within(Duration budget) {
        return new Within(budget);
    }

    /** Asks, and does not wait at all: OTP's {@code brutal_kill}. */
    static Shutdown immediate() {
        return new Immediate();
    }

    /** Waits for as long as it takes: OTP's {@code infinity}, the Go library's {@code Natural}. */
    static Shutdown unbounded() {
        return new Unbounded();
    }

    /** Waits for {@code budget}. */
    record Within(Duration budget) implements Shutdown {
        /** Refuses a negative budget. */
        public Within {
            Checks.notNegative("shutdown", budget);
        }
    }

    /** Does not wait. */
    record Immediate() implements Shutdown {}

    /** Waits without limit. */
    record Unbounded() implements Shutdown {}
}
