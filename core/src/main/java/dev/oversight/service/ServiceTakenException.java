package dev.oversight.service;

import dev.oversight.OversightException;

/**
 * A service was not published, because another child that is alive publishes under the same unique key.
 * Nothing has changed.
 */
public final class ServiceTakenException extends OversightException {
    private static final long serialVersionUID = 1L;

    private final ServiceKey<?> key;
    private final String holder;

    /**
     * Made by the engine.
     *
     * @param path the child that was refused
     * @param holder the path of the child that has the key
     */
    public ServiceTakenException(
            ServiceKey<?> key, String path, String holder, long holdersIncarnation) {
        super(
                path,
                path + " cannot publish " + key + ": incarnation " + holdersIncarnation + " of "
                        + holder + " has the key; wait until it has ended or withdraws, or use"
                        + " ServiceKey.shared(...) for several publishers",
                null);
        this.key = key;
        this.holder = holder;
    }

    /** The key that is taken. */
    public ServiceKey<?> key() {
        return key;
    }

    /** The path of the child that has it. */
    public String holder() {
        return holder;
    }
}
