package dev.oversight.internal;

import dev.oversight.service.ServiceKey;
import dev.oversight.spi.Timers;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** The threads that wait for services. Waking one only unparks it; it looks again for itself. */
final class ServiceWaiters {
    /** A thread that waits. Compared by identity. */
    private static final class Waiter {
        private final Thread thread = Thread.currentThread();
        private final @Nullable ThreadRun child = ThreadRun.ofCaller();

        /** A child that waits during its clean-up has been asked to stop before. */
        private final boolean endsWithStop = child != null && child.running();

        private volatile boolean late;

        private void throwIfInterrupted(ServiceKey<?> key) throws InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while waiting for " + key);
            }
            if (endsWithStop && child != null && !child.running()) {
                throw new InterruptedException(
                        child.child.path + " was asked to stop while it waited for " + key);
            }
        }
    }

    private final Timers timers;
    private final Map<ServiceKey<?>, Set<Waiter>> waiting = new ConcurrentHashMap<>();

    ServiceWaiters(Timers timers) {
        this.timers = timers;
    }

    /**
     * Waits until there is an answer.
     *
     * @param answer asked again whenever something may have changed; null means there is none yet
     * @param limitNanos more than zero
     * @return null if there was no answer in time
     */
    <A> @Nullable A await(ServiceKey<?> key, Supplier<@Nullable A> answer, long limitNanos)
            throws InterruptedException {
        Waiter self = new Waiter();
        self.throwIfInterrupted(key);
        A found = answer.get();
        if (found != null) {
            return found;
        }
        add(key, self);
        Timers.@Nullable Alarm alarm = null;
        try {
            alarm = timers.after(limitNanos, () -> {
                self.late = true;
                LockSupport.unpark(self.thread);
            });
            // Known to whoever publishes before it looks again: see wake.
            VarHandle.fullFence();
            while (true) {
                self.throwIfInterrupted(key); // also before: setting the alarm may eat an unpark
                found = answer.get();
                if (found != null || self.late) {
                    return found;
                }
                LockSupport.park(this);
            }
        } finally {
            remove(key, self);
            if (alarm != null) {
                alarm.cancel();
            }
        }
    }

    private void add(ServiceKey<?> key, Waiter waiter) {
        waiting.compute(key, (same, others) -> {
            Set<Waiter> more = others == null ? ConcurrentHashMap.newKeySet() : others;
            more.add(waiter);
            return more;
        });
    }

    private void remove(ServiceKey<?> key, Waiter waiter) {
        waiting.computeIfPresent(key, (same, others) -> {
            others.remove(waiter);
            return others.isEmpty() ? null : others;
        });
    }

    /** Something was published. Costs one look if nobody waits for it. */
    void wake(ServiceKey<?> key) {
        // What was published is there before it is looked who waits: either the waiter finds the
        // one, or
        // this finds the other.
        VarHandle.fullFence();
        Set<Waiter> here = waiting.get(key);
        if (here != null) {
            here.forEach(waiter -> LockSupport.unpark(waiter.thread));
        }
    }

    /** There is an answer for everybody. */
    void wakeAll() {
        VarHandle.fullFence();
        waiting.values().forEach(here -> here.forEach(waiter -> LockSupport.unpark(waiter.thread)));
    }

    /** How many keys are waited for. */
    int size() {
        return waiting.size();
    }
}
