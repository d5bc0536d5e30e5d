package dev.oversight.process;

import dev.oversight.AbandonedException;
import dev.oversight.ChildContext;
import dev.oversight.process.ProcessSpec.ReadyLog;
import dev.oversight.process.ProcessSpec.ReadyPort;

import org.jspecify.annotations.Nullable;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** One run of a process as a child. */
final class Incarnation {
    private static final long PROBE_NANOS = 25_000_000L;

    private final ProcessSpec spec;
    private final ChildContext self;
    private final Tools tools;
    private final @Nullable String readyText;

    /** Positive until the port has answered. */
    private int probedPort;

    private final AtomicBoolean outputFailed = new AtomicBoolean();
    private final CompletableFuture<Boolean> asked = new CompletableFuture<>();

    Incarnation(ProcessSpec spec, ChildContext self, Tools tools) {
        this.spec = spec;
        this.self = self;
        this.tools = tools;
        this.readyText = spec.readiness().orElse(null) instanceof ReadyLog log ? log.text() : null;
        this.probedPort = spec.readiness().orElse(null) instanceof ReadyPort port ? port.port() : 0;
    }

    /**
     * Runs the process until it ends or the child is asked to stop; returns when nothing of it is left.
     *
     * @throws InterruptedException if interrupted although the child was not asked to stop
     */
    void run() throws InterruptedException {
        refuseWhatCannotWork();
        if (!self.running()) {
            return;
        }
        LiveProcess live = new Launch(spec, tools, Guardian.shared())
                .start(self.path(), line -> take(false, line), line -> take(true, line));
        boolean endedItself = false;
        try {
            self.onStop(() -> asked.complete(true));
            endedItself = awaitEndOrStop(live);
        } finally {
            live.end(spec.grace(), this::abandoned);
        }
        int exitCode = live.exited().join();
        if (endedItself && exitCode != 0) {
            throw new ProcessFailedException(self.path(), exitCode, live.tail().lines());
        }
    }

    private void refuseWhatCannotWork() {
        List<String> problems = spec.problems();
        if (!problems.isEmpty()) {
            throw new ProcessNotStartedException(self.path(), String.join("; ", problems), null);
        }
        if (probedPort > 0 && PortProbe.accepts(probedPort)) {
            throw new ProcessNotStartedException(
                    self.path(),
                    "port " + probedPort
                            + " is taken: another program accepts connections on it already, and would"
                            + " pass for this one; stop that program, or use another port",
                    null);
        }
    }

    /** Whether it ended itself; false if it is to be ended. */
    private boolean awaitEndOrStop(LiveProcess live) throws InterruptedException {
        CompletableFuture<Object> either = CompletableFuture.anyOf(live.exited(), asked);
        while (!either.isDone() && self.running()) {
            try {
                if (probedPort == 0) {
                    either.get();
                } else if (PortProbe.accepts(probedPort) && !live.exited().isDone()) {
                    probedPort = 0;
                    ready();
                } else {
                    either.get(PROBE_NANOS, TimeUnit.NANOSECONDS);
                }
            } catch (TimeoutException e) {
                // look again
            } catch (ExecutionException e) {
                throw new AssertionError(e); // neither of the two fails
            } catch (InterruptedException e) {
                if (self.running()) {
                    throw e;
                }
            }
        }
        return live.exited().isDone() && self.running();
    }

    /** In the thread of a pump. */
    private void take(boolean stderr, String text) {
        try {
            spec.output().line(new ProcessLine(self.path(), self.incarnation(), stderr, text));
        } catch (Throwable e) {
            if (outputFailed.compareAndSet(false, true)) {
                Log.LOG.log(
                        Level.ERROR,
                        "the output of " + self.path() + " threw, and gets the next line all the"
                                + " same; more of this run is not logged",
                        e);
            }
        }
        if (readyText != null && text.contains(readyText)) {
            ready();
        }
    }

    private void ready() {
        try {
            self.ready();
        } catch (AbandonedException e) {
            // too late; this run is being ended
        }
    }

    /** Abandoned is not waited for any more, so it has no grace left: a successor may be running. */
    private boolean abandoned() {
        try {
            self.supervisor();
            return false;
        } catch (AbandonedException e) {
            return true;
        }
    }
}
