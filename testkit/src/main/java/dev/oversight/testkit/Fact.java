package dev.oversight.testkit;

import dev.oversight.Outcome;
import dev.oversight.event.AbandonedRunEnded;
import dev.oversight.event.ChildAbandoned;
import dev.oversight.event.ChildAdded;
import dev.oversight.event.ChildBackingOff;
import dev.oversight.event.ChildCompleted;
import dev.oversight.event.ChildDown;
import dev.oversight.event.ChildEvent;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildReady;
import dev.oversight.event.ChildRemoved;
import dev.oversight.event.ChildSilent;
import dev.oversight.event.ChildStarted;
import dev.oversight.event.ChildStopped;
import dev.oversight.event.ChildStopping;
import dev.oversight.event.Event;
import dev.oversight.event.StopCause;
import dev.oversight.event.SupervisorEnded;
import dev.oversight.event.SupervisorStarted;
import dev.oversight.event.SupervisorStopping;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Something that may have happened, to be looked for among events: {@code failed("db")}, or more
 * exactly {@code failed("db", IOException.class).at(ofSeconds(5))}. An immutable value; each setter
 * returns a new one.
 *
 * <p>A path may be short: {@code "db"} and {@code "shop/db"} both mean {@code root/shop/db}, as long as
 * whole names agree.
 */
public final class Fact {
    /** A condition that may depend on when the tree was started. */
    private interface Condition {
        boolean holds(Event event, long startNanos);
    }

    private final String text;
    private final Condition condition;

    private Fact(String text, Condition condition) {
        this.text = text;
        this.condition = condition;
    }

    /**
     * Any event of a type about a place, for which a condition holds.
     *
     * @param what the fact in words, for messages
     */
    public static <E extends Event> Fact of(
            String what, Class<E> type, String path, Predicate<? super E> condition) {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(condition, "condition");
        return new Fact(
                what + " " + path,
                (event, start) -> type.isInstance(event)
                        && isAt(event.path(), path)
                        && condition.test(type.cast(event)));
    }

    private static Fact of(String what, Class<? extends Event> type, String path) {
        return of(what, type, path, event -> true);
    }

    static boolean isAt(String whole, String path) {
        return whole.equals(path) || whole.endsWith("/" + path);
    }

    /** An incarnation was started. */
    public static Fact started(String path) {
        return of("started", ChildStarted.class, path);
    }

    /** A child that declares readiness is up. */
    public static Fact ready(String path) {
        return of("ready", ChildReady.class, path);
    }

    /** A child failed, in whatever way. */
    public static Fact failed(String path) {
        return of("failed", ChildFailed.class, path);
    }

    /** A child failed with a throwable of this type. */
    public static Fact failed(String path, Class<? extends Throwable> with) {
        Fact any = of("failed", ChildFailed.class, path, e -> with.isInstance(e.cause()));
        return new Fact(any.text + " with " + with.getSimpleName(), any.condition);
    }

    /** A child returned though nobody had asked it to stop. */
    public static Fact completed(String path) {
        return of("completed", ChildCompleted.class, path);
    }

    /** A child was asked to stop. */
    public static Fact stopping(String path) {
        return of("stopping", ChildStopping.class, path);
    }

    /** A child made no heartbeat for half of what it may. */
    public static Fact silent(String path) {
        return of("silent:", ChildSilent.class, path);
    }

    /** A child was asked to stop, for this reason. */
    public static Fact stopping(String path, StopCause why) {
        Fact any = of("stopping", ChildStopping.class, path, e -> e.why() == why);
        return new Fact(any.text + " because " + why.text(), any.condition);
    }

    /** A child has ended that was asked to stop. */
    public static Fact stopped(String path) {
        return of("stopped", ChildStopped.class, path);
    }

    /** A child outlived its shutdown budget. */
    public static Fact abandoned(String path) {
        return of("abandoned", ChildAbandoned.class, path);
    }

    /** A run has ended that had been abandoned. */
    public static Fact abandonedRunEnded(String path) {
        return of("abandoned run ended of", AbandonedRunEnded.class, path);
    }

    /** A restart waits for its delay. */
    public static Fact backingOff(String path, Duration delay) {
        Fact any = of("backing off", ChildBackingOff.class, path, e -> e.delay().equals(delay));
        return new Fact(any.text + " for " + delay, any.condition);
    }

    /** A child that was to be started stays down. */
    public static Fact down(String path) {
        return of("stays down:", ChildDown.class, path);
    }

    /** A child was added while the tree ran. */
    public static Fact added(String path) {
        return of("added", ChildAdded.class, path);
    }

    /** A child was forgotten. */
    public static Fact removed(String path) {
        return of("removed", ChildRemoved.class, path);
    }

    /** All children of a supervisor are up. */
    public static Fact up(String path) {
        return of("up", SupervisorStarted.class, path);
    }

    /** A supervisor begins to stop, for this reason. */
    public static Fact stopping(String path, Outcome.Reason reason) {
        Fact any = of("stopping", SupervisorStopping.class, path, e -> e.reason() == reason);
        return new Fact(any.text + " with " + reason, any.condition);
    }

    /** A supervisor has ended, for this reason. */
    public static Fact ended(String path, Outcome.Reason reason) {
        Fact any = of("ended", SupervisorEnded.class, path, e -> e.outcome().reason() == reason);
        return new Fact(any.text + " with " + reason, any.condition);
    }

    /** The same, of one incarnation of a child. */
    public Fact incarnation(long number) {
        return new Fact(
                text + " (incarnation " + number + ")",
                (event, start) -> condition.holds(event, start)
                        && event instanceof ChildEvent child
                        && child.incarnation() == number);
    }

    /** The same, at exactly this time after the start of the tree. */
    public Fact at(Duration sinceStart) {
        return new Fact(
                text + " at " + Recording.offset(sinceStart.toNanos()),
                (event, start) -> condition.holds(event, start)
                        && event.atNanos() - start == sinceStart.toNanos());
    }

    boolean matches(Event event, long startNanos) {
        return condition.holds(event, startNanos);
    }

    @Override
    public String toString() {
        return text;
    }
}
