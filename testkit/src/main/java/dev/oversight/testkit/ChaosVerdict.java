package dev.oversight.testkit;

import dev.oversight.Outcome;
import dev.oversight.event.AbandonedRun;
import dev.oversight.event.ChildAbandoned;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a tree took {@link Chaos}: what did not hold, and all that is needed to understand it and to repeat
 * it. Printing it shows everything. An immutable value.
 */
public final class ChaosVerdict {
    private static final int ACTIONS_SHOWN = 20;
    private static final int ABANDONED_SHOWN = 5;

    private final Chaos chaos;
    private final String path;
    private final boolean endedEarly;
    private final Optional<Outcome> outcome;
    private final List<AbandonedRun> left;
    private final int rounds;
    private final long requests;
    private final List<ChaosViolation> violations;
    private final long moreViolations;
    private final Recording recording;
    private final List<ChaosAction> actions;
    private final Map<String, Long> counts;
    private final long heard;
    private final long dropped;
    private final long lost;
    private final long abandoned;
    private final List<ChildAbandoned> lastAbandoned;

    ChaosVerdict(ChaosRig rig, boolean endedEarly, List<AbandonedRun> left) {
        ChaosWatch watch = rig.watch;
        this.chaos = rig.chaos;
        this.path = rig.described.root;
        this.endedEarly = endedEarly;
        this.outcome = rig.tree().outcome();
        this.left = List.copyOf(left);
        this.rounds = rig.round;
        this.requests = rig.asking.count();
        this.violations = watch.violations();
        this.moreViolations = watch.moreViolations();
        this.recording = watch.recording();
        this.actions = watch.actions();
        this.counts = watch.counts();
        this.heard = watch.heard();
        this.dropped = watch.dropped();
        this.lost = watch.lost();
        this.abandoned = watch.abandoned();
        this.lastAbandoned = watch.lastAbandoned();
    }

    /** Whether all held. */
    public boolean held() {
        return violations.isEmpty();
    }

    /** The first 50 things that did not hold, in the order in which they were found. */
    public List<ChaosViolation> violations() {
        return violations;
    }

    /** The last events. */
    public Recording recording() {
        return recording;
    }

    /** The last 1,000 things that were done. */
    public List<ChaosAction> actions() {
        return actions;
    }

    /** How often each kind of thing was done: {@code kill}, {@code hang}, {@code request}. */
    public Map<String, Long> counts() {
        return Map.copyOf(counts);
    }

    /** How the tree ended: empty if it did not, in the time it had. */
    public Optional<Outcome> outcome() {
        return outcome;
    }

    /** Whether the tree ended by itself before the chaos was over. */
    public boolean endedEarly() {
        return endedEarly;
    }

    /** How many runs were abandoned. */
    public long abandoned() {
        return abandoned;
    }

    /** The last 50 of them, in the order in which they were abandoned. */
    public List<ChildAbandoned> lastAbandoned() {
        return lastAbandoned;
    }

    /** The runs that were abandoned and still ran when the tree had ended, with their stacks then. */
    public List<AbandonedRun> leftRunning() {
        return left;
    }

    /**
     * Returns this.
     *
     * @throws AssertionError if something did not hold: with all of this verdict in its message
     */
    public ChaosVerdict assertHeld() {
        if (!held()) {
            throw new AssertionError(toString());
        }
        return this;
    }

    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder("chaos of " + path + ", seed " + chaos.seed() + ": ");
        text.append(held() ? "all held" : violations.size() + moreViolations + " violations");
        text.append("\nthe tree: ").append(end());
        text.append("\ndone in ").append(rounds).append(rounds == 1 ? " round: " : " rounds: ");
        text.append(counts.entrySet().stream()
                .map(e -> e.getValue() + " × " + e.getKey())
                .collect(Collectors.joining(", ")));
        text.append("; asked in all: ").append(requests);
        appendAbandoned(text);
        text.append("\nrecorded: ").append(recording.size()).append(" of ").append(heard);
        text.append(" events, ").append(dropped).append(" older ones dropped; ").append(lost);
        text.append(" never heard, because the recording was too slow");
        for (int i = 0; i < violations.size(); i++) {
            append(text, i + 1, violations.get(i));
        }
        if (moreViolations > 0) {
            text.append("\nand ").append(moreViolations).append(" more violations");
        }
        if (!held()) {
            text.append("\nlast done:");
            actions.stream()
                    .skip(Math.max(0, actions.size() - ACTIONS_SHOWN))
                    .forEach(action -> append(text, action));
        }
        return text.append("\nagain: ").append(chaos.source()).toString();
    }

    private String end() {
        String how = outcome.map(o -> o.reason().toString()).orElse("still running");
        return endedEarly ? "ended before the chaos was over: " + how : "ran to the end: " + how;
    }

    private void appendAbandoned(StringBuilder text) {
        text.append("\nabandoned: ").append(abandoned).append(" runs, ").append(left.size());
        text.append(" still running at the end");
        for (AbandonedRun run : left) {
            text.append("\n    ").append(run.path()).append('#').append(run.incarnation());
            run.stack().forEach(frame -> text.append("\n        at ").append(frame));
        }
        lastAbandoned.stream()
                .skip(Math.max(0, lastAbandoned.size() - ABANDONED_SHOWN))
                .forEach(run -> text.append('\n').append(recording.line(run)));
    }

    private void append(StringBuilder text, int number, ChaosViolation violation) {
        text.append('\n').append(number).append(". ").append(violation);
        text.append("\n    at ").append(offset(violation.atNanos())).append(", around it:\n");
        text.append(violation.around().timeline());
        violation.actions().forEach(action -> append(text, action));
    }

    private void append(StringBuilder text, ChaosAction action) {
        text.append("\n    ").append(offset(action.atNanos()));
        text.append("  chaos, ").append(action.round()).append('/').append(action.number());
        text.append(": ").append(action.what()).append(" -> ").append(action.result());
    }

    private String offset(long nanos) {
        return Recording.offset(nanos - recording.startNanos());
    }
}
