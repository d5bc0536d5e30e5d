package dev.oversight.internal;

import dev.oversight.ChildContext;

/** Looks at what the registry of a tree holds, dead or alive. */
public final class ServiceBooks {
    private final Services services;

    private ServiceBooks(Services services) {
        this.services = services;
    }

    /** Of the tree in which a child runs. */
    public static ServiceBooks of(ChildContext self) {
        return new ServiceBooks(((ThreadRun) self).supervisor.tree().services());
    }

    /** Entries, owners and keys that are waited for. */
    public int size() {
        return services.size();
    }
}
