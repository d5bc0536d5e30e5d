package dev.oversight.dynamic;

import dev.oversight.ChildAlreadyRunningException;
import dev.oversight.ChildNotRunningException;
import dev.oversight.Supervisor;
import dev.oversight.event.ChildCounts;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.event.ChildState;
import dev.oversight.internal.Attachments;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A running partitioned supervisor, whichever incarnation of it is live. Safe for use from any thread,
 * also from its own parts.
 *
 * <p>While the supervisor is down, because the one above restarts it, because it was terminated, or
 * because the tree has ended, every call but {@link #path} and {@link #supervisor} throws {@link
 * dev.oversight.SupervisorNotRunningException}. Once it is back all its parts are open.
 */
public sealed class PartitionedSupervisor permits PartitionedTree {
    private final int most;
    private final Place place;
    private final List<Place> parts;

    PartitionedSupervisor(int most, Place place) {
        this.most = most;
        this.place = place;
        List<Place> below = new ArrayList<>(most);
        for (int part = 0; part < most; part++) {
            below.add(place.below(Integer.toString(part)));
        }
        this.parts = List.copyOf(below);
    }

    /** Its place in the tree. */
    public String path() {
        return place.path();
    }

    /** The incarnation that is live now; empty if it is down. */
    public Optional<Supervisor> supervisor() {
        return place.find();
    }

    /**
     * The number of the part that has the key. Integers go by their absolute value modulo the number of
     * open parts, so that 0, 1, 2 are in parts 0, 1, 2; other keys by their hash, so equal keys are in one
     * part as long as the parts are not resized. A key whose {@code hashCode} is that of its identity,
     * such as an array or an enum, has another part in another JVM.
     *
     * @throws NoPartException if it was resized to no part at all
     */
    public int partitionFor(Object key) {
        Objects.requireNonNull(key, "key");
        return Route.of(key, open());
    }

    private int open() {
        int open = size();
        if (open == 0) {
            throw new NoPartException(path(), most);
        }
        return open;
    }

    /** The supervisor that is the part of the key now; empty if the part is down, or is a worker. */
    public Optional<Supervisor> supervisorFor(Object key) {
        return placeOf(partitionFor(key)).find();
    }

    Place placeOf(int part) {
        return parts.get(part);
    }

    /** How many parts are open to keys. */
    public int size() {
        return route(place.live()).open;
    }

    private Route route(Supervisor live) {
        return Attachments.of(live, Route.class, () -> new Route(most));
    }

    /**
     * Opens or closes parts, from the last, and waits until they are up or gone. A part takes no more keys
     * before it is stopped, and takes keys only when it is up, so work that is routed meanwhile meets open
     * parts. Keys go to other parts afterwards. One resize at a time. From inside a part that it stops, it
     * does not wait for that part.
     *
     * @param parts zero to as many as it is described with
     * @return how many were open before
     * @throws IllegalArgumentException if there cannot be so many
     * @throws dev.oversight.StartFailedException if a part did not come up; those before it are open
     */
    public int resize(int parts) throws InterruptedException {
        if (parts < 0 || parts > most) {
            throw new IllegalArgumentException("resize of " + path() + " to " + parts
                    + ", expected 0 to " + most
                    + ", as many as it was started with; describe more parts and start it again");
        }
        Supervisor live = place.live();
        Route route = route(live);
        route.resizing.lockInterruptibly();
        try {
            int before = route.open;
            route.open = Math.min(before, parts);
            for (int part = most - 1;
                    part >= parts;
                    part--) { // also what an interrupt left running
                stop(live, part);
            }
            for (int part = before; part < parts; part++) {
                start(live, part);
                route.open = part + 1;
            }
            return before;
        } finally {
            route.resizing.unlock();
        }
    }

    private static void stop(Supervisor live, int part) throws InterruptedException {
        try {
            live.terminate(Integer.toString(part));
        } catch (ChildNotRunningException stopped) {
            // that is what is wanted
        }
    }

    private static void start(Supervisor live, int part) throws InterruptedException {
        String id = Integer.toString(part);
        if (live.child(id).filter(c -> c.state() == ChildState.STOPPING).isPresent()) {
            stop(live, part); // an interrupted resize did not wait for it
        }
        try {
            live.restart(id);
        } catch (ChildAlreadyRunningException started) {
            // somebody did so by hand
        }
    }

    /** What all parts are doing, in the order of their numbers, the closed ones too. */
    public List<ChildSnapshot> children() {
        return place.live().children();
    }

    /** How many parts there are, the closed ones too, and how many are active. O(1). */
    public ChildCounts count() {
        return place.live().count();
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + path() + ", "
                + (supervisor().isPresent() ? size() + " of " + most + " parts open" : "down")
                + "]";
    }
}
