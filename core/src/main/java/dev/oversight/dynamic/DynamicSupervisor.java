package dev.oversight.dynamic;

import dev.oversight.AtLimit;
import dev.oversight.ChildSpec;
import dev.oversight.Exit;
import dev.oversight.InvalidSpecException;
import dev.oversight.Supervisor;
import dev.oversight.UnknownChildException;
import dev.oversight.event.ChildCounts;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.internal.LiveLimits;
import dev.oversight.internal.Member;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A running dynamic supervisor, whichever incarnation of it is live. Safe for use from any thread, also
 * from its own instances.
 *
 * <p>While the supervisor is down, because the one above restarts it, because it was terminated, or
 * because the tree has ended, every call but {@link #path} and {@link #supervisor} throws {@link
 * dev.oversight.SupervisorNotRunningException}. Once it is back it has no instances.
 *
 * @param <A> what an instance is started with
 */
public sealed class DynamicSupervisor<A> permits DynamicTree {
    private final DynamicSpec<A> spec;
    private final Place place;

    DynamicSupervisor(DynamicSpec<A> spec, Place place) {
        this.spec = spec;
        this.place = place;
    }

    /** Its place in the tree. */
    public String path() {
        return place.path();
    }

    /** The incarnation that is live now; empty if it is down. */
    public Optional<Supervisor> supervisor() {
        return place.find();
    }

    /**
     * Starts an instance and waits until it is up. One that does not come up is not kept, and no restart is
     * counted.
     *
     * @throws dev.oversight.TooManyChildrenException if there are as many as there may be
     * @throws dev.oversight.DuplicateChildException if another instance has its id
     * @throws dev.oversight.StartFailedException if it did not come up
     * @throws dev.oversight.InvalidSpecException if it is described one by one, and wrongly
     */
    public InstanceRef<A> start(A argument) throws InterruptedException {
        Objects.requireNonNull(argument, "argument");
        return new InstanceRef<>(Member.add(
                place.live(), argument, description(argument), spec.template().isChecked()));
    }

    /** {@link #start} without waiting. Continuations run in a thread of their own. */
    public CompletableFuture<InstanceRef<A>> startAsync(A argument) {
        Objects.requireNonNull(argument, "argument");
        Supervisor live = place.find().orElse(null);
        if (live == null) {
            return CompletableFuture.failedFuture(place.down());
        }
        return Member.addAsync(
                        live, argument, description(argument), spec.template().isChecked())
                .thenApply(InstanceRef::new);
    }

    private Function<Member, ChildSpec> description(A argument) {
        return member -> spec.named(spec.template().child(argument, member), argument);
    }

    /**
     * Ends an instance and waits until it is gone; it is not restarted. Does nothing if it has ended, also
     * with an earlier incarnation of this supervisor. From inside the instance it does not wait.
     *
     * @throws UnknownChildException if it is the instance of another supervisor, which leaves it alone
     */
    public void terminate(InstanceRef<A> instance) throws InterruptedException {
        mine(instance).terminate();
    }

    /** {@link #terminate} without waiting: completes with the way it ended. */
    public CompletableFuture<Exit> terminateAsync(InstanceRef<A> instance) {
        return mine(instance).terminateAsync();
    }

    private Member mine(InstanceRef<A> instance) {
        Member member = instance.member();
        if (!member.isAtPlaceOf(place.live())) {
            throw new UnknownChildException(path(), instance.path());
        }
        return member;
    }

    /** The instances that have not ended, in the order of their start. */
    public List<InstanceRef<A>> instances() {
        return Member.allOf(place.live()).stream().map(InstanceRef<A>::new).toList();
    }

    /** The instance of that id; empty if there is none. */
    public Optional<InstanceRef<A>> find(String id) {
        Objects.requireNonNull(id, "id");
        return Member.find(place.live(), id).map(InstanceRef::new);
    }

    /** What all instances are doing, in the order of their start. */
    public List<ChildSnapshot> children() {
        return place.live().children();
    }

    /** What an instance is doing; empty if it has ended or is the instance of another supervisor. */
    public Optional<ChildSnapshot> child(InstanceRef<A> instance) {
        return instance.member().isAtPlaceOf(place.live()) ? instance.snapshot() : Optional.empty();
    }

    /** How many instances there may be now; {@link Integer#MAX_VALUE} if there is no limit. */
    public int maxChildren() {
        return LiveLimits.maxChildren(place.live());
    }

    /**
     * Changes how many instances there may be. Lowering it below the present number ends nobody; none is
     * started before enough have ended. Holds for this incarnation of the supervisor: when it is
     * restarted, what {@link DynamicSpec#maxChildren} says holds again. Told by a {@link
     * dev.oversight.event.LimitsChanged}.
     *
     * @param limit zero or more; with zero none is started any more
     * @return how many there might be before
     * @throws InvalidSpecException if it is less than zero
     */
    public int maxChildren(int limit) {
        if (limit < 0) {
            throw InvalidSpecException.of(
                    "maxChildren", limit, "zero or more", "use Integer.MAX_VALUE for no limit");
        }
        return LiveLimits.change(place.live(), limit, null);
    }

    /**
     * Changes how many restarts are allowed, of all instances together; as long as {@link
     * #maxChildren(int)} does. Restarts that count already go on counting, and nothing is given up before
     * the next failure.
     *
     * @param restarts zero or more
     * @param period more than zero
     * @throws InvalidSpecException if one of them is out of range
     */
    public void intensity(int restarts, Duration period) {
        LiveLimits.change(place.live(), null, new AtLimit.Allowance(restarts, period));
    }

    /** How many instances there are. O(1). */
    public ChildCounts count() {
        return place.live().count();
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + path() + ", "
                + (supervisor().isPresent() ? "running" : "down") + "]";
    }
}
