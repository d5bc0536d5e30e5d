package dev.oversight.dynamic;

import dev.oversight.OversightException;

/** No part has the key, because the partitioned supervisor has been resized to no part at all. */
public final class NoPartException extends OversightException {
    private static final long serialVersionUID = 1L;

    NoPartException(String path, int most) {
        super(
                path,
                path + " has 0 open parts, so none has the key; resize it to at least 1, at most "
                        + most,
                null);
    }
}
