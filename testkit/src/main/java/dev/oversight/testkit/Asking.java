package dev.oversight.testkit;

import dev.oversight.OversightException;
import dev.oversight.SupervisorNotRunningException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** The requests of the chaos that are open, and what was answered. */
final class Asking {
    /** So long is waited for the answer about a child that waits for others. */
    private static final long PATIENCE_NANOS = Duration.ofMillis(100).toNanos();

    private static final class Open {
        private final String what;
        private final String path;
        private final long sinceNanos;
        private final Thread thread = Thread.currentThread();
        private volatile boolean reported;
        private final ReentrantLock lock = new ReentrantLock();
        private boolean answered;
        private boolean givenUp;

        Open(String what, String path, long sinceNanos) {
            this.what = what;
            this.path = path;
            this.sinceNanos = sinceNanos;
        }

        /** Ends the wait, unless it is over: the next request of that thread is not meant. */
        void giveUp() {
            lock.lock();
            try {
                if (!answered) {
                    givenUp = true;
                    thread.interrupt();
                }
            } finally {
                lock.unlock();
            }
        }

        boolean isGivenUp() {
            lock.lock();
            try {
                return givenUp;
            } finally {
                lock.unlock();
            }
        }

        /** In its own thread. */
        void isOver() {
            lock.lock();
            try {
                answered = true;
                if (givenUp) {
                    Thread.interrupted(); // it may have come when the answer was there
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private final LongSupplier clock;
    private final Duration limit;
    private final Judge judge;

    /** Whether a child waits for siblings that are down, which it may for ever. */
    private final Predicate<String> waitsForOthers;

    private final Map<Long, Open> open = new ConcurrentHashMap<>();
    private final AtomicLong asked = new AtomicLong();

    /** The root said that it is not running; wrong if it turns out that it has run ever since. */
    private volatile @Nullable String refusedByRoot;

    Asking(LongSupplier clock, Duration limit, Judge judge, Predicate<String> waitsForOthers) {
        this.clock = clock;
        this.limit = limit;
        this.judge = judge;
        this.waitsForOthers = waitsForOthers;
    }

    /** Asks in the calling thread, and tells what came of it. */
    String ask(String what, String path, Callable<String> request) {
        long number = asked.incrementAndGet();
        Open mine = new Open(what, path, clock.getAsLong());
        open.put(number, mine);
        try {
            return request.call();
        } catch (SupervisorNotRunningException refused) {
            if (refused.path().indexOf('/') < 0) {
                refusedByRoot = what + " was refused: " + refused.getMessage();
            }
            return refused.getClass().getSimpleName();
        } catch (OversightException refused) {
            return refused.getClass().getSimpleName();
        } catch (InterruptedException over) {
            return "not waited for: the child waits for others";
        } catch (Throwable wrong) {
            judge.violated(
                    ChaosViolation.Kind.UNANSWERED,
                    path,
                    what + " was answered by " + wrong,
                    clock.getAsLong());
            return wrong.getClass().getSimpleName();
        } finally {
            open.remove(number);
            mine.isOver();
        }
    }

    long count() {
        return asked.get();
    }

    /** Reports those that wait for longer than the limit, each once. For one thread. */
    void judgeOverdue() {
        long now = clock.getAsLong();
        for (Open one : open.values()) {
            long waits = now - one.sinceNanos;
            if (one.isGivenUp()) {
                continue;
            }
            if (waits > PATIENCE_NANOS && waitsForOthers.test(one.path)) {
                one.giveUp();
            } else if (!one.reported && waits > limit.toNanos()) {
                one.reported = true;
                judge.violated(
                        ChaosViolation.Kind.UNANSWERED,
                        one.path,
                        one.what + " was not answered within " + limit.toMillis() + "ms:\n"
                                + Stacks.of(one.thread),
                        now);
            }
        }
    }

    /** How many were given up as overdue and still are open. */
    long overdue() {
        return open.values().stream().filter(one -> one.reported).count();
    }

    /** The root runs, and has never stopped. */
    void judgeRefusals(String root) {
        String wrong = refusedByRoot;
        refusedByRoot = null;
        if (wrong != null) {
            judge.violated(
                    ChaosViolation.Kind.UNANSWERED,
                    root,
                    wrong + ", but it ran",
                    clock.getAsLong());
        }
    }
}
