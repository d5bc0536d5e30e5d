package dev.oversight.internal;

import dev.oversight.ChildRef;
import dev.oversight.ChildSpec;
import dev.oversight.Exit;
import dev.oversight.InvalidSpecException;
import dev.oversight.Outcome;
import dev.oversight.OversightException;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.AbandonedRun;
import dev.oversight.event.ChildCounts;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.event.ChildState;
import dev.oversight.event.Failure;
import dev.oversight.event.StopTime;
import dev.oversight.event.StopWaterfall;
import dev.oversight.event.UnstoppedRun;
import dev.oversight.service.ServiceKey;
import dev.oversight.service.ServiceRef;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the application holds of a running supervisor: turns calls into inputs, and waits. */
final class SupervisorHandle implements Supervisor {
    private static final int SLOWEST_TOLD = 16;
    private static final VarHandle ATTACHMENT;

    static {
        try {
            ATTACHMENT = MethodHandles.lookup()
                    .findVarHandle(SupervisorHandle.class, "attachment", Object.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final SupervisorRuntime runtime;
    private final Ending ending;
    private volatile @Nullable Object attachment;

    SupervisorHandle(SupervisorRuntime runtime) {
        this.runtime = runtime;
        this.ending = new Ending(runtime);
    }

    /** For the bridges of other packages of this library. */
    static SupervisorHandle of(Supervisor supervisor) {
        if (supervisor instanceof SupervisorHandle handle) {
            return handle;
        }
        throw new IllegalArgumentException(supervisor
                + " was not started by this library; use what Supervisor.start returned");
    }

    /** What a kind of supervisor keeps for each incarnation; made at the first look. */
    Object attachment(Supplier<?> first) {
        Object found = attachment;
        if (found == null) {
            Object made = first.get();
            found = ATTACHMENT.compareAndSet(this, null, made) ? made : attachment;
        }
        return Objects.requireNonNull(found, "found");
    }

    SupervisorRuntime runtime() {
        return runtime;
    }

    @Override
    public String path() {
        return runtime.path();
    }

    @Override
    public SupervisorSpec spec() {
        return runtime.spec();
    }

    // ------------------------------------------------------------------ requests

    @Override
    public ChildRef add(ChildSpec child) throws InterruptedException {
        refuseToAdd(child);
        return new ChildRef(this, add(checked(child), null).id);
    }

    /** Adds a child that was checked; somebody may be told of its end. */
    Child add(ChildSpec child, @Nullable Reply<Exit> whenDown) throws InterruptedException {
        boolean inside = runtime.runOfCaller() != null;
        Awaited<Child> reply = new Awaited<>();
        submit(new Input.Add(child, inside, reply, whenDown));
        ThreadRun caller = ThreadRun.ofCaller();
        if (caller == null || !caller.running()) { // in its clean-up it knows what it does
            return reply.await();
        }
        Child added = reply.awaitWhile(caller::running);
        if (added == null) {
            throw new InterruptedException(caller.child.path
                    + " was asked to stop while it waited for a supervisor; the request stands");
        }
        return added;
    }

    @Override
    public void terminate(String id) throws InterruptedException {
        Awaited<Exit> reply = new Awaited<>();
        submit(new Input.Terminate(named(id), reply));
        awaitUnlessInside(id, reply);
    }

    @Override
    public void restart(String id) throws InterruptedException {
        Awaited<Child> reply = new Awaited<>();
        submit(new Input.Restart(named(id), reply));
        awaitUnlessInside(id, reply);
    }

    @Override
    public void delete(String id) throws InterruptedException {
        Awaited<Exit> reply = new Awaited<>();
        submit(new Input.Delete(named(id), reply));
        awaitUnlessInside(id, reply);
    }

    @Override
    public CompletableFuture<ChildRef> addAsync(ChildSpec child) {
        refuseToAdd(child);
        return async(
                (Reply<Child> reply) -> new Input.Add(checked(child), false, reply, null),
                (Child added) -> new ChildRef(this, added.id));
    }

    @Override
    public CompletableFuture<Exit> terminateAsync(String id) {
        return async(
                (Reply<Exit> reply) -> new Input.Terminate(named(id), reply), (Exit exit) -> exit);
    }

    @Override
    public CompletableFuture<Void> restartAsync(String id) {
        return async(
                (Reply<Child> reply) -> new Input.Restart(named(id), reply), (Child child) -> null);
    }

    @Override
    public CompletableFuture<Void> deleteAsync(String id) {
        return async(
                (Reply<Exit> reply) -> new Input.Delete(named(id), reply), (Exit exit) -> null);
    }

    @Override
    public void fail(String id, Throwable cause) throws InterruptedException {
        Objects.requireNonNull(cause, "cause");
        Awaited<Child> reply = new Awaited<>();
        submit(new Input.Fail(named(id), null, cause, reply));
        reply.await();
    }

    @Override
    public CompletableFuture<Exit> watch(String id) {
        ExitFuture future = new ExitFuture(runtime);
        Awaited<Child> reply = new Awaited<>();
        submit(new Input.Watching(named(id), future.watch(), reply));
        future.isTiedTo(reply.awaitUninterruptibly());
        return future;
    }

    /** Ties a run, in whose thread this is, to a child of this supervisor. */
    Link link(ThreadRun run, String id) {
        Link link = new Link(run, runtime);
        Awaited<Child> reply = new Awaited<>();
        submit(new Input.Watching(id, link, reply));
        link.isTiedTo(reply.awaitUninterruptibly());
        return link;
    }

    /** The engine's own handle of a child's supervisor. */
    static SupervisorHandle of(ChildRef ref) {
        if (ref.supervisor() instanceof SupervisorHandle handle) {
            return handle;
        }
        throw new IllegalArgumentException(
                ref.path() + " is not a child of a supervisor of this library");
    }

    /**
     * The handle is that of any supervisor, so its type cannot say that this one takes no such child; that
     * of a template has no such method.
     */
    private void refuseToAdd(ChildSpec child) {
        Kind kind = Kind.kindOf(runtime.spec());
        if (kind != null) {
            String id = child.id().orElse("");
            throw new InvalidSpecException(
                    path(),
                    List.of(path() + "/" + id + ": the added child is one of its own, expected "
                            + kind.expected() + "; " + kind.cure()));
        }
    }

    private static String named(String id) {
        return Objects.requireNonNull(id, "id");
    }

    /** Checked in the caller's thread, also a whole tree below it, before the supervisor hears of it. */
    ChildSpec checked(ChildSpec child) {
        runtime.spec().check(child, path());
        return child;
    }

    void submit(Input input) {
        StackReserve.require();
        if (runtime.loop().isDrainedByCaller()) {
            throw new IllegalStateException(
                    "a rule of " + path() + " called its own supervisor, which waits for the"
                            + " rule's answer; a rule must be a pure function of what it is given");
        }
        runtime.loop().submit(input);
    }

    /**
     * Waits, unless the answer may hang on the end of the calling thread: because the request is about
     * the child it runs in, or because that child is being stopped and others wait for it.
     */
    void awaitUnlessInside(String id, Awaited<?> reply) throws InterruptedException {
        Run caller = runtime.runOfCaller();
        ThreadRun thread = ThreadRun.ofCaller();
        if (caller != null && thread != null) {
            boolean itself = caller.child.id.equals(id);
            if (itself && !reply.isAnswered()) {
                ask(state -> true); // a refusal hangs on nothing, and is there before that answer
            }
            reply.awaitWhile(() -> !itself && thread.running());
        } else if (reply.isAnswered() || !isCallerIn(id)) {
            reply.await();
        }
    }

    /** Whether the calling thread is that of a child or of one below it, whatever its handler is. */
    boolean isCallerIn(String id) {
        Run run = liveRun(id);
        return run instanceof NestedRun nested
                ? Ending.runsBelow(nested.nested(), Thread.currentThread())
                : run instanceof ThreadRun worker && worker.thread == Thread.currentThread();
    }

    /** The run that lives of the child of that id; null if there is none. */
    @Nullable
    Run liveRun(String id) {
        return ask(state -> Optional.ofNullable(state.children().find(id)).map(child -> child.run))
                .orElse(null);
    }

    <A, T> CompletableFuture<T> async(
            Function<Reply<A>, Input> request, Function<A, @Nullable T> result) {
        CompletableFuture<T> future = new CompletableFuture<>();
        submit(request.apply(new Reply<A>() {
            private boolean answered; // of two threads of their own the second may be faster

            @Override
            public void succeed(A answer) {
                answer(() -> future.complete(result.apply(answer)));
            }

            @Override
            public void fail(OversightException problem) {
                answer(() -> future.completeExceptionally(problem));
            }

            private void answer(Runnable completion) {
                if (!answered) {
                    answered = true;
                    inThreadOfItsOwn(completion);
                }
            }
        }));
        return future;
    }

    /** What hangs on a future is code of the application, and must not run in a loop. */
    void inThreadOfItsOwn(Runnable completion) {
        runtime.loop().afterwards(() -> runtime.startThread(path() + "/reply", completion));
    }

    // ------------------------------------------------------------------ queries

    <T> T ask(Function<SupervisorState, T> question) {
        Awaited<T> reply = new Awaited<>();
        submit(new Input.Query<>(question, reply));
        return reply.awaitUninterruptibly();
    }

    @Override
    public List<ChildSnapshot> children() {
        return ask(state -> {
            List<ChildSnapshot> result = new ArrayList<>(state.children().size());
            for (Child child = state.children().first(); child != null; child = child.later) {
                result.add(snapshot(child));
            }
            return Collections.unmodifiableList(result);
        });
    }

    @Override
    public Optional<ChildSnapshot> child(String id) {
        named(id); // here, not inside the loop
        return ask(state ->
                Optional.ofNullable(state.children().find(id)).map(SupervisorHandle::snapshot));
    }

    static ChildSnapshot snapshot(Child child) {
        return new ChildSnapshot(
                child.id,
                child.path,
                child.spec,
                child.state,
                child.incarnation,
                child.restarts,
                instant(child.sinceNanos),
                child.state == ChildState.BACKING_OFF ? instant(child.dueNanos) : null,
                GraphOrder.waitsFor(child),
                child.lastExit);
    }

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }

    @Override
    public Optional<ChildSnapshot> find(String path) {
        String below = below(path);
        int slash = below.lastIndexOf('/');
        if (slash < 0) {
            return child(below);
        }
        return supervisorBelow(below.substring(0, slash))
                .flatMap(s -> s.child(below.substring(slash + 1)));
    }

    @Override
    public Optional<Supervisor> supervisor(String path) {
        return supervisorBelow(below(path));
    }

    private Optional<Supervisor> supervisorBelow(String relativePath) {
        SupervisorRuntime at = runtime;
        for (String id : relativePath.split("/", -1)) {
            SupervisorRuntime next = at.handle().nested(id).orElse(null);
            if (next == null) {
                return Optional.empty();
            }
            at = next;
        }
        return Optional.of(at.handle());
    }

    private Optional<SupervisorRuntime> nested(String id) {
        return ask(state -> Optional.ofNullable(state.children().find(id))
                .map(child -> child.run instanceof NestedRun run ? run.nested() : null));
    }

    private String below(String path) {
        Objects.requireNonNull(path, "path");
        String prefix = path() + "/";
        return path.startsWith(prefix) ? path.substring(prefix.length()) : path;
    }

    @Override
    public ChildCounts count() {
        return ask(state -> state.children().counts());
    }

    @Override
    public List<Failure> failures(String id) {
        named(id);
        return ask(state -> {
            Child child = state.children().find(id);
            return child == null || child.failures == null
                    ? List.<Failure>of()
                    : child.failures.newestFirst();
        });
    }

    @Override
    public List<Failure> forgotten() {
        return ask(state -> state.forgotten().newestFirst());
    }

    @Override
    public List<AbandonedRun> abandoned() {
        return UnstoppedRuns.abandoned(runtime);
    }

    @Override
    public List<UnstoppedRun> unstopped() {
        return UnstoppedRuns.all(runtime);
    }

    @Override
    public <T> ServiceRef<T> service(ServiceKey<T> key) {
        return new LiveServiceRef<>(runtime.tree().services(), key);
    }

    @Override
    public List<StopTime> slowestStops() {
        return ask(state ->
                state.slowest().longestFirst().stream().limit(SLOWEST_TOLD).toList());
    }

    @Override
    public Optional<StopWaterfall> stopWaterfall() {
        return Waterfalls.of(runtime);
    }

    // ------------------------------------------------------------------ the end

    @Override
    public Outcome join() throws InterruptedException {
        return ending.join();
    }

    @Override
    public Optional<Outcome> join(Duration limit) throws InterruptedException {
        return ending.join(limit);
    }

    @Override
    public Optional<Outcome> outcome() {
        return ending.outcome();
    }

    @Override
    public Optional<Outcome> stop(Duration limit) throws InterruptedException {
        return ending.stop(limit);
    }

    @Override
    public void close() {
        ending.close();
    }

    /** Waits for the end; an interrupt shows in the flag afterwards. */
    Outcome awaitEndUninterruptibly() {
        return ending.awaitUninterruptibly();
    }

    @Override
    public String toString() {
        return "Supervisor[" + path() + ", "
                + outcome().map(o -> o.reason().toString()).orElse("running") + "]";
    }
}
