package dev.oversight.internal;

import dev.oversight.Outcome;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.Event;
import dev.oversight.spi.Threads;
import dev.oversight.spi.Timers;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * One running supervisor: carries out what its {@link SupervisorState} decides. The methods of {@link
 * Effects} are called inside the loop.
 */
final class SupervisorRuntime implements Effects {

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

    private final SupervisorSpec spec;
    private final String path;
    private final Tree tree;

    /** The supervisor above, and this one's incarnation in its books; null for the root. */
    private final @Nullable SupervisorRuntime parent;

    private final @Nullable NestedRun self;
    private final EventHub events;
    private final SerialLoop loop;
    private final SupervisorHandle handle;

    /** Nothing but waiting threads hang on these two, so completing them runs no code of the application. */
    private final CompletableFuture<Void> started = new CompletableFuture<>();

    private final CompletableFuture<Outcome> ended = new CompletableFuture<>();

    /** The alarm that is set; belongs to the loop. */
    private Timers.@Nullable Alarm alarm;

    SupervisorRuntime(SupervisorSpec spec, Tree tree) {
        this(spec, spec.id(), tree, null, null);
        tree.services().belongTo(handle);
    }

    private SupervisorRuntime(
            SupervisorSpec spec,
            String path,
            Tree tree,
            @Nullable SupervisorRuntime parent,
            @Nullable NestedRun self) {
        this.spec = spec;
        this.path = path;
        this.tree = tree;
        this.parent = parent;
        this.self = self;
        this.events = new EventHub(
                path, spec.listeners(), parent == null ? null : parent.events, tree.platform());
        this.loop = new SerialLoop(new SupervisorState(spec, path, this), this);
        this.handle = new SupervisorHandle(this);
    }

    SupervisorSpec spec() {
        return spec;
    }

    String path() {
        return path;
    }

    Tree tree() {
        return tree;
    }

    SerialLoop loop() {
        return loop;
    }

    SupervisorHandle handle() {
        return handle;
    }

    EventHub events() {
        return events;
    }

    CompletableFuture<Void> whenStarted() {
        return started;
    }

    CompletableFuture<Outcome> whenEnded() {
        return ended;
    }

    Threads threads() {
        return tree.platform().threads();
    }

    long now() {
        return tree.platform().time().nanos();
    }

    /** The child of this supervisor inside which the calling thread runs; null if it is outside. */
    @Nullable
    Run runOfCaller() {
        ThreadRun caller = ThreadRun.ofCaller();
        if (caller == null) {
            return null;
        }
        Run run = caller;
        SupervisorRuntime supervisor = caller.supervisor;
        while (supervisor != this) {
            run = supervisor.self;
            supervisor = supervisor.parent;
            if (run == null || supervisor == null) {
                return null;
            }
        }
        return run;
    }

    // ------------------------------------------------------------------ Effects

    @Override
    public Run launch(Child child, long incarnation, boolean awaited) {
        return child.isSupervisor
                ? launchSupervisor(child, incarnation)
                : launchThread(child, incarnation, awaited);
    }

    private Run launchThread(Child child, long incarnation, boolean awaited) {
        ThreadRun run = new ThreadRun(child, incarnation, this);
        if (run.makeThread() && (!awaited || run.startThread())) {
            if (!awaited) {
                loop.startLast(run);
            }
        } else {
            loop.submitInside(run);
        }
        return run;
    }

    private Run launchSupervisor(Child child, long incarnation) {
        SupervisorSpec nested = child.spec.supervisor().orElseThrow();
        NestedRun run = new NestedRun(child, incarnation);
        SupervisorRuntime supervisor = new SupervisorRuntime(nested, child.path, tree, this, run);
        run.supervisor = supervisor;
        loop.submitTo(supervisor.loop, new Input.Start());
        return run;
    }

    @Override
    public void signal(Run run, long byNanos) {
        if (run instanceof ThreadRun thread) {
            thread.requestStop();
            loop.afterwards(thread::wake);
        } else {
            loop.submitTo(((NestedRun) run).nested().loop, new Input.Stop(byNanos));
        }
    }

    @Override
    public void abandon(Run run) {
        ThreadRun thread = (ThreadRun) run;
        tree.ledger().add(thread, now());
        loop.afterwards(() -> {
            tree.services().release(thread);
            tree.locks().release(thread);
            thread.interrupt(); // its hooks may hang, and have kept the interrupt back
        });
        takeStack(run);
    }

    @Override
    public void takeStack(Run run) {
        ThreadRun thread = (ThreadRun) run;
        loop.afterwards(() -> startThread(
                path + "/evidence",
                () -> loop.submit(new Input.Evidence(thread, stackOf(thread)))));
    }

    static List<StackTraceElement> stackOf(ThreadRun run) {
        Thread thread = run.thread;
        return thread == null ? List.of() : List.of(thread.getStackTrace());
    }

    @Override
    public void released(Run run) {
        tree.ledger().remove((ThreadRun) run);
        releasedBelow();
    }

    @Override
    public void releasedBelow() {
        if (parent != null && ended.isDone()) {
            loop.submitTo(parent.loop, new Input.ReleasedBelow());
        }
    }

    @Override
    public long lastIncarnation(String childPath) {
        return tree.ledger().lastIncarnation(childPath);
    }

    @Override
    public void abort(Run run) {
        loop.submitTo(((NestedRun) run).nested().loop, new Input.Abort());
    }

    @Override
    public void wakeAt(long nanos) {
        if (alarm != null) {
            alarm.cancel();
        }
        long delay = Math.max(0, nanos - now());
        alarm = tree.platform().timers().after(delay, this::wake);
    }

    /** Another input each time: a timer of the host may call twice, and each is handed in once. */
    private void wake() {
        loop.submitPatiently(HeapReserve.whenThereIs(Input.Woke::new));
    }

    @Override
    public void goOn() {
        loop.submitInside(new Input.GoOn());
    }

    @Override
    public void publish(Event event) {
        events.publish(event);
    }

    @Override
    public void started() {
        started.complete(null);
        if (parent != null && self != null) {
            loop.submitTo(parent.loop, new Input.Ready(self));
        }
    }

    @Override
    public void ended(Outcome outcome, SlowestStops slowest) {
        cancelLastAlarm();
        if (parent == null) {
            tree.services().close(outcome);
        }
        if (!ended.complete(outcome)) {
            return;
        }
        if (parent != null && self != null) {
            self.cause = outcome.isFailure() ? causeOf(outcome) : null;
            self.abandonedBelow = outcome.abandoned();
            self.slowestBelow = slowest;
            loop.submitTo(parent.loop, self);
        }
    }

    /** Whatever the host's timer does: the end is to be told. */
    private void cancelLastAlarm() {
        try {
            if (alarm != null) {
                alarm.cancel();
            }
        } catch (Throwable broken) {
            Log.log(
                    System.Logger.Level.WARNING,
                    () -> path + ": an alarm could not be cancelled",
                    broken);
        }
    }

    private static Throwable causeOf(Outcome outcome) {
        Throwable cause = outcome.cause();
        return cause != null
                ? cause
                : new IllegalStateException(outcome.path() + " ended: " + outcome.reason());
    }

    // ------------------------------------------------------------------ threads and waiting

    /** At most a quarter of what a long holds, so that sums of times do not overflow. */
    static long clampedNanos(Duration limit) {
        return limit.compareTo(LONGEST) < 0 ? limit.toNanos() : LONGEST.toNanos();
    }

    /** Starts a thread that is no child: a stop hook, a reply. */
    void startThread(String name, Runnable body) {
        try {
            Thread thread = threads().unstarted(name, body);
            thread.setContextClassLoader(tree.contextClassLoader());
            thread.start();
        } catch (Throwable noThread) {
            Log.log(
                    System.Logger.Level.ERROR,
                    () -> "no thread for " + name + ", so it runs in the caller's",
                    noThread);
            body.run();
        }
    }

    /** Waits on the tree's clock, in the child's thread or in one of its own. */
    boolean awaitStop(ThreadRun run, Duration limit) throws InterruptedException {
        long deadline = now() + clampedNanos(limit);
        Thread waiting = Thread.currentThread();
        if (run.running() && now() < deadline) {
            Timers.Alarm over = tree.platform()
                    .timers()
                    .after(deadline - now(), () -> LockSupport.unpark(waiting));
            try {
                while (run.running() && now() < deadline) {
                    LockSupport.park(run);
                    run.throwIfInterrupted();
                }
            } finally {
                over.cancel();
            }
        }
        if (run.running()) {
            return false;
        }
        run.awaitSignal();
        return true;
    }
}
