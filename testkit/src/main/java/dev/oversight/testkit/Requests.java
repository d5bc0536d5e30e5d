package dev.oversight.testkit;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * What the chaos has asked for, by child: the reason why one is down or comes back. As many entries as
 * there are paths, whatever happens.
 */
final class Requests {
    /** When the last request of a kind was answered, and how many are open. */
    private static final class Asked {
        private int open;
        private long answeredNanos = Long.MIN_VALUE;
        private long failedNanos = Long.MIN_VALUE;

        boolean since(long nanos) {
            return open > 0 || answeredNanos >= nanos;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Asked> starts = new HashMap<>();
    private final Map<String, Asked> stops = new HashMap<>();

    void asked(String path, boolean start) {
        lock.lock();
        try {
            (start ? starts : stops).computeIfAbsent(path, p -> new Asked()).open++;
        } finally {
            lock.unlock();
        }
    }

    void answered(String path, boolean start, boolean failed, long nowNanos) {
        lock.lock();
        try {
            Asked asked = (start ? starts : stops).computeIfAbsent(path, p -> new Asked());
            asked.open--;
            asked.answeredNanos = nowNanos;
            if (failed) {
                asked.failedNanos = nowNanos;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets all but these, and what is open. */
    void retain(Predicate<String> paths) {
        lock.lock();
        try {
            starts.entrySet().removeIf(e -> e.getValue().open == 0 && !paths.test(e.getKey()));
            stops.entrySet().removeIf(e -> e.getValue().open == 0 && !paths.test(e.getKey()));
        } finally {
            lock.unlock();
        }
    }

    /** Whether a start of the child was asked for at that time or later. */
    boolean startedSince(String path, long nanos) {
        return has(starts, path, nanos);
    }

    /** Whether a stop was. */
    boolean stoppedSince(String path, long nanos) {
        return has(stops, path, nanos);
    }

    /** Whether a start that was asked for has failed: then the child stays down. */
    boolean startFailedSince(String path, long nanos) {
        lock.lock();
        try {
            Asked asked = starts.get(path);
            return asked != null && asked.failedNanos >= nanos;
        } finally {
            lock.unlock();
        }
    }

    private boolean has(Map<String, Asked> of, String path, long nanos) {
        lock.lock();
        try {
            Asked asked = of.get(path);
            return asked != null && asked.since(nanos);
        } finally {
            lock.unlock();
        }
    }
}
