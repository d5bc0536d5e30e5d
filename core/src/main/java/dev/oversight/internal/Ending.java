package dev.oversight.internal;

import dev.oversight.Outcome;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * Asks a supervisor to end and waits for it: from outside, and not from a thread below, which would wait
 * for itself.
 */
final class Ending {
    private final SupervisorRuntime supervisor;

    Ending(SupervisorRuntime supervisor) {
        this.supervisor = supervisor;
    }

    Outcome join() throws InterruptedException {
        refuseInside();
        return await();
    }

    Optional<Outcome> join(Duration limit) throws InterruptedException {
        Objects.requireNonNull(limit, "limit");
        refuseInside();
        boolean hasEnded = TimedWait.await(
                supervisor.whenEnded(),
                SupervisorRuntime.clampedNanos(limit),
                supervisor.tree().platform().timers());
        return hasEnded ? Optional.of(await()) : Optional.empty();
    }

    private void refuseInside() {
        if (!supervisor.whenEnded().isDone() && isInside()) {
            throw new IllegalStateException(
                    Thread.currentThread().getName()
                            + " runs inside " + supervisor.path()
                            + " and would wait for itself; join from outside, or use close(), which does not wait here");
        }
    }

    /**
     * Whether the calling thread is that of a child below. It is asked before a wait for the end of all, so
     * it may cost as much as there are children: a body that has replaced its thread's handler of uncaught
     * exceptions, by which we know it, would otherwise wait for itself.
     */
    private boolean isInside() {
        if (supervisor.runOfCaller() != null) {
            return true;
        }
        Thread caller = Thread.currentThread();
        for (ThreadRun abandoned : supervisor.tree().ledger().all().keySet()) {
            if (abandoned.thread == caller
                    && abandoned.child.path.startsWith(supervisor.path() + '/')) {
                return true;
            }
        }
        return runsBelow(supervisor, caller);
    }

    static boolean runsBelow(SupervisorRuntime supervisor, Thread caller) {
        Deque<SupervisorRuntime> todo = new ArrayDeque<>(List.of(supervisor));
        for (SupervisorRuntime at = todo.poll(); at != null; at = todo.poll()) {
            if (runs(at, caller, todo)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a child of this supervisor is that thread; nested supervisors are left to do. */
    private static boolean runs(
            SupervisorRuntime supervisor, Thread caller, Deque<SupervisorRuntime> nested) {
        return supervisor.handle().ask(state -> {
            for (Child child = state.children().first(); child != null; child = child.later) {
                if (child.run instanceof NestedRun run) {
                    nested.add(run.nested());
                } else if (child.run instanceof ThreadRun run && run.thread == caller) {
                    return true;
                }
            }
            return false;
        });
    }

    private Outcome await() throws InterruptedException {
        try {
            Outcome outcome = supervisor.whenEnded().get();
            supervisor.events().flush();
            return outcome;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("a supervisor's end cannot fail", impossible);
        }
    }

    Optional<Outcome> outcome() {
        return Optional.ofNullable(supervisor.whenEnded().getNow(null));
    }

    Optional<Outcome> stop(Duration limit) throws InterruptedException {
        Objects.requireNonNull(limit, "limit");
        boolean atOnce = limit.isZero() || limit.isNegative();
        Input request = atOnce
                ? new Input.Abort()
                : new Input.Stop(supervisor.now() + SupervisorRuntime.clampedNanos(limit));
        supervisor.handle().submit(request);
        return isInside() ? Optional.empty() : Optional.of(await());
    }

    void close() {
        supervisor.handle().submit(new Input.Stop());
        if (!supervisor.whenEnded().isDone() && isInside()) {
            return;
        }
        awaitUninterruptibly();
    }

    /** Waits for the end; an interrupt shows in the flag afterwards. */
    Outcome awaitUninterruptibly() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
