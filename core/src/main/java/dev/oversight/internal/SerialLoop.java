package dev.oversight.internal;

import dev.oversight.Outcome;
import dev.oversight.OversightException;
import dev.oversight.SupervisorNotRunningException;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The loop of one supervisor: applies inputs one after the other, without a thread of its own. Whoever
 * hands in an input while the loop is idle drains it, so a restart costs no hand-over to another thread:
 * the dying child's thread itself decides and launches its successor.
 *
 * <p>One atomic reference says it all. Null: idle. {@link #BUSY}: somebody drains, nothing waits.
 * Anything else: somebody drains, and these inputs wait, newest first, linked to one another, so that
 * handing in allocates nothing. An input that meets an idle loop is never queued.
 *
 * <p>Loops do not call each other: an input for another supervisor is put aside in the {@link Drive},
 * so that the depth of a tree is not the depth of a stack. Whatever might run code of the application
 * or block for a moment is put aside as well, and done when the loop has been let go of.
 */
final class SerialLoop {
    /** After so many inputs a thread of its own goes on, so that nobody who called is held up for long. */
    private static final int INPUTS_PER_TURN = 1024;

    /** After so many inputs others have the processor for a moment. See ADR 9. */
    private static final int INPUTS_PER_REST = 4096;

    private static final Input BUSY = new Input.GoOn();
    private static final VarHandle WAITING;
    private static final VarHandle DRIVE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WAITING = lookup.findVarHandle(SerialLoop.class, "waiting", Input.class);
            DRIVE = lookup.findVarHandle(SerialLoop.class, "drive", Drive.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** What one thread does from entering the first loop to leaving the last. Confined to that thread. */
    static final class Drive {
        private final Thread thread = Thread.currentThread();

        /** Loops that were idle and are ours now, in the order of their first input; linked. */
        private @Nullable SerialLoop firstWoken;

        private @Nullable SerialLoop lastWoken;
        private @Nullable Deque<Runnable> afterwards;

        /** Made, and to be started when it is the last thing left to do. */
        private @Nullable ThreadRun unstarted;

        private void enter(SerialLoop loop, Input input) {
            if (WAITING.compareAndSet(loop, null, BUSY)) {
                run(loop, input);
            } else if (loop.enqueue(input)) {
                run(loop, null);
            }
        }

        /** The first input has not been queued; null if the loop was busy already and is now ours. */
        private void run(SerialLoop first, @Nullable Input input) {
            first.drain(this, input);
            startLast();
            for (SerialLoop woken = nextWoken(); woken != null; woken = nextWoken()) {
                woken.drain(this, null);
                startLast();
            }
            if (afterwards != null) {
                runAfterwards(afterwards);
            }
        }

        private void startLast() {
            ThreadRun run = unstarted;
            if (run != null) {
                unstarted = null;
                if (!run.startThread()) {
                    submitTo(run.supervisor.loop(), run);
                }
            }
        }

        private void submitTo(SerialLoop loop, Input input) {
            if (loop.enqueue(input)) { // busy from here on, so this may not need heap
                if (lastWoken == null) {
                    firstWoken = loop;
                } else {
                    lastWoken.nextWoken = loop;
                }
                lastWoken = loop;
            }
        }

        private @Nullable SerialLoop nextWoken() {
            SerialLoop next = firstWoken;
            if (next != null) {
                firstWoken = next.nextWoken;
                next.nextWoken = null;
                if (firstWoken == null) {
                    lastWoken = null;
                }
            }
            return next;
        }

        private static void runAfterwards(Deque<Runnable> afterwards) {
            for (Runnable action = afterwards.poll(); action != null; action = afterwards.poll()) {
                try {
                    action.run();
                } catch (Throwable broken) {
                    Log.log(
                            System.Logger.Level.ERROR,
                            () -> "an action after a supervisor's turn failed",
                            broken);
                }
            }
        }
    }

    private final SupervisorState state;
    private final SupervisorRuntime runtime;
    private final int inputsPerTurn;
    private volatile @Nullable Input waiting;

    /** Taken from {@link #waiting}, oldest first. Belongs to whoever drains, like the state. */
    private @Nullable Input taken;

    /** How many were applied since the last rest began, however long ago. Belongs to whoever drains. */
    private int sinceRest;

    /** There is a rest, and threads are put aside. Belongs to whoever drains. */
    private boolean resting;

    /** The input that ends the rest, and starts what was put aside; null when that is done. */
    private @Nullable Input rested;

    /** Runs whose threads were put aside, linked. Belongs to whoever drains. */
    private @Nullable ThreadRun firstHeld;

    private @Nullable ThreadRun lastHeld;

    /** In the list of the {@link Drive} that woke it, to which it belongs until it is drained. */
    private @Nullable SerialLoop nextWoken;

    /**
     * Whoever drains. Written by that thread alone; opaque where another one may look, which sees nothing of
     * itself there, whatever else it sees.
     */
    private @Nullable Drive drive;

    SerialLoop(SupervisorState state, SupervisorRuntime runtime) {
        this(state, runtime, INPUTS_PER_TURN);
    }

    SerialLoop(SupervisorState state, SupervisorRuntime runtime, int inputsPerTurn) {
        this.state = state;
        this.runtime = runtime;
        this.inputsPerTurn = inputsPerTurn;
    }

    /**
     * Hands in an input, from outside any loop. Never waits, but may work off what is queued.
     *
     * @throws OutOfMemoryError if there is no heap; the input was not taken and can be handed in again
     */
    void submit(Input input) {
        new Drive().enter(this, input); // made before, as the loop would never be left without
    }

    /**
     * The same where nobody is there who could hand it in again: waits for heap if there is none. For
     * threads of our own.
     */
    void submitPatiently(Input input) {
        HeapReserve.whenThereIs(Drive::new).enter(this, input);
    }

    /**
     * Hands in an input that starts many threads. A virtual thread starts others three times as fast as a
     * platform thread does, which has to hand each of them to the scheduler from outside.
     */
    void submitFromThreadOfItsOwn(Input input) {
        try {
            runtime.threads()
                    .unstarted("oversight-loop " + runtime.path(), () -> submitPatiently(input))
                    .start();
        } catch (Throwable noThread) {
            submit(input);
        }
    }

    /** Hands in an input from inside this loop. */
    void submitInside(Input input) {
        enqueue(input); // the loop is not idle, so it comes back for it
    }

    /** Hands in an input for another loop from inside this one. */
    void submitTo(SerialLoop other, Input input) {
        drive().submitTo(other, input);
    }

    /**
     * From inside this loop: starts a thread, if possible when the loop has been let go of. A thread that
     * dies at once would find the loop busy on another core; started last, it mostly finds it idle, and
     * its predecessor's core free.
     */
    void startLast(ThreadRun run) {
        if (resting && run.isVirtual()) {
            hold(run);
        } else {
            Drive mine = drive();
            mine.startLast();
            mine.unstarted = run;
        }
    }

    /** From inside this loop: does something when the loop has been let go of. */
    void afterwards(Runnable action) {
        Drive mine = drive();
        if (mine.afterwards == null) {
            mine.afterwards = new ArrayDeque<>();
        }
        mine.afterwards.add(action);
    }

    /**
     * Whether the calling thread is in this loop, that is, a rule of the application is. Read without
     * being inside: no thread ever sees its own drive here after it has left.
     */
    boolean isDrainedByCaller() {
        Drive current = (Drive) DRIVE.getOpaque(this);
        return current != null && current.thread == Thread.currentThread();
    }

    /** From inside this loop: whether the supervisor is stopping, and with it whatever ends now. */
    boolean isStopping() {
        drive();
        return state.phase() == SupervisorState.Phase.STOPPING;
    }

    private void setDrive(@Nullable Drive who) {
        DRIVE.setOpaque(this, who);
    }

    private Drive drive() {
        Drive mine = drive;
        if (mine == null) {
            throw new IllegalStateException("called outside the loop");
        }
        return mine;
    }

    /** True if the loop was idle: then the caller has to drain it. */
    private boolean enqueue(Input input) {
        Input before;
        do {
            before = waiting;
            input.next = before == null ? BUSY : before;
        } while (!WAITING.compareAndSet(this, before, input));
        return before == null;
    }

    private void drain(Drive mine, @Nullable Input first) {
        setDrive(mine);
        Input input = first;
        for (int applied = 0; ; applied++) {
            if (input == null) {
                input = takeNext();
                if (input == null) {
                    return; // the loop may belong to another thread by now
                }
            }
            if (applied >= inputsPerTurn) {
                input.next = taken;
                taken = input;
                setDrive(null);
                if (handOver()) {
                    return;
                }
                setDrive(mine);
                input = takeNext();
                applied = 0;
                continue;
            }
            mine.startLast();
            apply(input);
            input = null;
            if (++sinceRest >= INPUTS_PER_REST && rested == null) {
                sinceRest = 0;
                beginRest();
            }
        }
    }

    /**
     * Until a thread of its own has rested, no virtual thread is started that need not be at once: children
     * that crash at once leave their carriers to others meanwhile. The loop itself goes on.
     */
    private void beginRest() {
        try {
            Input end = new Input.GoOn();
            runtime.threads()
                    .unstarted("oversight-loop " + runtime.path(), () -> rest(end))
                    .start();
            rested = end;
            resting = true;
        } catch (Throwable noThread) {
            // Then there is no rest this time; whoever needs a thread more than this will say so.
        }
    }

    private void rest(Input end) {
        try {
            runtime.threads().rest();
        } catch (Throwable broken) {
            Log.log(
                    System.Logger.Level.WARNING,
                    () -> runtime.path() + ": a rest failed, so it goes on without",
                    broken);
        } finally {
            submitPatiently(end);
        }
    }

    private void hold(ThreadRun run) {
        if (lastHeld == null) {
            firstHeld = run;
        } else {
            lastHeld.next = run;
        }
        lastHeld = run;
    }

    /** Starts some of those that were put aside; the others in the next turns, as many may have been. */
    private void endRest(Input end) {
        resting = false;
        ThreadRun run = firstHeld;
        for (int starts = 0; run != null && starts < Order.STARTS_PER_TURN; starts++) {
            firstHeld = (ThreadRun) run.next;
            run.next = null;
            startLast(run);
            run = firstHeld;
        }
        if (firstHeld == null) {
            lastHeld = null;
            rested = null;
        } else {
            submitInside(end);
        }
    }

    /** The oldest input that waits; null if there was none and the loop is idle again. */
    private @Nullable Input takeNext() {
        if (taken == null) {
            if (waiting == BUSY) {
                Drive mine = drive;
                setDrive(null);
                if (WAITING.compareAndSet(this, BUSY, null)) {
                    return null;
                }
                setDrive(mine);
            }
            for (Input newest = (Input) WAITING.getAndSet(this, BUSY);
                    newest != BUSY && newest != null; ) {
                Input older = newest.next;
                newest.next = taken;
                taken = newest;
                newest = older;
            }
        }
        Input oldest = taken;
        if (oldest != null) {
            taken = oldest.next;
            oldest.next = null;
        }
        return oldest;
    }

    /** Lets a thread of its own go on. The loop stays busy, so nobody else comes in. */
    private boolean handOver() {
        try {
            runtime.threads()
                    .unstarted("oversight-loop " + runtime.path(), this::goOn)
                    .start();
            return true;
        } catch (Throwable noThread) {
            return false; // then this one goes on
        }
    }

    /** In a thread of its own, to which the loop has been handed over. */
    private void goOn() {
        HeapReserve.whenThereIs(Drive::new).run(this, null);
    }

    private void apply(Input input) {
        if (input == rested) {
            endRest(input);
        }
        boolean begun = false;
        try {
            long now = runtime.now();
            begun = true;
            state.apply(input, now);
        } catch (Throwable defect) {
            giveUp(input, begun, defect);
        }
    }

    /**
     * A query is answered at once, and so is a request that was not begun; one that was, by what becomes of
     * its child, or when all has ended.
     */
    private void giveUp(Input input, boolean begun, Throwable defect) {
        boolean isQuery = input instanceof Input.Query<?>;
        try {
            Log.log(
                    System.Logger.Level.ERROR,
                    () -> runtime.path() + ": the supervisor failed and gives up",
                    defect);
            state.crash(input, defect);
            if (!begun && !isQuery) {
                input.refuse(notRunning(defect));
            }
        } catch (Throwable again) {
            // For want of it, most likely; without an end this would never be left.
            HeapReserve.await();
            if (again != defect) { // the JVM may throw the same OutOfMemoryError twice
                defect.addSuppressed(again);
            }
            runtime.ended(
                    new Outcome(
                            runtime.path(),
                            Outcome.Reason.SUPERVISOR_FAILED,
                            defect,
                            state.abandoned()),
                    new SlowestStops());
            input.refuse(notRunning(defect));
            refuseAll(notRunning(defect));
        }
    }

    /** Nothing more can be expected of the state. */
    private void refuseAll(OversightException problem) {
        try {
            state.refuseAll(problem);
        } catch (Throwable broken) {
            Log.log(
                    System.Logger.Level.ERROR,
                    () -> runtime.path() + ": some who wait for an answer could not be told",
                    broken);
        }
    }

    private OversightException notRunning(Throwable defect) {
        return new SupervisorNotRunningException(runtime.path(), "has failed", defect);
    }
}
