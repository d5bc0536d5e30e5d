package dev.oversight;

import java.time.Duration;

/**
 * What happens when a child fails once more than its allowance permits. Set for a supervisor by {@link
 * SupervisorSpec#atLimit}, for one child by {@link ChildSpec#atLimit}. Semantics: otp-parity, "at the
 * limit".
 */
public sealed interface AtLimit {
    /** How many restarts are allowed within which time. */
    record Allowance(int restarts, Duration period) {
        /** Refuses a negative number and a period that is not positive. */
        public Allowance {
            if (restarts < 0) {
                throw InvalidSpecException.of(
                        "intensity.restarts",
                        restarts,
                        "zero or more",
                        "leave the intensity away for no limit of its own");
            }
            Checks.positive("intensity.period", period);
        }
    }

    /** The supervisor stops its other children and fails upwards. The default, as in OTP. */
    static AtLimit escalate() {
        return new Escalate();
    }

    /**
     * The child that failed is <em>parked</em>: it stays down, visible as {@code PARKED} with all the
     * failures that led there, and the rest goes on without it. {@link Supervisor#restart} resumes it.
     */
    static AtLimit park() {
        return new Park();
    }

    /**
     * Nothing that fails is started again before the pause is over; what runs goes on. Then the failed
     * ones come back, spread over another half of the pause, and counting begins anew. Failures during
     * the pause do not prolong it. For a single child: only that child waits.
     *
     * @param pause more than zero
     * @throws InvalidSpecException if the pause is not positive
     */
    static AtLimit coolDown(Duration pause) {
        return new CoolDown(pause);
    }

    /** Fails upwards. */
    record Escalate() implements AtLimit {}

    /** Goes on without the child. */
    record Park() implements AtLimit {}

    /** Tries again after {@code pause}. */
    record CoolDown(Duration pause) implements AtLimit {
        /** Refuses a pause that is not positive. */
        public CoolDown {
            Checks.positive("atLimit.pause", pause);
        }
    }
}
