package dev.oversight.task;

import dev.oversight.ChildContext;

import org.jspecify.annotations.Nullable;

/**
 * The work of a task that wants to know that it is one: to ask whether it should go on, or to add stop
 * hooks.
 *
 * @param <T> what it returns
 */
@FunctionalInterface
public interface TaskBody<T extends @Nullable Object> {
    /**
     * Does the work, in the task's own thread. A task that is asked to stop and cannot finish throws,
     * most simply by letting its {@link InterruptedException} pass: what it returns counts as its result.
     *
     * @param self this incarnation as its supervisor sees it
     * @throws Exception any failure: whoever waits for the task gets it as the cause
     */
    T run(ChildContext self) throws Exception;
}
