package dev.oversight.internal;

import java.lang.invoke.VarHandle;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads of a body's own that wait for their child to stop. Nobody interrupts them, so each has to be
 * known before it looks whether there is anything to wait for. Thread-safe.
 */
final class Helpers {
    private final Set<Thread> waiting = ConcurrentHashMap.newKeySet();

    /** The calling thread looks next, and then waits. */
    void enter() {
        waiting.add(Thread.currentThread());
        VarHandle.fullFence(); // see wake
    }

    void leave() {
        waiting.remove(Thread.currentThread());
    }

    /** Called when there is a reason to wake, which they see once they are awake. */
    void wake() {
        VarHandle.fullFence(); // a set is no volatile field: that reason first, then who is in it
        waiting.forEach(LockSupport::unpark);
    }
}
