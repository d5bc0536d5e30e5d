package dev.oversight.testkit;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What the bodies of a tree stand on: the clock they wait on, and whether they take turns. */
abstract sealed class Ground {
    /** So far away that nobody waits for it. */
    static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE / 4);

    private final Set<Thread> stuck = ConcurrentHashMap.newKeySet();
    private volatile boolean released;

    /** Ends what hangs for ever, when the test is over. */
    static final class Released extends Error {
        private static final long serialVersionUID = 1L;

        Released() {
            super("the test is over, so what hangs is released", null, false, false);
        }
    }

    /** The system's clock and scheduler. */
    static final class Real extends Ground {
        @Override
        <T> T waiting(Callable<T> wait) throws Exception {
            return wait.call();
        }

        @Override
        void comeBack() {}

        @Override
        void park(long deadlineNanos) {
            LockSupport.parkNanos(this, deadlineNanos - nanos());
        }

        @Override
        long nanos() {
            return System.nanoTime();
        }
    }

    /** A kit's clock, one thread at a time. */
    static final class Virtual extends Ground {
        private final VirtualTime time;

        Virtual(VirtualTime time) {
            this.time = time;
        }

        @Override
        <T> T waiting(Callable<T> wait) throws Exception {
            KitThread thread = KitThread.CURRENT.get();
            return thread == null ? wait.call() : thread.waiting(wait);
        }

        @Override
        void comeBack() {
            KitThread thread = KitThread.CURRENT.get();
            if (thread != null) {
                thread.comeBack();
            }
        }

        @Override
        void park(long deadlineNanos) {
            Thread waiting = Thread.currentThread();
            var alarm = time.after(deadlineNanos - nanos(), () -> LockSupport.unpark(waiting));
            LockSupport.park(this);
            alarm.cancel();
        }

        @Override
        long nanos() {
            return time.nanos();
        }
    }

    /** Waits of the bodies go through here. */
    abstract <T> T waiting(Callable<T> wait) throws Exception;

    /** Called by a body that may have waited where nobody knew. */
    abstract void comeBack();

    abstract void park(long deadlineNanos);

    abstract long nanos();

    /** Waits; an interrupt ends it. */
    void sleep(Duration time) throws InterruptedException {
        long deadline = nanos() + clamped(time);
        try {
            waiting(() -> {
                while (nanos() < deadline) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException("interrupted in a sleep of " + time);
                    }
                    park(deadline);
                }
                return true;
            });
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception impossible) {
            throw new IllegalStateException("a sleep threw what it cannot throw", impossible);
        }
    }

    /** Waits, whatever is asked of the thread meanwhile; {@link #release} ends it with an error. */
    void stayDeaf(Duration time) {
        stayDeaf(time, () -> false);
    }

    /** The same, until the condition holds; whoever makes it hold unparks the thread. */
    void stayDeaf(Duration time, BooleanSupplier over) {
        long deadline = nanos() + clamped(time);
        boolean interrupted = false;
        stuck.add(Thread.currentThread());
        try {
            interrupted = waiting(() -> {
                boolean dropped = false;
                while (nanos() < deadline && !released && !over.getAsBoolean()) {
                    park(deadline);
                    dropped |= Thread.interrupted();
                }
                return dropped;
            });
        } catch (Exception impossible) {
            throw new IllegalStateException("a wait threw what it cannot throw", impossible);
        } finally {
            stuck.remove(Thread.currentThread());
        }
        if (released) {
            throw new Released();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nobody stays deaf any longer. */
    void release() {
        released = true;
        stuck.forEach(LockSupport::unpark);
    }

    private static long clamped(Duration time) {
        return time.compareTo(FOREVER) < 0 ? time.toNanos() : FOREVER.toNanos();
    }
}
