package dev.oversight.testkit;

import dev.oversight.AtLimit;
import dev.oversight.AutoShutdown;
import dev.oversight.Outcome;
import dev.oversight.SupervisorSpec;
import dev.oversight.TooManyFailuresException;
import dev.oversight.event.SupervisorStopping;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;

/** Whether a supervisor may end for the reason that it tells. */
final class EndJudge {
    private static final int STAMPS = 1_000;
    private static final int CAUSES = 3;

    /** What it was made from; null if nobody knows, and then less can be said. */
    private final @Nullable SupervisorSpec spec;

    private final String path;
    private final Ranks ranks;

    /** Null if it never gives up. */
    private AtLimit.@Nullable Allowance allowance;

    /** Events were lost: how many restarts it has left, nobody knows. */
    private boolean lostTrack;

    /** When the last restarts were decided. */
    private final Deque<Long> restarts = new ArrayDeque<>();

    EndJudge(@Nullable SupervisorSpec spec, String path, Ranks ranks) {
        this.spec = spec;
        this.path = path;
        this.ranks = ranks;
        this.allowance = spec == null || spec.neverGivesUp()
                ? null
                : new AtLimit.Allowance(spec.intensity(), spec.period());
    }

    /** From now on it has this allowance. */
    void allows(AtLimit.@Nullable Allowance changed) {
        allowance = changed;
    }

    void lostTrack() {
        lostTrack = true;
    }

    void restarted(long atNanos) {
        if (restarts.size() == STAMPS) {
            restarts.remove();
        }
        restarts.add(atNanos);
    }

    /** Why it must not end so; null if it may. */
    @Nullable
    String problemOf(SupervisorStopping event, boolean wasUp) {
        if (event.reason() == Outcome.Reason.SUPERVISOR_FAILED) {
            return "ended, which is always a defect, of a rule or of the supervisor: " + why(event);
        }
        if (event.reason() == Outcome.Reason.START_FAILED && wasUp) {
            return "ended because its start failed, but it was up: " + why(event);
        }
        return spec == null ? null : problemOf(spec, event);
    }

    private @Nullable String problemOf(SupervisorSpec of, SupervisorStopping event) {
        return switch (event.reason()) {
            case NO_CHILD_LEFT -> problemOfRest(of);
            case SIGNIFICANT_ENDED ->
                of.autoShutdown() == AutoShutdown.ANY_SIGNIFICANT
                                || of.autoShutdown() == AutoShutdown.ALL_SIGNIFICANT
                        ? null
                        : "ended with its significant children, but autoShutdown is "
                                + of.autoShutdown();
            case TOO_MANY_FAILURES -> problemOfLimit(of, event);
            case STOPPED, START_FAILED, SUPERVISOR_FAILED -> null;
        };
    }

    private @Nullable String problemOfRest(SupervisorSpec of) {
        if (of.autoShutdown() != AutoShutdown.NOTHING_LEFT) {
            return "ended because nothing is left to run, but autoShutdown is " + of.autoShutdown();
        }
        return ranks.live().isEmpty() && ranks.comingBack().isEmpty()
                ? null
                : "ended because nothing is left to run, but live are " + paths(ranks.live())
                        + " and coming back " + paths(ranks.comingBack());
    }

    private @Nullable String problemOfLimit(SupervisorSpec of, SupervisorStopping event) {
        if (!(event.cause() instanceof TooManyFailuresException why)
                || !why.path().equals(path)) {
            return null; // a child's own allowance, which escalates
        }
        if (lostTrack) {
            return null;
        }
        AtLimit.Allowance allowed = allowance;
        if (allowed == null || !(of.atLimit() instanceof AtLimit.Escalate)) {
            return "gave up, though by its rules it never does: " + why(event);
        }
        long since = event.atNanos() - allowed.period().toNanos();
        long counted = restarts.stream().filter(at -> at > since).count();
        return counted >= Math.min(allowed.restarts(), STAMPS)
                ? null
                : "gave up after " + counted + " restarts, allowed are " + allowed.restarts()
                        + " in " + allowed.period();
    }

    private static String why(SupervisorStopping event) {
        StringBuilder text = new StringBuilder(event.reason().toString());
        int depth = 0;
        for (Throwable at = event.cause(); at != null && depth++ < CAUSES; at = at.getCause()) {
            text.append(": ").append(at);
        }
        return text.toString();
    }

    private static Collection<String> paths(Collection<Entry> of) {
        return of.stream().map(entry -> entry.path).toList();
    }
}
