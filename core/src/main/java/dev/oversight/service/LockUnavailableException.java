package dev.oversight.service;

import dev.oversight.OversightException;

/**
 * A child did not get what it wanted to {@linkplain dev.oversight.ChildContext#lock lock}: another one had it
 * for longer than the limit, or the run that wanted it has ended. The {@linkplain #path() path} is that of the
 * child that wanted it.
 */
public final class LockUnavailableException extends OversightException {
    private static final long serialVersionUID = 1L;

    private final String name;

    /** Made by the engine. */
    public LockUnavailableException(String path, String name, String why) {
        super(path, path + " cannot lock \"" + name + "\": " + why, null);
        this.name = name;
    }

    /** What it wanted to lock. */
    public String name() {
        return name;
    }
}
