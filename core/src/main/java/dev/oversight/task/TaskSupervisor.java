package dev.oversight.task;

import dev.oversight.ChildBody;
import dev.oversight.ChildContext;
import dev.oversight.InvalidSpecException;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorNotRunningException;
import dev.oversight.internal.Submission;
import dev.oversight.spi.Platform;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Takes work and runs it, each piece in a supervised child of its own. Leads to the live incarnation of
 * its supervisor, so it can be kept for as long as the tree. Safe for use from any thread.
 *
 * <pre>{@code
 * TaskSupervisor live = tasks.in(tree);
 * Task<Integer> answer = live.submit(() -> compute());
 * live.named("mail").start(self -> mail.send(letter));
 * try (Stream<Image> images = live.map(urls, this::fetch, Concurrency.of(8))) {
 *     images.forEach(this::show);
 * }
 * }</pre>
 *
 * <p>Submitting waits for nothing but the supervisor's own turn. What it throws:
 *
 * <ul>
 *   <li>{@link SupervisorNotRunningException}: the supervisor is stopping, has ended or is being
 *       restarted; nothing was submitted
 *   <li>{@link dev.oversight.TooManyChildrenException}: {@link TaskSpec#maxTasks} are running
 *   <li>{@link dev.oversight.StartFailedException}: there is no thread to be had
 * </ul>
 */
public sealed class TaskSupervisor permits RunningTaskSupervisor {
    private static final String DEFAULT_NAME = "task";

    private final TaskPlace place;
    private final TaskSpec spec;
    private final String name;
    private final @Nullable ChildContext caller;

    TaskSupervisor(TaskPlace place, TaskSpec spec) {
        this(place, spec, DEFAULT_NAME, null);
    }

    private TaskSupervisor(
            TaskPlace place, TaskSpec spec, String name, @Nullable ChildContext caller) {
        this.place = place;
        this.spec = spec;
        this.name = name;
        this.caller = caller;
    }

    /**
     * Starts a task supervisor that is in no tree. Closing it stops all its tasks.
     *
     * @throws InterruptedException if interrupted while waiting; nothing runs then
     */
    public static RunningTaskSupervisor start(TaskSpec spec) throws InterruptedException {
        return start(spec, Platform.system());
    }

    /** The same on a time source, timers and threads of your own. */
    public static RunningTaskSupervisor start(TaskSpec spec, Platform platform)
            throws InterruptedException {
        return new RunningTaskSupervisor(Supervisor.start(spec.spec(), platform), spec);
    }

    // ------------------------------------------------------------------ views

    /**
     * The same task supervisor with other rules for what is submitted through the result: {@code
     * live.with(t -> t.shutdown(Shutdown.immediate())).submit(work)}. What concerns the supervisor
     * itself is fixed when it is started.
     */
    public TaskSupervisor with(UnaryOperator<TaskSpec> rules) {
        TaskSpec changed = Objects.requireNonNull(rules.apply(spec), "the changed rules");
        return new TaskSupervisor(place, changed, name, caller);
    }

    /**
     * The same task supervisor with a name for what is submitted through the result: its ids, paths and
     * threads begin with it. A number makes each one unique. Default {@code task}.
     *
     * @param prefix not blank, without {@code '/'}
     * @throws InvalidSpecException if it is no such name
     */
    public TaskSupervisor named(String prefix) {
        spec.rules().id(prefix); // refuses what is no name
        return new TaskSupervisor(place, spec, prefix, caller);
    }

    /**
     * The same task supervisor with what is submitted through the result linked to one incarnation of a
     * child, both ways. When that has ended, in whatever way, or was abandoned, the task is asked to stop.
     * When the task fails or times out, that incarnation has failed too, with the {@link TaskException}:
     * it is asked to stop, and restarted by rule. The tasks of a {@linkplain #map map} are linked one way:
     * of what fails there the reader is told.
     *
     * @param self the incarnation, mostly the caller's own; also what stands before its context
     * @throws IllegalArgumentException if what stands there speaks for an incarnation that does not live
     */
    public TaskSupervisor linkedTo(ChildContext self) {
        Objects.requireNonNull(self, "self");
        return new TaskSupervisor(place, spec, name, Submission.itself(self));
    }

    // ------------------------------------------------------------------ tasks

    /** Runs this in a task of its own. */
    public <T extends @Nullable Object> Task<T> submit(Callable<? extends T> work) {
        Objects.requireNonNull(work, "work");
        return submit(self -> work.call());
    }

    /** The same for work that wants to know when to stop. */
    public <T extends @Nullable Object> Task<T> submit(TaskBody<? extends T> work) {
        return submit(new Task<T>(Objects.requireNonNull(work, "work"), null));
    }

    /** Runs this in a task of its own, for what it does: it has no result. */
    public Task<@Nullable Void> start(ChildBody work) {
        Objects.requireNonNull(work, "work");
        return this.<@Nullable Void>submit(self -> {
            work.run(self);
            return null;
        });
    }

    <T extends @Nullable Object> Task<T> submit(Task<T> task) {
        task.start(place.live(), spec, name, caller);
        return task;
    }

    // ------------------------------------------------------------------ parallel map

    /**
     * Maps a stream, each element in a task of its own. It is read lazily, by whoever reads the result,
     * and may be endless; no more tasks run than {@code how} says, also when the reader is slow.
     *
     * <p>Close the result, best by try-with-resources: closing asks the tasks that still run to stop and
     * waits until they have, so nothing is left running. A result that was read to its end, or that
     * threw, has been closed already.
     *
     * @return the results. A failed element is thrown where it would have come; an interrupt of the
     *     reader as {@link MapInterruptedException}; a limit of tasks that was hit, or the end of the
     *     supervisor, as from {@link #submit(Callable)}. After any of these nothing is left running.
     */
    public <T extends @Nullable Object, R extends @Nullable Object> Stream<R> map(
            Stream<? extends T> source, TaskFunction<? super T, ? extends R> fn, Concurrency how) {
        return this.<T, R>mapResults(source, fn, how).map(each -> each.result().orThrow());
    }

    /** The same for a collection, or anything else that can be iterated. */
    public <T extends @Nullable Object, R extends @Nullable Object> Stream<R> map(
            Iterable<? extends T> source,
            TaskFunction<? super T, ? extends R> fn,
            Concurrency how) {
        return map(StreamSupport.stream(source.spliterator(), false), fn, how);
    }

    /**
     * The same with a failed element as a value among the others, beside its input; the rest goes on.
     *
     * @return every element with what came of it
     */
    public <T extends @Nullable Object, R extends @Nullable Object> Stream<Mapped<T, R>> mapResults(
            Stream<? extends T> source, TaskFunction<? super T, ? extends R> fn, Concurrency how) {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(fn, "fn");
        TaskSupervisor tasks =
                how.timeout().map(limit -> with(t -> t.timeout(limit))).orElse(this);
        ParallelMap<T, R> map = new ParallelMap<>(tasks, source, fn, how);
        return StreamSupport.stream(map, false).onClose(map::close);
    }

    /** The same for a collection, or anything else that can be iterated. */
    public <T extends @Nullable Object, R extends @Nullable Object> Stream<Mapped<T, R>> mapResults(
            Iterable<? extends T> source,
            TaskFunction<? super T, ? extends R> fn,
            Concurrency how) {
        return mapResults(StreamSupport.stream(source.spliterator(), false), fn, how);
    }

    // ------------------------------------------------------------------ the supervisor

    /** Its place in the tree. */
    public String path() {
        return place.path();
    }

    /** What its tasks are made from. */
    public TaskSpec spec() {
        return spec;
    }

    /**
     * The supervisor that runs now: its children are the tasks, so {@code children()} lists them, {@code
     * count()} counts them and {@code abandoned()} has those that would not stop.
     *
     * @throws SupervisorNotRunningException if none runs
     */
    public Supervisor supervisor() {
        return place.live();
    }

    @Override
    public String toString() {
        return "TaskSupervisor[" + path() + "]";
    }
}
