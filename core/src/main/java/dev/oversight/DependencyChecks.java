package dev.oversight;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds what is wrong with the dependencies of the children of one supervisor. */
final class DependencyChecks {
    /** Of a cycle. */
    private static final int MOST_NAMED = 12;

    /** Each suggestion looks at all siblings. */
    private static final int MOST_SUGGESTIONS = 100;

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
            for (String problem : problemsOf(child, byId, problems.size() < MOST_SUGGESTIONS)) {
                problems.add(child.id().orElse("") + ": " + problem);
            }
        }
        for (List<String> cycle : new DependencyCycles(byId).all()) {
            problems.add(cycle.getFirst()
                    + ": "
                    + InvalidSpecException.problem(
                            "dependsOn",
                            "the cycle " + text(cycle),
                            "no cycle",
                            "take one of these dependencies away"));
        }
        return problems;
    }

    /** What is wrong with the dependencies of one child, given its siblings. */
    static List<String> problemsOf(ChildSpec child, Map<String, ChildSpec> siblings) {
        return problemsOf(child, siblings, true);
    }

    private static List<String> problemsOf(
            ChildSpec child, Map<String, ChildSpec> siblings, boolean suggests) {
        List<String> problems = new ArrayList<>();
        for (Dependency dependency : child.dependencies()) {
            ChildSpec needed = siblings.get(dependency.id());
            if (needed == null) {
                problems.add(InvalidSpecException.problem(
                        "dependsOn",
                        '"' + dependency.id() + '"',
                        "the id of a sibling"
                                + (suggests ? nearest(dependency.id(), siblings.keySet()) : ""),
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

    /** One that is long is cut in the middle: who closes it matters most. */
    private static String text(List<String> cycle) {
        int left = cycle.size() - MOST_NAMED;
        return left <= 1
                ? String.join(" -> ", cycle)
                : String.join(" -> ", cycle.subList(0, MOST_NAMED - 1)) + " -> (" + left
                        + " more) -> " + cycle.getLast();
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
}
