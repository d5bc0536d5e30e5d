package dev.oversight.testkit;

import dev.oversight.Listener;
import dev.oversight.event.ChildAbandoned;
import dev.oversight.event.Event;
import dev.oversight.event.EventsDropped;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Hears all that happens during chaos: keeps the last of it, has the {@link Books} follow it, and notes
 * what does not hold. Bounded, however long it takes.
 */
final class ChaosWatch implements Listener {
    private static final int VIOLATIONS = 50;
    private static final int BEFORE = 20;
    private static final int AFTER = 5;
    private static final int LOOKED_AT = 2_000;
    private static final int ACTIONS = 1_000;
    private static final int ACTIONS_SHOWN = 5;
    private static final int ABANDONED_KNOWN = 4_096;
    private static final int ABANDONED_KEPT = 50;

    /** A violation, and the events that came after it. */
    private static final class Noted {
        private final ChaosViolation.Kind kind;
        private final String path;
        private final String what;
        private final long atNanos;
        private final List<Event> around;
        private final List<ChaosAction> actions;
        private int wanted = AFTER;

        Noted(
                ChaosViolation.Kind kind,
                String path,
                String what,
                long atNanos,
                List<Event> around,
                List<ChaosAction> actions) {
            this.kind = kind;
            this.path = path;
            this.what = what;
            this.atNanos = atNanos;
            this.around = around;
            this.actions = actions;
        }

        ChaosViolation violation(long startNanos) {
            return new ChaosViolation(
                    kind, path, what, atNanos, new Recording(startNanos, around), actions);
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final int capacity;
    private final Deque<Event> kept = new ArrayDeque<>();
    private final Deque<ChaosAction> actions = new ArrayDeque<>();
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final List<Noted> violations = new ArrayList<>();
    private final Books books;
    private final Consumer<ChildAbandoned> whenAbandoned;

    /** The runs that were abandoned last. */
    private final Map<String, Boolean> abandonedKnown = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > ABANDONED_KNOWN;
        }
    };

    /** Overlaps that an abandonment has yet to explain. */
    private final Map<String, Suspect> suspects = new LinkedHashMap<>();

    private record Suspect(Stage.Overlap overlap, long sinceNanos) {}

    private final Deque<ChildAbandoned> lastAbandoned = new ArrayDeque<>();
    private long startNanos;
    private long heard;
    private long dropped;
    private long lost;
    private long abandoned;
    private long more;

    ChaosWatch(int capacity, Books books, Consumer<ChildAbandoned> whenAbandoned) {
        this.capacity = capacity;
        this.books = books;
        this.whenAbandoned = whenAbandoned;
    }

    void startsAt(long nanos) {
        startNanos = nanos;
    }

    // ------------------------------------------------------------------ what happens

    @Override
    public void on(Event event) {
        lock.lock();
        try {
            keep(event);
            switch (event) {
                case EventsDropped gap -> {
                    lost += gap.count();
                    books.lostTrack();
                }
                case ChildAbandoned run -> {
                    abandoned++;
                    add(lastAbandoned, run, ABANDONED_KEPT);
                    String key = key(run.path(), run.incarnation());
                    abandonedKnown.put(key, true);
                    suspects.values().removeIf(suspect -> suspect.overlap.isOf(run));
                }
                default -> {}
            }
            books.take(event, this::violated);
        } finally {
            lock.unlock();
        }
        if (event instanceof ChildAbandoned run) {
            whenAbandoned.accept(run);
        }
    }

    private void keep(Event event) {
        heard++;
        if (kept.size() == capacity) {
            kept.remove();
            dropped++;
        }
        kept.add(event);
        for (Noted noted : violations) {
            if (noted.wanted > 0 && isNear(event, noted.path)) {
                noted.wanted--;
                noted.around.add(event);
            }
        }
    }

    private static <T> void add(Deque<T> last, T one, int most) {
        if (last.size() == most) {
            last.remove();
        }
        last.add(one);
    }

    /** An incarnation came in while another one of the same place was still there. */
    void overlap(Stage.Overlap overlap) {
        lock.lock();
        try {
            String stayed = key(overlap.path(), overlap.stayed());
            String came = key(overlap.path(), overlap.came());
            if (!abandonedKnown.containsKey(stayed) && !abandonedKnown.containsKey(came)) {
                suspects.put(stayed, new Suspect(overlap, System.nanoTime()));
            }
        } finally {
            lock.unlock();
        }
    }

    private static String key(String path, long incarnation) {
        return path + "#" + incarnation;
    }

    /**
     * Judges what has not been explained for so long. If not all was heard, what is missing may be the
     * explanation.
     *
     * @param patienceNanos zero when all has been heard
     */
    void judgeOverlaps(long nowNanos, long patienceNanos) {
        lock.lock();
        try {
            if (lost > 0) {
                suspects.clear();
                return;
            }
            long latest = System.nanoTime() - patienceNanos;
            for (Iterator<Suspect> left = suspects.values().iterator(); left.hasNext(); ) {
                Suspect suspect = left.next();
                if (suspect.sinceNanos - latest > 0) {
                    continue;
                }
                left.remove();
                Stage.Overlap overlap = suspect.overlap;
                violated(
                        ChaosViolation.Kind.TWO_LIVE,
                        overlap.path(),
                        "incarnation " + overlap.came() + " ran while incarnation "
                                + overlap.stayed() + " still did, which was not abandoned",
                        nowNanos);
            }
        } finally {
            lock.unlock();
        }
    }

    void did(ChaosAction action, String kind) {
        lock.lock();
        try {
            counts.merge(kind, 1L, Long::sum);
            add(actions, action, ACTIONS);
        } finally {
            lock.unlock();
        }
    }

    // ------------------------------------------------------------------ what does not hold

    void violated(ChaosViolation.Kind kind, String path, String what, long atNanos) {
        lock.lock();
        try {
            if (violations.size() == VIOLATIONS) {
                more++;
                return;
            }
            violations.add(new Noted(kind, path, what, atNanos, before(path), lastActions()));
        } finally {
            lock.unlock();
        }
    }

    private List<Event> before(String path) {
        Deque<Event> found = new ArrayDeque<>();
        int looked = 0;
        Iterator<Event> newestFirst = kept.descendingIterator();
        while (newestFirst.hasNext() && found.size() < BEFORE && looked++ < LOOKED_AT) {
            Event event = newestFirst.next();
            if (isNear(event, path)) {
                found.addFirst(event);
            }
        }
        return new ArrayList<>(found);
    }

    private static boolean isNear(Event event, String path) {
        String parent = Described.parentOf(path);
        String near = parent.isEmpty() ? path : parent;
        return event.path().equals(near) || event.path().startsWith(near + "/");
    }

    private List<ChaosAction> lastActions() {
        List<ChaosAction> last = new ArrayList<>();
        Iterator<ChaosAction> newestFirst = actions.descendingIterator();
        while (newestFirst.hasNext() && last.size() < ACTIONS_SHOWN) {
            last.addFirst(newestFirst.next());
        }
        return last;
    }

    // ------------------------------------------------------------------ what is asked of it

    /** Looks at what it and the {@link Books} know, which nothing is added to meanwhile. */
    <T extends @Nullable Object> T locked(Supplier<T> look) {
        lock.lock();
        try {
            return look.get();
        } finally {
            lock.unlock();
        }
    }

    List<ChaosViolation> violations() {
        return locked(
                () -> violations.stream().map(v -> v.violation(startNanos)).toList());
    }

    long moreViolations() {
        return locked(() -> more);
    }

    Recording recording() {
        return locked(() -> new Recording(startNanos, List.copyOf(kept)));
    }

    List<ChaosAction> actions() {
        return locked(() -> List.copyOf(actions));
    }

    Map<String, Long> counts() {
        return locked(() -> new LinkedHashMap<>(counts));
    }

    long heard() {
        return locked(() -> heard);
    }

    long dropped() {
        return locked(() -> dropped);
    }

    long lost() {
        return locked(() -> lost);
    }

    long abandoned() {
        return locked(() -> abandoned);
    }

    List<ChildAbandoned> lastAbandoned() {
        return locked(() -> List.copyOf(lastAbandoned));
    }
}
