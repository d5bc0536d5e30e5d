package dev.oversight.task;

import org.jspecify.annotations.Nullable;

/**
 * What a parallel map does with one element, in a task of its own.
 *
 * @param <T> what goes in
 * @param <R> what comes out
 */
@FunctionalInterface
public interface TaskFunction<T extends @Nullable Object, R extends @Nullable Object> {
    /**
     * Maps one element.
     *
     * @throws Exception any failure: it becomes the result of this element
     */
    R apply(T input) throws Exception;
}
