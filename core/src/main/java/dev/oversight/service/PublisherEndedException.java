package dev.oversight.service;

import dev.oversight.OversightException;

/**
 * A run that has ended tried to publish a service, from a thread that outlived the body. Nothing has
 * changed.
 */
public final class PublisherEndedException extends OversightException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine. */
    public PublisherEndedException(ServiceKey<?> key, String path, long incarnation) {
        super(
                path,
                "incarnation " + incarnation + " of " + path + " has ended and cannot publish "
                        + key + "; publish while the body runs, and end its threads with it",
                null);
    }
}
