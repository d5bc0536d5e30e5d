package dev.oversight.dynamic;

import dev.oversight.ChildContext;

/**
 * The work of the instances of a {@link DynamicSpec}: like a {@link dev.oversight.ChildBody}, with what
 * the instance was started with. One call is one incarnation; a restart gets the same argument.
 *
 * @param <A> what an instance is started with
 */
@FunctionalInterface
public interface InstanceBody<A> {
    /**
     * Does the instance's work until it is done or asked to stop. Called in the instance's own thread.
     *
     * @param argument what it was started with
     * @param self this incarnation as its supervisor sees it
     * @throws Exception any failure; the supervisor keeps it with its stack and decides by rule
     */
    void run(A argument, ChildContext self) throws Exception;
}
