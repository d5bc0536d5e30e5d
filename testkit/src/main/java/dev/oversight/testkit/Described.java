package dev.oversight.testkit;

import dev.oversight.AutoShutdown;
import dev.oversight.ChildSpec;
import dev.oversight.SupervisorSpec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A described tree by paths, in start order. */
final class Described {
    /** A child of it. */
    record Place(String path, ChildSpec child) {
        boolean isSupervisor() {
            return child.supervisor().isPresent();
        }
    }

    final String root;
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final Map<String, SupervisorSpec> supervisors = new LinkedHashMap<>();

    Described(SupervisorSpec spec) {
        this.root = spec.id();
        addAll(spec.id(), spec);
    }

    private void addAll(String path, SupervisorSpec spec) {
        supervisors.put(path, spec);
        for (ChildSpec child : spec.children()) {
            child.id().ifPresent(id -> {
                String below = path + "/" + id;
                places.put(below, new Place(below, child));
                child.supervisor().ifPresent(nested -> addAll(below, nested));
            });
        }
    }

    Optional<SupervisorSpec> supervisor(String path) {
        return Optional.ofNullable(supervisors.get(path));
    }

    Optional<Place> place(String path) {
        return Optional.ofNullable(places.get(path));
    }

    /** The workers that are meant, and the supervisors that are named. */
    List<Place> matching(PathPattern pattern) {
        return places.values().stream()
                .filter(place -> !place.isSupervisor() || pattern.namesOne())
                .filter(place -> pattern.matches(place.path))
                .toList();
    }

    boolean knows(String path) {
        return places.containsKey(path);
    }

    boolean isSupervisor(String path) {
        return place(path).filter(Place::isSupervisor).isPresent();
    }

    /** Whether it is asked to stop by an interrupt; who is not described is. */
    boolean isInterruptible(String path) {
        return place(path).map(place -> place.child().interruptOnStop()).orElse(true);
    }

    /** Supervisors that are, or have children that are, meant, and that take any child. */
    List<String> extensible(PathPattern pattern) {
        List<String> found = new ArrayList<>();
        supervisors.forEach((path, spec) -> {
            boolean meant = pattern.matches(path)
                    || places.keySet().stream()
                            .anyMatch(p -> parentOf(p).equals(path) && pattern.matches(p));
            if (meant && !spec.forgetsEnded() && !isPartitioned(spec)) {
                found.add(path);
            }
        });
        return found;
    }

    private static boolean isPartitioned(SupervisorSpec spec) {
        return spec.autoShutdown() == AutoShutdown.NEVER
                && spec.size() > 0
                && spec.children().getFirst().id().filter("0"::equals).isPresent();
    }

    String allPaths() {
        return String.join(", ", places.keySet().stream().limit(20).toList())
                + (places.size() > 20 ? ", …" : "");
    }

    static String parentOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    static String idOf(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
