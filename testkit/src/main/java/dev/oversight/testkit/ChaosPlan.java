package dev.oversight.testkit;

import dev.oversight.testkit.Decision.Request;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * The decisions of one round, one after the other: a pure function of the seed, the round, the rules and
 * the description of the tree. Made when asked for, so that a long plan takes no room.
 */
final class ChaosPlan implements Iterator<Decision> {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    /** So many children of the chaos's own are there at a time, for each rule. */
    private static final int ADDED_AT_MOST = 32;

    private final long endNanos;
    private final PriorityQueue<Source> sources = new PriorityQueue<>(
            Comparator.<Source>comparingLong(s -> s.at).thenComparingInt(s -> s.index));
    private long made;

    ChaosPlan(long seed, int round, long roundNanos, List<ChaosRule> rules, Described tree) {
        this.endNanos = roundNanos;
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i) instanceof ChaosRule.Paced rule) {
                long mixed = seed + GOLDEN * (i + 1) + Long.rotateLeft(GOLDEN * round, 32);
                sources.add(new Source(i, rule, new SplittableRandom(mixed), tree));
            }
        }
    }

    @Override
    public boolean hasNext() {
        while (!sources.isEmpty() && !sources.element().goesOn(endNanos)) {
            sources.remove();
        }
        return !sources.isEmpty();
    }

    @Override
    public Decision next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the round is over");
        }
        Source source = sources.remove();
        Decision decision = source.decide(made++);
        sources.add(source);
        return decision;
    }

    /** What one rule decides. */
    private static final class Source {
        private final int index;
        private final ChaosRule.Paced rule;
        private final SplittableRandom chance;
        private final List<String> targets;
        private final List<String> extensible;

        /** What the chaos has added to the tree and not deleted, if all went as it was meant to. */
        private final Deque<String> added = new ArrayDeque<>();

        private long names;
        private long at;
        private int done;

        Source(int index, ChaosRule.Paced rule, SplittableRandom chance, Described tree) {
            this.index = index;
            this.rule = rule;
            this.chance = chance;
            List<Described.Place> meant = tree.matching(rule.pattern());
            this.targets = meant.stream()
                    .filter(place -> rule instanceof ChaosRule.Kill
                            || rule instanceof ChaosRule.Flood
                            || !place.isSupervisor())
                    .map(Described.Place::path)
                    .toList();
            this.extensible = rule instanceof ChaosRule.Flood
                    ? tree.extensible(rule.pattern())
                    : new ArrayList<>();
            this.at = rule.pace().nextNanos(chance);
        }

        boolean goesOn(long endNanos) {
            return at < endNanos && done < rule.pace().times();
        }

        Decision decide(long number) {
            long when = at;
            at += rule.pace().nextNanos(chance);
            done++;
            long draw = chance.nextLong();
            if (!(rule instanceof ChaosRule.Flood)) {
                return new Decision(number, when, rule, null, oneOf(targets), draw);
            }
            Request request = request();
            return new Decision(number, when, rule, request, pathOf(request), draw);
        }

        private @Nullable String oneOf(List<String> paths) {
            return paths.isEmpty() ? null : paths.get(chance.nextInt(paths.size()));
        }

        /** More are started than stopped, or soon nothing would be left to trouble. */
        private Request request() {
            int die = chance.nextInt(12);
            if (die < 4 || (targets.isEmpty() && die < 9)) {
                return Request.QUERY;
            }
            if (die < 5) {
                return Request.TERMINATE;
            }
            if (die < 9) {
                return Request.RESTART;
            }
            if (extensible.isEmpty()) {
                return Request.QUERY;
            }
            if (added.size() >= ADDED_AT_MOST || (die == 11 && !added.isEmpty())) {
                return Request.DELETE;
            }
            return die == 10 ? Request.ADD_SUPERVISOR : Request.ADD;
        }

        private @Nullable String pathOf(Request request) {
            return switch (request) {
                case QUERY, TERMINATE, RESTART -> oneOf(targets);
                case ADD, ADD_SUPERVISOR -> {
                    String name = "chaos-" + index + "-" + names++ % (2 * ADDED_AT_MOST);
                    String path = oneOf(extensible) + "/" + name;
                    added.add(path);
                    yield path;
                }
                case DELETE -> added.remove();
            };
        }
    }
}
