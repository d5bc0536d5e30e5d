package dev.oversight.testkit;

import dev.oversight.ChildSpec;
import dev.oversight.event.ChildState;

import org.jspecify.annotations.Nullable;

import java.util.EnumSet;
import java.util.Set;

/** A child in {@link SupervisorBooks}: the states that it may be in, and what else its events tell. */
final class Entry {
    final String path;

    /** Its place in the start order; it comes after all that have a lower one. */
    final long ordinal;

    /** What it was made from; null if it was added while the tree ran. */
    final @Nullable ChildSpec spec;

    Set<ChildState> states = EnumSet.of(ChildState.NEW);
    long incarnation;

    /** Stopped by request and not started since. */
    boolean byRequest;

    /** It ended, or was said to have failed, and by its rule it does not come back. */
    boolean forGood;

    /** Its events leave no doubt that it is to come back. */
    boolean comesBack;

    long downSinceNanos;

    Entry(String path, long ordinal, @Nullable ChildSpec spec) {
        this.path = path;
        this.ordinal = ordinal;
        this.spec = spec;
    }

    boolean is(ChildState state) {
        return states.contains(state);
    }

    boolean isOnly(ChildState state) {
        return states.size() == 1 && states.contains(state);
    }

    boolean isUp() {
        return isOnly(ChildState.STARTING) || isOnly(ChildState.RUNNING);
    }

    boolean isLive() {
        return isUp() || isOnly(ChildState.STOPPING);
    }

    boolean mayMoveTo(ChildState to) {
        return states.stream().anyMatch(from -> from.canMoveTo(to));
    }

    /** Whether it was made to depend on a sibling. */
    boolean needs(String id) {
        return spec != null && spec.dependencies().stream().anyMatch(d -> d.id().equals(id));
    }
}
