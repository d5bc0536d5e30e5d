package dev.oversight;

import org.jspecify.annotations.Nullable;

/** The child was {@linkplain ChildContext#link linked} to another one, whose run has ended. */
public final class LinkedChildEndedException extends OversightException {
    private static final long serialVersionUID = 1L;

    private final String linkedPath;
    private final transient Exit exit;

    /** Made by the engine. */
    public LinkedChildEndedException(String path, String linkedPath, Exit exit) {
        super(
                path,
                path + " is linked to " + linkedPath + ", which ended: " + exit.kind(),
                cause(exit));
        this.linkedPath = linkedPath;
        this.exit = exit;
    }

    private static @Nullable Throwable cause(Exit exit) {
        return exit.cause();
    }

    /** The place of the one that ended. */
    public String linkedPath() {
        return linkedPath;
    }

    /** How it ended. */
    public Exit exit() {
        return exit;
    }
}
