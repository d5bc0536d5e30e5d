package dev.oversight.adopt;

import dev.oversight.ChildContext;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the child's thread waits for two things: a request to stop, and the end of what it looks after,
 * of which another thread tells.
 *
 * <p>A child waits by {@link ChildContext#awaitStop()}, so that time is that of the tree, and only an
 * interrupt cuts such a wait short. So that is how the end is told. It is sent while the thread is in
 * the wait and at no other time, and is taken away again: the code of the application never sees it.
 */
final class Lookout {
    private final ChildContext self;
    private final Thread watcher = Thread.currentThread();
    private final ReentrantLock lock = new ReentrantLock();
    private boolean watching;
    private boolean woken;
    private boolean ended;
    private @Nullable Throwable cause;

    /** Made in the child's thread. */
    Lookout(ChildContext self) {
        this.self = self;
    }

    /**
     * What it looks after has ended. From any thread; the first call counts.
     *
     * @param why null if it has ended in order
     */
    void end(@Nullable Throwable why) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            ended = true;
            cause = unwrapped(why);
            if (watching) {
                woken = true;
                watcher.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    private static @Nullable Throwable unwrapped(@Nullable Throwable why) {
        Throwable inner = why;
        while (inner instanceof CompletionException && inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }

    /** Whether there is nothing left to wait for: it has ended, or the child is asked to stop. */
    boolean isOver() {
        return !self.running() || hasEnded();
    }

    boolean hasEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** Throws what it died of, if it has ended that way. */
    void throwCause() throws Exception {
        Throwable why;
        lock.lock();
        try {
            why = cause;
        } finally {
            lock.unlock();
        }
        if (why != null) {
            Ending.rethrow(why);
        }
    }

    /** Waits in the child's thread until it {@linkplain #isOver is over}. */
    void await() throws InterruptedException {
        await(null);
    }

    /** The same, but at most so long, by the clock of the tree; without limit if null. */
    void await(@Nullable Duration limit) throws InterruptedException {
        if (!begin()) {
            return;
        }
        InterruptedException interrupt = null;
        try {
            if (limit == null) {
                self.awaitStop();
            } else {
                self.awaitStop(limit);
            }
        } catch (InterruptedException e) {
            interrupt = e;
        }
        if (leave()) {
            // Ours, unless it was thrown; one of a stop, too, has told us all it can.
            Thread.interrupted();
        } else if (interrupt != null) {
            throw interrupt;
        }
    }

    private boolean begin() {
        lock.lock();
        try {
            watching = !ended;
            return watching;
        } finally {
            lock.unlock();
        }
    }

    /** From here on no interrupt is sent. True if one was. */
    private boolean leave() {
        lock.lock();
        try {
            watching = false;
            boolean sent = woken;
            woken = false;
            return sent;
        } finally {
            lock.unlock();
        }
    }
}
