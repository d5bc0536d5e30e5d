package dev.oversight.testkit;

import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;

/**
 * A tree under {@link Chaos}, which is at work from the start on, in a thread of its own; when its time is
 * over, the tree is stopped and judged. Meanwhile the tree can be used.
 *
 * <pre>{@code
 * try (ChaosRun run = chaos.start(SHOP)) {
 *     buySomething(run.tree());
 *     run.verdict().assertHeld();
 * }
 * }</pre>
 *
 * <p>Safe for use from any thread.
 */
public final class ChaosRun implements AutoCloseable {
    private final ChaosRig rig;
    private final CompletableFuture<ChaosVerdict> verdict = new CompletableFuture<>();
    private final Thread thread;

    ChaosRun(Chaos chaos, SupervisorSpec spec) throws InterruptedException {
        this.rig = new ChaosRig(chaos, spec);
        Conductor conductor = new Conductor(rig);
        conductor.start(spec);
        this.thread = Thread.ofPlatform().daemon().name("chaos").start(() -> conduct(conductor));
    }

    private void conduct(Conductor conductor) {
        try {
            verdict.complete(conductor.conduct());
        } catch (Throwable defect) {
            closeAfter(defect);
            verdict.completeExceptionally(defect);
        }
    }

    private void closeAfter(Throwable defect) {
        try {
            rig.trees.close();
        } catch (AssertionError leak) {
            defect.addSuppressed(leak);
        }
    }

    /** The tree. Whoever stops it is found to have done so. */
    public Supervisor tree() {
        return rig.tree();
    }

    /** In which round it is, from 1. */
    public int round() {
        return Math.max(1, rig.round);
    }

    /** Whether it goes on: neither is its time over nor has the tree ended. */
    public boolean isOn() {
        return rig.isOn();
    }

    /**
     * Whether nothing is done to the tree at present: it recovers between two rounds, or all is over. Load
     * of yours that has children come and go had better pause, too, so that the books hold still.
     */
    public boolean isCalm() {
        return !rig.active;
    }

    /** The first 50 things that have not held so far. */
    public List<ChaosViolation> violations() {
        return rig.watch.violations();
    }

    /** How many threads of the tree and of the chaos are alive now. */
    public int threads() {
        return rig.trees.alive().size();
    }

    /**
     * Waits until the chaos is over and the tree stopped, and judges.
     *
     * @throws InterruptedException if interrupted while waiting; the chaos goes on
     * @throws IllegalStateException if the chaos itself failed, such as a supplier of failures that throws
     */
    public ChaosVerdict verdict() throws InterruptedException {
        try {
            return verdict.get();
        } catch (ExecutionException defect) {
            throw new IllegalStateException("the chaos itself failed", defect.getCause());
        }
    }

    /**
     * Ends the chaos if it is not over, stops the tree, and waits for that; an interrupt does not end the
     * wait. The {@link #verdict} is then that on the part that was played.
     */
    @Override
    public void close() {
        rig.over = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
