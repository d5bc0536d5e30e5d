package dev.oversight;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is wrong with a description: said before anything is started, all at once. */
final class SpecChecks {
    private SpecChecks() {}

    /** Every problem of the tree below, in start order. */
    static List<String> problems(SupervisorSpec top, String root) {
        record Place(String path, SupervisorSpec spec) {}
        List<String> problems = new ArrayList<>();
        List<Place> todo =
                new ArrayList<>(List.of(new Place(root, top))); // a stack: depth is unbounded
        while (!todo.isEmpty()) {
            Place place = todo.removeLast();
            problemOfSize(place.spec).ifPresent(p -> problems.add(place.path + ": " + p));
            Set<String> ids = new HashSet<>();
            List<Place> nested = new ArrayList<>();
            for (ChildSpec child : place.spec.children()) {
                String childId = child.id().orElse("");
                String path = place.path + "/" + childId;
                if (!childId.isEmpty() && !ids.add(childId)) {
                    problems.add(path + ": id is \"" + childId
                            + "\", which an earlier sibling has; rename one of them");
                }
                problemsOf(place.spec, child).forEach(p -> problems.add(path + ": " + p));
                child.supervisor().ifPresent(s -> nested.add(new Place(path, s)));
            }
            DependencyChecks.problems(place.spec).forEach(p -> problems.add(place.path + "/" + p));
            todo.addAll(nested.reversed());
        }
        return problems;
    }

    private static Optional<String> problemOfSize(SupervisorSpec spec) {
        return spec.size() <= spec.maxChildren()
                ? Optional.empty()
                : Optional.of(InvalidSpecException.problem(
                        "maxChildren",
                        spec.maxChildren(),
                        "at least the " + spec.size() + " children it is described with",
                        "raise the limit or leave children away"));
    }

    /** What is wrong with what a child depends on, if these are its siblings; empty if nothing is. */
    static List<String> problemsOf(
            SupervisorSpec spec, ChildSpec child, Map<String, ChildSpec> siblings) {
        if (child.dependencies().isEmpty()) {
            return List.of();
        }
        if (!spec.isOrderedByDependencies()) {
            return List.of(InvalidSpecException.problem(
                    "dependsOn",
                    child.dependencies(),
                    "none under a supervisor whose order is that of its list",
                    "start the supervisor with Strategy.REST_FOR_DEPENDENTS, or with a child that"
                            + " depends on another"));
        }
        return DependencyChecks.problemsOf(child, siblings);
    }

    /** What is wrong with a child under the rules of its supervisor; empty if nothing is. */
    static List<String> problemsOf(SupervisorSpec spec, ChildSpec child) {
        List<String> problems = new ArrayList<>();
        try {
            child.restart().keepsSpec();
        } catch (RuntimeException broken) {
            problems.add(InvalidSpecException.problem(
                    "restart",
                    "a rule whose keepsSpec() throws " + broken.getClass().getName(),
                    "one that answers",
                    "return a constant there"));
        }
        if (child.threads().isPresent() && child.supervisor().isPresent()) {
            problems.add(InvalidSpecException.problem(
                    "threads",
                    "set",
                    "none for a nested supervisor, which has no thread of its own",
                    "set threads on its children"));
        }
        if (child.heartbeatWithin().isPresent() && child.supervisor().isPresent()) {
            problems.add(InvalidSpecException.problem(
                    "heartbeatWithin",
                    child.heartbeatWithin().get(),
                    "none for a nested supervisor, which cannot hang",
                    "set heartbeatWithin on its children"));
        }
        if (!(child.atLimit() instanceof AtLimit.Escalate) && child.intensity().isEmpty()) {
            problems.add(
                    InvalidSpecException.problem(
                            "atLimit",
                            child.atLimit(),
                            "an intensity of its own to go with it",
                            "add intensity(restarts, period) to the child, or set atLimit on the supervisor"));
        }
        if (child.significant()) {
            if (child.restart().equals(Restart.PERMANENT)) {
                problems.add(InvalidSpecException.problem(
                        "significant",
                        true,
                        "false for a permanent child, which never ends for good",
                        "use Restart.TRANSIENT or TEMPORARY, or significant(false)"));
            }
            if (spec.autoShutdown() != AutoShutdown.ANY_SIGNIFICANT
                    && spec.autoShutdown() != AutoShutdown.ALL_SIGNIFICANT) {
                problems.add(
                        InvalidSpecException.problem(
                                "significant",
                                true,
                                "false under autoShutdown " + spec.autoShutdown(),
                                "set autoShutdown(ANY_SIGNIFICANT) or (ALL_SIGNIFICANT) on the supervisor"));
            }
        }
        return problems;
    }
}
