package dev.oversight.internal;

import dev.oversight.Outcome;
import dev.oversight.event.ChildState;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A supervisor in a page: what the documentation promises of restart rules, strategies, the allowance and
 * requests, for children that end at once when asked to or, if they are deaf, not at all. Written from the
 * documentation and not from the engine, which it knows nothing of: what both say is compared.
 */
public final class Model {
    /** Whom a failure takes along. */
    public enum Group {
        ONE_FOR_ONE,
        ONE_FOR_ALL,
        REST_FOR_ONE
    }

    /** Who is started again. */
    public enum Rule {
        PERMANENT,
        TRANSIENT,
        TEMPORARY
    }

    /** What can be seen from outside once nothing is under way. */
    public record Seen(
            String answer, List<String> moves, String listing, int size, int live, String end) {
        Seen withAnswer(String other) {
            return new Seen(other, moves, listing, size, live, end);
        }
    }

    private final class Kid {
        final String id;
        final Rule rule;

        ChildState state = ChildState.NEW;
        int incarnation;
        int restarts;

        Kid(String id, Rule rule) {
            this.id = id;
            this.rule = rule;
            incarnation = last.getOrDefault(id, 0);
        }

        boolean isUp() {
            return state == ChildState.RUNNING;
        }

        void start() {
            incarnation++;
            state = ChildState.RUNNING;
            moves.add("start " + this);
        }

        /** Asked to stop: by whomever, and whatever becomes of it then. */
        void stop() {
            moves.add("signal " + this);
            state = ChildState.STOPPED;
            if (script.deaf().contains(id)) {
                now += ModelScript.BUDGET_MILLIS;
                moves.add("abandon " + this);
                left.add(toString());
                last.put(id, incarnation);
                state = ChildState.ABANDONED;
            }
        }

        /** Down for good; a temporary one is forgotten. */
        void rest() {
            if (rule == Rule.TEMPORARY) {
                kids.remove(this);
            }
        }

        @Override
        public String toString() {
            return id + "#" + incarnation;
        }
    }

    private final ModelScript script;

    /** In start order, which is that of the listing. */
    private final List<Kid> kids = new ArrayList<>();

    /** When something was restarted, as far back as the period goes. */
    private final List<Long> stamps = new ArrayList<>();

    /** Runs that were let go of and go on. */
    private final List<String> left = new ArrayList<>();

    /** The greatest number of those, by id: whoever has the id next counts on from it. */
    private final Map<String, Integer> last = new HashMap<>();

    private final List<String> moves = new ArrayList<>();
    private long now;
    private boolean everHadChild;
    private String end = "";

    /** Its children are started in order. */
    Model(ModelScript script) {
        this.script = script;
        script.kids().forEach((id, rule) -> add(id, rule));
    }

    /** What somebody who has just started it sees. */
    Seen started() {
        return seen("ok");
    }

    /** Whether that can happen at all: only what is up can crash. */
    boolean isPossible(ModelScript.Step step) {
        return switch (step.kind()) {
            case CRASH, COMPLETE -> kids.stream().anyMatch(k -> k.id.equals(step.id()) && k.isUp());
            case LATE_END -> left.stream().anyMatch(run -> isRunOf(run, step.id()));
            default -> true;
        };
    }

    private static boolean isRunOf(String run, String id) {
        return run.startsWith(id + "#");
    }

    Seen play(ModelScript.Step step) {
        Kid kid = kids.stream().filter(k -> k.id.equals(step.id())).findFirst().orElse(null);
        String answer = "ok";
        switch (step.kind()) {
            case PASS -> now += step.millis();
            case LATE_END -> lateEnd(kid, step.id());
            case CRASH -> ended(kid, true);
            case COMPLETE -> ended(kid, false);
            case STOP -> end("STOPPED", 0);
            default -> answer = request(step, kid);
        }
        boolean nothingUp = kids.stream().noneMatch(Kid::isUp);
        if (nothingUp && everHadChild && !script.stays()) {
            end("NO_CHILD_LEFT", 0);
        }
        return seen(answer);
    }

    private Seen seen(String answer) {
        Seen seen = new Seen(
                answer,
                List.copyOf(moves),
                kids.stream()
                        .map(k -> line(k.id, k.state, k.incarnation, k.restarts))
                        .collect(Collectors.joining(", ")),
                kids.size(),
                (int) kids.stream().filter(Kid::isUp).count(),
                end);
        moves.clear();
        return seen;
    }

    /** A child as everybody lists it who is compared. */
    public static String line(String id, ChildState state, long incarnation, int restarts) {
        return id + " " + state + "#" + incarnation + " restarts=" + restarts;
    }

    /** The end of the supervisor as everybody tells it who is compared; with how many failures. */
    public static String end(Outcome outcome) {
        Throwable why = outcome.cause();
        int failures = why == null ? 0 : 1 + why.getSuppressed().length;
        return end(outcome.reason().name(), failures, outcome.abandoned());
    }

    private static String end(String reason, int failures, int abandoned) {
        return reason + " failures=" + failures + " abandoned=" + abandoned;
    }

    // ------------------------------------------------------------------ requests

    private String request(ModelScript.Step step, Kid kid) {
        if (!end.isEmpty()) {
            return "SupervisorNotRunningException";
        }
        if (step.kind() == ModelScript.Kind.ADD) {
            if (kid != null) {
                return "DuplicateChildException";
            }
            add(step.id(), step.rule());
            return "ok";
        }
        if (kid == null) {
            return "UnknownChildException";
        }
        switch (step.kind()) {
            case RESTART -> {
                if (kid.isUp()) {
                    return "ChildAlreadyRunningException";
                }
                kid.start();
            }
            case TERMINATE -> {
                if (!kid.isUp()) {
                    return "ChildNotRunningException";
                }
                kid.stop();
                kid.rest();
            }
            default -> {
                if (kid.isUp()) {
                    kid.stop();
                }
                kids.remove(kid);
            }
        }
        return "ok";
    }

    private void add(String id, Rule rule) {
        Kid kid = new Kid(id, rule);
        kids.add(kid);
        kid.start();
        everHadChild = true;
    }

    // ------------------------------------------------------------------ ends

    private void lateEnd(Kid kid, String id) {
        if (kid != null && kid.state == ChildState.ABANDONED && left.contains(kid.toString())) {
            kid.state = ChildState.STOPPED;
        }
        left.removeIf(run -> isRunOf(run, id));
        last.remove(id);
    }

    /** A child has ended by itself. */
    private void ended(Kid kid, boolean badly) {
        kid.state = ChildState.STOPPED;
        boolean comesBack = kid.rule == Rule.PERMANENT || (kid.rule == Rule.TRANSIENT && badly);
        if (!comesBack) {
            kid.rest();
            return;
        }
        stamps.removeIf(at -> now - at >= ModelScript.PERIOD_MILLIS);
        stamps.add(now);
        if (script.allowed() >= 0 && stamps.size() > script.allowed()) {
            end("TOO_MANY_FAILURES", stamps.size());
            return;
        }
        List<Kid> group = kids.stream().filter(isTakenAlong(kid)).toList();
        group.reversed().stream().filter(k -> k != kid).forEach(Kid::stop);
        for (Kid one : group) {
            if (one.rule == Rule.TEMPORARY) {
                one.rest();
            } else {
                one.restarts++;
                one.start();
            }
        }
    }

    /** What is down for good, stays down. */
    private Predicate<Kid> isTakenAlong(Kid failed) {
        int place = kids.indexOf(failed);
        return switch (script.group()) {
            case ONE_FOR_ONE -> kid -> kid == failed;
            case ONE_FOR_ALL -> kid -> kid == failed || kid.isUp();
            case REST_FOR_ONE -> kid -> kid == failed || (kid.isUp() && kids.indexOf(kid) > place);
        };
    }

    /** Everything stops in reverse order; what ends later, ends too late. */
    private void end(String reason, int failures) {
        if (!end.isEmpty()) {
            return;
        }
        for (Kid kid : List.copyOf(kids).reversed()) {
            if (kid.isUp()) {
                kid.stop();
                kid.rest();
            }
        }
        end = end(reason, failures, left.size());
    }
}
