package dev.oversight;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Finds who depends on itself: one cycle for each group of children that all depend on one another, so that
 * all groups are told, and none twice. Tarjan's algorithm for strongly connected components, without
 * recursion, because a chain may be as long as there are children.
 */
final class DependencyCycles {
    /** A child that is being looked at, and which of its needs are left. */
    private record Step(String id, Iterator<Dependency> left) {}

    private final Map<String, ChildSpec> byId;

    /** In which order they were reached first. */
    private final Map<String, Integer> order = new HashMap<>();

    /** The earliest one that is known to be reached from there and is not in a group yet. */
    private final Map<String, Integer> earliest = new HashMap<>();

    private final Deque<String> ungrouped = new ArrayDeque<>();
    private final Set<String> isUngrouped = new HashSet<>();
    private final List<List<String>> cycles = new ArrayList<>();

    DependencyCycles(Map<String, ChildSpec> byId) {
        this.byId = byId;
    }

    /** Each as a path that comes back to where it began, in the order of those beginnings. */
    List<List<String>> all() {
        for (String id : byId.keySet()) {
            if (!order.containsKey(id)) {
                walkFrom(id);
            }
        }
        cycles.sort((a, b) -> a.getFirst().compareTo(b.getFirst()));
        return cycles;
    }

    private void walkFrom(String root) {
        Deque<Step> path = new ArrayDeque<>();
        path.push(reached(root));
        while (!path.isEmpty()) {
            Step top = path.getFirst();
            if (top.left.hasNext()) {
                String next = top.left.next().id();
                if (!byId.containsKey(next)) {
                    continue; // told as what it is
                }
                if (!order.containsKey(next)) {
                    path.push(reached(next));
                } else if (isUngrouped.contains(next)) {
                    reaches(top.id, of(order, next));
                }
            } else {
                path.pop();
                if (of(earliest, top.id) == of(order, top.id)) {
                    group(top.id);
                }
                if (!path.isEmpty()) {
                    reaches(path.getFirst().id, of(earliest, top.id));
                }
            }
        }
    }

    private Step reached(String id) {
        int number = order.size();
        order.put(id, number);
        earliest.put(id, number);
        ungrouped.push(id);
        isUngrouped.add(id);
        return new Step(id, needsOf(id).iterator());
    }

    private void reaches(String id, int number) {
        earliest.merge(id, number, Math::min);
    }

    private static int of(Map<String, Integer> numbers, String id) {
        return Objects.requireNonNull(numbers.get(id), id);
    }

    private List<Dependency> needsOf(String id) {
        return Objects.requireNonNull(byId.get(id), id).dependencies();
    }

    /** All that were reached since, and are not in a group yet, depend on one another. */
    private void group(String first) {
        Set<String> group = new HashSet<>();
        String id;
        do {
            id = ungrouped.pop();
            isUngrouped.remove(id);
            group.add(id);
        } while (!id.equals(first));
        boolean needsItself = needsOf(first).stream().anyMatch(need -> need.id().equals(first));
        if (group.size() > 1 || needsItself) {
            cycles.add(shortestFrom(Collections.min(group), group));
        }
    }

    /** The shortest way from one of a group back to itself. */
    private List<String> shortestFrom(String start, Set<String> group) {
        Map<String, String> cameFrom = new HashMap<>();
        Deque<String> todo = new ArrayDeque<>(List.of(start));
        while (!cameFrom.containsKey(start)) {
            String at = todo.remove();
            for (Dependency need : needsOf(at)) {
                if (group.contains(need.id()) && cameFrom.putIfAbsent(need.id(), at) == null) {
                    todo.add(need.id());
                }
            }
        }
        List<String> backwards = new ArrayList<>(List.of(start));
        String at = start;
        do {
            at = Objects.requireNonNull(cameFrom.get(at), at);
            backwards.add(at);
        } while (!at.equals(start));
        return backwards.reversed();
    }
}
