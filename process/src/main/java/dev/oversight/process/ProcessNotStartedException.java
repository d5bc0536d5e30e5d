package dev.oversight.process;

import org.jspecify.annotations.Nullable;

/**
 * A process could not be started: the program or its directory is missing, its port is taken, or the
 * operating system refused. The message names what was found and what helps.
 */
public final class ProcessNotStartedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String path;

    ProcessNotStartedException(String path, String why, @Nullable Throwable cause) {
        super(path + " could not be started: " + why, cause);
        this.path = path;
    }

    /** The place in the tree of the child, for example {@code root/shop/api}. */
    public String path() {
        return path;
    }
}
