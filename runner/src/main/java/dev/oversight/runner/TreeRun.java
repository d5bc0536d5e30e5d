package dev.oversight.runner;

import dev.oversight.Outcome;
import dev.oversight.StartFailedException;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs one tree from start to end. The calling thread waits for the end; signals come in threads of
 * their own. The first one stops the tree in order, the second at once.
 */
final class TreeRun {
    /**
     * What a stop at once may take before the JVM is ended without it; the guardian does the
     * rest.
     */
    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    /** Who takes part in a longer stop is shown. */
    private static final Duration QUICK = Duration.ofSeconds(1);

    private static final int MOST_TOLD = 20;

    private final Entry.Supervisor tree;
    private final Screen screen;
    private final Narrator narrator;
    private final Casualties casualties;
    private final Thread waiting = Thread.currentThread();
    private final AtomicReference<@Nullable Throwable> defect = new AtomicReference<>();

    private final ReentrantLock lock = new ReentrantLock(); // guards the three below
    private @Nullable Supervisor running;
    private StopSignals.@Nullable Received first;
    private StopSignals.@Nullable Received second;

    TreeRun(Entry.Supervisor tree, Screen screen) {
        this.tree = tree;
        this.screen = screen;
        this.narrator = new Narrator(tree, screen, this::onDefect);
        this.casualties = new Casualties(tree);
    }

    /** Starts the tree and waits for its end, by itself or by signals. Returns the exit code. */
    int run() {
        SupervisorSpec spec =
                TreeSpec.of(tree, narrator::line).listener(casualties).listener(narrator);
        narrator.begin();
        StopSignals.handle(this::onSignal);
        Supervisor supervisor;
        try {
            supervisor = Supervisor.start(spec);
        } catch (StartFailedException e) {
            return couldNotStart(e);
        } catch (InterruptedException e) {
            return stopped();
        }
        if (isStopWantedOf(supervisor)) {
            supervisor.close();
        }
        Outcome outcome = join(supervisor);
        awaitKilled(supervisor);
        narrator.awaitEnd(AT_ONCE);
        supervisor
                .stopWaterfall()
                .filter(fall -> fall.abandoned() > 0 || fall.took().compareTo(QUICK) > 0)
                .ifPresent(fall -> say(() -> fall.lines().forEach(narrator::announce)));
        return exitCode(outcome);
    }

    /** Nobody has to read what is said: neither a stop nor the end may wait for that. */
    private static void say(Runnable words) {
        Screen.briefly(AT_ONCE, words);
    }

    private void complain(String text) {
        say(() -> screen.problem(text));
    }

    /** An abandoned program is killed by the thread that ran it; that takes a moment. */
    private static void awaitKilled(Supervisor supervisor) {
        long deadline = System.nanoTime() + AT_ONCE.toNanos() / 2;
        while (!supervisor.abandoned().isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(10_000_000);
        }
    }

    /**
     * Hands the running tree to the signal handlers; true if one of them came before it was
     * there.
     */
    private boolean isStopWantedOf(Supervisor supervisor) {
        lock.lock();
        try {
            running = supervisor;
            return first != null || defect.get() != null;
        } finally {
            lock.unlock();
        }
    }

    private boolean isStopWanted() {
        lock.lock();
        try {
            return first != null;
        } finally {
            lock.unlock();
        }
    }

    private static Outcome join(Supervisor supervisor) {
        while (true) {
            try {
                return supervisor.join();
            } catch (InterruptedException e) {
                // Meant for the start, which was over by then; the handler stops the tree as well.
            }
        }
    }

    private int couldNotStart(StartFailedException failure) {
        narrator.awaitEnd(AT_ONCE);
        if (isStopWanted()) {
            return stopped();
        }
        complain(String.join("\n  ", Causes.lines(failure)));
        complain("the tree could not be started; what was up has been stopped again");
        return ExitCode.COULD_NOT_START;
    }

    private int stopped() {
        Throwable bug = defect.get();
        if (bug != null) {
            return Main.internalError(bug);
        }
        lock.lock();
        try {
            return second == null ? ExitCode.OK : ExitCode.forced(second.number());
        } finally {
            lock.unlock();
        }
    }

    private int exitCode(Outcome outcome) {
        return switch (outcome.reason()) {
            case STOPPED -> stopped();
            case NO_CHILD_LEFT, SIGNIFICANT_ENDED -> endedByItself(outcome.reason());
            case TOO_MANY_FAILURES -> {
                complain(Causes.sentence(outcome.cause()));
                yield ExitCode.GAVE_UP;
            }
            case START_FAILED -> ExitCode.COULD_NOT_START;
            case SUPERVISOR_FAILED ->
                Main.internalError(Objects.requireNonNullElseGet(
                        outcome.cause(), () -> new IllegalStateException("no cause")));
        };
    }

    private int endedByItself(Outcome.Reason end) {
        int code = stopped();
        Map<String, Throwable> failed = casualties.at(end);
        if (code != ExitCode.OK || failed.isEmpty()) {
            return code;
        }
        failed.entrySet().stream()
                .limit(MOST_TOLD)
                .forEach(child -> complain(child.getKey() + " failed and stayed down: "
                        + Causes.shortly(child.getValue(), child.getKey())));
        if (failed.size() > MOST_TOLD) {
            complain(failed.size() - MOST_TOLD + " more failed and stayed down");
        }
        return ExitCode.FAILED;
    }

    private void onSignal(StopSignals.Received signal) {
        Supervisor supervisor;
        boolean again;
        lock.lock();
        try {
            again = first != null;
            if (again) {
                second = signal;
            } else {
                first = signal;
            }
            supervisor = running;
        } finally {
            lock.unlock();
        }
        if (again) {
            stopAtOnce(signal, supervisor);
        } else {
            say(() -> narrator.announce("SIG" + signal.name()
                    + ": stopping in reverse order; once more stops at once"));
            stopInOrder(supervisor);
        }
    }

    private void stopInOrder(@Nullable Supervisor supervisor) {
        if (supervisor == null) {
            waiting.interrupt(); // start() stops what is up, and returns
        } else {
            supervisor.close();
        }
    }

    private void stopAtOnce(StopSignals.Received signal, @Nullable Supervisor supervisor) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                Thread.sleep(AT_ONCE);
            } catch (InterruptedException e) {
                return;
            }
            Runtime.getRuntime().halt(ExitCode.forced(signal.number()));
        });
        say(() -> narrator.announce("SIG" + signal.name() + " again: stopping at once"));
        if (supervisor != null) {
            try {
                supervisor.stop(Duration.ZERO);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void onDefect(Throwable bug) {
        if (defect.compareAndSet(null, bug)) {
            Thread.ofPlatform().start(() -> {
                Supervisor supervisor;
                lock.lock();
                try {
                    supervisor = running;
                } finally {
                    lock.unlock();
                }
                stopInOrder(supervisor);
            });
        }
    }
}
