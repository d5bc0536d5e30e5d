package dev.oversight.internal;

import dev.oversight.ChildSpec;
import dev.oversight.Exit;
import dev.oversight.OversightException;
import dev.oversight.Supervisor;
import dev.oversight.event.ChildSnapshot;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * One child that was added to a supervisor which {@linkplain dev.oversight.SupervisorSpec#forgetEnded
 * forgets} the ended: that very child through all its restarts, whoever has its id later. It hangs in
 * the books as somebody who waits for the child's end, so it costs no place of its own there; with the
 * end it lets go of the child and of what the child was started with.
 */
public final class Member implements Reply<Exit> {
    private static final VarHandle ENDED;

    static {
        try {
            ENDED = MethodHandles.lookup()
                    .findVarHandle(Member.class, "ended", CompletableFuture.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final SupervisorHandle supervisor;

    /** What it was started with; null once it has ended. */
    private volatile @Nullable Object argument;

    /** Null before it was added and once it has ended. */
    private volatile @Nullable Child child;

    private volatile @Nullable String id;
    private volatile @Nullable Exit exit;

    /** Made when somebody asks for it. */
    private volatile @Nullable CompletableFuture<Exit> ended;

    private Member(SupervisorHandle supervisor, Object argument) {
        this.supervisor = supervisor;
        this.argument = argument;
    }

    /**
     * Adds a child and waits until it is up, as {@link Supervisor#add} does.
     *
     * @param description what it is made from; called in this thread
     * @param checked whether the description is known to be right
     */
    public static Member add(
            Supervisor supervisor,
            Object argument,
            Function<Member, ChildSpec> description,
            boolean checked)
            throws InterruptedException {
        SupervisorHandle handle = SupervisorHandle.of(supervisor);
        Member member = new Member(handle, argument);
        ChildSpec spec = description.apply(member);
        member.bind(handle.add(checked ? spec : handle.checked(spec), member));
        return member;
    }

    /** The same without waiting. */
    public static CompletableFuture<Member> addAsync(
            Supervisor supervisor,
            Object argument,
            Function<Member, ChildSpec> description,
            boolean checked) {
        SupervisorHandle handle = SupervisorHandle.of(supervisor);
        Member member = new Member(handle, argument);
        ChildSpec spec = description.apply(member);
        ChildSpec right = checked ? spec : handle.checked(spec);
        return handle.async(
                (Reply<Child> reply) -> new Input.Add(right, false, reply, member), member::bind);
    }

    /** All that are in the books of that supervisor, in start order. */
    public static List<Member> allOf(Supervisor supervisor) {
        return SupervisorHandle.of(supervisor).ask(state -> {
            List<Member> result = new ArrayList<>(state.children().size());
            for (Child each = state.children().first(); each != null; each = each.later) {
                Member member = each.waiting(Member.class);
                if (member != null) {
                    result.add(member.bind(each));
                }
            }
            return result;
        });
    }

    /** The one of that id that is in the books. */
    public static Optional<Member> find(Supervisor supervisor, String id) {
        return SupervisorHandle.of(supervisor).ask(state -> {
            Child found = state.children().find(id);
            if (found == null) {
                return Optional.empty();
            }
            return Optional.ofNullable(found.waiting(Member.class)).map(m -> m.bind(found));
        });
    }

    private Member bind(Child mine) {
        id = mine.id;
        child = mine;
        if (exit != null) { // it ended before: the other order would leave it here for good
            child = null;
        }
        return this;
    }

    /** Its id. */
    public String id() {
        String known = id;
        if (known == null) {
            throw new IllegalStateException("it was not added");
        }
        return known;
    }

    /** The incarnation of its supervisor that it belongs to. */
    public Supervisor supervisor() {
        return supervisor;
    }

    /** Whether it is, or was, a child of the supervisor at that place, in whichever incarnation. */
    public boolean isAtPlaceOf(Supervisor other) {
        SupervisorRuntime mine = supervisor.runtime();
        SupervisorRuntime its = SupervisorHandle.of(other).runtime();
        return mine == its || (mine.tree() == its.tree() && mine.path().equals(its.path()));
    }

    /** What it was started with; null once it has ended. */
    public @Nullable Object argument() {
        return argument;
    }

    /** How it ended for good; null before that. */
    public @Nullable Exit exit() {
        return exit;
    }

    /** What it is doing; empty once it has ended. */
    public Optional<ChildSnapshot> snapshot() {
        Child mine = child;
        if (mine == null) {
            return Optional.empty();
        }
        return supervisor.ask(state -> state.children().find(mine.id) == mine
                ? Optional.of(SupervisorHandle.snapshot(mine))
                : Optional.empty());
    }

    /** Ends it and waits until it is gone; does nothing if it is. From inside it, does not wait. */
    public void terminate() throws InterruptedException {
        Child mine = child;
        if (mine != null) {
            Awaited<Exit> reply = new Awaited<>();
            supervisor.submit(new Input.End(mine, reply));
            supervisor.awaitUnlessInside(mine.id, reply);
        }
    }

    /** The same without waiting. */
    public CompletableFuture<Exit> terminateAsync() {
        Child mine = child;
        return mine == null
                ? whenEnded()
                : supervisor.async(
                        (Reply<Exit> reply) -> new Input.End(mine, reply), (Exit how) -> how);
    }

    /** Completes with the way it ended, in a thread of its own. */
    public CompletableFuture<Exit> whenEnded() {
        return future().copy();
    }

    /** Waits until it has ended. */
    public Exit awaitEnd() throws InterruptedException {
        try {
            return future().get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("the end of a child cannot fail", impossible);
        }
    }

    /** Waits until it has ended or the time is over, on the clock of the tree. */
    public Optional<Exit> awaitEnd(Duration limit) throws InterruptedException {
        CompletableFuture<Exit> end = future();
        boolean hasEnded = TimedWait.await(
                end,
                SupervisorRuntime.clampedNanos(limit),
                supervisor.runtime().tree().platform().timers());
        return hasEnded ? Optional.of(end.join()) : Optional.empty();
    }

    private CompletableFuture<Exit> future() {
        CompletableFuture<Exit> future = ended;
        if (future == null) {
            future = new CompletableFuture<>();
            if (!ENDED.compareAndSet(this, null, future)) {
                future = Objects.requireNonNull(ended, "ended");
            }
        }
        Exit known = exit;
        if (known != null) { // whoever told of the end may not have seen the future
            future.complete(known);
        }
        return future;
    }

    /** Whether the calling thread runs inside it, and would wait for itself. */
    public boolean isCaller() {
        Child mine = child;
        if (mine == null) {
            return false;
        }
        Run caller = supervisor.runtime().runOfCaller();
        return caller != null ? caller.child == mine : supervisor.isCallerIn(mine.id);
    }

    /** Its end, told in the loop of the supervisor. */
    @Override
    public void succeed(Exit how) {
        argument = null; // nobody who finds the end finds it
        exit = how;
        child = null;
        CompletableFuture<Exit> future = ended;
        if (future != null) {
            supervisor.inThreadOfItsOwn(() -> future.complete(how));
        }
    }

    @Override
    public void fail(OversightException why) {
        succeed(new Exit(Exit.Kind.STOPPED, why, 0));
    }
}
