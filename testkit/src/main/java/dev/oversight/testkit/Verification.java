package dev.oversight.testkit;

import dev.oversight.Outcome;
import dev.oversight.event.ChildAdded;
import dev.oversight.event.ChildEvent;
import dev.oversight.event.ChildReady;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.event.ChildStarted;
import dev.oversight.event.ChildState;
import dev.oversight.event.ChildStopping;
import dev.oversight.event.Event;
import dev.oversight.event.SupervisorEvent;
import dev.oversight.event.SupervisorStarted;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a test expects of a tree: handed out by {@link TestTree#verify}. Each call looks at once and notes
 * what does not hold; all of it is reported together. Looks at the events since the last {@link
 * TestTree#mark}, or since the start.
 *
 * <p>Confined to the test's thread.
 */
public final class Verification {
    private final TestTree tree;
    private final Recording all;
    private final Recording events;
    private final List<String> mismatches = new ArrayList<>();

    Verification(TestTree tree, Recording all, Recording sinceMark) {
        this.tree = tree;
        this.all = all;
        this.events = sinceMark;
    }

    // ------------------------------------------------------------------ states

    /** The child is in this state now. */
    public Verification state(String path, ChildState expected) {
        ChildState state = tree.find(path).map(ChildSnapshot::state).orElse(null);
        return expect(
                state == expected,
                path + " is " + (state == null ? "not known" : state) + ", expected " + expected);
    }

    /** The child is at this incarnation now: 1 is the first, one more for each restart. */
    public Verification incarnation(String path, long expected) {
        long found = tree.find(path).map(ChildSnapshot::incarnation).orElse(0L);
        return expect(
                found == expected, path + " is at incarnation " + found + ", expected " + expected);
    }

    /** There is no such child, or no longer. */
    public Verification unknown(String path) {
        return expect(tree.find(path).isEmpty(), path + " is known, expected that nobody knows it");
    }

    /** The tree has ended, for this reason. */
    public Verification ended(Outcome.Reason expected) {
        Outcome.Reason found = tree.supervisor().outcome().map(Outcome::reason).orElse(null);
        return expect(
                found == expected,
                found == null
                        ? "the tree still runs, expected that it ended with " + expected
                        : "the tree ended with " + found + ", expected " + expected);
    }

    /** The tree has not ended. */
    public Verification running() {
        return expect(
                tree.supervisor().outcome().isEmpty(),
                "the tree has ended: " + tree.supervisor().outcome() + ", expected that it runs");
    }

    // ------------------------------------------------------------------ blast radius

    /**
     * These children, and whatever is below them, were left alone: they came up, at most, are up, and
     * nothing else was told of them.
     */
    public Verification untouched(String... paths) {
        for (String path : paths) {
            String whole = tree.whole(path);
            events.below(whole).events().stream()
                    .filter(Verification::touches)
                    .forEach(e -> mismatches.add(path + " was touched: " + e.text()));
            if (all.below(whole).size() == 0) {
                mismatches.add(path + " was never heard of, expected that it runs undisturbed");
            }
        }
        return this;
    }

    /** Exactly these children were touched; of a supervisor, name also those of its children that were. */
    public Verification touchedOnly(String... paths) {
        Set<String> expected = new TreeSet<>();
        Arrays.stream(paths).map(tree::whole).forEach(expected::add);
        Set<String> found = new TreeSet<>();
        events.events().stream()
                .filter(Verification::touches)
                .filter(e -> e instanceof ChildEvent)
                .forEach(e -> found.add(e.path()));
        return expect(found.equals(expected), "touched were " + found + ", expected " + expected);
    }

    private static boolean touches(Event event) {
        return switch (event) {
            case ChildStarted started -> started.incarnation() > 1;
            case ChildReady ready -> ready.incarnation() > 1;
            case ChildAdded added -> false;
            case SupervisorStarted up -> false;
            case SupervisorEvent other -> true;
            case ChildEvent other -> true;
            default -> false;
        };
    }

    // ------------------------------------------------------------------ events

    /** These facts and no others, in this order. */
    public Verification script(Fact... facts) {
        compare(events, facts);
        return this;
    }

    /** At a place and below it, these facts and no others, in this order. */
    public Verification script(String path, Fact... facts) {
        compare(events.below(tree.whole(path)), facts);
        return this;
    }

    private void compare(Recording found, Fact[] facts) {
        int[][] common = longestCommon(found, facts);
        int at = 0;
        int next = 0;
        while (at < found.size() || next < facts.length) {
            boolean both = at < found.size() && next < facts.length;
            if (both && matches(found, at, facts[next])) {
                at++;
                next++;
            } else if (next == facts.length
                    || (both && common[at + 1][next] >= common[at][next + 1])) {
                mismatches.add(
                        "not expected: " + found.line(found.events().get(at++)).strip());
            } else {
                mismatches.add("missing: " + facts[next++]);
            }
        }
    }

    /** For each pair of positions, how much of the rest can be matched in order. */
    private static int[][] longestCommon(Recording found, Fact[] facts) {
        int[][] common = new int[found.size() + 1][facts.length + 1];
        for (int at = found.size() - 1; at >= 0; at--) {
            for (int next = facts.length - 1; next >= 0; next--) {
                common[at][next] = matches(found, at, facts[next])
                        ? common[at + 1][next + 1] + 1
                        : Math.max(common[at + 1][next], common[at][next + 1]);
            }
        }
        return common;
    }

    private static boolean matches(Recording found, int at, Fact fact) {
        return fact.matches(found.events().get(at), found.startNanos());
    }

    /** These facts in this order, whatever happened between them. */
    public Verification inOrder(Fact... facts) {
        int at = 0;
        for (Fact fact : facts) {
            int from = at;
            while (at < events.size() && !matches(events, at, fact)) {
                at++;
            }
            if (at == events.size()) {
                mismatches.add("missing, in this order: " + fact);
                at = from; // so that what follows is not reported as well
            } else {
                at++;
            }
        }
        return this;
    }

    /** The fact happened so often. */
    public Verification times(int expected, Fact fact) {
        int found = events.of(fact).size();
        return expect(
                found == expected, fact + ": happened " + found + " times, expected " + expected);
    }

    /** The fact did not happen. */
    public Verification never(Fact fact) {
        return times(0, fact);
    }

    /** These children were started in this order; others do not count. */
    public Verification startOrder(String... paths) {
        return order("started", ChildStarted.class, paths);
    }

    /** These children were asked to stop in this order; others do not count. */
    public Verification stopOrder(String... paths) {
        return order("asked to stop", ChildStopping.class, paths);
    }

    private Verification order(String what, Class<? extends Event> type, String... paths) {
        List<String> expected = Arrays.stream(paths).map(tree::whole).toList();
        List<String> found = events.of(type).stream()
                .map(Event::path)
                .filter(expected::contains)
                .toList();
        return expect(found.equals(expected), what + " were " + found + ", expected " + expected);
    }

    /**
     * Anything else, as the test sees it.
     *
     * @param otherwise what to report if it does not hold
     */
    public Verification expect(boolean holds, String otherwise) {
        if (!holds) {
            mismatches.add(otherwise);
        }
        return this;
    }

    void throwIfAny() {
        if (mismatches.isEmpty()) {
            return;
        }
        StringBuilder text = new StringBuilder(
                mismatches.size() == 1 ? "" : mismatches.size() + " expectations do not hold:");
        mismatches.forEach(m -> text.append(text.isEmpty() ? "" : "\n  - ").append(m));
        throw new AssertionError(text + "\n" + tree.report());
    }
}
