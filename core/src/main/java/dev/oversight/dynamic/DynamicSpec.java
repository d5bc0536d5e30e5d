package dev.oversight.dynamic;

import dev.oversight.AtLimit;
import dev.oversight.AutoShutdown;
import dev.oversight.Backoff;
import dev.oversight.ChildSpec;
import dev.oversight.Listener;
import dev.oversight.StopOrder;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.internal.Kind;
import dev.oversight.spi.Platform;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Describes a supervisor of many children of one kind, its <em>instances</em>, which are started while
 * the tree runs, each with an argument: OTP's simple_one_for_one, Elixir's DynamicSupervisor. An
 * immutable value; each setter returns a new one.
 *
 * <pre>{@code
 * DynamicSpec<Order> workers = DynamicSpec.of("workers", (Order order, ChildContext self) -> ship(order))
 *         .instances(c -> c.restart(Restart.TRANSIENT))
 *         .maxChildren(10_000);
 *
 * SupervisorSpec root = SupervisorSpec.of("root").child("inbox", inbox::run).child(workers.toChild());
 * try (Supervisor tree = Supervisor.start(root)) {
 *     InstanceRef<Order> ref = workers.in(tree).start(order);
 * }
 * }</pre>
 *
 * <p>An instance that fails is restarted by its rule, alone, and with the same argument. One that has
 * ended for good is forgotten, and so is its argument. The supervisor starts without instances and
 * stays up when none is left; its instances are gone when it is itself restarted. It stops all of them
 * at once.
 *
 * @param <A> what an instance is started with
 */
public final class DynamicSpec<A> {
    private final SupervisorSpec supervisor;
    private final Template<A> template;
    private final @Nullable Function<? super A, String> ids;

    private DynamicSpec(
            SupervisorSpec supervisor,
            Template<A> template,
            @Nullable Function<? super A, String> ids) {
        this.supervisor = supervisor;
        this.template = template;
        this.ids = ids;
    }

    /**
     * Instances that run this body, permanent ones unless {@linkplain #instances set}.
     *
     * @param id the supervisor's name; not blank, without {@code '/'}
     * @throws dev.oversight.InvalidSpecException if the id is no such name
     */
    public static <A> DynamicSpec<A> of(String id, InstanceBody<A> body) {
        return new DynamicSpec<>(empty(id), new Template.OneBody<>(body), null);
    }

    /**
     * Instances that are described one by one: nested supervisors, operating-system processes, or, with
     * {@code DynamicSpec.<ChildSpec>describedBy(id, child -> child)}, children of any kind.
     *
     * @param description called once for each instance, in the thread that starts it; restarts use the
     *     same description
     */
    public static <A> DynamicSpec<A> describedBy(
            String id, Function<? super A, ChildSpec> description) {
        return new DynamicSpec<>(empty(id), new Template.Described<>(description), null);
    }

    private static SupervisorSpec empty(String id) {
        return Kind.DYNAMIC.of(SupervisorSpec.of(id)
                .autoShutdown(AutoShutdown.NEVER)
                .stopOrder(StopOrder.TOGETHER)
                .forgetEnded());
    }

    /**
     * Rules of the instances, on top of those set before.
     *
     * <pre>{@code
     * instances(c -> c.restart(Restart.TRANSIENT).shutdown(Shutdown.within(Duration.ofSeconds(2))))
     * }</pre>
     *
     * @throws dev.oversight.InvalidSpecException if they make no sense, such as {@code significant},
     *     which needs a supervisor that ends by itself
     */
    public DynamicSpec<A> instances(UnaryOperator<ChildSpec> rules) {
        Template<A> changed = template.with(rules);
        if (changed instanceof Template.OneBody<A> one) {
            supervisor.child(one.specimen()).check();
        }
        return new DynamicSpec<>(supervisor, changed, ids);
    }

    /**
     * Names the instances. An instance is not started while another has its id: one worker for each
     * order. Default: generated ids.
     */
    public DynamicSpec<A> ids(Function<? super A, String> rule) {
        return new DynamicSpec<>(supervisor, template, Objects.requireNonNull(rule, "rule"));
    }

    /**
     * How many instances there may be at a time, those that wait for a restart included. Default: no
     * limit. {@link DynamicSupervisor#maxChildren(int)} changes it while the supervisor runs.
     *
     * @param limit one or more
     */
    public DynamicSpec<A> maxChildren(int limit) {
        return with(supervisor.maxChildren(limit));
    }

    /** How many restarts are allowed, of all instances together. Default 1 in 5 s. */
    public DynamicSpec<A> intensity(int restarts, Duration period) {
        return with(supervisor.intensity(restarts, period));
    }

    /** Restarts without limit. Wants a {@link #backoff}. */
    public DynamicSpec<A> neverGiveUp() {
        return with(supervisor.neverGiveUp());
    }

    /**
     * What happens when they fail more often than that. Default: {@link AtLimit#escalate}. An instance
     * that is {@linkplain AtLimit#park parked} has ended for good, with all that led there as the cause.
     */
    public DynamicSpec<A> atLimit(AtLimit rule) {
        return with(supervisor.atLimit(rule));
    }

    /** How long instances wait before a restart, if they have no rule of their own. Default: not. */
    public DynamicSpec<A> backoff(Backoff rule) {
        return with(supervisor.backoff(rule));
    }

    /** Adds a listener to the events of the supervisor and of its instances. */
    public DynamicSpec<A> listener(Listener listener) {
        return with(supervisor.listener(listener));
    }

    private DynamicSpec<A> with(SupervisorSpec changed) {
        return new DynamicSpec<>(changed, template, ids);
    }

    /** The supervisor's name. */
    public String id() {
        return supervisor.id();
    }

    /** The supervisor without its template, to be looked at. */
    public SupervisorSpec spec() {
        return supervisor;
    }

    /** The supervisor as a child of another, a permanent one unless set. */
    public ChildSpec toChild() {
        return ChildSpec.of(supervisor);
    }

    /**
     * Starts it as a tree of its own.
     *
     * <pre>{@code
     * try (DynamicTree<Order> live = workers.start()) {
     *     live.start(order);
     * }
     * }</pre>
     *
     * @throws dev.oversight.StartFailedException if it did not come up
     */
    public DynamicTree<A> start() throws InterruptedException {
        return start(Platform.system());
    }

    /** The same on a time source, timers and threads of your own. */
    public DynamicTree<A> start(Platform platform) throws InterruptedException {
        return new DynamicTree<>(this, Supervisor.start(supervisor, platform));
    }

    /**
     * The supervisor that was made from this as a child of that one.
     *
     * @throws dev.oversight.UnknownChildException if there is no such child
     * @throws IllegalArgumentException if that child is no dynamic supervisor
     */
    public DynamicSupervisor<A> in(Supervisor parent) {
        return in(parent, id());
    }

    /**
     * The supervisor that was made from this and is at that place below: {@code in(tree,
     * "shop/workers")}. The handle leads there also after that supervisor, or one above it, was restarted.
     *
     * @param path as {@link Supervisor#find} takes it
     * @throws dev.oversight.UnknownChildException if there is nothing at that place
     * @throws IllegalArgumentException if it is no dynamic supervisor
     */
    public DynamicSupervisor<A> in(Supervisor tree, String path) {
        return new DynamicSupervisor<>(this, Place.below(tree, path, DynamicSpec::accepts));
    }

    /** The supervisor that was made from this and is the part of that key. */
    public DynamicSupervisor<A> in(PartitionedSupervisor parts, Object key) {
        return new DynamicSupervisor<>(this, parts.placeOf(parts.partitionFor(key)));
    }

    private static void accepts(SupervisorSpec found, String path) {
        if (Kind.kindOf(found) != Kind.DYNAMIC) {
            throw new IllegalArgumentException(
                    path + " is not a dynamic supervisor; put toChild() of a DynamicSpec there");
        }
    }

    Template<A> template() {
        return template;
    }

    /** The description of an instance, named. */
    ChildSpec named(ChildSpec child, A argument) {
        return ids == null ? child : child.id(ids.apply(argument));
    }

    @Override
    public String toString() {
        return "DynamicSpec[" + supervisor + "]";
    }
}
