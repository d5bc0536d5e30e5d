package dev.oversight;

import java.util.Collection;
import java.util.List;

/**
 * Who is restarted together with a child that failed. The supervisor stops the chosen children in
 * reverse start order and starts them in start order; children that were stopped by request or have
 * completed stay down.
 *
 * <p>A strategy of your own is a pure function of specs:
 *
 * <pre>{@code
 * Strategy sameShard = (failed, startOrder) -> startOrder.stream()
 *         .filter(c -> c.label("shard").equals(failed.label("shard")))
 *         .toList();
 * }</pre>
 *
 * <p>It is called inside the supervisor's loop, so it must not block; if it throws, the supervisor
 * gives up with that as its cause. Semantics: otp-parity, "strategies".
 */
@FunctionalInterface
@SuppressWarnings(
        "ClassInitializationDeadlock") // BuiltInStrategy is reached through this type alone
public interface Strategy {
    /** Only the child that failed. The default. */
    Strategy ONE_FOR_ONE = BuiltInStrategy.ONE_FOR_ONE;

    /** All children: for children that cannot do without one another. */
    Strategy ONE_FOR_ALL = BuiltInStrategy.ONE_FOR_ALL;

    /** The child that failed and those started after it: for children that need earlier ones. */
    Strategy REST_FOR_ONE = BuiltInStrategy.REST_FOR_ONE;

    /**
     * The child that failed and those that {@linkplain ChildSpec#dependsOn depend} on it, directly or
     * not. For children whose order is a graph.
     */
    Strategy REST_FOR_DEPENDENTS = BuiltInStrategy.REST_FOR_DEPENDENTS;

    /**
     * Chooses the children to restart.
     *
     * @param failed the child whose end leads to a restart; it is restarted whether named or not
     * @param startOrder all children, in start order; unmodifiable
     * @return specs out of {@code startOrder}, in any order; others are ignored
     */
    Collection<ChildSpec> affected(ChildSpec failed, List<ChildSpec> startOrder);
}
