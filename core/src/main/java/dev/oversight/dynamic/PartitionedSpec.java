package dev.oversight.dynamic;

import dev.oversight.AtLimit;
import dev.oversight.AutoShutdown;
import dev.oversight.Backoff;
import dev.oversight.ChildSpec;
import dev.oversight.InvalidSpecException;
import dev.oversight.Listener;
import dev.oversight.StopOrder;
import dev.oversight.Strategy;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.internal.Kind;
import dev.oversight.spi.Platform;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * Describes a supervisor of equal parts that share the work by key: Elixir's PartitionSupervisor. The
 * parts are its children {@code 0} to one less than there are, and each knows its number. An immutable
 * value; each setter returns a new one.
 *
 * <pre>{@code
 * PartitionedSpec shards = PartitionedSpec.of("shards", 8, (part, self) -> serve(inboxes[part], self));
 *
 * try (Supervisor tree = Supervisor.start(SupervisorSpec.of("root").child(shards.toChild()))) {
 *     PartitionedSupervisor live = shards.in(tree);
 *     inboxes[live.partitionFor(order.customer())].put(order);
 * }
 * }</pre>
 *
 * <p>A part can be anything that a child can be: a worker, a nested supervisor, a {@linkplain #of(String,
 * int, DynamicSpec) dynamic supervisor}. The supervisor stays up when all its parts have ended.
 */
public final class PartitionedSpec {
    private final SupervisorSpec supervisor;

    private PartitionedSpec(SupervisorSpec supervisor) {
        this.supervisor = supervisor;
    }

    /** As many parts as there are processors. */
    public static PartitionedSpec of(String id, PartBody body) {
        return of(id, Runtime.getRuntime().availableProcessors(), body);
    }

    /**
     * Parts that run this body.
     *
     * @param id the supervisor's name; not blank, without {@code '/'}
     * @param parts one or more
     * @throws InvalidSpecException if the id is no name or there are no parts
     */
    public static PartitionedSpec of(String id, int parts, PartBody body) {
        Objects.requireNonNull(body, "body");
        return describedBy(id, parts, part -> ChildSpec.of(self -> body.run(part, self)));
    }

    /** Parts that are dynamic supervisors: many instances, started by key. */
    public static PartitionedSpec of(String id, int parts, DynamicSpec<?> each) {
        Objects.requireNonNull(each, "each");
        return describedBy(id, parts, part -> each.toChild());
    }

    /**
     * Parts that are described one by one; whatever id they have, they are named by their numbers.
     *
     * @param description called once for each part, now
     */
    public static PartitionedSpec describedBy(
            String id, int parts, IntFunction<ChildSpec> description) {
        Objects.requireNonNull(description, "description");
        SupervisorSpec empty =
                Kind.PARTITIONED.of(SupervisorSpec.of(id).autoShutdown(AutoShutdown.NEVER));
        if (parts < 1) {
            throw InvalidSpecException.of(
                    "parts", parts, "one or more", "leave it away for one per processor");
        }
        List<ChildSpec> children = new ArrayList<>(parts);
        for (int part = 0; part < parts; part++) {
            ChildSpec child = Objects.requireNonNull(
                    description.apply(part), "the description of a part is null");
            children.add(child.id(Integer.toString(part)));
        }
        return new PartitionedSpec(checked(empty.children(children)));
    }

    private static SupervisorSpec checked(SupervisorSpec spec) {
        for (ChildSpec part : spec.children()) {
            if (!part.restart().keepsSpec()) {
                throw InvalidSpecException.of(
                        "part " + part.id().orElse("") + ".restart",
                        part.restart(),
                        "a rule that keeps the part, which is started again when the parts are resized",
                        "use Restart.PERMANENT or TRANSIENT");
            }
        }
        return spec.check();
    }

    /**
     * Rules of the parts, on top of those set before.
     *
     * @throws InvalidSpecException if they make no sense: a part cannot be temporary, nor significant,
     *     because this supervisor does not end by itself
     */
    public PartitionedSpec parts(UnaryOperator<ChildSpec> rules) {
        List<ChildSpec> changed = new ArrayList<>(supervisor.size());
        for (ChildSpec part : supervisor.children()) {
            changed.add(rules.apply(part).id(part.id().orElseThrow()));
        }
        return new PartitionedSpec(checked(supervisor.withoutChildren().children(changed)));
    }

    /** Who is restarted together with a failed part. Default {@link Strategy#ONE_FOR_ONE}. */
    public PartitionedSpec strategy(Strategy strategy) {
        return new PartitionedSpec(supervisor.strategy(strategy));
    }

    /** How many restarts are allowed, of all parts together. Default 1 in 5 s. */
    public PartitionedSpec intensity(int restarts, Duration period) {
        return new PartitionedSpec(supervisor.intensity(restarts, period));
    }

    /** Restarts without limit. Wants a {@link #backoff}. */
    public PartitionedSpec neverGiveUp() {
        return new PartitionedSpec(supervisor.neverGiveUp());
    }

    /** What happens when they fail more often than that. Default: {@link AtLimit#escalate}. */
    public PartitionedSpec atLimit(AtLimit rule) {
        return new PartitionedSpec(supervisor.atLimit(rule));
    }

    /** How the parts are stopped. Default: {@link StopOrder#REVERSE}. */
    public PartitionedSpec stopOrder(StopOrder order) {
        return new PartitionedSpec(supervisor.stopOrder(order));
    }

    /** How long parts wait before a restart, if they have no rule of their own. Default: not. */
    public PartitionedSpec backoff(Backoff rule) {
        return new PartitionedSpec(supervisor.backoff(rule));
    }

    /** Adds a listener to the events of the supervisor and of its parts. */
    public PartitionedSpec listener(Listener listener) {
        return new PartitionedSpec(supervisor.listener(listener));
    }

    /** The supervisor's name. */
    public String id() {
        return supervisor.id();
    }

    /** How many parts it is described with, which is also how many there can be at most. */
    public int size() {
        return supervisor.size();
    }

    /** The supervisor with its parts, to be looked at. */
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
     * try (PartitionedTree live = shards.start()) {
     *     live.root().join();
     * }
     * }</pre>
     *
     * @throws dev.oversight.StartFailedException if it did not come up
     */
    public PartitionedTree start() throws InterruptedException {
        return start(Platform.system());
    }

    /** The same on a time source, timers and threads of your own. */
    public PartitionedTree start(Platform platform) throws InterruptedException {
        return new PartitionedTree(this, Supervisor.start(supervisor, platform));
    }

    /**
     * The supervisor that was made from this as a child of that one.
     *
     * @throws dev.oversight.UnknownChildException if there is no such child
     * @throws IllegalArgumentException if that child is no supervisor with these parts
     */
    public PartitionedSupervisor in(Supervisor parent) {
        return in(parent, id());
    }

    /**
     * The supervisor that was made from this and is at that place below. The handle leads there also after
     * that supervisor, or one above it, was restarted.
     *
     * @param path as {@link Supervisor#find} takes it
     * @throws dev.oversight.UnknownChildException if there is nothing at that place
     * @throws IllegalArgumentException if it is no supervisor with these parts
     */
    public PartitionedSupervisor in(Supervisor tree, String path) {
        return new PartitionedSupervisor(size(), Place.below(tree, path, this::accepts));
    }

    private void accepts(SupervisorSpec found, String path) {
        if (found.size() != size()
                || !"0".equals(found.children().getFirst().id().orElse(""))) {
            throw new IllegalArgumentException(path + " has not the " + size()
                    + " parts of this PartitionedSpec; put its toChild() there");
        }
    }

    @Override
    public String toString() {
        return "PartitionedSpec[" + supervisor + "]";
    }
}
