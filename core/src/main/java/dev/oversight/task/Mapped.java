package dev.oversight.task;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * One element of a parallel map, with what came of it.
 *
 * @param input the element as the source gave it
 * @param result what its task returned, or why it did not
 */
public record Mapped<T extends @Nullable Object, R extends @Nullable Object>(
        T input, TaskResult<R> result) {
    /** Checks that the result is not missing. */
    public Mapped {
        Objects.requireNonNull(result, "result");
    }
}
