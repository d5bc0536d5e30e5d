package dev.oversight.service;

import dev.oversight.OversightException;

import org.jspecify.annotations.Nullable;

/**
 * There is no live publisher of a service. The {@linkplain #path() path} is that of the child that
 * published it last, as far as is known, otherwise that of the tree; the cause is what that child died of,
 * if it failed.
 */
public final class ServiceUnavailableException extends OversightException {
    private static final long serialVersionUID = 1L;

    private final ServiceKey<?> key;

    /** Made by the engine. */
    public ServiceUnavailableException(
            ServiceKey<?> key, String path, String what, @Nullable Throwable cause) {
        super(path, key + " " + what, cause);
        this.key = key;
    }

    /** The service that was looked for. */
    public ServiceKey<?> key() {
        return key;
    }
}
