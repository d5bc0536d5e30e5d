package dev.oversight.task;

import dev.oversight.OversightException;

/**
 * The thread that reads the results of a parallel map was interrupted. Its interrupt flag is set again,
 * and the tasks of the map have been stopped. Unchecked, because a stream has no room for another.
 */
public final class MapInterruptedException extends OversightException {
    private static final long serialVersionUID = 1L;

    MapInterruptedException(String path, InterruptedException cause) {
        super(
                path,
                "interrupted while waiting for the next result of a map in " + path
                        + "; its tasks have been stopped",
                cause);
    }
}
