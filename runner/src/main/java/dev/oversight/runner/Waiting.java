package dev.oversight.runner;

import dev.oversight.Condition;
import dev.oversight.Dependency;
import dev.oversight.event.ChildCompleted;
import dev.oversight.event.ChildDeclined;
import dev.oversight.event.ChildDown;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildReady;
import dev.oversight.event.ChildStarted;
import dev.oversight.event.ChildStopped;
import dev.oversight.event.ChildStopping;
import dev.oversight.event.Event;
import dev.oversight.event.StopCause;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Follows who waits for whom. The engine has no event for it, since a child waits whenever one that it
 * needs has moved; what has moved is in the events. Not thread-safe.
 */
final class Waiting {
    /** A child that needs others, and what they are, by path. */
    private record Dependent(String path, Map<String, Dependency> needs) {}

    private final Map<String, Dependent> dependents = new HashMap<>();
    private final Map<String, List<Dependent>> neededBy = new HashMap<>();
    private final Map<String, List<String>> below = new HashMap<>();

    /** How far each child is; none for one that is down or goes down. */
    private final Map<String, Condition> reached = new HashMap<>();

    /** Those that are asked to stop, and come back. */
    private final Set<String> goingDown = new HashSet<>();

    /** Those that are down, come back, and have not been told of. */
    private final Set<String> untold = new HashSet<>();

    Waiting(Entry.Supervisor tree) {
        add(tree, tree.id());
    }

    private void add(Entry.Supervisor supervisor, String path) {
        List<String> paths = new ArrayList<>();
        for (Entry child : supervisor.children()) {
            String place = path + "/" + child.id();
            paths.add(place);
            if (!child.rules().needs().isEmpty()) {
                Map<String, Dependency> needs = new LinkedHashMap<>();
                child.rules().needs().forEach(need -> needs.put(path + "/" + need.id(), need));
                Dependent dependent = new Dependent(place, needs);
                dependents.put(place, dependent);
                needs.keySet()
                        .forEach(
                                needed -> neededBy.computeIfAbsent(needed, key -> new ArrayList<>())
                                        .add(dependent));
            }
            if (child instanceof Entry.Supervisor nested) {
                add(nested, place);
            }
        }
        below.put(path, paths);
    }

    /** A supervisor is about to start: the paths of its children that wait. */
    List<String> starting(String supervisor) {
        List<String> waiting = below.getOrDefault(supervisor, List.of()).stream()
                .filter(this::waits)
                .toList();
        untold.removeAll(waiting);
        return waiting;
    }

    /** Takes note of an event: the paths of those that wait now and did not before. */
    List<String> after(Event event) {
        String path = event.path();
        switch (event) {
            case ChildStarted e -> {
                boolean up = !e.awaitsReadiness() && !below.containsKey(path);
                reached.put(path, up ? Condition.READY : Condition.STARTED);
                untold.remove(path);
            }
            case ChildReady _ -> reached.put(path, Condition.READY);
            case ChildDeclined _ -> ended(path, true, false);
            case ChildCompleted e -> ended(path, !e.restarting(), e.restarting());
            case ChildFailed e -> ended(path, false, e.restarting());
            case ChildStopping e -> {
                reached.remove(path);
                if (e.why() == StopCause.SIBLING) {
                    goingDown.add(path);
                }
            }
            case ChildStopped _ -> ended(path, false, goingDown.remove(path));
            case ChildDown _ -> untold.remove(path);
            default -> {
                return List.of();
            }
        }
        return untoldAround(path);
    }

    private void ended(String path, boolean completed, boolean comesBack) {
        reached.remove(path);
        if (completed) {
            reached.put(path, Condition.COMPLETED);
        }
        below.getOrDefault(path, List.of()).forEach(reached::remove); // a new one begins afresh
        if (comesBack) {
            untold.add(path);
        }
    }

    private List<String> untoldAround(String path) {
        if (untold.isEmpty()) {
            return List.of();
        }
        List<String> waiting = new ArrayList<>();
        if (untold.contains(path) && waits(path)) {
            waiting.add(path);
        }
        for (Dependent dependent : neededBy.getOrDefault(path, List.of())) {
            if (untold.contains(dependent.path) && waits(dependent.path)) {
                waiting.add(dependent.path);
            }
        }
        untold.removeAll(waiting);
        return waiting;
    }

    private boolean waits(String path) {
        Dependent dependent = dependents.get(path);
        return dependent != null && !unsatisfied(dependent).isEmpty();
    }

    /** What a child waits for, in words; empty if for nothing. */
    Optional<String> text(String path) {
        return Optional.ofNullable(dependents.get(path))
                .map(this::unsatisfied)
                .filter(needs -> !needs.isEmpty())
                .map(needs ->
                        needs.stream().map(Waiting::text).collect(Collectors.joining(" and ")));
    }

    private List<Dependency> unsatisfied(Dependent dependent) {
        return dependent.needs.entrySet().stream()
                .filter(need -> !isSatisfied(need.getValue(), reached.get(need.getKey())))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static boolean isSatisfied(Dependency need, @Nullable Condition reached) {
        return reached != null && reached.compareTo(need.condition()) >= 0;
    }

    private static String text(Dependency need) {
        return need.id()
                + switch (need.condition()) {
                    case STARTED -> " to run";
                    case READY -> " to be ready";
                    case COMPLETED -> " to complete";
                };
    }
}
