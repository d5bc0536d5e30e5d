package dev.oversight.process;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A process that was started: its end, its output, and the way to end it. For one thread. */
final class LiveProcess {
    private static final long FIRST_PAUSE_NANOS = 2_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 50_000_000L;
    private static final long PUMPS_NANOS = 1_000_000_000L;
    private static final long COMPLAIN_NANOS = 10_000_000_000L;

    private final String path;
    private final Process process;
    private final Containment containment;
    private final CompletableFuture<Integer> exited = new CompletableFuture<>();
    private final Tail tail = new Tail();
    private final Pump stdout;
    private final Pump stderr;
    private @Nullable Guardian guardian;
    private long watchNumber;

    /** An interrupt that came while this was ended: kept until it is. */
    private boolean interrupted;

    LiveProcess(
            String path,
            Process process,
            Containment containment,
            Consumer<String> stdoutTaker,
            Consumer<String> stderrTaker) {
        this.path = path;
        this.process = process;
        this.containment = containment;
        // Not Process.onExit, which needs the common pool: an application may have filled it
        Thread.ofVirtual()
                .name(path + " exit")
                .inheritInheritableThreadLocals(false)
                .start(this::awaitExit);
        this.stdout = Pump.start(path + " stdout", process.getInputStream(), true, line -> {
            tail.add(line);
            stdoutTaker.accept(line);
        });
        this.stderr = Pump.start(path + " stderr", process.getErrorStream(), false, line -> {
            tail.add(line);
            stderrTaker.accept(line);
        });
    }

    private void awaitExit() {
        while (!exited.isDone()) {
            try {
                exited.complete(process.waitFor());
            } catch (InterruptedException e) {
                // nobody has a reason to interrupt this thread
            }
        }
    }

    /** Waits until the shell says that the session exists; false if it ended before. */
    boolean greeted() {
        return stdout.greeting().join();
    }

    void watchedBy(Guardian newGuardian) throws IOException {
        watchNumber = newGuardian.watch(containment.target());
        guardian = newGuardian;
    }

    boolean isWatched() {
        return guardian != null;
    }

    /** Completes with the exit code, and never otherwise. */
    CompletableFuture<Integer> exited() {
        return exited;
    }

    Tail tail() {
        return tail;
    }

    String lastWords() {
        interrupted = Thread.interrupted();
        awaitPumps();
        restoreInterrupt();
        return tail.lines().isEmpty() ? "(none)" : String.join(" / ", tail.lines());
    }

    /**
     * Ends what lives of it: asks, waits, uses force. Returns when nothing is left, however long that
     * takes; an interrupt does not end the wait and is set again on return.
     *
     * @param atOnce asked again and again; true ends the grace
     * @throws IllegalStateException if the operating system refuses to end it
     */
    void end(Duration grace, BooleanSupplier atOnce) {
        interrupted = Thread.interrupted();
        boolean ended = false;
        try {
            ended = endSoftly(System.nanoTime() + grace.toNanos(), atOnce);
        } finally {
            endByForceUnless(ended);
        }
    }

    private void endByForceUnless(boolean ended) {
        try {
            if (!ended) {
                endByForce();
            }
        } finally {
            if (guardian != null) {
                guardian.forget(watchNumber);
            }
            awaitPumps();
            restoreInterrupt();
        }
    }

    private boolean gone() {
        return exited.isDone() && containment.gone();
    }

    private boolean endSoftly(long deadline, BooleanSupplier atOnce) {
        if (gone()) {
            return true; // nothing is left of it, and its number may be another's by now
        }
        containment.terminate();
        long pause = FIRST_PAUSE_NANOS;
        while (!gone()) {
            if (System.nanoTime() - deadline >= 0 || atOnce.getAsBoolean()) {
                return false;
            }
            pause(pause);
            pause = Math.min(LONGEST_PAUSE_NANOS, pause * 2);
        }
        return true;
    }

    private void endByForce() {
        long complain = System.nanoTime() + COMPLAIN_NANOS;
        long pause = FIRST_PAUSE_NANOS;
        containment.kill();
        while (!gone()) {
            if (containment.refused()) {
                throw new IllegalStateException(path
                        + " could not be ended: the operating system refuses to signal "
                        + containment.left() + ", which runs as another user; end it by hand");
            }
            if (System.nanoTime() - complain >= 0) {
                complain += COMPLAIN_NANOS;
                Log.LOG.log(
                        Level.WARNING,
                        path + " does not end after SIGKILL: " + containment.left()
                                + ", probably in a system call that cannot be interrupted");
            }
            pause(pause);
            if (pause == LONGEST_PAUSE_NANOS) {
                containment.kill(); // something may have come into the session since
            }
            pause = Math.min(LONGEST_PAUSE_NANOS, pause * 2);
        }
    }

    private void awaitPumps() {
        long deadline = System.nanoTime() + PUMPS_NANOS;
        for (Pump pump : new Pump[] {stdout, stderr}) {
            boolean waited = false;
            while (!waited) {
                try {
                    pump.await(deadline - System.nanoTime());
                    waited = true;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
    }

    /** Waits for a moment, less if the process ends within it. */
    private void pause(long nanos) {
        try {
            if (exited.isDone()) {
                TimeUnit.NANOSECONDS.sleep(nanos);
            } else {
                exited.get(nanos, TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (TimeoutException | ExecutionException e) {
            // still there
        }
    }

    private void restoreInterrupt() {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
