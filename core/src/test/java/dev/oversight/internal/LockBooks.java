package dev.oversight.internal;

import dev.oversight.ChildContext;

/** Looks at who holds and who waits for what in a tree. */
public final class LockBooks {
    private final Locks locks;

    private LockBooks(Locks locks) {
        this.locks = locks;
    }

    /** Of the tree in which a child runs. */
    public static LockBooks of(ChildContext self) {
        return new LockBooks(((ThreadRun) self).supervisor.tree().locks());
    }

    /** Names that are held, and claims to them. */
    public int size() {
        return locks.size();
    }
}
