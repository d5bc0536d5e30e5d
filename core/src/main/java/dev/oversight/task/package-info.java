/**
 * Supervised tasks: work that is done once and has a result, each in a child of its own. {@linkplain
 * dev.oversight.task.TaskSpec Describe} a task supervisor, put it into a tree, {@linkplain
 * dev.oversight.task.TaskSupervisor submit} work to it and {@linkplain dev.oversight.task.Task wait}
 * for what comes of it, or map a stream with bounded concurrency.
 *
 * <p>Nothing in this package accepts or returns {@code null} unless it says so; the results of tasks
 * and the elements of streams are the application's, and may be.
 */
@NullMarked
package dev.oversight.task;

import org.jspecify.annotations.NullMarked;
