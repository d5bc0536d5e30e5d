package dev.oversight.task;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * How a task ended, as a value.
 *
 * <pre>{@code
 * switch (task.join()) {
 *     case TaskResult.Success<Integer>(Integer value) -> use(value);
 *     case TaskResult.Failure<Integer>(TaskException problem) -> log(problem);
 * }
 * }</pre>
 *
 * @param <T> what the task returns
 */
public sealed interface TaskResult<T extends @Nullable Object> {
    /** What it returned. */
    T orThrow();

    /** Whether it has a value. */
    default boolean isSuccess() {
        return this instanceof Success;
    }

    /**
     * The task returned.
     *
     * @param value what it returned
     */
    record Success<T extends @Nullable Object>(T value) implements TaskResult<T> {
        @Override
        public T orThrow() {
            return value;
        }
    }

    /**
     * The task ended without a result.
     *
     * @param problem why
     */
    record Failure<T extends @Nullable Object>(TaskException problem) implements TaskResult<T> {
        /** Checks that the problem is not missing. */
        public Failure {
            Objects.requireNonNull(problem, "problem");
        }

        /** Throws the problem. */
        @Override
        public T orThrow() {
            throw problem;
        }
    }
}
