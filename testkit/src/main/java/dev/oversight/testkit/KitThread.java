package dev.oversight.testkit;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** A thread made by the kit, and what the kit knows of it. Runs only when it is its turn. */
final class KitThread {
    /** The one that the calling thread is; unset in threads that the kit did not make. */
    static final ThreadLocal<@Nullable KitThread> CURRENT = new ThreadLocal<>();

    /** What it is doing, as far as it says so itself. */
    enum Phase {
        /** Its own code, or a wait that the kit does not know. */
        RUNNING,
        /** Waits for its turn. */
        AT_GATE,
        /** In a wait of the kit, from which it comes to the gate. */
        WAITING
    }

    private final TurnTaking turns;

    /** In the order in which threads were made. */
    final long number;

    final Thread thread;

    volatile Phase phase = Phase.RUNNING;

    /** Whether it may run; taken from it by itself when it waits, or when it is somebody else's turn. */
    volatile boolean turn;

    /** Whether it has taken the turn it was given; it may be back at the gate by then. */
    volatile boolean through;

    /** At which step it came to the gate. */
    volatile long arrivedAt;

    /** What it was blocked on, outside the kit, when that was last confirmed. Belongs to the driver. */
    @Nullable
    Object confirmedBlocker;

    KitThread(TurnTaking turns, long number, String name, Runnable body) {
        this.turns = turns;
        this.number = number;
        this.thread = Thread.ofVirtual()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .unstarted(() -> run(body));
    }

    private void run(Runnable body) {
        CURRENT.set(this);
        awaitTurn();
        try {
            body.run();
        } finally {
            turns.moved();
        }
    }

    /** Waits for the turn, unless it is the caller's already: it may have lost it in a wait of its own. */
    void comeBack() {
        if (!turn) {
            awaitTurn();
        }
    }

    /** Does what may wait, out of turn, and comes back. */
    <T> T waiting(Callable<T> wait) throws Exception {
        turn = false;
        phase = Phase.WAITING;
        turns.moved();
        try {
            return wait.call();
        } finally {
            awaitTurn();
        }
    }

    private void awaitTurn() {
        boolean interrupted = false;
        turns.arrived(this);
        while (!turn) {
            LockSupport.park(turns);
            interrupted |= Thread.interrupted();
        }
        phase = Phase.RUNNING;
        through = true;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return thread.getName();
    }
}
