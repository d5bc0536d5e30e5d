package dev.oversight.runner;

import dev.oversight.Condition;
import dev.oversight.Dependency;
import dev.oversight.Exit;
import dev.oversight.Restart;

import org.snakeyaml.engine.v2.nodes.Node;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The children of one supervisor, with what they need of one another. Finds what {@link
 * dev.oversight.SupervisorSpec#problems} would, with the place in the file.
 */
final class Siblings {
    /** One dependency, and where the file has it. */
    record Need(Dependency dependency, Node id, Node condition) {
        String needed() {
            return dependency.id();
        }
    }

    /** A child; its rule is empty if the file has none that can be understood. */
    private record Child(String path, Optional<Restart> restart, List<Need> needs) {}

    private static final int MOST_CYCLES = 10;
    private static final int LONGEST_CYCLE = 12; // of which names are shown
    private static final int MOST_SUGGESTED = 100; // each looks at all siblings
    private static final int MOST_NAMED = 8;

    private final Problems problems;
    private final Map<String, Child> children = new LinkedHashMap<>();
    private int cycles;
    private int unknown;

    Siblings(Problems problems) {
        this.problems = problems;
    }

    /** There is one of that id, whatever is wrong with it. */
    void add(String id, String path) {
        children.putIfAbsent(id, new Child(path, Optional.empty(), List.of()));
    }

    /** What the file says about one that was added. */
    void rulesOf(String id, Optional<Restart> restart, List<Need> needs) {
        children.computeIfPresent(id, (key, child) -> new Child(child.path, restart, needs));
    }

    void addPathsTo(Map<String, String> pathsById) {
        children.forEach((id, child) -> pathsById.putIfAbsent(id, child.path));
    }

    /**
     * Reports every mistake.
     *
     * @param elsewhere a path for each id of the whole tree
     */
    void check(Map<String, String> elsewhere) {
        for (Map.Entry<String, Child> child : children.entrySet()) {
            for (Need need : child.getValue().needs) {
                check(child.getKey(), child.getValue(), need, elsewhere);
            }
        }
        Set<String> done = new HashSet<>();
        children.keySet().forEach(id -> findCycles(id, done));
    }

    private void check(String id, Child child, Need need, Map<String, String> elsewhere) {
        String found = "depends_on is \"" + need.needed() + "\"";
        Child needed = children.get(need.needed());
        if (need.needed().equals(id)) {
            problems.add(
                    need.id,
                    child.path,
                    found + ", the child itself, expected a sibling; remove it");
        } else if (needed == null) {
            problems.add(
                    need.id,
                    child.path,
                    found + ", expected the id of a sibling; " + cure(id, child, need, elsewhere));
        } else if (needed.restart.filter(rule -> !rule.keepsSpec()).isPresent()) {
            problems.add(
                    need.id,
                    child.path,
                    found + ", which is temporary and forgotten when it ends, expected one that is"
                            + " kept; write restart: transient there");
        } else if (need.dependency.condition() == Condition.COMPLETED
                && needed.restart.filter(Siblings::restartsAfterANormalEnd).isPresent()) {
            problems.add(
                    need.condition,
                    child.path,
                    "depends_on." + need.needed()
                            + " is completed, expected ready or started for a child that is"
                            + " restarted whenever it ends well; add restart: transient to "
                            + needed.path + ", or use another condition");
        }
    }

    /** Such a child never completes. The rules of the runner look at nothing but the exit. */
    private static boolean restartsAfterANormalEnd(Restart rule) {
        return rule.shouldRestart(new Exit(Exit.Kind.COMPLETED, null, 0));
    }

    private String cure(String id, Child child, Need need, Map<String, String> elsewhere) {
        String other = elsewhere.get(need.needed());
        if (other != null) {
            return atTheFork(child.path, other);
        }
        Collection<String> others =
                children.keySet().stream().filter(key -> !key.equals(id)).toList();
        Optional<String> nearest =
                ++unknown > MOST_SUGGESTED ? Optional.empty() : Nearest.to(need.needed(), others);
        return nearest.map(meant -> "did you mean " + meant + "?")
                .orElse(
                        others.isEmpty()
                                ? "it has none, remove this"
                                : others.size() <= MOST_NAMED
                                        ? "choose one of " + String.join(", ", others)
                                        : "correct it, or add that child");
    }

    /** Says it of the two siblings that these places are in. */
    private static String atTheFork(String path, String other) {
        String[] a = path.split("/", -1);
        String[] b = other.split("/", -1);
        int fork = 0;
        while (fork < a.length && fork < b.length && a[fork].equals(b[fork])) {
            fork++;
        }
        if (fork == a.length || fork == b.length) {
            return other + " is " + (fork == a.length ? "part of it" : "what it is in")
                    + ", remove this";
        }
        return other + " is none; write depends_on: [" + b[fork] + "] at "
                + String.join("/", List.of(a).subList(0, fork + 1));
    }

    /** Walks along the needs. Without recursion: a chain may be long. */
    private void findCycles(String start, Set<String> done) {
        record Step(String id, Iterator<Need> left) {}
        Deque<Step> steps = new ArrayDeque<>();
        Set<String> path = new LinkedHashSet<>();
        if (!done.contains(start)) {
            steps.push(new Step(start, needsOf(start)));
            path.add(start);
        }
        while (!steps.isEmpty()) {
            Step top = steps.getFirst();
            if (!top.left.hasNext()) {
                steps.pop();
                path.remove(top.id);
                done.add(top.id);
                continue;
            }
            Need need = top.left.next();
            String next = need.needed();
            if (path.contains(next)) {
                addCycle(top.id, need, path);
            } else if (children.containsKey(next) && !done.contains(next)) {
                steps.push(new Step(next, needsOf(next)));
                path.add(next);
            }
        }
    }

    private Iterator<Need> needsOf(String id) {
        return child(id).needs.iterator();
    }

    private Child child(String id) {
        return Objects.requireNonNull(children.get(id), id);
    }

    private void addCycle(String last, Need need, Set<String> path) {
        if (last.equals(need.needed()) || ++cycles > MOST_CYCLES) {
            return; // needing itself is told as such
        }
        List<String> ids =
                path.stream().dropWhile(id -> !id.equals(need.needed())).toList();
        List<String> shown = ids.size() <= LONGEST_CYCLE ? ids : ids.subList(0, LONGEST_CYCLE);
        problems.add(
                need.id,
                child(last).path,
                "depends_on is \"" + need.needed() + "\", which closes the cycle "
                        + String.join(" -> ", shown)
                        + (ids.size() == shown.size()
                                ? ""
                                : " -> (" + (ids.size() - shown.size()) + " more)")
                        + " -> " + need.needed()
                        + ", expected no cycle; remove one of these dependencies");
    }
}
