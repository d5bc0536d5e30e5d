package dev.oversight.internal;

import dev.oversight.service.Hold;
import dev.oversight.service.LockUnavailableException;
import dev.oversight.spi.Platform;
import dev.oversight.spi.Timers;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * What the children of one tree have for themselves, by name, and who waits for it. Bounded by who holds
 * and who waits.
 *
 * <p>A claim counts only while its run lives. A run that is over gives all of its claims back in its own
 * thread, before its supervisor hears of the end; those of an abandoned one are given back by whoever
 * abandoned it. Whoever comes in between finds the holder dead and passes the name on.
 *
 * <p>All changes of one run's claims happen inside {@code claims.compute} of that run, and inside that those
 * of one name: always in this order, without code of the application, and nobody is unparked in there.
 */
final class Locks {
    /** What becomes of a claim; only ever moves on. */
    private enum Stage {
        WAITING,
        HELD,
        OVER
    }

    /** One thread's wish for a name. Compared by identity. */
    private final class Claim implements Hold {
        private final String name;
        private final ThreadRun run;
        private final Thread thread = Thread.currentThread();
        private volatile Stage stage = Stage.WAITING;
        private volatile boolean late;
        private long heldSinceNanos;

        private Claim(String name, ThreadRun run) {
            this.name = name;
            this.run = run;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean isHeld() {
            return stage == Stage.HELD && !run.isOver();
        }

        @Override
        public void close() {
            giveBack(this);
        }

        @Override
        public String toString() {
            return "Hold[" + name + " by " + run.child.path + (isHeld() ? "]" : ", over]");
        }
    }

    /** Who has one name, and who wants it, the oldest first. Touched inside {@link #lines} alone. */
    private static final class Line {
        private @Nullable Claim holder;
        private final Set<Claim> waiting = new LinkedHashSet<>(2);

        /** Gives the name to who has waited longest and lives, if nobody who lives has it. */
        private @Nullable Claim passOn(long now) {
            if (holder != null && holder.isHeld()) {
                return null;
            }
            holder = null;
            for (Iterator<Claim> oldest = waiting.iterator(); oldest.hasNext(); ) {
                Claim next = oldest.next();
                oldest.remove();
                if (!next.run.isOver()) {
                    next.heldSinceNanos = now;
                    next.stage = Stage.HELD;
                    holder = next;
                    return next;
                }
            }
            return null;
        }
    }

    private final Platform platform;
    private final Map<String, Line> lines = new ConcurrentHashMap<>();
    private final Map<ThreadRun, Set<Claim>> claims = new ConcurrentHashMap<>();

    Locks(Platform platform) {
        this.platform = platform;
    }

    // ------------------------------------------------------------------ to get one

    Hold lock(ThreadRun run, String name, Duration limit) throws InterruptedException {
        long limitNanos = SupervisorRuntime.clampedNanos(limit);
        boolean endsWithStop = !run.isAskedToStop();
        Claim mine = new Claim(name, run);
        if (Thread.interrupted()) {
            throw interrupted(mine);
        }
        unpark(enter(mine));
        if (mine.stage == Stage.WAITING && limitNanos > 0) {
            await(mine, limitNanos, endsWithStop);
        }
        String holder = mine.stage == Stage.WAITING ? giveUp(mine) : "it is over";
        if (mine.stage == Stage.HELD) {
            return mine;
        }
        run.refuseToLock(name); // it was over before it had its turn
        String within = limitNanos <= 0
                ? "at once"
                : "within " + limit.toString().substring(2).toLowerCase(Locale.ROOT);
        throw new LockUnavailableException(
                run.child.path, name, "it was not free " + within + "; " + holder);
    }

    private static InterruptedException interrupted(Claim claim) {
        return new InterruptedException("interrupted while waiting for \"" + claim.name + '"');
    }

    /** Its turn may be at once. Returns whom to unpark. */
    private @Nullable Claim enter(Claim mine) {
        long now = now();
        @Nullable Claim[] next = new @Nullable Claim[1];
        claims.compute(mine.run, (run, others) -> {
            run.refuseToLock(mine.name);
            lines.compute(mine.name, (name, found) -> {
                Line line = found == null ? new Line() : found;
                refuseToWaitForItself(mine, line.holder);
                line.waiting.add(mine);
                next[0] = line.passOn(now);
                return line;
            });
            Set<Claim> more = others == null ? new HashSet<>(2) : others;
            more.add(mine);
            return more;
        });
        return next[0];
    }

    private static void refuseToWaitForItself(Claim mine, @Nullable Claim holder) {
        if (holder != null && holder.thread == mine.thread && holder.isHeld()) {
            throw new IllegalStateException(
                    mine.run.child.path + " holds \"" + mine.name
                            + "\" already, in the same thread, and would wait for itself; close that first");
        }
    }

    private void await(Claim mine, long limitNanos, boolean endsWithStop)
            throws InterruptedException {
        boolean done = false;
        Timers.@Nullable Alarm alarm = null;
        try {
            alarm = platform.timers().after(limitNanos, () -> {
                mine.late = true;
                LockSupport.unpark(mine.thread);
            });
            // The claim is there before it is looked whether to stop: see wake.
            VarHandle.fullFence();
            for (; mine.stage == Stage.WAITING && !mine.late; LockSupport.park(this)) {
                throwIfInterrupted(mine, endsWithStop);
            }
            throwIfInterrupted(mine, endsWithStop);
            done = true;
        } finally {
            if (alarm != null) {
                alarm.cancel();
            }
            if (!done) {
                giveBack(mine);
            }
        }
    }

    private static void throwIfInterrupted(Claim mine, boolean endsWithStop)
            throws InterruptedException {
        if (Thread.interrupted()) {
            throw interrupted(mine);
        }
        if (endsWithStop && mine.run.isAskedToStop()) {
            throw new InterruptedException(mine.run.child.path
                    + " was asked to stop while it waited for \"" + mine.name + '"');
        }
    }

    /** The limit is over: says who has it, unless it has become this one's turn in the last moment. */
    private String giveUp(Claim mine) {
        long now = now();
        String[] holder = {"it is over"};
        @Nullable Claim[] next = new @Nullable Claim[1];
        claims.computeIfPresent(mine.run, (run, all) -> {
            lines.computeIfPresent(mine.name, (name, line) -> {
                next[0] = line.passOn(
                        now); // whoever has it may be dead, and not have given it back yet
                Claim has = line.holder;
                if (mine.stage == Stage.WAITING && has != null) {
                    line.waiting.remove(mine);
                    mine.stage = Stage.OVER;
                    holder[0] = whoHas(has, line, now);
                }
                return line;
            });
            return mine.stage == Stage.HELD ? all : without(all, mine);
        });
        unpark(next[0]);
        return holder[0];
    }

    private static String whoHas(Claim holder, Line line, long now) {
        Duration held = Duration.ofNanos(now - holder.heldSinceNanos);
        int others = line.waiting.size();
        return "incarnation " + holder.run.incarnation + " of " + holder.run.child.path
                + " has had it for " + held.toMillis() + " ms"
                + (others == 0 ? "" : ", and " + others + " more wait for it");
    }

    // ------------------------------------------------------------------ to give it back

    private void giveBack(Claim claim) {
        @Nullable Claim[] next = new @Nullable Claim[1];
        claims.computeIfPresent(claim.run, (run, all) -> {
            next[0] = leave(claim);
            return without(all, claim);
        });
        unpark(next[0]);
    }

    /** The run is over: no claim of it can come in any more. Costs as much as it has claims. */
    void release(ThreadRun run) {
        Set<Claim> all = claims.remove(run);
        if (all != null) {
            for (Claim claim : all) {
                boolean waits = claim.stage == Stage.WAITING;
                unpark(leave(claim));
                if (waits) {
                    LockSupport.unpark(claim.thread); // a thread that outlives its run
                }
            }
        }
    }

    /** The run was asked to stop: those of its threads that wait look whether that ends the wait. */
    void wake(ThreadRun run) {
        // It is known that it is to stop before it is looked who waits: either the waiter finds the
        // one, or this finds the other.
        VarHandle.fullFence();
        List<Claim> waiting = new ArrayList<>();
        claims.computeIfPresent(run, (same, all) -> {
            waiting.addAll(all);
            return all;
        });
        for (Claim claim : waiting) {
            if (claim.stage == Stage.WAITING) {
                LockSupport.unpark(claim.thread);
            }
        }
    }

    private @Nullable Claim leave(Claim claim) {
        long now = now();
        @Nullable Claim[] next = new @Nullable Claim[1];
        lines.computeIfPresent(claim.name, (name, line) -> {
            line.waiting.remove(claim);
            claim.stage = Stage.OVER;
            next[0] = line.passOn(now);
            return line.holder == null ? null : line;
        });
        claim.stage = Stage.OVER; // also if it was passed over before, with the rest of the line
        return next[0];
    }

    private static @Nullable Set<Claim> without(Set<Claim> all, Claim claim) {
        all.remove(claim);
        return all.isEmpty() ? null : all;
    }

    private long now() {
        return platform.time().nanos();
    }

    private static void unpark(@Nullable Claim next) {
        if (next != null) {
            LockSupport.unpark(next.thread);
        }
    }

    /** How many names and claims there are: for tests. */
    int size() {
        return lines.size() + claims.values().stream().mapToInt(Set::size).sum();
    }
}
