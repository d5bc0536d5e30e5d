package dev.oversight.dynamic;

import dev.oversight.Exit;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.internal.Member;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One instance of a dynamic supervisor, from its start to its end for good: the same through all its
 * restarts, and never another instance that has its id later. When its supervisor ends or is restarted
 * the instance has ended.
 *
 * <p>Safe for use from any thread. Two handles of the same instance are equal. A handle that is kept
 * after the end keeps neither the argument nor anything of the books.
 *
 * @param <A> what it was started with
 */
public final class InstanceRef<A> {
    private final Member member;

    InstanceRef(Member member) {
        this.member = member;
    }

    Member member() {
        return member;
    }

    /** Its id, as given or as generated. */
    public String id() {
        return member.id();
    }

    /** Its place in the tree. */
    public String path() {
        return member.supervisor().path() + "/" + id();
    }

    /** What it was started with; empty once it has ended. */
    @SuppressWarnings("unchecked") // DynamicSupervisor<A> made the member, and with an A
    public Optional<A> argument() {
        return Optional.ofNullable((A) member.argument());
    }

    /** What it is doing; empty once it has ended. */
    public Optional<ChildSnapshot> snapshot() {
        return member.snapshot();
    }

    /** How it ended for good; empty as long as it runs or is to be restarted. Does not wait. */
    public Optional<Exit> ended() {
        return Optional.ofNullable(member.exit());
    }

    /** Completes with the way it ended for good. Continuations run outside the supervisor. */
    public CompletableFuture<Exit> whenEnded() {
        return member.whenEnded();
    }

    /**
     * Waits until it has ended for good.
     *
     * @throws IllegalStateException if called from inside the instance, which would wait for itself
     */
    public Exit awaitEnd() throws InterruptedException {
        refuseInside();
        return member.awaitEnd();
    }

    /**
     * Waits until it has ended for good or the time has passed, by the tree's clock; empty if it goes on.
     *
     * @param limit zero or less does not wait
     * @throws IllegalStateException if called from inside the instance, which would wait for itself
     */
    public Optional<Exit> awaitEnd(Duration limit) throws InterruptedException {
        refuseInside();
        return member.awaitEnd(limit);
    }

    private void refuseInside() {
        if (member.isCaller()) {
            throw new IllegalStateException(
                    path() + " would wait for its own end; return from its body instead");
        }
    }

    /**
     * Ends the instance and waits until it is gone; it is not restarted. Cancels a pending restart. Does
     * nothing if it has ended, also if that is because its supervisor has. From inside the instance it
     * does not wait.
     */
    public void terminate() throws InterruptedException {
        member.terminate();
    }

    /** {@link #terminate} without waiting: completes with the way it ended. */
    public CompletableFuture<Exit> terminateAsync() {
        return member.terminateAsync();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof InstanceRef<?> ref && ref.member == member;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(member);
    }

    @Override
    public String toString() {
        return "InstanceRef[" + path() + ", "
                + ended().map(exit -> "ended " + exit.kind()).orElse("live") + "]";
    }
}
