package dev.oversight.service;

/**
 * What {@link ServiceRef#call} does with a service. Called once, in the thread of the caller.
 *
 * @param <T> the service
 * @param <R> what it returns
 * @param <X> what it may throw
 */
@FunctionalInterface
public interface ServiceCall<T, R, X extends Exception> {
    /** Uses the service. */
    R on(T service) throws X;
}
