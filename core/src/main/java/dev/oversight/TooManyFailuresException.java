package dev.oversight;

import java.time.Duration;
import java.util.List;

/**
 * Restarting did not help: more children failed within the period than the {@linkplain
 * SupervisorSpec#intensity intensity} allows. The last failure is the cause, those before it are
 * suppressed, oldest first.
 */
public final class TooManyFailuresException extends OversightException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine; {@code failures} holds at least one element. */
    public TooManyFailuresException(
            String path, int allowed, Duration period, List<? extends Throwable> failures) {
        super(
                path,
                path + " gave up: " + failures.size() + " failures within " + Durations.text(period)
                        + ", allowed are " + allowed,
                failures.getLast());
        for (Throwable earlier : failures.subList(0, failures.size() - 1)) {
            addSuppressed(earlier);
        }
    }
}
