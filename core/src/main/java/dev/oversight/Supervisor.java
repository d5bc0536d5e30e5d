package dev.oversight;

import dev.oversight.event.AbandonedRun;
import dev.oversight.event.ChildCounts;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.event.Failure;
import dev.oversight.event.StopTime;
import dev.oversight.event.StopWaterfall;
import dev.oversight.event.UnstoppedRun;
import dev.oversight.internal.Supervisors;
import dev.oversight.service.ServiceKey;
import dev.oversight.service.ServiceRef;
import dev.oversight.spi.Platform;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * A running supervisor. Safe for use from any thread, also from its own children: a call that would
 * wait for the caller's own end, or for anything that waits for it, takes effect without waiting.
 *
 * <pre>{@code
 * try (Supervisor tree = Supervisor.start(spec)) { // returns when all are up
 *     Outcome outcome = tree.join();
 * }
 * }</pre>
 *
 * <p>Queries are answered while children start, hang or stop. Children run in virtual threads, which
 * are daemons: it is the thread that waits in {@link #run} or {@link #join} that keeps the JVM alive.
 *
 * <p>A waiting call that is interrupted throws {@link InterruptedException}; what it asked for still
 * happens.
 */
public interface Supervisor extends AutoCloseable {
    /**
     * Starts a tree and waits until all its children are up. Threads of children get the context class
     * loader of the calling thread, and inherit nothing else.
     *
     * @throws InvalidSpecException if the description makes no sense; nothing was started
     * @throws StartFailedException if a child did not come up; all that was up has been stopped again
     * @throws InterruptedException if interrupted while waiting; all that was up has been stopped again
     */
    static Supervisor start(SupervisorSpec spec) throws InterruptedException {
        return start(spec, Platform.system());
    }

    /** The same on a time source, timers and threads of your own. */
    static Supervisor start(SupervisorSpec spec, Platform platform) throws InterruptedException {
        return start(spec, platform, UnaryOperator.identity());
    }

    /**
     * The same with something around each body of the tree, whoever adds the child: for tracing, a logging
     * context, test kits.
     *
     * @param around asked for each incarnation, in the thread of the child, for what to run in place of its
     *     body; what it throws is a failure of the child
     */
    static Supervisor start(SupervisorSpec spec, Platform platform, UnaryOperator<ChildBody> around)
            throws InterruptedException {
        return Supervisors.start(spec, platform, around);
    }

    /**
     * Starts a tree and returns at once, while its children come up one after the other: for whoever
     * wants to watch or stop a tree that is still starting. Whether it came up is told by a {@link
     * dev.oversight.event.SupervisorStarted}, or by an {@link #outcome} of {@code START_FAILED}.
     *
     * @throws InvalidSpecException if the description makes no sense; nothing was started
     */
    static Supervisor launch(SupervisorSpec spec, Platform platform) {
        return launch(spec, platform, UnaryOperator.identity());
    }

    /** The same with something around each body, as in {@code start}. */
    static Supervisor launch(
            SupervisorSpec spec, Platform platform, UnaryOperator<ChildBody> around) {
        return Supervisors.launch(spec, platform, around);
    }

    /**
     * Starts a tree and waits until it has ended. Interrupting the calling thread stops the tree in
     * order; its flag is set again on return.
     *
     * @return how it ended, a failed start included
     * @throws InvalidSpecException if the description makes no sense; nothing was started
     */
    static Outcome run(SupervisorSpec spec) {
        return Supervisors.run(spec, Platform.system());
    }

    /** Its place in the tree: its id if it is the root. */
    String path();

    /** What it was started from; children added or deleted since do not show. */
    SupervisorSpec spec();

    /**
     * Adds a child, last in start order, and waits until it is up. A child that does not come up is not
     * kept, and no restart is counted.
     *
     * @return the child, with its generated id if it had none
     * @throws InvalidSpecException if the child makes no sense here: always under a dynamic, partitioned or
     *     task supervisor, whose children are started by their own types
     * @throws DuplicateChildException if the id is taken
     * @throws StartFailedException if it did not come up
     * @throws SupervisorNotRunningException if the supervisor is stopping or has ended
     */
    ChildRef add(ChildSpec child) throws InterruptedException;

    /** Adds a permanent child. */
    default ChildRef add(String id, ChildBody body) throws InterruptedException {
        return add(ChildSpec.of(id, body));
    }

    /** Adds a nested supervisor. */
    default ChildRef add(SupervisorSpec supervisor) throws InterruptedException {
        return add(ChildSpec.of(supervisor));
    }

    /**
     * Ends a child by request and waits until it is gone. It stays down, also when siblings are
     * restarted, until {@link #restart}; its id stays taken, unless it is temporary. Cancels a pending
     * restart. Counts as no failure.
     *
     * @throws UnknownChildException if there is no such child
     * @throws ChildNotRunningException if it is down already
     * @throws SupervisorNotRunningException if the supervisor has ended
     */
    void terminate(String id) throws InterruptedException;

    /**
     * Starts a child that is down and waits until it is up. Counts as no restart. One that does not come up
     * stays down.
     *
     * <p>Of one that waits for its restart only the delay is cut short: a start that fails is followed by
     * the next one, by rule, and waited for as well.
     *
     * @throws UnknownChildException if there is no such child
     * @throws ChildAlreadyRunningException if it is up or being started or stopped
     * @throws StartFailedException if it did not come up
     * @throws SupervisorNotRunningException if the supervisor is stopping or has ended
     */
    void restart(String id) throws InterruptedException;

    /**
     * Forgets a child; one that runs is terminated first, and waited for.
     *
     * @throws UnknownChildException if there is no such child
     * @throws SupervisorNotRunningException if the supervisor has ended
     */
    void delete(String id) throws InterruptedException;

    /**
     * Says that the live run of a child has failed, though it goes on: it hangs, or its work is known to
     * be worthless. The run is asked to stop, and what follows a failure follows: it is counted, told and
     * restarted by rule. Does not wait for any of it.
     *
     * @param cause what the failure is
     * @throws UnknownChildException if there is no such child
     * @throws ChildNotRunningException if it is down or stopping already
     * @throws SupervisorNotRunningException if the supervisor is stopping or has ended
     */
    void fail(String id, Throwable cause) throws InterruptedException;

    /**
     * Tells of the end of a child's incarnation: of the one that is live, else of the last one, else of
     * its first. Completed in a thread of its own, at most once; {@linkplain CompletableFuture#cancel
     * cancelling} it ends the watch, which the child keeps until then.
     *
     * @throws UnknownChildException if there is no such child
     */
    CompletableFuture<Exit> watch(String id);

    /** {@link #add} without waiting. Continuations run in a thread of their own. */
    CompletableFuture<ChildRef> addAsync(ChildSpec child);

    /** {@link #terminate} without waiting: completes with the way it ended. */
    CompletableFuture<Exit> terminateAsync(String id);

    /** {@link #restart} without waiting. */
    CompletableFuture<Void> restartAsync(String id);

    /** {@link #delete} without waiting. */
    CompletableFuture<Void> deleteAsync(String id);

    /** All children in start order, as they are at this moment; after the end, as they were left. */
    List<ChildSnapshot> children();

    /** One child; empty if there is none of that id. */
    Optional<ChildSnapshot> child(String id);

    /**
     * A child anywhere below: {@code find("shop/orders")}, or with this supervisor's path in front, {@code
     * find("root/shop/orders")}. Empty if there is none.
     */
    Optional<ChildSnapshot> find(String path);

    /**
     * The supervisor that runs at a place below, as {@link #find} names it. It is that incarnation: after
     * a restart the parent has another. Empty if there is none or it is down.
     */
    Optional<Supervisor> supervisor(String path);

    /** How many children there are, by kind and activity. O(1). */
    ChildCounts count();

    /** The last failures of a child, newest first, at most eight. Empty if there is no such child. */
    List<Failure> failures(String id);

    /** The last ends of children that are forgotten (temporary, deleted), newest first, at most 32. */
    List<Failure> forgotten();

    /** All runs in the whole tree that outlived their shutdown and still run, with their stacks now. */
    List<AbandonedRun> abandoned();

    /**
     * A reference to what a child, now or later, {@linkplain ChildContext#publish publishes} under a key.
     * The whole tree is one namespace, whichever of its supervisors is asked; another tree is another.
     * Costs nothing and never fails, also after the end.
     */
    <T> ServiceRef<T> service(ServiceKey<T> key);

    /**
     * Who was asked to stop and still runs, in the whole tree below, with their stacks now: those whose
     * budget still runs, and those that were {@linkplain #abandoned abandoned}.
     */
    List<UnstoppedRun> unstopped();

    /** Who below took longest to stop when this supervisor ended, longest first, at most 16. */
    List<StopTime> slowestStops();

    /**
     * How the stop of this supervisor went, or goes: who was asked when, who took how long, who was
     * abandoned, in the whole tree below; {@link StopWaterfall#text} draws it. Empty as long as it has not
     * begun to stop. Answered while the stop hangs, and after the end.
     */
    Optional<StopWaterfall> stopWaterfall();

    /**
     * Waits until the supervisor has ended.
     *
     * @throws IllegalStateException if called from inside a child of it, which would wait for itself
     */
    Outcome join() throws InterruptedException;

    /**
     * Waits until the supervisor has ended or the time has passed, by the tree's clock; empty if it still
     * runs. Like {@link #close} and {@link #stop} it returns when the listeners have been told of the end, or
     * one second after it.
     *
     * @throws IllegalStateException if called from inside a child of it, which would wait for itself
     */
    Optional<Outcome> join(Duration limit) throws InterruptedException;

    /** How it ended; empty if it still runs. Does not wait. */
    Optional<Outcome> outcome();

    /**
     * Stops the tree in order, within the limit by the tree's clock. The limit is split downwards: of what
     * is left, each child gets its own budget, but no more than half, or its equal share if that is more,
     * and a nested supervisor splits its part in the same way. So nobody is left with nothing, and who
     * does not stop is abandoned. From inside one of its own children it does not wait and is empty.
     *
     * @param limit zero stops everything at once
     */
    Optional<Outcome> stop(Duration limit) throws InterruptedException;

    /**
     * Stops the children in reverse start order, each within its own budget, and waits until all are
     * gone. Does nothing if the supervisor has ended. An interrupt does not end the wait; the flag is set
     * again on return. From inside one of its own children it does not wait.
     */
    @Override
    void close();
}
