package dev.oversight;

import dev.oversight.spi.Threads;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Describes a child: what it runs and by which rules. An immutable value; each setter returns a new
 * one, so a spec can be shared, changed and used in any number of trees.
 *
 * <pre>{@code
 * ChildSpec.of("orders", orders::run)
 *         .restart(Restart.TRANSIENT)
 *         .readyWithin(Duration.ofSeconds(10))
 *         .shutdown(Shutdown.within(Duration.ofSeconds(2)));
 * }</pre>
 *
 * <p>Values that make no sense alone are refused by the setter; combinations that make none are
 * refused when the supervisor is {@linkplain SupervisorSpec#check checked} or the child is {@linkplain
 * Supervisor#add added}.
 */
public final class ChildSpec {
    /**
     * What can be set, shared by all specs that have the same. Written while a setter makes its copy, and
     * never again.
     */
    private static final class Settings {
        static final Settings WORKER = new Settings(Shutdown.within(Duration.ofSeconds(5)));
        static final Settings SUPERVISOR = new Settings(Shutdown.unbounded());

        Restart restart = Restart.PERMANENT;
        Shutdown shutdown;

        @Nullable
        Duration readyWithin;

        @Nullable
        Duration heartbeatWithin;

        @Nullable
        Backoff backoff;

        @Nullable
        Threads threads;

        boolean significant;
        boolean interruptOnStop = true;
        Map<String, String> labels = Map.of();

        /** What it needs; null if nothing. */
        @Nullable
        Needs needs;

        AtLimit.@Nullable Allowance intensity;
        AtLimit atLimit = AtLimit.escalate();

        Settings(Shutdown shutdown) {
            this.shutdown = shutdown;
        }

        Settings(Settings other) {
            restart = other.restart;
            shutdown = other.shutdown;
            readyWithin = other.readyWithin;
            heartbeatWithin = other.heartbeatWithin;
            backoff = other.backoff;
            threads = other.threads;
            significant = other.significant;
            interruptOnStop = other.interruptOnStop;
            labels = other.labels;
            needs = other.needs;
            intensity = other.intensity;
            atLimit = other.atLimit;
        }
    }

    private static final Duration SHORTEST_HEARTBEAT = Duration.ofMillis(1);

    /** Adding is O(1) and shares what was there: the newest first, of which an older one is replaced. */
    private static final class Needs {
        private final Dependency newest;
        private final @Nullable Needs earlier;

        /** Made at the first look; it does not matter by whom. */
        private @Nullable List<Dependency> listed;

        Needs(Dependency newest, @Nullable Needs earlier) {
            this.newest = newest;
            this.earlier = earlier;
        }

        /** In the order in which they were given. */
        List<Dependency> listed() {
            List<Dependency> known = listed;
            if (known == null) {
                SequencedMap<String, Dependency> newestFirst = new LinkedHashMap<>();
                for (Needs needs = this; needs != null; needs = needs.earlier) {
                    newestFirst.putIfAbsent(needs.newest.id(), needs.newest);
                }
                known = List.copyOf(newestFirst.sequencedValues().reversed());
                listed = known;
            }
            return known;
        }
    }

    private final @Nullable String id;

    /** A {@link ChildBody}, a {@link Fresh} factory, or the {@link SupervisorSpec} of a nested one. */
    private final Object start;

    private final Settings settings;

    private record Fresh(Supplier<? extends ChildBody> factory) implements ChildBody {
        @Override
        public void run(ChildContext self) throws Exception {
            Objects.requireNonNull(factory.get(), "the child's factory returned null")
                    .run(self);
        }
    }

    private ChildSpec(@Nullable String id, Object start, Settings settings) {
        this.id = id;
        this.start = start;
        this.settings = settings;
    }

    /**
     * A child that runs this body, once per incarnation.
     *
     * @param id unique among its siblings; not blank, without {@code '/'}
     * @throws InvalidSpecException if the id is no such name
     */
    public static ChildSpec of(String id, ChildBody body) {
        Checks.id("id", id);
        return new ChildSpec(id, Objects.requireNonNull(body, "body"), Settings.WORKER);
    }

    /** A child without an id: its supervisor generates one, such as {@code child-3}. */
    public static ChildSpec of(ChildBody body) {
        return new ChildSpec(null, Objects.requireNonNull(body, "body"), Settings.WORKER);
    }

    /**
     * A child of which every incarnation has an object of its own. The factory is called in the
     * child's thread; what it throws is a failure of the child.
     *
     * @throws InvalidSpecException if the id is not a name
     */
    public static ChildSpec fresh(String id, Supplier<? extends ChildBody> factory) {
        Checks.id("id", id);
        return new ChildSpec(
                id, new Fresh(Objects.requireNonNull(factory, "factory")), Settings.WORKER);
    }

    /**
     * A nested supervisor as a child: each incarnation is a new supervisor made from the spec, so
     * children added to one at run time are gone after it. Up when all its children are up. {@linkplain
     * Shutdown#unbounded Unbounded} shutdown unless set.
     */
    public static ChildSpec of(SupervisorSpec supervisor) {
        return new ChildSpec(supervisor.id(), supervisor, Settings.SUPERVISOR);
    }

    /** Whether it is started again after an end of its own. Default {@link Restart#PERMANENT}. */
    public ChildSpec restart(Restart rule) {
        Objects.requireNonNull(rule, "rule");
        return with(s -> s.restart = rule);
    }

    /** How long it may take to stop. Default 5 s; unbounded for a nested supervisor. */
    public ChildSpec shutdown(Shutdown rule) {
        Objects.requireNonNull(rule, "rule");
        return with(s -> s.shutdown = rule);
    }

    /**
     * Declares readiness: the child calls {@link ChildContext#ready()} when it is up, and the next one
     * is not started before. Ending earlier, or not being ready within the limit, is a failed start.
     * Default: up as soon as its thread runs; a nested supervisor: as soon as its children are up.
     *
     * @param limit more than zero
     * @throws InvalidSpecException if the limit is not positive
     */
    public ChildSpec readyWithin(Duration limit) {
        Checks.positive("readyWithin", limit);
        return with(s -> s.readyWithin = limit);
    }

    /**
     * Declares a heartbeat: once it is up, the child calls {@link ChildContext#heartbeat()} at least once
     * within every limit, for as long as its work goes on. Silent for half the limit, it is suspected:
     * listeners and the log are told, with the stack its thread has then. Silent for all of it, it has
     * failed with a {@link HeartbeatMissedException}: it is asked to stop, abandoned if it does not, and
     * restarted by rule. Default: none; a child that hangs is not noticed.
     *
     * <p>A child that waits in its context's {@link ChildContext#awaitStop() awaitStop} is not silent. Nor
     * is one counted as silent for a time in which nobody looked: when the whole machine stood still for
     * half the limit, everybody has the limit once more.
     *
     * @param limit a millisecond or more; whoever is silent for longer hangs. Take several times what a round
     *     of work takes at worst
     * @throws InvalidSpecException if the limit is shorter
     */
    public ChildSpec heartbeatWithin(Duration limit) {
        Checks.positive("heartbeatWithin", limit);
        if (limit.compareTo(SHORTEST_HEARTBEAT) < 0) {
            throw InvalidSpecException.of(
                    "heartbeatWithin",
                    limit,
                    "a millisecond or more",
                    "take several times what a round of work takes at worst");
        }
        return with(s -> s.heartbeatWithin = limit);
    }

    /** How long it waits before a restart. Default: that of the supervisor, which is none. */
    public ChildSpec backoff(Backoff rule) {
        Objects.requireNonNull(rule, "rule");
        return with(s -> s.backoff = rule);
    }

    /** Whether its end may end the supervisor: see {@link AutoShutdown}. Default false. */
    public ChildSpec significant(boolean value) {
        return with(s -> s.significant = value);
    }

    /**
     * Whether its thread is interrupted when it is asked to stop. Default true. Without, the child
     * learns of it by {@link ChildContext#running()}, {@link ChildContext#awaitStop()} and hooks.
     */
    public ChildSpec interruptOnStop(boolean value) {
        return with(s -> s.interruptOnStop = value);
    }

    /**
     * What kind of thread it runs in: {@link Threads#virtual()}, {@link Threads#platform()}, {@link
     * Threads#platformDaemon()} or threads of your own. Default: those of the tree, which are virtual.
     * The thread is named by the child's path. A nested supervisor has no thread, and refuses.
     */
    public ChildSpec threads(Threads kind) {
        Objects.requireNonNull(kind, "kind");
        return with(s -> s.threads = kind);
    }

    /**
     * An allowance of its own, besides that of its supervisor: {@code restarts} within {@code period}.
     * A restart has to be allowed by both; its own is asked first, and what it does not allow is not
     * counted above. Default: none.
     *
     * @param restarts zero or more
     * @param period more than zero
     * @throws InvalidSpecException if one of them is out of range
     */
    public ChildSpec intensity(int restarts, Duration period) {
        AtLimit.Allowance allowance = new AtLimit.Allowance(restarts, period);
        return with(s -> s.intensity = allowance);
    }

    /**
     * What happens when it fails more often than its own {@link #intensity} allows. Default {@link
     * AtLimit#escalate}: its supervisor gives up.
     */
    public ChildSpec atLimit(AtLimit rule) {
        Objects.requireNonNull(rule, "rule");
        return with(s -> s.atLimit = rule);
    }

    /** Starts only when these siblings are {@linkplain Condition#READY ready}. */
    public ChildSpec dependsOn(String... ids) {
        Needs more = settings.needs;
        for (String needed : ids) {
            more = new Needs(new Dependency(needed(needed), Condition.READY), more);
        }
        Needs all = more;
        return with(s -> s.needs = all);
    }

    /**
     * Starts only when this sibling is that far, and stops before it. As soon as one child depends on
     * another, the start order of the supervisor is that of the graph: children that do not depend on
     * one another start at the same time, wherever they are in the list. Unknown siblings and cycles are
     * refused when the supervisor is {@linkplain SupervisorSpec#check checked}.
     *
     * <p>A child that loses a sibling it depends on goes on running, unless the strategy restarts it:
     * {@link Strategy#REST_FOR_DEPENDENTS}.
     *
     * @param siblingId the one it needs; replaces an earlier condition on the same
     */
    public ChildSpec dependsOn(String siblingId, Condition condition) {
        Needs all = new Needs(new Dependency(needed(siblingId), condition), settings.needs);
        return with(s -> s.needs = all);
    }

    private static String needed(String siblingId) {
        Checks.id("dependsOn", siblingId);
        return siblingId;
    }

    /** Attaches a label, for strategies and displays; replaces an earlier one of that key. */
    public ChildSpec label(String key, String value) {
        Map<String, String> labels = new TreeMap<>(settings.labels);
        labels.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
        return with(s -> s.labels = Map.copyOf(labels));
    }

    /**
     * The same child under another id.
     *
     * @throws InvalidSpecException if the id is not a name
     */
    public ChildSpec id(String newId) {
        Checks.id("id", newId);
        return new ChildSpec(newId, start, settings);
    }

    /**
     * The same rules with another body: what is set once for many children is kept in memory once.
     *
     * @param newBody replaces the body, the factory or the nested supervisor
     */
    public ChildSpec body(ChildBody newBody) {
        return new ChildSpec(id, Objects.requireNonNull(newBody, "newBody"), settings);
    }

    private ChildSpec with(Consumer<Settings> change) {
        Settings changed = new Settings(settings);
        change.accept(changed);
        return new ChildSpec(id, start, changed);
    }

    /** The id; empty if the supervisor is to generate one. */
    public Optional<String> id() {
        return Optional.ofNullable(id);
    }

    /** The restart rule. */
    public Restart restart() {
        return settings.restart;
    }

    /** The shutdown rule. */
    public Shutdown shutdown() {
        return settings.shutdown;
    }

    /** The limit of its readiness; empty if it declares none. */
    public Optional<Duration> readyWithin() {
        return Optional.ofNullable(settings.readyWithin);
    }

    /** The limit of its heartbeat; empty if it declares none. */
    public Optional<Duration> heartbeatWithin() {
        return Optional.ofNullable(settings.heartbeatWithin);
    }

    /** The backoff of its own; empty if the supervisor's applies. */
    public Optional<Backoff> backoff() {
        return Optional.ofNullable(settings.backoff);
    }

    /** Whether its end may end the supervisor. */
    public boolean significant() {
        return settings.significant;
    }

    /** Whether its thread is interrupted when it is asked to stop. */
    public boolean interruptOnStop() {
        return settings.interruptOnStop;
    }

    /** Where its threads come from; empty if from the tree. */
    public Optional<Threads> threads() {
        return Optional.ofNullable(settings.threads);
    }

    /** Its own allowance; empty if only the supervisor's applies. */
    public Optional<AtLimit.Allowance> intensity() {
        return Optional.ofNullable(settings.intensity);
    }

    /** What happens at its own limit. */
    public AtLimit atLimit() {
        return settings.atLimit;
    }

    /** The siblings it needs; unmodifiable. */
    public List<Dependency> dependencies() {
        Needs all = settings.needs;
        return all == null ? List.of() : all.listed();
    }

    /** The value of a label; empty if there is none. */
    public Optional<String> label(String key) {
        return Optional.ofNullable(settings.labels.get(key));
    }

    /** All labels; unmodifiable. */
    public Map<String, String> labels() {
        return settings.labels;
    }

    /** The body; empty for a nested supervisor. */
    public Optional<ChildBody> body() {
        return start instanceof ChildBody body ? Optional.of(body) : Optional.empty();
    }

    /** The nested supervisor; empty for a worker. */
    public Optional<SupervisorSpec> supervisor() {
        return start instanceof SupervisorSpec spec ? Optional.of(spec) : Optional.empty();
    }

    @Override
    public String toString() {
        return "ChildSpec[" + (id == null ? "(generated id)" : id) + ", restart " + settings.restart
                + ", shutdown " + settings.shutdown + "]";
    }
}
