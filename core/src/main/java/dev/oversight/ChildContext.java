package dev.oversight;

import dev.oversight.service.Hold;
import dev.oversight.service.LockUnavailableException;
import dev.oversight.service.PublisherEndedException;
import dev.oversight.service.ServiceKey;
import dev.oversight.service.ServiceRef;
import dev.oversight.service.ServiceTakenException;

import java.time.Duration;

/**
 * One incarnation of a child, handed to its {@link ChildBody}.
 *
 * <p>Safe for use from any thread, also from threads the body started. A run that outlived its
 * {@linkplain Shutdown shutdown} budget was <em>abandoned</em>: its context refuses to act for the
 * child ({@link AbandonedException}), because a successor may be doing so already.
 */
public interface ChildContext {
    /** The child's id, unique among its siblings. */
    String id();

    /** The child's place in the tree, for example {@code root/shop/orders}. */
    String path();

    /**
     * Which run of the child this is: 1 for the first, one more for each restart. A child that is started
     * where an abandoned run of the same path goes on counts on from that one's number, so that path and
     * number name one of those that run.
     */
    long incarnation();

    /**
     * Whether the child should go on: true until it is asked to stop or this run has ended, false ever
     * after. Stays false for a worker that caught its interrupt and dropped it.
     */
    boolean running();

    /**
     * Says that the child is up. Ends the wait of {@link ChildSpec#readyWithin}: the next sibling
     * starts. Later calls, and calls by a child that declared no readiness, do nothing.
     *
     * @throws AbandonedException if this run was abandoned
     */
    void ready();

    /**
     * Says that the work goes on. To be called more often than {@link ChildSpec#heartbeatWithin} says, where
     * progress is made: after each message, each page, each round; not from a timer beside the work, which
     * goes on when the work hangs. Costs a look at the clock. Does nothing for a child that declared no
     * heartbeat.
     *
     * @throws AbandonedException if this run was abandoned
     */
    void heartbeat();

    /**
     * Says that there is nothing for this child to run, as configured or at present: OTP's {@code
     * ignore}. The body is to return after it. Its start counts as done, its end neither as completion
     * nor as failure: it is not restarted, its place is kept unless it is temporary, and {@link
     * Supervisor#restart} asks it again.
     *
     * @throws AbandonedException if this run was abandoned
     * @throws IllegalStateException if called in another thread than the child's own
     */
    void decline();

    /**
     * Links this run to another child: when that one's incarnation fails or is abandoned, this run has
     * failed too, with a {@link LinkedChildEndedException}: it is asked to stop, and restarted by rule.
     * If that child is down after a failure already, that happens at once. One-sided; both ends can link.
     *
     * @throws UnknownChildException if there is no such child
     * @throws AbandonedException if this run was abandoned
     * @throws IllegalStateException if called in another thread than the child's own
     */
    void link(ChildRef other);

    /**
     * This child as others see it, for example to {@link ChildRef#watch} it.
     *
     * @throws AbandonedException if this run was abandoned
     */
    ChildRef ref();

    /**
     * Adds an action that unblocks the work when the child is asked to stop, for waits that an
     * interrupt does not end: closing a socket, waking a selector.
     *
     * <p>Hooks run once, in the order in which they were added, in a thread of their own, before the
     * child's thread is interrupted. One that throws is logged; the next one still runs. Added after
     * the request to stop, a hook runs at once, in the calling thread.
     */
    void onStop(Runnable hook);

    /**
     * Waits until the child is asked to stop and its hooks have run. The interrupt that comes with the
     * request is pending afterwards, unless {@linkplain ChildSpec#interruptOnStop switched off}: {@link
     * Thread#interrupted()} takes it away before a clean-up that blocks. The next one says that the
     * budget is over.
     *
     * <p>In a thread that the body started, returns as soon as the child is asked to stop, or when this
     * run has ended by itself. That thread is not interrupted.
     *
     * @throws InterruptedException if the thread was interrupted although nobody asked it to stop
     */
    void awaitStop() throws InterruptedException;

    /**
     * Waits until the child {@linkplain #awaitStop() is asked to stop} or the time has passed, by the clock of the tree.
     *
     * @param limit how long to wait at most; zero or less does not wait
     * @return true if the child was asked to stop, or this run has ended
     * @throws InterruptedException if the thread was interrupted although nobody asked it to stop
     */
    boolean awaitStop(Duration limit) throws InterruptedException;

    /**
     * The supervisor of this child, to add, list or terminate siblings. A call that would wait for
     * this child's own end returns without waiting.
     *
     * @throws AbandonedException if this run was abandoned
     */
    Supervisor supervisor();

    /**
     * Publishes a service to the whole tree, until this incarnation has ended, is abandoned or {@linkplain
     * #withdraw withdraws} it. Whoever waits for it wakes. A request to stop changes nothing: others may use
     * the service while the child finishes its work. Publishing once more under the same key replaces it.
     *
     * @param service what users call, in threads of their own
     * @throws ServiceTakenException if the key is unique and another run that is alive has it; a run that has
     *     ended or was abandoned never stands in the way
     * @throws AbandonedException if this run was abandoned
     * @throws PublisherEndedException if this run has ended
     * @throws ClassCastException if the service is not of the type of the key
     */
    <T> void publish(ServiceKey<T> key, T service);

    /**
     * Takes back a service that this incarnation published. The key is free at once. Never throws, so that
     * clean-up may call it at any time.
     *
     * @return false if this incarnation does not publish it
     */
    boolean withdraw(ServiceKey<?> key);

    /**
     * A reference to a service of the tree, as {@link Supervisor#service} gives it.
     *
     * @throws AbandonedException if this run was abandoned
     */
    <T> ServiceRef<T> service(ServiceKey<T> key);

    /**
     * Has something for itself that only one child of the tree may have at a time, whatever the name stands
     * for: an account, a file, the lead. Waits until it is this one's turn; who has waited longest is next.
     * It is given back by {@link Hold#close}, and at the latest when this incarnation has ended or was
     * abandoned, so one that is never closed is held for as long as this run lives.
     *
     * <p>The whole tree is one namespace. Different names never wait for each other. A thread that asks for
     * what it has already is refused; other threads of the same run wait like anybody else.
     *
     * @param name what is wanted; any text
     * @param limit how long to wait at most, by the clock of the tree; zero or less does not wait
     * @throws LockUnavailableException if it was not free within the limit, naming who has it, or if this
     *     run has ended
     * @throws InterruptedException if the calling thread is interrupted, or this child is asked to stop
     *     meanwhile; one that has been asked to stop before may still lock something for its clean-up
     * @throws AbandonedException if this run was abandoned
     * @throws IllegalStateException if the calling thread has it already
     */
    Hold lock(String name, Duration limit) throws InterruptedException;
}
