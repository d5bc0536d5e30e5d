package dev.oversight.dynamic;

import dev.oversight.Supervisor;

/** A partitioned supervisor that is a tree of its own, made by {@link PartitionedSpec#start()}. */
public final class PartitionedTree extends PartitionedSupervisor implements AutoCloseable {
    private final Supervisor root;

    PartitionedTree(PartitionedSpec spec, Supervisor root) {
        super(spec.size(), Place.of(root));
        this.root = root;
    }

    /** The root of the tree, to be joined, or stopped within a limit. */
    public Supervisor root() {
        return root;
    }

    /** Stops all parts and waits until they are gone; see {@link Supervisor#close}. */
    @Override
    public void close() {
        root.close();
    }
}
