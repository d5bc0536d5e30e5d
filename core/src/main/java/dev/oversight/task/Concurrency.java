package dev.oversight.task;

import dev.oversight.InvalidSpecException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a parallel map works: how many tasks at once, in which order the results come, how far it reads
 * ahead. An immutable value; each setter returns a new one.
 *
 * <pre>{@code
 * Concurrency.of(8).unordered().timeout(Duration.ofSeconds(2))
 * }</pre>
 */
public final class Concurrency {
    private final int tasks;
    private final boolean ordered;
    private final int lookAhead;
    private final @Nullable Duration timeout;

    private Concurrency(int tasks, boolean ordered, int lookAhead, @Nullable Duration timeout) {
        this.tasks = tasks;
        this.ordered = ordered;
        this.lookAhead = lookAhead;
        this.timeout = timeout;
    }

    /**
     * At most so many tasks at once, results in the order of the source.
     *
     * @param tasks one or more
     * @throws InvalidSpecException if it is less
     */
    public static Concurrency of(int tasks) {
        if (tasks < 1) {
            throw InvalidSpecException.of(
                    "concurrency", tasks, "one or more", "use 1 for one after the other");
        }
        return new Concurrency(tasks, true, tasks, null);
    }

    /** Results come in the order of the source. The default. */
    public Concurrency ordered() {
        return new Concurrency(tasks, true, lookAhead, timeout);
    }

    /** Results come as they are there: a slow element holds up nobody. Replaces {@link #ordered}. */
    public Concurrency unordered() {
        return new Concurrency(tasks, false, lookAhead, timeout);
    }

    /**
     * How many finished results may wait for the reader, so that a slow element in front does not leave
     * the others idle. Bounds what is kept: at most the number of tasks and this many more. Default: the
     * number of tasks.
     *
     * @param results zero or more
     * @throws InvalidSpecException if it is less
     */
    public Concurrency lookAhead(int results) {
        if (results < 0) {
            throw InvalidSpecException.of(
                    "lookAhead", results, "zero or more", "use 0 to keep no finished result");
        }
        return new Concurrency(tasks, ordered, results, timeout);
    }

    /**
     * How long one element may take, as {@link TaskSpec#timeout}. Default: what the task supervisor
     * says, which is no limit.
     *
     * @param limit more than zero
     * @throws InvalidSpecException if it is not
     */
    public Concurrency timeout(Duration limit) {
        TaskSpec.checkTimeout(limit);
        return new Concurrency(tasks, ordered, lookAhead, limit);
    }

    /** How many tasks at once, at most. */
    public int tasks() {
        return tasks;
    }

    /** Whether results come in the order of the source. */
    public boolean isOrdered() {
        return ordered;
    }

    /** How many finished results may wait for the reader. */
    public int lookAhead() {
        return lookAhead;
    }

    /** How long one element may take; empty if the task supervisor decides. */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Concurrency c
                && tasks == c.tasks
                && ordered == c.ordered
                && lookAhead == c.lookAhead
                && Objects.equals(timeout, c.timeout);
    }

    @Override
    public int hashCode() {
        return Objects.hash(tasks, ordered, lookAhead, timeout);
    }

    @Override
    public String toString() {
        return "Concurrency[" + tasks + ", " + (ordered ? "ordered" : "unordered")
                + ", look-ahead " + lookAhead + (timeout == null ? "" : ", timeout " + timeout)
                + "]";
    }
}
