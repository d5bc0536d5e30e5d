package dev.oversight;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds what is wrong with the dependencies of the children of one supervisor. */
final class DependencyChecks {
    private DependencyChecks() {}

    /** One sentence for each problem; each begins with the id of the child. */
    static List<String> problems(SupervisorSpec spec) {
        if (!spec.isOrderedByDependencies()) {
            return List.of();
        }
        Map<String, ChildSpec> byId = new HashMap<>();
        spec.children().forEach(child -> child.id().ifPresent(id -> byId.putIfAbsent(id, child)));
        List<String> problems = new ArrayList<>();
        for (ChildSpec child : spec.children()) {
            for (String problem : problemsOf(child, byId)) {
                problems.add(child.id().orElse("") + ": " + problem);
            }
        }
        cycle(byId).ifPresent(problems::add);
        return problems;
    }

    /** What is wrong with the dependencies of one child, given its siblings. */
    static List<String> problemsOf(ChildSpec child, Map<String, ChildSpec> siblings) {
        List<String> problems = new ArrayList<>();
        for (Dependency dependency : child.dependencies()) {
            ChildSpec needed = siblings.get(dependency.id());
            if (needed == null) {
                problems.add(InvalidSpecException.problem(
                        "dependsOn",
                        '"' + dependency.id() + '"',
                        "the id of a sibling" + nearest(dependency.id(), siblings.keySet()),
                        "correct it, or add that child"));
            } else if (!needed.restart().keepsSpec()) {
                problems.add(InvalidSpecException.problem(
                        "dependsOn",
                        '"' + dependency.id() + "\", which is forgotten when it ends",
                        "a sibling that is kept",
                        "make that one TRANSIENT"));
            } else if (dependency.condition() == Condition.COMPLETED
                    && needed.restart().equals(Restart.PERMANENT)) {
                problems.add(InvalidSpecException.problem(
                        "dependsOn",
                        dependency,
                        "READY or STARTED for a permanent child, which never completes",
                        "make that one TRANSIENT, or use another condition"));
            }
        }
        return problems;
    }

    private static String nearest(String id, Collection<String> ids) {
        return ids.stream()
                .filter(other ->
                        other.equalsIgnoreCase(id) || other.startsWith(id) || id.startsWith(other))
                .sorted()
                .findFirst()
                .map(other -> " (perhaps \"" + other + "\")")
                .orElse("");
    }

    /** The first cycle, as a path that comes back to where it began. Without recursion: it may be long. */
    private static Optional<String> cycle(Map<String, ChildSpec> byId) {
        Set<String> done = new HashSet<>();
        List<String> ids = byId.keySet().stream().sorted().toList();
        for (String root : ids) {
            @Nullable List<String> found = cycleFrom(root, byId, done);
            if (found != null) {
                return Optional.of(found.getFirst()
                        + ": "
                        + InvalidSpecException.problem(
                                "dependsOn",
                                "the cycle " + String.join(" -> ", found),
                                "no cycle",
                                "take one of these dependencies away"));
            }
        }
        return Optional.empty();
    }

    private static @Nullable List<String> cycleFrom(
            String root, Map<String, ChildSpec> byId, Set<String> done) {
        record Step(String id, Deque<Dependency> left) {}
        Deque<Step> path = new ArrayDeque<>();
        Set<String> onPath = new HashSet<>();
        Deque<String> next = new ArrayDeque<>(List.of(root));
        while (!next.isEmpty() || !path.isEmpty()) {
            String id = next.poll();
            ChildSpec spec = id == null ? null : byId.get(id);
            if (spec != null && !done.contains(spec.id().orElse(""))) {
                if (!onPath.add(spec.id().orElse(""))) {
                    List<String> cycle = new ArrayList<>();
                    path.descendingIterator().forEachRemaining(step -> cycle.add(step.id));
                    cycle.add(spec.id().orElse(""));
                    return cycle.subList(cycle.indexOf(cycle.getLast()), cycle.size());
                }
                path.push(new Step(spec.id().orElse(""), new ArrayDeque<>(spec.dependencies())));
            }
            Step top = path.peek();
            if (top != null) {
                Dependency dependency = top.left.poll();
                if (dependency != null) {
                    next.add(dependency.id());
                } else {
                    path.pop();
                    onPath.remove(top.id);
                    done.add(top.id);
                }
            }
        }
        return null;
    }
}
