package dev.oversight.task;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Queue;
import java.util.Set;
import java.util.Spliterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The results of a parallel map, driven by whoever reads them: the reading thread pulls the source,
 * submits, and waits. There is no thread but those of the tasks.
 *
 * <p>What is kept is bounded by the concurrency and the look-ahead, whatever the length of the source.
 * Confined to the reading thread, but for {@link #close}, which may come from any.
 */
final class ParallelMap<T extends @Nullable Object, R extends @Nullable Object>
        implements Spliterator<Mapped<T, R>> {
    /** One element on its way. */
    private final class Element {
        final T input;
        final Task<R> task;

        /** The reader has seen its end. */
        boolean seen;

        Element(T input) {
            this.input = input;
            this.task = new Task<>(self -> fn.apply(input), () -> {
                ended.add(this);
                LockSupport.unpark(reader);
            });
        }
    }

    private final TaskSupervisor tasks;
    private final Stream<? extends T> source;
    private final TaskFunction<? super T, ? extends R> fn;
    private final Concurrency how;
    private final int window;

    /** Told by the ends of tasks, from inside the supervisor's loop. */
    private final Queue<Element> ended = new ConcurrentLinkedQueue<>();

    /** Submitted and not known to have ended; read by whoever closes. */
    private final Set<Element> open = ConcurrentHashMap.newKeySet();

    /** Ordered: all that was submitted and not handed out. Unordered: of these, the ended ones. */
    private final Deque<Element> line = new ArrayDeque<>();

    private @Nullable Spliterator<? extends T> rest;
    private boolean exhausted;
    private int pending;
    private volatile @Nullable Thread reader;
    private volatile boolean closed;

    ParallelMap(
            TaskSupervisor tasks,
            Stream<? extends T> source,
            TaskFunction<? super T, ? extends R> fn,
            Concurrency how) {
        this.tasks = tasks;
        this.source = source;
        this.fn = fn;
        this.how = how;
        this.window = (int) Math.min(Integer.MAX_VALUE, (long) how.tasks() + how.lookAhead());
    }

    @Override
    public boolean tryAdvance(Consumer<? super Mapped<T, R>> action) {
        if ((exhausted || closed) && pending == 0) {
            return false;
        }
        reader = Thread.currentThread();
        try {
            Element next = next();
            if (next == null) {
                close();
                return false;
            }
            TaskResult<R> result = next.task.result().orElseThrow();
            action.accept(new Mapped<>(next.input, result));
            return true;
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new MapInterruptedException(tasks.path(), e);
        } catch (Throwable broken) {
            closeAfter(broken);
            throw broken;
        } finally {
            reader = null;
        }
    }

    private void closeAfter(Throwable broken) {
        try {
            close();
        } catch (Throwable again) {
            if (again != broken) {
                broken.addSuppressed(again);
            }
        }
    }

    /** Keeps the tasks busy and waits for the next result; null if there is none left. */
    private @Nullable Element next() throws InterruptedException {
        while (true) {
            takeEnded();
            fill();
            refuseIfClosed();
            Element first = line.peek();
            if (first != null && first.seen) {
                pending--;
                return line.remove();
            }
            if (pending == 0) {
                return null;
            }
            awaitEnded();
        }
    }

    private void takeEnded() {
        for (Element element = ended.poll(); element != null; element = ended.poll()) {
            element.seen = true;
            open.remove(element);
            if (!how.isOrdered()) {
                line.add(element);
            }
        }
    }

    private void fill() {
        while (!exhausted && !closed && open.size() < how.tasks() && pending < window) {
            if (!spliterator().tryAdvance(this::submit)) {
                exhausted = true;
            }
            takeEnded();
        }
    }

    private Spliterator<? extends T> spliterator() {
        Spliterator<? extends T> from = rest;
        if (from == null) {
            from = source.spliterator();
            rest = from;
        }
        return from;
    }

    private void submit(T input) {
        Element element = new Element(input);
        tasks.submit(element.task);
        open.add(element);
        pending++;
        if (how.isOrdered()) {
            line.add(element);
        }
    }

    private void awaitEnded() throws InterruptedException {
        while (ended.isEmpty() && !closed) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new IllegalStateException(
                    "the map in " + tasks.path() + " was closed while it was read");
        }
    }

    /** Stops what runs and waits until it has ended. */
    void close() {
        closed = true;
        Thread waiting = reader;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
        while (endOpen()) {} // meanwhile another thread that reads may have submitted one more
        source.close();
    }

    /** Ends all that is known to be open, but for a task that closes the stream it works for. */
    private boolean endOpen() {
        boolean any = false;
        open.forEach(element -> element.task.cancel());
        for (Iterator<Element> all = open.iterator(); all.hasNext(); ) {
            Task<?> task = all.next().task;
            if (!task.isCaller()) {
                task.joinUninterruptibly();
                all.remove();
                any = true;
            }
        }
        return any;
    }

    @Override
    public @Nullable Spliterator<Mapped<T, R>> trySplit() {
        return null; // one reader: the tasks are what is parallel
    }

    @Override
    public long estimateSize() {
        return Long.MAX_VALUE; // not known
    }

    @Override
    public int characteristics() {
        return NONNULL | (how.isOrdered() ? ORDERED : 0);
    }
}
