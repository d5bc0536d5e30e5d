package dev.oversight.service;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Leads to a service, whichever incarnation of whichever child publishes it at the moment. Got from
 * {@link dev.oversight.Supervisor#service} or {@link dev.oversight.ChildContext#service}, at any time,
 * also before anybody has published it, and good until the tree ends.
 *
 * <pre>{@code
 * ServiceRef<Orders> orders = tree.service(ORDERS);
 * orders.get().place(order);                  // whoever publishes it now, or an exception
 * orders.await(ofSeconds(2)).place(order);    // rides out a restart
 * }</pre>
 *
 * <p>Safe for use from any thread. Keep the reference, not what it leads to: that object belongs to one
 * incarnation, and once that has ended it is on its own. A service is called in the thread of the caller, by
 * many at a time, so it has to be safe for use from any thread itself.
 *
 * <p>A lookup costs one look into a hash table, waits for nobody, and never answers with a service whose
 * owner has ended or was abandoned.
 *
 * @param <T> what users of the service see of it
 */
public interface ServiceRef<T> {
    /** What it leads to. */
    ServiceKey<T> key();

    /** The service; of a shared key, the one that was published first. Empty if there is none now. */
    Optional<T> find();

    /**
     * The service; of a shared key, the one that was published first.
     *
     * @throws ServiceUnavailableException if there is none now; says who published it last and how that
     *     ended
     */
    T get();

    /**
     * Waits until the service is published. Returns at once if it is, wakes at once when it comes, and
     * keeps its limit by the clock of the tree.
     *
     * @param limit how long to wait at most; zero or less does not wait
     * @throws ServiceUnavailableException if there is none within the limit, or the tree has ended
     * @throws InterruptedException if the calling thread is interrupted, or if it is a child's and the
     *     child is asked to stop meanwhile
     */
    T await(Duration limit) throws InterruptedException;

    /** All live services of the key, in the order in which they were published: at most one if it is unique. */
    List<T> all();

    /**
     * The same with the children that publish them, to choose among them or to count: {@code
     * ref.entries().stream().filter(e -> e.path().startsWith("root/eu/"))}. A snapshot.
     */
    List<ServiceEntry<T>> entries();

    /**
     * Calls the service that {@link #get} leads to, in the calling thread, once. If the call throws and
     * the owner has ended or was abandoned meanwhile, that is reported as what it is; whether the call took
     * effect is then unknown. A call that waits for something only the owner can do needs a limit of its own.
     *
     * @return what the call returned, even if the owner has ended meanwhile
     * @throws ServiceUnavailableException if there is no such service now, or if the call threw an exception
     *     after its owner had ended: then with that as its cause
     * @throws X what the call throws while its owner lives; an interrupt or an {@code Error} in any case
     */
    <R, X extends Exception> R call(ServiceCall<? super T, ? extends R, X> call) throws X;
}
