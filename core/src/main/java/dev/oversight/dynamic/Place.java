package dev.oversight.dynamic;

import dev.oversight.Outcome;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorNotRunningException;
import dev.oversight.SupervisorSpec;
import dev.oversight.UnknownChildException;
import dev.oversight.event.ChildSnapshot;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * A place in a tree, and the supervisor that lives there now. Safe for use from any thread. As long as
 * the one found last has not ended it is the one, so that a look costs nothing.
 */
final class Place {
    private final Supervisor tree;
    private final String path;
    private final BiConsumer<SupervisorSpec, String> acceptance;
    private volatile @Nullable Supervisor last;

    private Place(Supervisor tree, String path, BiConsumer<SupervisorSpec, String> acceptance) {
        this.tree = tree;
        this.path = path;
        this.acceptance = acceptance;
    }

    /** The tree itself. */
    static Place of(Supervisor root) {
        Place place = new Place(root, root.path(), (spec, path) -> {});
        place.last = root;
        return place;
    }

    /**
     * A place below.
     *
     * @param acceptance throws if what lives there is of another kind
     */
    static Place below(
            Supervisor tree, String path, BiConsumer<SupervisorSpec, String> acceptance) {
        String prefix = tree.path() + "/";
        String whole = path.startsWith(prefix) ? path : prefix + path;
        Place place = new Place(tree, whole, acceptance);
        if (place.find().isEmpty()) {
            place.refuseIfUnknown();
        }
        return place;
    }

    String path() {
        return path;
    }

    Place below(String id) {
        return new Place(tree, path + "/" + id, (spec, where) -> {});
    }

    /** The one that lives there now; empty if it is down. */
    Optional<Supervisor> find() {
        Supervisor known = last;
        if (known != null && known.outcome().isEmpty()) {
            return Optional.of(known);
        }
        Optional<Supervisor> found =
                path.equals(tree.path()) ? Optional.of(tree) : tree.supervisor(path);
        Optional<Supervisor> live = found.filter(s -> s.outcome().isEmpty());
        live.ifPresent(s -> acceptance.accept(s.spec(), path));
        last = live.orElse(null);
        return live;
    }

    /**
     * The one that lives there now.
     *
     * @throws SupervisorNotRunningException if it is down
     */
    Supervisor live() {
        return find().orElseThrow(this::down);
    }

    /** Why there is none. */
    SupervisorNotRunningException down() {
        Optional<Outcome> end = tree.outcome();
        if (end.isPresent()) {
            return new SupervisorNotRunningException(
                    path, "has ended", end.get().cause());
        }
        return SupervisorNotRunningException.down(
                path, tree.find(path).<Object>map(ChildSnapshot::state).orElse("not in its tree"));
    }

    /** Says nothing if the supervisor above is down as well, because then it cannot be known. */
    private void refuseIfUnknown() {
        int slash = path.lastIndexOf('/');
        String above = path.substring(0, slash);
        String id = path.substring(slash + 1);
        Optional<Supervisor> parent =
                above.equals(tree.path()) ? Optional.of(tree) : tree.supervisor(above);
        parent.filter(p -> p.outcome().isEmpty()).ifPresent(p -> {
            ChildSnapshot child =
                    p.child(id).orElseThrow(() -> new UnknownChildException(above, id));
            if (!child.isSupervisor()) {
                throw new IllegalArgumentException(path + " is a worker, not a supervisor");
            }
        });
    }
}
