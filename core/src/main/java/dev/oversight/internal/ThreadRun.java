package dev.oversight.internal;

import dev.oversight.AbandonedException;
import dev.oversight.ChildContext;
import dev.oversight.ChildRef;
import dev.oversight.StartFailedException;
import dev.oversight.Supervisor;
import dev.oversight.service.Hold;
import dev.oversight.service.LockUnavailableException;
import dev.oversight.service.PublisherEndedException;
import dev.oversight.service.ServiceKey;
import dev.oversight.service.ServiceRef;
import dev.oversight.spi.Threads;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/**
 * An incarnation that is a thread: what the thread runs, what the body sees of its child, and the input
 * that says that it has ended.
 *
 * <p>It is also its thread's handler of uncaught exceptions. That is the second line of defence, should
 * reporting itself fail, and it is how a call into a supervisor knows that it comes from a child.
 */
final class ThreadRun extends Run
        implements Runnable, ChildContext, Thread.UncaughtExceptionHandler {
    private static final VarHandle HOOKS;
    private static final VarHandle HELPERS;

    static {
        try {
            HOOKS = MethodHandles.lookup().findVarHandle(ThreadRun.class, "hooks", StopHook.class);
            HELPERS =
                    MethodHandles.lookup().findVarHandle(ThreadRun.class, "helpers", Helpers.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** Marks a thread that runs stop hooks: what it calls comes from inside the child as well. */
    private record HookThread(ThreadRun run) implements Thread.UncaughtExceptionHandler {
        @Override
        public void uncaughtException(Thread dying, Throwable thrown) {
            Log.log(
                    System.Logger.Level.ERROR,
                    () -> "the stop hooks of " + run.child.path + " failed",
                    thrown);
        }
    }

    final SupervisorRuntime supervisor;

    /** Set before it is started, and never again. */
    @Nullable
    Thread thread;

    /** The newest one, or {@link StopHook#TAKEN}; null if there is none. */
    private volatile @Nullable StopHook hooks;

    private volatile boolean stopRequested;

    /** The hooks have run and the interrupt was sent, or its budget is over. */
    private volatile boolean signalled;

    /** A request to stop that comes from now on does not interrupt it. Set before it looks for one. */
    private volatile boolean cleansUp;

    private volatile boolean readyTold;
    private volatile boolean ended;

    /**
     * It may have published services or locked names. Set before it is looked whether it has {@link #ended}, as that is set
     * before this is read: one of the two threads sees what the other did.
     */
    private volatile boolean registers;

    /** Threads of the body's own that wait for the request to stop; null if none ever did. */
    private volatile @Nullable Helpers helpers;

    /** Undone when it ends; null if it has none. Touched by its own thread alone. */
    private @Nullable List<Link> links;

    /** Its supervisor has its end. Touched by its own thread alone. */
    private boolean handedIn;

    ThreadRun(Child child, long incarnation, SupervisorRuntime supervisor) {
        super(child, incarnation);
        this.supervisor = supervisor;
    }

    /** The run inside which the calling thread is; null if it is in none. */
    static @Nullable ThreadRun ofCaller() {
        return switch (Thread.currentThread().getUncaughtExceptionHandler()) {
            case ThreadRun run -> run;
            case HookThread hooks -> hooks.run;
            case null, default -> null;
        };
    }

    // ------------------------------------------------------------------ in the child's thread

    @Override
    public void run() {
        try {
            supervisor.tree().around().apply(child.spec.body().orElseThrow()).run(this);
        } catch (Throwable thrown) {
            cause = thrown;
        }
        if (cause instanceof OutOfMemoryError) {
            HeapReserve.require();
        }
        end();
    }

    /** Only reached if reporting the end failed, for want of stack or heap. */
    @Override
    public void uncaughtException(Thread dying, Throwable thrown) {
        if (cause == null) {
            cause = thrown;
        }
        HeapReserve.await();
        end();
    }

    /** Called once more, from the handler of uncaught exceptions, if it did not get to its end. */
    private void end() {
        if (!ended) {
            ended = true;
            wakeHelpers();
            if (registers) {
                withdrawAll();
            }
        }
        while (links != null && !links.isEmpty()) {
            links.removeLast().undo();
        }
        if (!handedIn) {
            supervisor.loop().submit(this);
            handedIn = true;
        }
    }

    /** Before the supervisor hears of the end, so that a successor finds the names free. */
    private void withdrawAll() {
        try {
            supervisor.tree().services().release(this);
            supervisor.tree().locks().release(this);
        } catch (Throwable noHeap) {
            // What is left there belongs to a run that has ended: nobody gets it, no name is
            // blocked.
            Log.log(
                    System.Logger.Level.WARNING,
                    () -> "what " + child.path + " published and locked could not be taken back",
                    noHeap);
        }
    }

    // ------------------------------------------------------------------ start

    /** Makes the thread, unstarted. False if there is none to be had, which is then the cause. */
    boolean makeThread() {
        try {
            Threads common = supervisor.threads();
            Threads threads = child.spec.threads().map(common::orOwn).orElse(common);
            Thread made = threads.unstarted(child.path, this);
            made.setUncaughtExceptionHandler(this);
            made.setContextClassLoader(supervisor.tree().contextClassLoader());
            thread = made;
            return true;
        } catch (Throwable noThread) {
            return noThread(noThread);
        }
    }

    boolean isVirtual() {
        return thread != null && thread.isVirtual();
    }

    /** Starts the thread. False if that failed, for want of heap or of native threads. */
    boolean startThread() {
        Thread made = thread;
        try {
            if (made == null) {
                throw new IllegalStateException("it was not made");
            }
            made.start();
            return true;
        } catch (Throwable noThread) {
            return noThread(noThread);
        }
    }

    private boolean noThread(Throwable why) {
        cause = new StartFailedException(child.path, "its thread could not be started", why);
        ended = true;
        notStarted = true;
        return false;
    }

    // ------------------------------------------------------------------ ChildContext

    @Override
    public String id() {
        return child.id;
    }

    @Override
    public String path() {
        return child.path;
    }

    @Override
    public long incarnation() {
        return incarnation;
    }

    @Override
    public boolean running() {
        return !stopRequested && !ended;
    }

    boolean isAskedToStop() {
        return stopRequested;
    }

    @Override
    public void ready() {
        refuseIfAbandoned();
        if (!readyTold) {
            StackReserve.require();
            readyTold = true;
            if (child.awaitsReadiness) {
                supervisor.loop().submit(new Input.Ready(this));
            }
        }
    }

    @Override
    public void heartbeat() {
        refuseIfAbandoned();
        if (pulse != null) {
            pulse.beat(supervisor.now());
        }
    }

    @Override
    public void decline() {
        refuseIfAbandoned();
        refuseOtherThreads("decline");
        declined = true;
    }

    @Override
    public void link(ChildRef other) {
        refuseIfAbandoned();
        refuseOtherThreads("link");
        Link link = SupervisorHandle.of(other).link(this, other.id());
        if (links == null) {
            links = new ArrayList<>(1);
        }
        links.add(link);
    }

    private void refuseOtherThreads(String call) {
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException(call + "() of " + child.path
                    + " was called in another thread; call it in the child's own");
        }
    }

    @Override
    public ChildRef ref() {
        return new ChildRef(supervisor(), child.id);
    }

    @Override
    public void onStop(Runnable hook) {
        Objects.requireNonNull(hook, "hook");
        StopHook earlier;
        do {
            earlier = hooks;
            if (earlier == StopHook.TAKEN) {
                hook.run();
                return;
            }
        } while (!HOOKS.compareAndSet(this, earlier, new StopHook(hook, earlier)));
    }

    @Override
    public void awaitStop() throws InterruptedException {
        beginToWait();
        try {
            while (running()) {
                LockSupport.park(this);
                throwIfInterrupted();
            }
        } finally {
            endToWait();
        }
        awaitSignal();
    }

    /**
     * While its own thread waits for the stop, nobody listens for its pulse; a thread of the body's own is one
     * of its {@link Helpers}.
     */
    private void beginToWait() {
        if (Thread.currentThread() == thread) {
            rests(true);
            return;
        }
        Helpers known = helpers;
        if (known == null) {
            Helpers made = new Helpers();
            known = HELPERS.compareAndSet(this, null, made)
                    ? made
                    : Objects.requireNonNull(helpers);
        }
        known.enter();
    }

    private void endToWait() {
        if (Thread.currentThread() == thread) {
            rests(false);
            return;
        }
        Helpers known = helpers;
        if (known != null) {
            known.leave();
        }
    }

    private void rests(boolean value) {
        if (pulse != null) {
            pulse.beat(supervisor.now());
            pulse.rests(value);
        }
    }

    private void wakeHelpers() {
        Helpers known =
                helpers; // set before a helper looks, and read when there is what it looks for
        if (known != null) {
            known.wake();
        }
    }

    /**
     * In the child's thread, waits until the interrupt that comes with the request is there: what the body
     * does next would otherwise be hit by it at any moment. A hook must not wait for what comes after it.
     */
    void awaitSignal() {
        if (Thread.currentThread() != thread) {
            return;
        }
        boolean interrupted = false;
        while (!signalled) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted(); // or it would spin while slow hooks run
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * In the child's thread: the body is over, but for a clean-up that only the end of its budget is to
     * interrupt. The interrupt of a request that has come already is taken away.
     */
    void beginCleanUp() {
        cleansUp = true;
        if (stopRequested) {
            awaitSignal();
        }
        Thread.interrupted();
    }

    @Override
    public boolean awaitStop(Duration limit) throws InterruptedException {
        Objects.requireNonNull(limit, "limit");
        beginToWait();
        try {
            return supervisor.awaitStop(this, limit);
        } finally {
            endToWait();
        }
    }

    @Override
    public Supervisor supervisor() {
        refuseIfAbandoned();
        return supervisor.handle();
    }

    @Override
    public <T> void publish(ServiceKey<T> key, T service) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(service, "service");
        T checked = key.type().cast(service);
        StackReserve.require();
        registers = true;
        supervisor.tree().services().publish(this, key, checked);
    }

    @Override
    public boolean withdraw(ServiceKey<?> key) {
        return registers && supervisor.tree().services().withdraw(this, key);
    }

    @Override
    public <T> ServiceRef<T> service(ServiceKey<T> key) {
        refuseIfAbandoned();
        return new LiveServiceRef<>(supervisor.tree().services(), key);
    }

    @Override
    public Hold lock(String name, Duration limit) throws InterruptedException {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(limit, "limit");
        StackReserve.require();
        registers = true;
        return supervisor.tree().locks().lock(this, name, limit);
    }

    void refuseToLock(String name) {
        refuseIfAbandoned();
        if (ended) {
            throw new LockUnavailableException(
                    child.path,
                    name,
                    "incarnation " + incarnation + " has ended; end its threads with it");
        }
    }

    /** Whether it has ended or was abandoned. What it has published and locked is then free. */
    boolean isOver() {
        return ended || abandoned;
    }

    void refuseToPublish(ServiceKey<?> key) {
        refuseIfAbandoned();
        if (ended) {
            throw new PublisherEndedException(key, child.path, incarnation);
        }
    }

    private void refuseIfAbandoned() {
        if (abandoned) {
            throw new AbandonedException(child.path, incarnation);
        }
    }

    /** An interrupt that nobody asked for ends a wait; one that came with the request stays pending. */
    void throwIfInterrupted() throws InterruptedException {
        if (!stopRequested && Thread.interrupted()) {
            if (stopRequested) {
                Thread.currentThread().interrupt();
            } else {
                throw new InterruptedException(
                        "interrupted, though " + child.path + " was not asked to stop");
            }
        }
    }

    // ------------------------------------------------------------------ from the supervisor

    /** In the loop: from now on {@link #running()} is false. */
    void requestStop() {
        stopRequested = true;
    }

    /** Outside the loop: hooks first, then the interrupt. */
    void wake() {
        wakeHelpers();
        StopHook taken = (StopHook) HOOKS.getAndSet(this, StopHook.TAKEN);
        if (taken == null || taken == StopHook.TAKEN) {
            signal(!cleansUp);
            return;
        }
        supervisor.startThread(child.path + "/stop", () -> {
            Thread.currentThread().setUncaughtExceptionHandler(new HookThread(this));
            taken.runOldestFirst(child.path);
            signal(!cleansUp);
        });
    }

    /** Outside the loop: its budget is over. */
    void interrupt() {
        signal(true);
    }

    private void signal(boolean interrupts) {
        Thread target = thread;
        if (target != null) {
            if (interrupts && child.spec.interruptOnStop()) {
                target.interrupt();
            }
            signalled = true;
            LockSupport.unpark(target); // it may be in awaitStop
            if (registers) {
                supervisor.tree().locks().wake(this);
            }
        }
    }
}
