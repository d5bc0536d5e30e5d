package dev.oversight.internal;

import dev.oversight.AutoShutdown;
import dev.oversight.ChildBody;
import dev.oversight.ChildSpec;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.internal.Model.Group;
import dev.oversight.internal.Model.Rule;
import dev.oversight.internal.Model.Seen;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;

/**
 * A supervisor and what happens to it, one thing after the other, in words that the {@link Model} and
 * whatever is compared with it understand. A value; written as the code that makes it.
 *
 * @param allowed so many restarts within {@link #PERIOD_MILLIS}; negative if it never gives up
 * @param stays whether it stays up when nothing is left to run
 * @param kids those it starts with
 * @param deaf the ids of those that do not hear when they are asked to stop
 */
public record ModelScript(
        Group group,
        int allowed,
        boolean stays,
        Map<String, Rule> kids,
        Set<String> deaf,
        List<Step> steps) {
    /** The period of the allowance. */
    public static final int PERIOD_MILLIS = 1_000;

    /** How long a child is given to stop. */
    public static final int BUDGET_MILLIS = 100;

    private static final int WEIGHTS =
            Arrays.stream(Kind.values()).mapToInt(kind -> kind.weight).sum();

    private static final List<String> IDS = List.of("a", "b", "c", "d", "e");

    /** What happens. */
    public enum Kind {
        CRASH(10),
        COMPLETE(3),
        PASS(5),
        TERMINATE(3),
        RESTART(4),
        DELETE(2),
        ADD(5),
        LATE_END(2),
        STOP(0);

        private final int weight;

        Kind(int weight) {
            this.weight = weight;
        }
    }

    /** One thing that happens; whatever is impossible when its turn comes is left out. */
    public record Step(Kind kind, String id, Rule rule, int millis) {
        private String code() {
            return switch (kind) {
                case PASS -> ".pass(" + millis + ")";
                case ADD -> ".add(\"" + id + "\", " + rule + ")";
                case STOP -> ".then(STOP, \"\")";
                default -> ".then(" + kind + ", \"" + id + "\")";
            };
        }
    }

    /** What is compared with the model. */
    public interface Subject extends AutoCloseable {
        /** What can be seen after the start, when nothing is under way. */
        Seen started(Seen expected) throws Exception;

        /**
         * What can be seen after a step, when nothing is under way.
         *
         * @param expected what it should be, for those who have to wait for it
         */
        Seen play(Step step, Seen expected) throws Exception;

        @Override
        default void close() {}
    }

    // ------------------------------------------------------------------ as code

    /** A supervisor without children. */
    public static ModelScript of(Group group, int allowed, boolean stays) {
        return new ModelScript(group, allowed, stays, Map.of(), Set.of(), List.of());
    }

    ModelScript kid(String id, Rule rule) {
        Map<String, Rule> more = new LinkedHashMap<>(kids);
        more.put(id, rule);
        return new ModelScript(group, allowed, stays, more, deaf, steps);
    }

    ModelScript deaf(String id) {
        Set<String> more = new LinkedHashSet<>(deaf);
        more.add(id);
        return new ModelScript(group, allowed, stays, kids, more, steps);
    }

    ModelScript then(Kind kind, String id) {
        return then(new Step(kind, id, Rule.PERMANENT, 0));
    }

    ModelScript add(String id, Rule rule) {
        return then(new Step(Kind.ADD, id, rule, 0));
    }

    ModelScript pass(int millis) {
        return then(new Step(Kind.PASS, "", Rule.PERMANENT, millis));
    }

    private ModelScript then(Step step) {
        List<Step> more = new ArrayList<>(steps);
        more.add(step);
        return new ModelScript(group, allowed, stays, kids, deaf, more);
    }

    @Override
    public String toString() {
        StringBuilder code =
                new StringBuilder("ModelScript.of(" + group + ", " + allowed + ", " + stays + ")");
        kids.forEach((id, rule) -> code.append("\n        .kid(\"" + id + "\", " + rule + ")"));
        deaf.forEach(id -> code.append("\n        .deaf(\"" + id + "\")"));
        steps.forEach(step -> code.append("\n        ").append(step.code()));
        return code.toString();
    }

    // ------------------------------------------------------------------ at random

    /** The same for the same seed. Ends with a stop, which some do not live to see. */
    public static ModelScript draw(long seed, int length) {
        Random random = new Random(seed);
        ModelScript script = of(
                one(random, Group.values()),
                random.nextInt(4) == 0 ? -1 : random.nextInt(4),
                random.nextBoolean());
        for (String id : IDS) {
            if (random.nextInt(10) < 6) {
                script = script.kid(id, one(random, Rule.values()));
            }
            if (random.nextInt(5) == 0) {
                script = script.deaf(id);
            }
        }
        List<Step> steps = new ArrayList<>();
        while (steps.size() < length) {
            steps.add(new Step(
                    kind(random),
                    IDS.get(random.nextInt(IDS.size())),
                    one(random, Rule.values()),
                    BUDGET_MILLIS * (1 + random.nextInt(PERIOD_MILLIS / BUDGET_MILLIS))));
        }
        steps.add(new Step(Kind.STOP, "", Rule.PERMANENT, 0));
        return new ModelScript(
                script.group, script.allowed, script.stays, script.kids, script.deaf, steps);
    }

    private static <E> E one(Random random, E[] all) {
        return all[random.nextInt(all.length)];
    }

    private static Kind kind(Random random) {
        int left = random.nextInt(WEIGHTS);
        for (Kind kind : Kind.values()) {
            left -= kind.weight;
            if (left < 0) {
                return kind;
            }
        }
        throw new IllegalStateException("the weights add up to less than " + WEIGHTS);
    }

    // ------------------------------------------------------------------ for those who are compared

    /** What is compared is made from this. */
    public SupervisorSpec spec(Function<String, ChildBody> bodies) {
        SupervisorSpec spec = SupervisorSpec.of("root", strategy())
                .autoShutdown(stays ? AutoShutdown.NEVER : AutoShutdown.NOTHING_LEFT);
        spec = allowed < 0
                ? spec.neverGiveUp()
                : spec.intensity(allowed, Duration.ofMillis(PERIOD_MILLIS));
        for (Map.Entry<String, Rule> kid : kids.entrySet()) {
            spec = spec.child(child(kid.getKey(), kid.getValue(), bodies.apply(kid.getKey())));
        }
        return spec;
    }

    private Strategy strategy() {
        return switch (group) {
            case ONE_FOR_ONE -> Strategy.ONE_FOR_ONE;
            case ONE_FOR_ALL -> Strategy.ONE_FOR_ALL;
            case REST_FOR_ONE -> Strategy.REST_FOR_ONE;
        };
    }

    /** A child of that supervisor, or one that is added to it. */
    public static ChildSpec child(String id, Rule rule, ChildBody body) {
        return ChildSpec.of(id, body)
                .shutdown(Shutdown.within(Duration.ofMillis(BUDGET_MILLIS)))
                .restart(
                        switch (rule) {
                            case PERMANENT -> Restart.PERMANENT;
                            case TRANSIENT -> Restart.TRANSIENT;
                            case TEMPORARY -> Restart.TEMPORARY;
                        });
    }

    // ------------------------------------------------------------------ compared

    /** Plays it and compares after each step. Throws if the two differ; says how many steps were played. */
    public int compare(Function<ModelScript, Subject> subjects) throws Exception {
        Model model = new Model(this);
        int played = 0;
        try (Subject subject = subjects.apply(this)) {
            Seen started = model.started();
            require("the start", started, subject.started(started));
            for (Step step : steps) {
                if (model.isPossible(step)) {
                    Seen expected = model.play(step);
                    require(step.code().substring(1), expected, subject.play(step, expected));
                    played++;
                }
            }
        }
        return played;
    }

    private static void require(String step, Seen expected, Seen found) {
        if (!expected.equals(found)) {
            throw new AssertionError(
                    "after " + step + "\nexpected " + expected + "\nfound    " + found);
        }
    }

    /**
     * The same, and if they differ, the shortest script found in which they do, as code to paste into a
     * test.
     */
    public static int check(long seed, int length, Function<ModelScript, Subject> subjects) {
        ModelScript script = draw(seed, length);
        try {
            return script.compare(subjects);
        } catch (Exception | AssertionError first) {
            Throwable failure = first;
            for (ModelScript shorter = script; shorter != null; ) {
                shorter = null;
                for (ModelScript candidate : script.shorter()) {
                    Throwable again = candidate.failure(subjects);
                    if (again != null) {
                        shorter = candidate;
                        script = candidate;
                        failure = again;
                        break;
                    }
                }
            }
            throw new AssertionError(
                    failure.getMessage() + "\n// seed " + seed + ", " + length + " steps\n" + script
                            + "\n        .compare(SUBJECT);",
                    failure);
        }
    }

    private Throwable failure(Function<ModelScript, Subject> subjects) {
        try {
            compare(subjects);
            return null;
        } catch (Exception | AssertionError failure) {
            return failure;
        }
    }

    /** The same without one of its parts; without many of them first. */
    private List<ModelScript> shorter() {
        List<ModelScript> result = new ArrayList<>();
        for (int size = steps.size(); size > 0; size /= 2) {
            for (int from = steps.size() - size; from >= 0; from -= size) {
                List<Step> fewer = new ArrayList<>(steps);
                fewer.subList(from, from + size).clear();
                result.add(new ModelScript(group, allowed, stays, kids, deaf, fewer));
            }
        }
        for (String id : kids.keySet()) {
            Map<String, Rule> fewer = new LinkedHashMap<>(kids);
            fewer.remove(id);
            result.add(new ModelScript(group, allowed, stays, fewer, deaf, steps));
        }
        for (String id : deaf) {
            Set<String> fewer = new LinkedHashSet<>(deaf);
            fewer.remove(id);
            result.add(new ModelScript(group, allowed, stays, kids, fewer, steps));
        }
        return result;
    }
}
