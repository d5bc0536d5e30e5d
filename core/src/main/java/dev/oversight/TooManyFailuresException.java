package dev.oversight;

import java.util.List;

/**
 * Restarting did not help: a child, or the children of a supervisor together, failed more often within the
 * period than their {@linkplain SupervisorSpec#intensity intensity} allows. What became of it says {@link
 * AtLimit}. The last failure is the cause, those before it are suppressed, oldest first.
 */
public final class TooManyFailuresException extends OversightException {
    private static final long serialVersionUID = 1L;

    private TooManyFailuresException(
            String path,
            String what,
            AtLimit.Allowance allowed,
            List<? extends Throwable> failures) {
        super(
                path,
                path + " " + what + " within " + Durations.text(allowed.period()) + ", "
                        + text(allowed.restarts()),
                failures.getLast());
        for (Throwable earlier : failures.subList(0, failures.size() - 1)) {
            addSuppressed(earlier);
        }
    }

    /** Made by the engine: of a supervisor that gives up. {@code failures} holds at least one element. */
    public static TooManyFailuresException givenUp(
            String path, AtLimit.Allowance allowed, List<? extends Throwable> failures) {
        return new TooManyFailuresException(path, "gave up: " + count(failures), allowed, failures);
    }

    /** Made by the engine: of a supervisor that goes on, by parking a child or by pausing. */
    public static TooManyFailuresException ofChildren(
            String path, AtLimit.Allowance allowed, List<? extends Throwable> failures) {
        return new TooManyFailuresException(path, "had " + count(failures), allowed, failures);
    }

    /** Made by the engine: of a child that used up its own allowance. */
    public static TooManyFailuresException ofChild(
            String path, AtLimit.Allowance allowed, List<? extends Throwable> failures) {
        String times = failures.size() == 1 ? "once" : failures.size() + " times";
        return new TooManyFailuresException(path, "failed " + times, allowed, failures);
    }

    private static String count(List<? extends Throwable> failures) {
        return failures.size() == 1 ? "1 failure" : failures.size() + " failures";
    }

    private static String text(int allowed) {
        return switch (allowed) {
            case 0 -> "none is allowed";
            case 1 -> "allowed is 1";
            default -> "allowed are " + allowed;
        };
    }
}
