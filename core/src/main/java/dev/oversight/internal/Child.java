package dev.oversight.internal;

import dev.oversight.ChildSpec;
import dev.oversight.Exit;
import dev.oversight.OversightException;
import dev.oversight.event.ChildState;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/** What a supervisor's books say of one child. Touched by that supervisor's loop alone. */
final class Child {
    final ChildSpec spec;
    final String id;
    final String path;

    /** Grows in start order. */
    final long ordinal;

    final boolean isSupervisor;

    /** What its restart rule says of itself, asked once: when it ends, nothing may throw any more. */
    final boolean keepsSpec;

    /** Whether its place is kept once it has ended for good. */
    private final boolean staysListed;

    /** It is not up before it has said so. */
    final boolean awaitsReadiness;

    /** While it is up, its supervisor looks whether it is heard of. */
    final boolean beats;

    @Nullable
    Child earlier;

    @Nullable
    Child later;

    ChildState state = ChildState.NEW;
    long sinceNanos;

    /** The live run; null unless the state is live. */
    @Nullable
    Run run;

    /** 0 before it was launched. */
    long incarnation;

    /** It was launched once: false before its first run, and from its second on. */
    boolean isAtFirstRun;

    int restarts;

    @Nullable
    Exit lastExit;

    @Nullable
    ExitMemory failures;

    /** Part of the sweep that goes on. */
    boolean swept;

    /** Part of the sweep, and the run it has is to be stopped first. */
    boolean goesDown;

    /** Once it has stopped, it is to be started again. */
    boolean comesBack;

    /** Its end was its own doing, and may end the supervisor if it is significant. */
    boolean endedByItself;

    /** How it is to be parked once it has stopped; null if it is not. */
    @Nullable
    Exit parkedBy;

    /** Forgotten as soon as it is down. */
    boolean deleted;

    /** Its start was asked for by a person: if it fails, it stays down and nothing is counted. */
    boolean startedByRequest;

    /** As above, and it is forgotten if its first start fails. */
    boolean justAdded;

    /** Restarts in a row, for the backoff. */
    int attempt;

    /** Its next start has to wait for the delay. */
    boolean backsOff;

    /** The last delay it had. */
    long delayNanos;

    /** When its readiness limit, shutdown budget or delay is over, or it is listened for; see {@link Deadlines}. */
    long dueNanos;

    int heapIndex = -1;

    /** Its own restart allowance; null unless it has one and has failed. */
    @Nullable
    RestartWindow window;

    /** What ties it to siblings, if the order depends on that. */
    GraphOrder.@Nullable Links links;

    private @Nullable Watch watches;

    private @Nullable Waiter waiters;

    /** Somebody who waits until the child is up or until it is down. */
    private record Waiter(
            @Nullable Reply<Child> up,
            @Nullable Reply<Exit> down,
            @Nullable Waiter next) {}

    Child(ChildSpec spec, String id, String path, long ordinal, boolean forgetEnded) {
        this.spec = spec;
        this.id = id;
        this.path = path;
        this.ordinal = ordinal;
        this.keepsSpec = spec.restart().keepsSpec();
        this.staysListed = keepsSpec && !forgetEnded;
        this.isSupervisor = spec.supervisor().isPresent();
        this.awaitsReadiness = isSupervisor || spec.readyWithin().isPresent();
        this.beats = spec.heartbeatWithin().isPresent();
    }

    /** Whether it is started again when it went down for the sake of others. */
    boolean comesBackWithOthers() {
        return keepsSpec;
    }

    /** Whether its place is kept when it is at rest. */
    boolean staysListed() {
        return staysListed;
    }

    /** Whether siblings depend on it. */
    boolean isNeeded() {
        return links != null && !links.dependents().isEmpty();
    }

    /** It is at rest: nothing is planned for it any more. */
    void rests() {
        swept = false;
        startedByRequest = false;
        justAdded = false;
        backsOff = false;
        parkedBy = null;
        attempt = 0;
        delayNanos = 0;
    }

    /** Its next start waits that long, or longer if its backoff says so. */
    void delayAtLeast(long nanos) {
        delayNanos = backsOff ? Math.max(delayNanos, nanos) : nanos;
        backsOff = true;
    }

    /** Adds somebody who is told when its incarnation ends. */
    void watch(Watch watch) {
        watch.later = watches;
        if (watches != null) {
            watches.earlier = watch;
        }
        watches = watch;
    }

    void unwatch(Watch watch) {
        if (watch.earlier != null) {
            watch.earlier.later = watch.later;
        } else if (watches == watch) {
            watches = watch.later;
        }
        if (watch.later != null) {
            watch.later.earlier = watch.earlier;
        }
        watch.earlier = null;
        watch.later = null;
    }

    /** Its incarnation has ended, or is no longer waited for. */
    void incarnationEnded(Exit exit) {
        for (Watch watch = watches; watch != null; watch = watches) {
            unwatch(watch);
            watch.ended(this, exit);
        }
    }

    void whenUp(Reply<Child> reply) {
        waiters = new Waiter(reply, null, waiters);
    }

    void whenDown(Reply<Exit> reply) {
        waiters = new Waiter(null, reply, waiters);
    }

    /** Who of that type waits for its end; null if nobody does. */
    <T> @Nullable T waiting(Class<T> type) {
        for (Waiter waiter = waiters; waiter != null; waiter = waiter.next) {
            if (type.isInstance(waiter.down)) {
                return type.cast(waiter.down);
            }
        }
        return null;
    }

    /**
     * Whoever asked first is answered first: a handle that was there from the start knows of the end
     * before somebody who terminated the child hears that it is gone.
     */
    private @Nullable Waiter oldestFirst() {
        Waiter newest = waiters;
        if (newest == null || newest.next == null) {
            return newest;
        }
        Waiter oldest = null;
        for (Waiter waiter = newest; waiter != null; waiter = waiter.next) {
            oldest = new Waiter(waiter.up, waiter.down, oldest);
        }
        return oldest;
    }

    /** Answers those who wait for it to be up; those who wait for its end go on waiting. */
    void isUp() {
        Waiter waiter = oldestFirst();
        waiters = null;
        for (; waiter != null; waiter = waiter.next) {
            if (waiter.up != null) {
                waiter.up.succeed(this);
            } else {
                waiters = new Waiter(null, waiter.down, waiters);
            }
        }
    }

    /** Tells those who wait for it to be up that it will not be. */
    void isNotUp(Supplier<OversightException> why) {
        Waiter waiter = oldestFirst();
        waiters = null;
        for (; waiter != null; waiter = waiter.next) {
            if (waiter.up != null) {
                waiter.up.fail(why.get());
            } else {
                waiters = new Waiter(null, waiter.down, waiters);
            }
        }
    }

    /** Answers those who wait for its end; those who waited for it to be up know better already. */
    void isDown() {
        Waiter waiter = oldestFirst();
        waiters = null;
        Exit exit = lastExit != null ? lastExit : new Exit(Exit.Kind.STOPPED, null, 0);
        for (; waiter != null; waiter = waiter.next) {
            if (waiter.down != null) {
                waiter.down.succeed(exit);
            }
        }
    }
}
