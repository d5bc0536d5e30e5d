package dev.oversight;

import dev.oversight.internal.Kind;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Describes a supervisor: its children in start order, and the rules by which it keeps them. An
 * immutable value; each setter returns a new one. Running it is {@link Supervisor#start}; one spec
 * can be run any number of times.
 *
 * <pre>{@code
 * SupervisorSpec shop = SupervisorSpec.of("shop", Strategy.REST_FOR_ONE)
 *         .intensity(3, Duration.ofSeconds(30))
 *         .child("catalog", catalog::run)
 *         .child("orders", orders::run, c -> c.restart(Restart.TRANSIENT));
 * SupervisorSpec root = SupervisorSpec.of("root").child(shop).child("search", search::run);
 * }</pre>
 *
 * <p>A child that is only wrong together with the rest (a duplicate id, a significant child that is
 * permanent) is reported by {@link #check()}, all at once, which {@code start} calls first.
 */
public final class SupervisorSpec {
    /** Adding is O(1) and shares what was there: the newest child first. */
    private record Cons(ChildSpec child, @Nullable Cons earlier, int size) {}

    private static final int NEVER_GIVE_UP = -1;

    static {
        Kind.isKeptBy((spec, kind) -> spec.with(s -> s.kind = kind), spec -> spec.settings.kind);
    }

    /** What can be set. Written while a setter makes its copy, and never again. */
    private static final class Settings {
        static final Settings DEFAULTS = new Settings();

        Strategy strategy = Strategy.ONE_FOR_ONE;
        int intensity = 1;
        Duration period = Duration.ofSeconds(5);
        AutoShutdown autoShutdown = AutoShutdown.NOTHING_LEFT;

        @Nullable
        Backoff backoff;

        List<Listener> listeners = List.of();
        int maxChildren = Integer.MAX_VALUE;
        boolean forgetEnded;
        AtLimit atLimit = AtLimit.escalate();
        StopOrder stopOrder = StopOrder.REVERSE;

        @Nullable
        Kind kind;

        private Settings() {}

        Settings(Settings other) {
            strategy = other.strategy;
            intensity = other.intensity;
            period = other.period;
            autoShutdown = other.autoShutdown;
            backoff = other.backoff;
            listeners = other.listeners;
            maxChildren = other.maxChildren;
            forgetEnded = other.forgetEnded;
            atLimit = other.atLimit;
            stopOrder = other.stopOrder;
            kind = other.kind;
        }
    }

    private final String id;
    private final Settings settings;
    private final @Nullable Cons children;

    private SupervisorSpec(String id, Settings settings, @Nullable Cons children) {
        this.id = id;
        this.settings = settings;
        this.children = children;
    }

    /**
     * A supervisor without children, {@linkplain Strategy#ONE_FOR_ONE one_for_one}, one restart in 5 s.
     *
     * @param id its name: the first part of its children's paths; not blank, without {@code '/'}
     * @throws InvalidSpecException if the id is no such name
     */
    public static SupervisorSpec of(String id) {
        Checks.id("id", id);
        return new SupervisorSpec(id, Settings.DEFAULTS, null);
    }

    /** The same with a strategy. */
    public static SupervisorSpec of(String id, Strategy strategy) {
        return of(id).strategy(strategy);
    }

    /** Who is restarted together with a failed child. Default {@link Strategy#ONE_FOR_ONE}. */
    public SupervisorSpec strategy(Strategy strategy) {
        Objects.requireNonNull(strategy, "strategy");
        return with(s -> s.strategy = strategy);
    }

    /**
     * How many restarts are allowed: {@code restarts} within {@code period}; the next failure makes the
     * supervisor give up. Default 1 in 5 s. Zero means that nothing is ever restarted. A restart exactly
     * one period ago no longer counts. Semantics: otp-parity, "allowance".
     *
     * @param restarts zero or more
     * @param period more than zero
     * @throws InvalidSpecException if one of them is out of range
     */
    public SupervisorSpec intensity(int restarts, Duration period) {
        if (restarts < 0) {
            throw InvalidSpecException.of(
                    "intensity.restarts",
                    restarts,
                    "zero or more",
                    "use neverGiveUp() for no limit");
        }
        Checks.positive("intensity.period", period);
        return with(s -> {
            s.intensity = restarts;
            s.period = period;
        });
    }

    /** Restarts without limit. Wants a {@link #backoff}, or a child that fails at once is a busy loop. */
    public SupervisorSpec neverGiveUp() {
        return with(s -> s.intensity = NEVER_GIVE_UP);
    }

    /**
     * What happens when a child fails once more than the {@link #intensity} allows. Default {@link
     * AtLimit#escalate}.
     */
    public SupervisorSpec atLimit(AtLimit rule) {
        Objects.requireNonNull(rule, "rule");
        return with(s -> s.atLimit = rule);
    }

    /** In which order its children are stopped. Default {@link StopOrder#REVERSE}. */
    public SupervisorSpec stopOrder(StopOrder order) {
        Objects.requireNonNull(order, "order");
        return with(s -> s.stopOrder = order);
    }

    /** When it ends by itself. Default {@link AutoShutdown#NOTHING_LEFT}. */
    public SupervisorSpec autoShutdown(AutoShutdown rule) {
        Objects.requireNonNull(rule, "rule");
        return with(s -> s.autoShutdown = rule);
    }

    /** The backoff of children that have none of their own. Default: no delay. */
    public SupervisorSpec backoff(Backoff rule) {
        Objects.requireNonNull(rule, "rule");
        return with(s -> s.backoff = rule);
    }

    /**
     * How many children it may have at a time. {@link Supervisor#add} beyond that fails with {@link
     * TooManyChildrenException}. Every child in the books counts: one that waits for its restart, and one
     * that is down and kept. Default: no limit.
     *
     * @param limit one or more, and at least as many as it is described with
     * @throws InvalidSpecException if the limit is less than one
     */
    public SupervisorSpec maxChildren(int limit) {
        if (limit < 1) {
            throw InvalidSpecException.of(
                    "maxChildren", limit, "one or more", "leave it away for no limit");
        }
        return with(s -> s.maxChildren = limit);
    }

    /**
     * Forgets every child that has ended for good, as if it were {@linkplain Restart#TEMPORARY temporary}:
     * completed, declined, failed without a restart, {@linkplain AtLimit#park parked}, or terminated by
     * request. Until then it is restarted by its rule. Its id is free again, and what it was made from
     * can be collected. Default: a child that is not temporary is kept, and can be {@linkplain
     * Supervisor#restart started again}.
     */
    public SupervisorSpec forgetEnded() {
        return with(s -> s.forgetEnded = true);
    }

    /** Adds a listener to the events of this supervisor and of all supervisors below it. */
    public SupervisorSpec listener(Listener listener) {
        List<Listener> listeners = new ArrayList<>(settings.listeners);
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return with(s -> s.listeners = List.copyOf(listeners));
    }

    /** Adds a permanent child, last in start order. */
    public SupervisorSpec child(String childId, ChildBody body) {
        return child(ChildSpec.of(childId, body));
    }

    /** Adds a child with rules of its own: {@code child("a", a::run, c -> c.restart(TRANSIENT))}. */
    public SupervisorSpec child(String childId, ChildBody body, UnaryOperator<ChildSpec> rules) {
        return child(rules.apply(ChildSpec.of(childId, body)));
    }

    /** Adds a child, last in start order. */
    public SupervisorSpec child(ChildSpec child) {
        Objects.requireNonNull(child, "child");
        return new SupervisorSpec(id, settings, new Cons(child, children, size() + 1));
    }

    /** Adds a nested supervisor, last in start order. */
    public SupervisorSpec child(SupervisorSpec supervisor) {
        return child(ChildSpec.of(supervisor));
    }

    /** Adds a nested supervisor with rules of its own. */
    public SupervisorSpec child(SupervisorSpec supervisor, UnaryOperator<ChildSpec> rules) {
        return child(rules.apply(ChildSpec.of(supervisor)));
    }

    /** Adds children, in the order of the collection. */
    public SupervisorSpec children(Collection<ChildSpec> more) {
        SupervisorSpec result = this;
        for (ChildSpec child : more) {
            result = result.child(child);
        }
        return result;
    }

    /** The same supervisor under another id. */
    public SupervisorSpec id(String newId) {
        Checks.id("id", newId);
        return new SupervisorSpec(newId, settings, children);
    }

    /** The same supervisor without children: its rules alone. */
    public SupervisorSpec withoutChildren() {
        return new SupervisorSpec(id, settings, null);
    }

    private SupervisorSpec with(Consumer<Settings> change) {
        Settings changed = new Settings(settings);
        change.accept(changed);
        return new SupervisorSpec(id, changed, children);
    }

    /** The name. */
    public String id() {
        return id;
    }

    /** The strategy. */
    public Strategy strategy() {
        return settings.strategy;
    }

    /** How many restarts are allowed within the {@link #period()}; -1 if it never gives up. */
    public int intensity() {
        return settings.intensity;
    }

    /** The period of the intensity. */
    public Duration period() {
        return settings.period;
    }

    /** Whether it restarts without limit. */
    public boolean neverGivesUp() {
        return settings.intensity == NEVER_GIVE_UP;
    }

    /** When it ends by itself. */
    public AutoShutdown autoShutdown() {
        return settings.autoShutdown;
    }

    /** The backoff of children that have none of their own; empty if they restart at once. */
    public Optional<Backoff> backoff() {
        return Optional.ofNullable(settings.backoff);
    }

    /** How many children it may have at a time; {@link Integer#MAX_VALUE} if there is no limit. */
    public int maxChildren() {
        return settings.maxChildren;
    }

    /** Whether it forgets every child that has ended for good, not only the temporary ones. */
    public boolean forgetsEnded() {
        return settings.forgetEnded;
    }

    /** What happens at the limit. */
    public AtLimit atLimit() {
        return settings.atLimit;
    }

    /** In which order its children are stopped. */
    public StopOrder stopOrder() {
        return settings.stopOrder;
    }

    /**
     * Whether what children {@linkplain ChildSpec#dependsOn depend} on decides their order, instead of
     * their place in the list: if one depends on another, or with {@link Strategy#REST_FOR_DEPENDENTS}.
     */
    public boolean isOrderedByDependencies() {
        if (settings.strategy == Strategy.REST_FOR_DEPENDENTS) {
            return true;
        }
        for (Cons cons = children; cons != null; cons = cons.earlier) {
            if (!cons.child.dependencies().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Its own listeners, in the order in which they were added. */
    public List<Listener> listeners() {
        return settings.listeners;
    }

    /** The children in start order; unmodifiable. O(n). */
    public List<ChildSpec> children() {
        List<ChildSpec> result = new ArrayList<>(Collections.nCopies(size(), null));
        for (Cons cons = children; cons != null; cons = cons.earlier) {
            result.set(cons.size - 1, cons.child);
        }
        return Collections.unmodifiableList(result);
    }

    /** The number of children. */
    public int size() {
        return children == null ? 0 : children.size;
    }

    /**
     * Checks the whole tree below this spec without starting anything.
     *
     * @return this
     * @throws InvalidSpecException with every problem found
     */
    public SupervisorSpec check() {
        return check(id);
    }

    /**
     * The same for a supervisor that runs elsewhere than at the root: the problems name that place.
     *
     * @param path its place in the tree
     */
    public SupervisorSpec check(String path) {
        List<String> problems = problems(path);
        if (!problems.isEmpty()) {
            throw new InvalidSpecException(path, problems);
        }
        return this;
    }

    /**
     * Checks a child that is to be added to this supervisor, with the whole tree below it.
     *
     * @param path this supervisor's place in the tree, for the problems
     * @throws InvalidSpecException with every problem found
     */
    public void check(ChildSpec added, String path) {
        Objects.requireNonNull(added, "child");
        String place = path + "/" + added.id().orElse("");
        List<String> problems = new ArrayList<>();
        problemsOf(added).forEach(problem -> problems.add(place + ": " + problem));
        added.supervisor().ifPresent(nested -> problems.addAll(nested.problems(place)));
        if (!problems.isEmpty()) {
            throw new InvalidSpecException(path, problems);
        }
    }

    /** Every problem of the tree below this spec, in start order; empty if it can be started. */
    public List<String> problems() {
        return problems(id);
    }

    private List<String> problems(String root) {
        return SpecChecks.problems(this, root);
    }

    /** What is wrong with what a child depends on, if these are its siblings; empty if nothing is. */
    public List<String> problemsOf(ChildSpec child, Map<String, ChildSpec> siblings) {
        return SpecChecks.problemsOf(this, child, siblings);
    }

    /** What is wrong with a child under this supervisor's rules; empty if nothing is. */
    public List<String> problemsOf(ChildSpec child) {
        return SpecChecks.problemsOf(this, child);
    }

    @Override
    public String toString() {
        return "SupervisorSpec[" + id + ", " + settings.strategy + ", "
                + (neverGivesUp()
                        ? "never gives up"
                        : settings.intensity + " in " + Durations.text(settings.period))
                + ", " + size() + " children]";
    }
}
