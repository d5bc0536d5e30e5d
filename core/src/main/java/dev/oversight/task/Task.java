package dev.oversight.task;

import dev.oversight.ChildBody;
import dev.oversight.ChildContext;
import dev.oversight.ChildFailedException;
import dev.oversight.ChildSpec;
import dev.oversight.Exit;
import dev.oversight.Restart;
import dev.oversight.Supervisor;
import dev.oversight.TooManyFailuresException;
import dev.oversight.internal.Submission;
import dev.oversight.internal.Tie;
import dev.oversight.spi.Timers;
import dev.oversight.task.TaskStoppedException.Reason;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Work that was submitted to a {@link TaskSupervisor}, and what comes of it. Safe for use from any
 * thread.
 *
 * <p>A task has ended when its child is gone: whoever was told of its result no longer finds it among
 * the children of its supervisor, and its place under a limit of tasks is free. Whatever comes later, such as
 * the result of one that was abandoned, is dropped.
 *
 * @param <T> what it returns
 */
public final class Task<T extends @Nullable Object> {
    /** So many callers are kept, so that tasks that submit their successors for ever need no more. */
    private static final int CALLERS = 32;

    /** Makes ids that are free without asking, and never used again. */
    private static final AtomicLong NUMBERS = new AtomicLong();

    /**
     * What the work did, in the latest run.
     *
     * @param unasked whether nobody had asked it to stop by then
     */
    private record Done(@Nullable Object value, @Nullable Throwable thrown, boolean unasked) {}

    /** How the task ended. */
    private sealed interface End {
        record Value(@Nullable Object value) implements End {}

        record Failed(@Nullable Throwable cause) implements End {}

        record Stopped(Reason reason, @Nullable Throwable cause) implements End {}

        record Abandoned() implements End {}
    }

    /** The child that does the work. */
    private final class Body implements ChildBody {
        @Override
        public void run(ChildContext self) throws Exception {
            TaskBody<? extends T> todo = work;
            if (todo == null) {
                return; // it is over, and was only now given its thread
            }
            done = null;
            runner = Thread.currentThread();
            try {
                done = new Done(todo.run(self), null, self.running());
            } catch (Throwable thrown) {
                done = new Done(null, thrown, self.running());
                throw thrown;
            } finally {
                runner = null;
            }
        }

        Task<T> task() {
            return Task.this;
        }
    }

    /** Let go of when the task has ended, with all that it holds. */
    private volatile @Nullable TaskBody<? extends T> work;

    /** Told of the end, inside the loop: must neither block nor run code of the application. */
    private final @Nullable Runnable onEnd;

    private final List<String> callers;

    /** Only waiting threads and this library hang on it, so completing it is safe inside the loop. */
    private final CompletableFuture<End> end = new CompletableFuture<>();

    private final AtomicReference<@Nullable Reason> asked = new AtomicReference<>();
    private volatile @Nullable Done done;
    private volatile Timers.@Nullable Alarm alarm;

    private volatile @Nullable Tie tie;

    /** In which its work runs; null while it does not. */
    private volatile @Nullable Thread runner;

    /** Set before anybody but the submitting thread has the task. */
    private @Nullable Submission child;

    private boolean retries;

    Task(TaskBody<? extends T> work, @Nullable Runnable onEnd) {
        this.work = work;
        this.onEnd = onEnd;
        this.callers = callersOfThisThread();
    }

    private static List<String> callersOfThisThread() {
        ChildContext caller = Submission.caller();
        if (caller == null) {
            return List.of();
        }
        List<String> chain = new ArrayList<>();
        chain.add(caller.path());
        current()
                .ifPresent(task -> chain.addAll(
                        task.callers.subList(0, Math.min(task.callers.size(), CALLERS - 1))));
        return List.copyOf(chain);
    }

    /** Becomes a child. Called once. */
    void start(Supervisor supervisor, TaskSpec spec, String name, @Nullable ChildContext caller) {
        ChildSpec rules = spec.rules();
        retries = !rules.restart().equals(Restart.TEMPORARY);
        Submission submission = new Submission(supervisor, name + "-" + NUMBERS.incrementAndGet());
        child = submission;
        submission.add(rules.body(new Body()), this::ended);
        spec.timeout()
                .ifPresent(limit -> alarm = submission.after(limit, () -> ask(Reason.TIMED_OUT)));
        if (caller != null) {
            Tie made = submission.tieTo(caller, () -> isFirst(Reason.CALLER_ENDED));
            tie = made;
            made.begin();
        }
        if (end.isDone()) { // it was quicker, and may not have seen what was just set
            tellCaller(end.join());
            letGo();
        }
    }

    // ------------------------------------------------------------------ who and where

    /** The task inside which the calling thread runs; empty if it is in none. */
    public static Optional<Task<?>> current() {
        return Submission.bodyOfCaller() instanceof Task<?>.Body body
                ? Optional.of(body.task())
                : Optional.empty();
    }

    /** Its id among the children of its supervisor: a name and a number. */
    public String id() {
        return child().id();
    }

    /** Its place in the tree, for example {@code root/tasks/resize-17}. */
    public String path() {
        return child().path();
    }

    /**
     * The paths of those on whose behalf it works: the child or task that submitted it, then whoever
     * submitted that, the nearest first. At most 32. Empty if it was submitted from outside a tree.
     */
    public List<String> callers() {
        return callers;
    }

    private Submission child() {
        return Objects.requireNonNull(child, "the task was not submitted");
    }

    // ------------------------------------------------------------------ its end

    /** Inside the loop. */
    private void ended(Exit exit, boolean supervisorStops) {
        work = null;
        End how = endOf(exit, supervisorStops);
        done = null;
        end.complete(how);
        tellCaller(how);
        letGo();
        if (onEnd != null) {
            onEnd.run();
        }
    }

    /**
     * A result counts wherever the exit notice says that the work was stopped: it may have overtaken the
     * result. A late result, given only after somebody had asked, counts unless it was asked by those who
     * wait for it.
     */
    private End endOf(Exit exit, boolean supervisorStops) {
        Done last = done;
        Reason why = asked.get();
        boolean returned = last != null && last.thrown == null;
        if (last != null && returned && (last.unasked || why == null)) {
            return new End.Value(last.value);
        }
        if (exit.kind() == Exit.Kind.ABANDONED) {
            return new End.Abandoned();
        }
        boolean ownFailure = exit.kind() == Exit.Kind.FAILED || (last != null && last.unasked);
        if (ownFailure && !(retries && why != null)) {
            return new End.Failed(thrownByLast(exit.cause()));
        }
        if (why == null) {
            why = supervisorStops ? Reason.SUPERVISOR_STOPPED : Reason.TERMINATED;
        }
        return new End.Stopped(why, exit.cause());
    }

    /** What the last of its runs threw, if that was one too many for its own allowance. */
    private @Nullable Throwable thrownByLast(@Nullable Throwable cause) {
        return cause instanceof TooManyFailuresException tooMany
                        && tooMany.path().equals(path())
                        && tooMany.getCause() instanceof ChildFailedException last
                ? last.getCause()
                : cause;
    }

    /** Linked both ways: what failed here has failed there. Not for a map, whose reader is told. */
    private void tellCaller(End how) {
        Tie tied = tie;
        if (tied != null
                && onEnd == null
                && (how instanceof End.Failed
                        || (how instanceof End.Stopped s && s.reason == Reason.TIMED_OUT)
                        || (how instanceof End.Abandoned && asked.get() == Reason.TIMED_OUT))
                && result(how) instanceof TaskResult.Failure<T> failure) {
            tied.fail(failure.problem());
        }
    }

    private void letGo() {
        Timers.Alarm set = alarm;
        if (set != null) {
            set.cancel();
        }
        Tie tied = tie;
        if (tied != null) {
            tied.undo();
        }
    }

    /** Made anew for each who asks, with that thread's stack. */
    @SuppressWarnings("unchecked") // it was the body of this task that made the value
    private TaskResult<T> result(End how) {
        return switch (how) {
            case End.Value v -> new TaskResult.Success<>((T) v.value);
            case End.Failed f -> new TaskResult.Failure<>(new TaskFailedException(path(), f.cause));
            case End.Stopped s ->
                new TaskResult.Failure<>(new TaskStoppedException(path(), s.reason, s.cause));
            case End.Abandoned a -> new TaskResult.Failure<>(new TaskAbandonedException(path()));
        };
    }

    // ------------------------------------------------------------------ waiting

    /** Whether it has ended. */
    public boolean isDone() {
        return end.isDone();
    }

    /** How it ended; empty if it has not. Does not wait. */
    public Optional<TaskResult<T>> result() {
        return Optional.ofNullable(end.getNow(null)).map(this::result);
    }

    /**
     * Waits for its result.
     *
     * @return what it returned
     * @throws TaskException if it ended without
     * @throws IllegalStateException if called by the task itself, which would wait for itself
     */
    public T await() throws InterruptedException {
        return join().orThrow();
    }

    /**
     * Waits for its result, but not for longer than the limit, on the clock of the tree. The task goes
     * on then, and can be waited for again.
     *
     * @param limit zero or less does not wait
     * @return what it returned
     * @throws TaskNotFinishedException if it has not ended by then
     * @throws TaskException if it ended without a result
     * @throws IllegalStateException if called by the task itself
     */
    public T await(Duration limit) throws InterruptedException {
        return join(limit)
                .orElseThrow(() -> new TaskNotFinishedException(path(), limit))
                .orThrow();
    }

    /**
     * Waits for its end.
     *
     * @throws IllegalStateException if called by the task itself
     */
    public TaskResult<T> join() throws InterruptedException {
        refuseInside();
        return result(get(end));
    }

    /**
     * Waits for its end, but not for longer than the limit, on the clock of the tree.
     *
     * @param limit zero or less does not wait
     * @return empty if it has not ended by then
     * @throws IllegalStateException if called by the task itself
     */
    public Optional<TaskResult<T>> join(Duration limit) throws InterruptedException {
        refuseInside();
        child().await(end, limit);
        return result();
    }

    private static <V extends @Nullable Object> V get(CompletableFuture<V> future)
            throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("the end of a task cannot fail", impossible);
        }
    }

    /** Whether the calling thread runs in it, and would wait for itself. */
    boolean isCaller() {
        return runner == Thread.currentThread()
                || (Submission.bodyOfCaller() instanceof Task<?>.Body body && body.task() == this);
    }

    private void refuseInside() {
        if (!end.isDone() && isCaller()) {
            throw new IllegalStateException(
                    path() + " waits for itself and would never end; return the result instead");
        }
    }

    /** Waits for its end whatever happens. The interrupt flag is set again. */
    void joinUninterruptibly() {
        boolean interrupted = Thread.interrupted();
        while (!end.isDone()) {
            try {
                get(end);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ------------------------------------------------------------------ stopping

    /**
     * Asks it to stop, and does not wait: it has its shutdown budget to end. A result it had before it
     * was asked counts; one it returns later is dropped. Cancels a retry that is due. Does nothing if it
     * has ended or was cancelled.
     */
    public void cancel() {
        ask(Reason.CANCELLED);
    }

    /**
     * Asks it to stop and waits until it has ended, or until its shutdown budget is over and it is
     * abandoned.
     *
     * @return how it ended: a result that it had by then is not lost
     * @throws IllegalStateException if called by the task itself, which is to return instead
     */
    public TaskResult<T> stop() throws InterruptedException {
        refuseInside();
        cancel();
        return join();
    }

    void ask(Reason why) {
        if (isFirst(why)) {
            child().terminate();
        }
    }

    private boolean isFirst(Reason why) {
        return !end.isDone() && asked.compareAndSet(null, why);
    }

    // ------------------------------------------------------------------ as a future

    /**
     * The task as a future of its own. It completes with the result, or exceptionally with a {@link
     * TaskException}; what hangs on it then runs in a thread of its own. Cancelling the future {@linkplain #cancel
     * cancels} the task. Completing it by hand does nothing to the task.
     */
    public CompletableFuture<T> toFuture() {
        CompletableFuture<T> future = new TaskFuture<>(this);
        if (end.isDone()) {
            complete(future, end.join());
        } else {
            // Called by the loop, or by a thread that waits for the end and finds this left to do.
            CompletableFuture<Void> unused =
                    end.thenAccept(how -> child().inThreadOfItsOwn(() -> complete(future, how)));
        }
        return future;
    }

    private void complete(CompletableFuture<T> future, End how) {
        switch (result(how)) {
            case TaskResult.Success<T> success -> future.complete(success.value());
            case TaskResult.Failure<T> failure -> future.completeExceptionally(failure.problem());
        }
    }

    private static final class TaskFuture<T extends @Nullable Object> extends CompletableFuture<T> {
        private final Task<T> task;

        TaskFuture(Task<T> task) {
            this.task = task;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled =
                    super.cancel(mayInterruptIfRunning); // before the task's end tells it
            task.cancel();
            return cancelled;
        }

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new CompletableFuture<>(); // what is derived from it cancels itself alone
        }
    }

    @Override
    public String toString() {
        return "Task[" + path() + ", " + (isDone() ? "ended" : "running") + "]";
    }
}
