package dev.oversight.dynamic;

import dev.oversight.ChildContext;

/**
 * The work of the parts of a {@link PartitionedSpec}: like a {@link dev.oversight.ChildBody}, with the
 * number of the part. One call is one incarnation.
 */
@FunctionalInterface
public interface PartBody {
    /**
     * Does the part's work until it is asked to stop. Called in the part's own thread.
     *
     * @param part which part it is: 0 to one less than there are
     * @param self this incarnation as its supervisor sees it
     * @throws Exception any failure; the supervisor keeps it with its stack and decides by rule
     */
    void run(int part, ChildContext self) throws Exception;
}
