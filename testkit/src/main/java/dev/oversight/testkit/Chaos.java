package dev.oversight.testkit;

import dev.oversight.Listener;
import dev.oversight.Shutdown;
import dev.oversight.SupervisorSpec;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Trouble for a real tree, in real time and with real threads, by a seeded plan; and a verdict on how the
 * tree took it. An immutable value; each setter returns a new one.
 *
 * <pre>{@code
 * Chaos.seeded(42)
 *         .during(ofSeconds(20))
 *         .kill("shop/**", every(ofMillis(50)))
 *         .hang("shop/orders", every(ofSeconds(2)), ofMillis(300))
 *         .slow("shop/*", ofMillis(100))
 *         .flood("shop/**", 4, every(ofMillis(5)))
 *         .on(SHOP)
 *         .assertHeld();
 * }</pre>
 *
 * <p>A pattern is a path, relative to the root or whole, in which {@code *} stands for any part of one
 * name and {@code **} for one or more names. Wildcards at its end mean workers; a supervisor is meant if
 * the pattern ends with its name. If a pattern means children that are described, the seed decides among
 * these; if it means none, among those that run at the time, such as instances of a dynamic supervisor.
 *
 * <p>The same seed makes the same decisions in the same order: what is done to whom and when. What comes
 * of it depends on threads and time, as it does without chaos.
 */
public final class Chaos {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final class Settings {
        long seed;
        Duration round = Duration.ofSeconds(10);
        int rounds = 1;
        List<ChaosRule> rules = List.of();
        Duration answers = PATIENCE;
        Duration recovers = PATIENCE;
        Duration stops = PATIENCE;
        int actions = 1_000_000;
        int remembered = 10_000;
        boolean keepsRunning;
        UnaryOperator<Listener> heard = UnaryOperator.identity();

        Settings(long seed) {
            this.seed = seed;
        }

        Settings(Settings other) {
            seed = other.seed;
            round = other.round;
            rounds = other.rounds;
            rules = other.rules;
            answers = other.answers;
            recovers = other.recovers;
            stops = other.stops;
            actions = other.actions;
            remembered = other.remembered;
            keepsRunning = other.keepsRunning;
            heard = other.heard;
        }
    }

    private final Settings settings;

    private Chaos(Settings settings) {
        this.settings = settings;
    }

    /** Does nothing yet, for ten seconds. */
    public static Chaos seeded(long seed) {
        return new Chaos(new Settings(seed));
    }

    private Chaos with(Consumer<Settings> change) {
        Settings changed = new Settings(settings);
        change.accept(changed);
        return new Chaos(changed);
    }

    private Chaos with(ChaosRule rule) {
        List<ChaosRule> rules = new ArrayList<>(settings.rules);
        rules.add(rule);
        return with(s -> s.rules = List.copyOf(rules));
    }

    private static Duration positive(String name, Duration time) {
        if (time.isZero() || time.isNegative()) {
            throw new IllegalArgumentException(
                    name + ": found " + time + ", expected more than zero");
        }
        return time;
    }

    private static int positive(String name, int number) {
        if (number < 1) {
            throw new IllegalArgumentException(
                    name + ": found " + number + ", expected one or more");
        }
        return number;
    }

    // ------------------------------------------------------------------ what it does

    /**
     * Has the running incarnation of a child fail, with a {@link SimulatedFailure}: it is interrupted where
     * it waits, and what it then throws is replaced. One that hangs, one that is spared interrupts, and a
     * supervisor are said to have failed, as by {@link dev.oversight.Supervisor#fail}.
     *
     * @param pattern whom, see above
     */
    public Chaos kill(String pattern, Pace pace) {
        return with(new ChaosRule.Kill(PathPattern.of(pattern), pace, null));
    }

    /** The same with a failure of yours, for restart rules that look at it. */
    public Chaos kill(String pattern, Pace pace, Supplier<? extends Throwable> with) {
        Objects.requireNonNull(with, "with");
        return with(new ChaosRule.Kill(PathPattern.of(pattern), pace, with));
    }

    /**
     * Has the running incarnation of a worker neither work nor hear anything until it is abandoned: when
     * somebody has asked it to stop, and its shutdown budget is over. Who does so is part of the trial: its
     * supervisor, if it declares a heartbeat, for a sibling, or by a {@link #kill} or a {@link #flood}. At the
     * end of the round it goes on.
     */
    public Chaos hang(String pattern, Pace pace) {
        return with(new ChaosRule.Hang(PathPattern.of(pattern), pace, null));
    }

    /** The same for so long, abandoned or not. */
    public Chaos hang(String pattern, Pace pace, Duration time) {
        return with(new ChaosRule.Hang(PathPattern.of(pattern), pace, positive("hang", time)));
    }

    /** Has each incarnation of a worker take longer, up to this time, to start or to stop. */
    public Chaos slow(String pattern, Duration atMost) {
        return with(new ChaosRule.Slow(PathPattern.of(pattern), positive("slow", atMost)));
    }

    /**
     * Asks for things, from several threads: terminates and restarts the children that are meant, queries
     * them and the tree, and adds workers and supervisors of its own beside them, which it deletes again.
     * Deletes no other child; adds nothing to dynamic and partitioned supervisors.
     *
     * @param threads how many; one or more
     * @param pace of all together
     */
    public Chaos flood(String pattern, int threads, Pace pace) {
        return with(
                new ChaosRule.Flood(PathPattern.of(pattern), positive("threads", threads), pace));
    }

    // ------------------------------------------------------------------ how long

    /** How long a round takes. Default 10 s. */
    public Chaos during(Duration time) {
        return with(s -> s.round = positive("during", time));
    }

    /** How many rounds; after each the tree has to recover. Default 1. */
    public Chaos rounds(int number) {
        return with(s -> s.rounds = positive("rounds", number));
    }

    /** How much it does in a round at most. Default 1,000,000. */
    public Chaos actions(int most) {
        return with(s -> s.actions = positive("actions", most));
    }

    /** How many events are kept, the last ones. Default 10,000. */
    public Chaos remembering(int events) {
        return with(s -> s.remembered = positive("remembering", events));
    }

    // ------------------------------------------------------------------ what must hold

    /** How long a request may wait for its answer. Default 30 s. */
    public Chaos answersWithin(Duration limit) {
        return with(s -> s.answers = positive("answersWithin", limit));
    }

    /** How long after a round it may take until all is up again that is to be. Default 30 s. */
    public Chaos recoversWithin(Duration limit) {
        return with(s -> s.recovers = positive("recoversWithin", limit));
    }

    /** How long the tree may take to stop. Default 30 s. */
    public Chaos stopsWithin(Duration limit) {
        return with(s -> s.stops = positive("stopsWithin", limit));
    }

    /** The tree must not end, not even if its rules allow it. Default: it may, if they do. */
    public Chaos keepsRunning() {
        return with(s -> s.keepsRunning = true);
    }

    /** For tests of the verdict: what stands between the tree and what hears its events. */
    Chaos hearingThrough(UnaryOperator<Listener> broken) {
        return with(s -> s.heard = broken);
    }

    // ------------------------------------------------------------------ go

    /**
     * Starts a tree, troubles it until the time is over, stops it, and judges.
     *
     * @throws IllegalArgumentException if a pattern means nobody, or a child that never stops would hang
     * @throws dev.oversight.StartFailedException if the tree did not come up
     */
    public ChaosVerdict on(SupervisorSpec spec) throws InterruptedException {
        try (ChaosRun run = start(spec)) {
            return run.verdict();
        }
    }

    /** The same without waiting, for whoever wants to use the tree meanwhile. */
    public ChaosRun start(SupervisorSpec spec) throws InterruptedException {
        return new ChaosRun(this, spec);
    }

    void check(Described tree) {
        for (ChaosRule rule : settings.rules) {
            List<Described.Place> meant = tree.matching(rule.pattern());
            if (meant.isEmpty() && !rule.pattern().text().contains("*")) {
                throw new IllegalArgumentException("pattern: found "
                        + Sources.of(rule.pattern().text())
                        + ", which means no child; expected one of " + tree.allPaths()
                        + ", or wildcards if it comes to be later");
            }
            if (rule instanceof ChaosRule.Hang hang && hang.time() == null) {
                meant.stream()
                        .filter(p -> p.child().shutdown() instanceof Shutdown.Unbounded)
                        .findFirst()
                        .ifPresent(endless -> {
                            throw new IllegalArgumentException("hang: found " + endless.path()
                                    + ", whose shutdown is unbounded, so that it would never be"
                                    + " abandoned; say for how long it hangs");
                        });
            }
        }
    }

    // ------------------------------------------------------------------ for the run

    long seed() {
        return settings.seed;
    }

    Duration roundTime() {
        return settings.round;
    }

    int rounds() {
        return settings.rounds;
    }

    List<ChaosRule> rules() {
        return settings.rules;
    }

    int actions() {
        return settings.actions;
    }

    int remembered() {
        return settings.remembered;
    }

    Duration answersWithin() {
        return settings.answers;
    }

    Duration recoversWithin() {
        return settings.recovers;
    }

    Duration stopsWithin() {
        return settings.stops;
    }

    boolean isToKeepRunning() {
        return settings.keepsRunning;
    }

    Listener heardThrough(Listener listener) {
        return settings.heard.apply(listener);
    }

    /** As one would write it. */
    String source() {
        StringBuilder text = new StringBuilder("Chaos.seeded(" + settings.seed + "L)");
        text.append(".during(").append(Sources.of(settings.round)).append(')');
        if (settings.rounds > 1) {
            text.append(".rounds(").append(settings.rounds).append(')');
        }
        settings.rules.forEach(rule -> text.append("\n        ").append(rule.source()));
        return text.toString();
    }

    @Override
    public String toString() {
        return source();
    }
}
