package dev.oversight.dynamic;

import dev.oversight.Supervisor;

/**
 * A dynamic supervisor that is a tree of its own, made by {@link DynamicSpec#start()}.
 *
 * @param <A> what an instance is started with
 */
public final class DynamicTree<A> extends DynamicSupervisor<A> implements AutoCloseable {
    private final Supervisor root;

    DynamicTree(DynamicSpec<A> spec, Supervisor root) {
        super(spec, Place.of(root));
        this.root = root;
    }

    /** The root of the tree, to be joined, or stopped within a limit. */
    public Supervisor root() {
        return root;
    }

    /** Stops all instances and waits until they are gone; see {@link Supervisor#close}. */
    @Override
    public void close() {
        root.close();
    }
}
