package dev.oversight.testkit;

import dev.oversight.spi.Threads;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Threads that run one at a time. A thread waits at a gate before its first step and after each wait of
 * the kit. When all are blocked, the one that came first is let through; when nobody is at the gate
 * either, all is quiet. So the order of what happens depends on no scheduler of the JVM.
 *
 * <p>That all are blocked is seen by looking at every thread twice, with nobody having reported a move
 * in between. A thread in a wait of the kit is parked, and whoever unparks a virtual thread makes it
 * runnable before that call returns; so two looks are exact for such threads. A thread that is blocked
 * elsewhere (a queue, a lock, a sleep on the real clock) is looked at for a while longer, unless it is
 * where it was confirmed to be before. That is a good guess and no proof: see docs/testing.md.
 */
final class TurnTaking implements Threads {
    /** So many turns without time passing are a loop; so many per thread, if there are many. */
    private static final int MOST_TURNS = 10_000;

    private static final int MOST_TURNS_EACH = 20;

    /** How long a wait that the kit does not know is looked at before it is believed. */
    private static final long CONFIRM_NANOS = Duration.ofMillis(1).toNanos();

    private final Set<KitThread> threads = ConcurrentHashMap.newKeySet();
    private final Set<KitThread> gate = ConcurrentHashMap.newKeySet();
    private final AtomicLong made = new AtomicLong();
    private final AtomicLong moves = new AtomicLong();
    private final ReentrantLock driving = new ReentrantLock();
    private final Thread driver;
    private final @Nullable Random order;
    private volatile Duration patience;
    private final AtomicLong step = new AtomicLong();
    private volatile boolean open;
    private volatile boolean closed;
    private int turnsInARow;

    /**
     * Threads without a tree.
     *
     * @param order who is next of those at the gate; null: who came first
     * @param patience how long on the real clock one step may take
     */
    TurnTaking(@Nullable Random order, Duration patience) {
        this.order = order;
        this.patience = patience;
        this.driver = Thread.ofPlatform()
                .daemon()
                .name("oversight-testkit")
                .inheritInheritableThreadLocals(false)
                .start(this::driveInBackground);
    }

    void patience(Duration limit) {
        patience = limit;
    }

    @Override
    public Thread unstarted(String name, Runnable body) {
        KitThread made = new KitThread(this, this.made.getAndIncrement(), name, body);
        threads.add(made);
        return made.thread;
    }

    /** Those that a child names for itself would be unknown here. */
    @Override
    public Threads orOwn(Threads own) {
        return this;
    }

    /** Whose turn it is is decided here. */
    @Override
    public void rest() {}

    // ------------------------------------------------------------------ from the threads

    void arrived(KitThread thread) {
        if (open) {
            thread.turn = true;
            return;
        }
        thread.arrivedAt = step.get();
        gate.add(thread);
        thread.phase = KitThread.Phase.AT_GATE; // after that: whoever sees the phase finds it there
        moves.incrementAndGet();
        LockSupport.unpark(driver);
        if (open) {
            thread.turn = true;
        }
    }

    void moved() {
        moves.incrementAndGet();
    }

    // ------------------------------------------------------------------ from the driver

    /** Does something while nobody else runs, then lets everybody run until all is quiet. */
    void drive(Runnable action) {
        refuseInside();
        driving.lock();
        try {
            settle();
            interject(action);
        } finally {
            driving.unlock();
        }
    }

    /** The same without waiting for quiet first: somebody may run without end. */
    void interject(Runnable action) {
        driving.lock();
        try {
            step.incrementAndGet();
            action.run();
            settle();
        } finally {
            driving.unlock();
        }
    }

    private static void refuseInside() {
        KitThread inside = KitThread.CURRENT.get();
        if (inside != null) {
            throw new IllegalStateException(
                    inside + " called the test kit from inside a tree, which would wait for itself;"
                            + " let the test's own thread do that");
        }
    }

    /** In {@link #drive}: lets everybody run until all is quiet. */
    void settle() {
        do {
            awaitAllBlocked();
        } while (letNextThrough());
    }

    /** In {@link #drive}: time has moved, so what ran so far was no loop. */
    void timeHasMoved() {
        turnsInARow = 0;
    }

    /** Whoever calls into a tree from a thread of their own needs somebody who lets others through. */
    private void driveInBackground() {
        while (!closed) {
            LockSupport.park(this);
            if (!gate.isEmpty() && !closed) {
                driving.lock();
                try {
                    settle();
                } catch (AssertionError notQuiet) {
                    LockSupport.parkNanos(CONFIRM_NANOS); // the test learns of it when it next asks
                } finally {
                    driving.unlock();
                }
            }
        }
    }

    private boolean letNextThrough() {
        List<KitThread> waiting = new ArrayList<>(gate);
        if (waiting.isEmpty()) {
            return false;
        }
        waiting.sort(Comparator.<KitThread>comparingLong(t -> t.arrivedAt)
                .thenComparingLong(t -> t.number));
        KitThread next = waiting.get(order == null ? 0 : order.nextInt(waiting.size()));
        if (++turnsInARow > Math.max(MOST_TURNS, MOST_TURNS_EACH * threads.size())) {
            int turns = turnsInARow;
            turnsInARow = 0;
            throw new AssertionError(
                    turns + " turns without time passing, the last of " + next
                            + ". Does a child fail at once and is restarted without limit? Give it a backoff");
        }
        step.incrementAndGet();
        threads.forEach(t -> t.turn = false);
        gate.remove(next);
        next.through = false;
        next.turn = true;
        LockSupport.unpark(next.thread);
        for (int looks = 0; !next.through; looks++) {
            pause(looks); // it is on its way, and must not be taken for blocked
        }
        return true;
    }

    private void awaitAllBlocked() {
        long began = System.nanoTime();
        long blockedSince = began;
        long movesThen = -1;
        for (int looks = 0; ; looks++) {
            long before = moves.get();
            List<KitThread> elsewhere = new ArrayList<>();
            KitThread busy = firstBusy(elsewhere);
            boolean blocked = busy == null && moves.get() == before;
            if (!blocked || before != movesThen) { // the first of two looks, at best
                movesThen = blocked ? before : -1;
                blockedSince = System.nanoTime();
            } else if (allConfirmed(elsewhere, System.nanoTime() - blockedSince)) {
                return;
            }
            if (System.nanoTime() - began > patience.toNanos()) {
                throw notQuiet(busy);
            }
            pause(looks);
        }
    }

    /** The first thread that runs; null if all are blocked: then also who is so outside the kit. */
    private @Nullable KitThread firstBusy(List<KitThread> elsewhere) {
        threads.removeIf(t -> t.thread.getState() == Thread.State.TERMINATED);
        for (KitThread thread : threads) {
            Thread.State state = thread.thread.getState();
            KitThread.Phase phase = thread.phase;
            if (state == Thread.State.TERMINATED) {
                continue; // since just now
            }
            if (state != Thread.State.NEW && phase != KitThread.Phase.AT_GATE) {
                if (state == Thread.State.RUNNABLE) {
                    return thread;
                }
                if (phase == KitThread.Phase.RUNNING) {
                    elsewhere.add(thread);
                } else if (thread.thread.isInterrupted()) {
                    return thread; // the waits of the kit end by an interrupt, so it is on its way
                }
            }
        }
        return null;
    }

    private static boolean allConfirmed(List<KitThread> elsewhere, long blockedNanos) {
        boolean longEnough = blockedNanos > CONFIRM_NANOS;
        for (KitThread thread : elsewhere) {
            Object blocker = LockSupport.getBlocker(thread.thread);
            if (longEnough) {
                thread.confirmedBlocker = blocker;
            } else if (!isEngine(blocker)
                    && (blocker == null || blocker != thread.confirmedBlocker)) {
                return false;
            }
        }
        return true;
    }

    /** Waits for an answer of a supervisor, or for a service, end by an unpark as the kit's do. */
    private static boolean isEngine(@Nullable Object blocker) {
        return blocker != null
                && blocker.getClass().getPackageName().equals("dev.oversight.internal");
    }

    private static void pause(int looks) {
        if (looks < 200) {
            Thread.onSpinWait();
        } else {
            LockSupport.parkNanos(50_000);
        }
    }

    private AssertionError notQuiet(@Nullable KitThread busy) {
        return new AssertionError("not quiet after " + patience + ": "
                + (busy == null ? "threads wake one another" : Stacks.of(busy.thread))
                + "\nA body that looks again and again without waiting has to wait on the tree's clock:"
                + " self.awaitStop(d)");
    }

    // ------------------------------------------------------------------ the end

    /** All that were started and have not ended. */
    List<Thread> alive() {
        return threads.stream()
                .map(t -> t.thread)
                .filter(t -> t.getState() != Thread.State.NEW && t.isAlive())
                .toList();
    }

    /** Those of these threads that are blocked outside the kit, in {@link #drive}. */
    Collection<Thread> blockedElsewhere() {
        List<KitThread> elsewhere = new ArrayList<>();
        firstBusy(elsewhere);
        return elsewhere.stream().map(t -> t.thread).toList();
    }

    /** From now on everybody runs whenever they can. */
    void open() {
        open = true;
        threads.forEach(t -> {
            t.turn = true;
            LockSupport.unpark(t.thread);
        });
    }

    void close() {
        open();
        closed = true;
        LockSupport.unpark(driver);
    }
}
