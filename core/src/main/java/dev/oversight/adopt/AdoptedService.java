package dev.oversight.adopt;

import dev.oversight.ChildBody;
import dev.oversight.ChildContext;
import dev.oversight.service.ServiceKey;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;

/**
 * A child made of an object that is started and stopped. An immutable value; each setter returns a new
 * one. Made by {@link Adopt#service}, {@link Adopt#asyncService}, {@link
 * Adopt#closeable} and {@link Adopt#executor}.
 *
 * <p>Each incarnation asks the factory for an object, starts it, says that it is {@linkplain
 * ChildContext#ready ready}, waits until the child is asked to stop or the object is known to have
 * ended, and stops it. All of this happens in the child's thread, and stopping within its {@linkplain
 * dev.oversight.ChildSpec#shutdown shutdown} budget: an interrupt of that thread during {@code stop}
 * says that the budget is over.
 *
 * <p>Stop is called once for every object, on every way out: also if its start failed half way or is
 * still under way, and if it has ended by itself. What it throws is the failure of the child, or is
 * suppressed by an earlier one.
 *
 * @param <T> the object
 */
public final class AdoptedService<T> implements ChildBody {
    /**
     * Starts, stops or uses an object.
     *
     * @param <T> the object
     */
    @FunctionalInterface
    public interface Action<T> {
        /** Returns when that is done. What it throws is a failure of the child. */
        void run(T service) throws Exception;
    }

    /**
     * Asks an object for something that goes on after the call.
     *
     * @param <T> the object
     */
    @FunctionalInterface
    public interface AsyncAction<T> {
        /** Returns a stage that completes, or fails, when that is done. */
        CompletionStage<?> run(T service) throws Exception;
    }

    /** Stops an object; knows whether the child was asked to stop. */
    @FunctionalInterface
    interface Stop<T> {
        void run(T service, ChildContext self) throws Exception;
    }

    /** Looks now and then. */
    private record Check<T>(Predicate<? super T> holds, Duration every, String otherwise) {}

    private final Callable<? extends T> factory;
    private final AsyncAction<? super T> start;
    private final Stop<? super T> stop;
    private final @Nullable AsyncAction<? super T> ended;
    private final @Nullable Check<T> check;
    private final List<ServiceKey<? super T>> keys;

    private AdoptedService(
            Callable<? extends T> factory,
            AsyncAction<? super T> start,
            Stop<? super T> stop,
            @Nullable AsyncAction<? super T> ended,
            @Nullable Check<T> check,
            List<ServiceKey<? super T>> keys) {
        this.factory = factory;
        this.start = start;
        this.stop = stop;
        this.ended = ended;
        this.check = check;
        this.keys = keys;
    }

    static <T> AdoptedService<T> of(
            Callable<? extends T> factory, AsyncAction<? super T> start, Stop<? super T> stop) {
        return new AdoptedService<>(factory, start, stop, null, null, List.of());
    }

    static <T> AsyncAction<T> waiting(Action<? super T> action) {
        return service -> {
            action.run(service);
            return CompletableFuture.completedStage(null);
        };
    }

    static <T> Stop<T> awaiting(AsyncAction<? super T> action) {
        return (service, self) -> {
            CompletableFuture<Object> done = new CompletableFuture<>();
            stage("stop", self, action, service).whenComplete((value, failure) -> {
                if (failure == null) {
                    done.complete("");
                } else {
                    done.completeExceptionally(failure);
                }
            });
            try {
                done.get();
            } catch (ExecutionException e) {
                Ending.rethrow(e.getCause() == null ? e : e.getCause());
            }
        };
    }

    /**
     * How it tells that it has ended by itself: a stage that fails is a failure of the child, a stage that
     * completes is a normal end. Asked once, after the start. Default: nothing tells.
     */
    public AdoptedService<T> ended(AsyncAction<? super T> whenEnded) {
        Objects.requireNonNull(whenEnded, "whenEnded");
        return new AdoptedService<>(factory, start, stop, whenEnded, check, keys);
    }

    /**
     * Looks now and then whether it still runs; false is a failure of the child, {@link
     * EndedUnaskedException}, and so is what the check throws. For objects that die silently. Default:
     * no check, except for a pool; replaces an earlier one.
     *
     * @param isRunning called in the child's thread; must not block for long, as nothing else is noticed
     *     meanwhile
     * @param every how long between two looks, by the clock of the tree; more than zero
     * @throws IllegalArgumentException if the time is not positive
     */
    public AdoptedService<T> runningWhile(Predicate<? super T> isRunning, Duration every) {
        return runningWhile(isRunning, every, "it is not running any more");
    }

    AdoptedService<T> runningWhile(
            Predicate<? super T> isRunning, Duration every, String otherwise) {
        Objects.requireNonNull(isRunning, "isRunning");
        Adopt.requirePositive("every", every);
        return new AdoptedService<>(
                factory, start, stop, ended, new Check<>(isRunning, every, otherwise), keys);
    }

    /**
     * Publishes the object in the tree once it is started, and takes it back before it is stopped: {@link
     * dev.oversight.service.ServiceRef}s of the key lead to the one that runs. May be called for several
     * keys. Default: nothing is published.
     */
    public AdoptedService<T> publishedAs(ServiceKey<? super T> key) {
        List<ServiceKey<? super T>> more = new ArrayList<>(keys);
        more.add(Objects.requireNonNull(key, "key"));
        return new AdoptedService<>(factory, start, stop, ended, check, List.copyOf(more));
    }

    @Override
    public void run(ChildContext self) throws Exception {
        T service = factory.call();
        Objects.requireNonNull(service, () -> "the factory of " + self.path() + " returned null");
        Throwable failure = null;
        try {
            if (awaitStarted(service, self)) {
                for (ServiceKey<? super T> key : keys) {
                    self.publish(key, service);
                }
                self.ready();
                awaitEnd(service, self);
            }
        } catch (Throwable thrown) {
            failure = thrown;
        }
        keys.forEach(self::withdraw); // nobody is to be handed what is being stopped
        Ending.cleanUp(self, failure, () -> stop.run(service, self));
    }

    /** False if it was asked to stop meanwhile. */
    private boolean awaitStarted(T service, ChildContext self) throws Exception {
        Lookout starting = new Lookout(self);
        stage("start", self, start, service)
                .whenComplete((value, failure) -> starting.end(failure));
        starting.await();
        starting.throwCause();
        return starting.hasEnded();
    }

    private void awaitEnd(T service, ChildContext self) throws Exception {
        Lookout lookout = new Lookout(self);
        if (ended != null) {
            stage("ended", self, ended, service)
                    .whenComplete((value, failure) -> lookout.end(failure));
        }
        while (!lookout.isOver()) {
            lookout.await(check == null ? null : check.every);
            if (check != null && !lookout.isOver() && !check.holds.test(service)) {
                throw new EndedUnaskedException(self.path(), check.otherwise);
            }
        }
        lookout.throwCause();
    }

    private static <T> CompletionStage<?> stage(
            String what, ChildContext self, AsyncAction<? super T> action, T service)
            throws Exception {
        return Objects.requireNonNull(
                action.run(service),
                () -> "the action \"" + what + "\" of " + self.path() + " returned null, expected a"
                        + " CompletionStage");
    }
}
