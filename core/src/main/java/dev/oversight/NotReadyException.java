package dev.oversight;

import java.time.Duration;

/** A child did not say {@link ChildContext#ready()} within the limit of its spec. */
public final class NotReadyException extends OversightException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine. */
    public NotReadyException(String path, Duration limit) {
        super(
                path,
                path + " was not ready within " + Durations.text(limit)
                        + "; call self.ready() once it is up, or raise readyWithin",
                null);
    }
}
