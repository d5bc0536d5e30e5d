package dev.oversight.testkit;

import dev.oversight.event.ChildState;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Siblings in start order, by what they do, so that it costs little to find who comes first. */
final class Ranks {
    private final NavigableMap<Long, Entry> fresh = new TreeMap<>();
    private final NavigableMap<Long, Entry> up = new TreeMap<>();
    private final NavigableMap<Long, Entry> live = new TreeMap<>();
    private final NavigableMap<Long, Entry> comingBack = new TreeMap<>();

    /** Something about a child has changed. */
    void update(Entry child) {
        put(fresh, child, child.isOnly(ChildState.NEW));
        put(up, child, child.isUp());
        put(live, child, child.isLive());
        put(comingBack, child, child.comesBack);
    }

    private static void put(NavigableMap<Long, Entry> into, Entry child, boolean yes) {
        if (yes) {
            into.put(child.ordinal, child);
        } else {
            into.remove(child.ordinal);
        }
    }

    void remove(Entry child) {
        put(fresh, child, false);
        put(up, child, false);
        put(live, child, false);
        put(comingBack, child, false);
    }

    /** An older one that was not started yet. */
    @Nullable
    Entry freshBefore(Entry child) {
        return value(fresh.lowerEntry(child.ordinal));
    }

    /** An older one that is to come back and has not. */
    @Nullable
    Entry comingBackBefore(Entry child) {
        return value(comingBack.lowerEntry(child.ordinal));
    }

    /** A younger one that runs and was not asked to stop. */
    @Nullable
    Entry upAfter(Entry child) {
        return value(up.higherEntry(child.ordinal));
    }

    /** A younger one that runs. */
    @Nullable
    Entry liveAfter(Entry child) {
        return value(live.higherEntry(child.ordinal));
    }

    private static @Nullable Entry value(java.util.Map.@Nullable Entry<Long, Entry> found) {
        return found == null ? null : found.getValue();
    }

    Collection<Entry> live() {
        return live.values();
    }

    Collection<Entry> comingBack() {
        return comingBack.values();
    }
}
