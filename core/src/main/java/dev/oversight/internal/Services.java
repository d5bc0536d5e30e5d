package dev.oversight.internal;

import dev.oversight.Outcome;
import dev.oversight.Supervisor;
import dev.oversight.service.ServiceKey;
import dev.oversight.service.ServiceTakenException;
import dev.oversight.spi.Timers;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What the children of one tree publish. Bounded by what live runs publish, by who waits, and by a fixed
 * number of former owners.
 *
 * <p>An entry counts only while its owner {@linkplain ThreadRun#isOver lives}, which is looked at when it is
 * looked up and when another run wants its key. So taking entries out is mere tidiness, and late tidying
 * harms nobody. It is done by the dying thread itself, before its supervisor hears of the end, and for an
 * abandoned run by whoever abandoned it.
 *
 * <p>All changes of one run's entries happen inside {@code owners.compute} of that run, and inside that those
 * of one key in the other tables: always in this order, and without code of the application.
 */
final class Services {
    /** So many keys are remembered after their owner has gone. */
    private static final int FORMER_OWNERS = 64;

    /** A service and whose it is. Compared by identity. */
    static final class Entry {
        final ServiceKey<?> key;
        final ThreadRun owner;
        private volatile Object service;

        /** Of a shared key: its place in the table. Touched inside that key's exclusion alone. */
        private long number;

        Entry(ServiceKey<?> key, ThreadRun owner, Object service) {
            this.key = key;
            this.owner = owner;
            this.service = service;
        }

        boolean isLive() {
            return !owner.isOver();
        }

        Object service() {
            return service;
        }
    }

    private final Map<ServiceKey<?>, Entry> unique = new ConcurrentHashMap<>();

    /**
     * By number, so that they are listed in the order in which they were published. Who comes in has a
     * higher number than all that have been there, or {@link #nextLive} would miss it.
     */
    private final Map<ServiceKey<?>, NavigableMap<Long, Entry>> shared = new ConcurrentHashMap<>();

    private final Map<ThreadRun, Map<ServiceKey<?>, Entry>> owners = new ConcurrentHashMap<>();

    /** A table with one place for each hash: a later owner pushes an earlier one of the same hash out. */
    private final AtomicReferenceArray<@Nullable FormerOwner> former =
            new AtomicReferenceArray<>(FORMER_OWNERS);

    private final AtomicLong numbers = new AtomicLong();
    private final ServiceWaiters waiters;
    private volatile @Nullable Outcome outcome;

    /** The root supervisor; set before anything runs. */
    private @Nullable Supervisor root;

    Services(Timers timers) {
        this.waiters = new ServiceWaiters(timers);
    }

    void belongTo(Supervisor rootOfTree) {
        root = rootOfTree;
    }

    Supervisor root() {
        Supervisor known = root;
        if (known == null) {
            throw new IllegalStateException("the tree has no root yet");
        }
        return known;
    }

    ServiceWaiters waiters() {
        return waiters;
    }

    /** How the tree ended; null while it runs. */
    @Nullable
    Outcome outcome() {
        return outcome;
    }

    // ------------------------------------------------------------------ changes

    void publish(ThreadRun run, ServiceKey<?> key, Object service) {
        run.refuseToPublish(key);
        refuseIfTaken(run, key, unique.get(key)); // mostly known before anybody is kept waiting
        owners.compute(run, (same, owned) -> {
            run.refuseToPublish(key);
            Entry mine = owned == null ? null : owned.get(key);
            if (mine != null) {
                mine.service = service;
                return owned;
            }
            Entry entry = new Entry(key, run, service);
            enter(entry);
            Map<ServiceKey<?>, Entry> more = owned == null ? new HashMap<>(4) : owned;
            more.put(key, entry);
            return more;
        });
        waiters.wake(key);
    }

    private void enter(Entry entry) {
        if (entry.key.isShared()) {
            shared.compute(entry.key, (key, entries) -> {
                NavigableMap<Long, Entry> more =
                        entries == null ? new ConcurrentSkipListMap<>() : entries;
                entry.number = numbers.incrementAndGet();
                more.put(entry.number, entry);
                return more;
            });
            return;
        }
        Entry before = unique.putIfAbsent(entry.key, entry);
        while (before != null) {
            refuseIfTaken(entry.owner, entry.key, before);
            if (unique.replace(entry.key, before, entry)) {
                return;
            }
            before = unique.putIfAbsent(entry.key, entry);
        }
    }

    private static void refuseIfTaken(ThreadRun run, ServiceKey<?> key, @Nullable Entry entry) {
        if (entry != null && entry.owner != run && entry.isLive()) {
            ThreadRun holder = entry.owner;
            throw new ServiceTakenException(
                    key, run.child.path, holder.child.path, holder.incarnation);
        }
    }

    boolean withdraw(ThreadRun run, ServiceKey<?> key) {
        boolean[] withdrawn = new boolean[1];
        owners.computeIfPresent(run, (same, owned) -> {
            Entry mine = owned.remove(key);
            if (mine != null) {
                withdrawn[0] = !run.isOver();
                leave(mine);
            }
            return owned.isEmpty() ? null : owned;
        });
        return withdrawn[0];
    }

    /** The run is over: nothing of it can come in any more. Costs what it had published. */
    void release(ThreadRun run) {
        Map<ServiceKey<?>, Entry> owned = owners.remove(run);
        if (owned != null) {
            owned.values().forEach(this::leave);
        }
    }

    /** Remembered before it is gone, so that whoever misses it finds out whose it was. */
    private void leave(Entry entry) {
        former.set(placeOf(entry.key), FormerOwner.of(entry));
        if (entry.key.isShared()) {
            shared.computeIfPresent(entry.key, (key, entries) -> {
                entries.remove(entry.number);
                return entries.isEmpty() ? null : entries;
            });
        } else {
            unique.remove(entry.key, entry);
        }
    }

    /** The root has ended. Wakes whoever waits; runs in its loop. */
    void close(Outcome how) {
        outcome = how;
        waiters.wakeAll();
    }

    // ------------------------------------------------------------------ lookups

    /** The live entry of a key, of a shared one the oldest; null if there is none. */
    @Nullable
    Entry find(ServiceKey<?> key) {
        if (!key.isShared()) {
            Entry entry = unique.get(key);
            return entry != null && entry.isLive() ? entry : null;
        }
        NavigableMap<Long, Entry> entries = shared.get(key);
        return entries == null ? null : nextLive(entries, entries.firstEntry());
    }

    /**
     * The first live entry from one on. An iterator would not do: it knows what comes next before this looks
     * whether an entry lives, so it is at its end when the last one ends just after another has come.
     */
    private static @Nullable Entry nextLive(
            NavigableMap<Long, Entry> entries, Map.@Nullable Entry<Long, Entry> from) {
        Map.Entry<Long, Entry> at = from;
        while (at != null && !at.getValue().isLive()) {
            at = entries.higherEntry(at.getKey());
        }
        return at == null ? null : at.getValue();
    }

    /** All live entries of a key, the oldest first. */
    List<Entry> all(ServiceKey<?> key) {
        if (!key.isShared()) {
            Entry entry = find(key);
            return entry == null ? List.of() : List.of(entry);
        }
        NavigableMap<Long, Entry> entries = shared.get(key);
        return entries == null ? List.of() : allLive(entries);
    }

    /** Goes on behind the last one until nobody has come meanwhile: see {@link #nextLive}. */
    private static List<Entry> allLive(NavigableMap<Long, Entry> entries) {
        List<Entry> result = new ArrayList<>();
        long last = 0; // they begin with one
        boolean more = true;
        while (more) {
            more = false;
            for (Map.Entry<Long, Entry> at : entries.tailMap(last, false).entrySet()) {
                more = true;
                last = at.getKey();
                if (at.getValue().isLive()) {
                    result.add(at.getValue());
                }
            }
        }
        return result;
    }

    /** Who published it last, if that is still known. */
    @Nullable
    FormerOwner formerOwner(ServiceKey<?> key) {
        Entry dead = key.isShared() ? null : unique.get(key);
        if (dead != null && !dead.isLive()) {
            return FormerOwner.of(dead); // its run is over, and it is just being taken out
        }
        FormerOwner known = former.get(placeOf(key));
        return known != null && known.key().equals(key) ? known : null;
    }

    private static int placeOf(ServiceKey<?> key) {
        int hash = key.hashCode();
        return (hash ^ hash >>> 16) & FORMER_OWNERS - 1;
    }

    /** How many entries, owners and keys waited for there are, dead or alive: for tests. */
    int size() {
        int entries = unique.size() + owners.size() + waiters.size();
        for (NavigableMap<Long, Entry> sharing : shared.values()) {
            entries += sharing.size();
        }
        return entries;
    }
}
