package dev.oversight.service;

import java.util.Objects;

/**
 * A service and who publishes it, as found by {@link ServiceRef#entries}. The service belongs to that
 * incarnation: do not keep it.
 *
 * @param service what is published
 * @param path the child that publishes it
 * @param incarnation which run of the child
 * @param <T> what users of the service see of it
 */
public record ServiceEntry<T>(T service, String path, long incarnation) {
    /** Checks that no component is missing. */
    public ServiceEntry {
        Objects.requireNonNull(service, "service");
        Objects.requireNonNull(path, "path");
    }
}
