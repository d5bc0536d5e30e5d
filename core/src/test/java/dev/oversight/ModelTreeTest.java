package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.event.ChildAbandoned;
import dev.oversight.event.ChildEvent;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.event.ChildStarted;
import dev.oversight.event.ChildState;
import dev.oversight.event.ChildStopping;
import dev.oversight.event.Event;
import dev.oversight.internal.Model;
import dev.oversight.internal.Model.Seen;
import dev.oversight.internal.ModelScript;
import dev.oversight.internal.ModelScript.Kind;
import dev.oversight.internal.ModelScript.Step;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * A running tree with threads, compared with the {@link Model} after every step of seeded scripts: what is
 * listed, who was started and stopped in which order, what requests were answered, and that exactly those
 * bodies run that are listed as running.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ModelTreeTest {
    private static final int LENGTH = 25;

    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    @Test
    void fixedSeeds_doWhatTheModelSays() {
        assertThat(play(1, 4_000)).isGreaterThanOrEqualTo(4_000);
    }

    @Test
    void seedsOfThisRun_doWhatTheModelSays() {
        long seed = Long.getLong("oversight.seed", RandomGenerator.getDefault().nextInt());
        System.out.println("ModelTreeTest: -Doversight.seed=" + seed);
        play(seed, 1_000);
    }

    /** {@code ./mvnw -Psoak -pl core test -Dtest=ModelTreeTest}; {@code -Doversight.model.tree.steps}. */
    @Test
    @Tag("soak")
    @Timeout(value = 1, unit = TimeUnit.HOURS)
    void aHundredThousandSteps_doWhatTheModelSays() {
        long steps = Long.getLong("oversight.model.tree.steps", 100_000);
        long begin = System.nanoTime();
        long played = play(1_000_000_000, steps);
        System.out.printf(
                "compared %d steps of trees with the model in %d ms%n",
                played, (System.nanoTime() - begin) / 1_000_000);
    }

    private long play(long firstSeed, long steps) {
        long played = 0;
        for (long seed = firstSeed; played < steps; seed++) {
            played += ModelScript.check(seed, LENGTH, Tree::new);
        }
        return played;
    }

    /** One child of the tree, through all its incarnations: does what it is told. */
    private static final class Actor implements ChildBody {
        private final Map<Long, BlockingQueue<Kind>> orders = new ConcurrentHashMap<>();
        private final Set<Long> inside = ConcurrentHashMap.newKeySet();
        private volatile boolean deaf;

        Actor(boolean deaf) {
            this.deaf = deaf;
        }

        void order(long incarnation, Kind what) {
            orders(incarnation).add(what);
        }

        private BlockingQueue<Kind> orders(long incarnation) {
            return orders.computeIfAbsent(incarnation, i -> new LinkedBlockingQueue<>());
        }

        @Override
        public void run(ChildContext self) throws Exception {
            inside.add(self.incarnation());
            try {
                if (take(orders(self.incarnation())) == Kind.CRASH) {
                    throw new Puppet.Crash("told to");
                }
            } finally {
                inside.remove(self.incarnation());
            }
        }

        private Kind take(BlockingQueue<Kind> from) throws InterruptedException {
            while (true) {
                try {
                    return from.take();
                } catch (InterruptedException asked) {
                    if (!deaf) {
                        throw asked;
                    }
                }
            }
        }
    }

    /** What is done with it, and what is seen of it. */
    private final class Tree implements ModelScript.Subject {
        private final ModelScript script;
        private final ManualTime time = new ManualTime();
        private final Recorder recorder = new Recorder();

        /** All that have held an id, the present one last. */
        private final Map<String, List<Actor>> actors = new ConcurrentHashMap<>();

        private Supervisor tree;
        private int told;

        Tree(ModelScript script) {
            this.script = script;
        }

        private Actor cast(String id) {
            Actor actor = new Actor(script.deaf().contains(id));
            actors.computeIfAbsent(id, i -> new ArrayList<>()).add(actor);
            return actor;
        }

        @Override
        public Seen started(Seen expected) throws InterruptedException {
            tree = trees.start(script.spec(this::cast).listener(recorder), time);
            return seen("ok", expected);
        }

        @Override
        public Seen play(Step step, Seen expected) throws Exception {
            Optional<ChildSnapshot> child = tree.child(step.id());
            CompletableFuture<?> answer = begin(step, child);
            for (String move : expected.moves()) {
                if (move.startsWith("abandon ")) {
                    letGo(move.substring("abandon ".length(), move.indexOf('#')));
                }
            }
            return seen(answered(answer), expected);
        }

        private CompletableFuture<?> begin(Step step, Optional<ChildSnapshot> child) {
            String id = step.id();
            switch (step.kind()) {
                case CRASH, COMPLETE -> {
                    long run = child.orElseThrow().incarnation();
                    actors.get(id).getLast().order(run, step.kind());
                    Eventually.await(id + "#" + run + " has ended", () -> !isLive(id, run));
                }
                case LATE_END -> endLate(id, child);
                case PASS -> time.advance(Duration.ofMillis(step.millis()));
                case TERMINATE -> {
                    return tree.terminateAsync(id);
                }
                case RESTART -> {
                    return tree.restartAsync(id);
                }
                case DELETE -> {
                    return tree.deleteAsync(id);
                }
                case ADD -> {
                    boolean taken = tree.outcome().isPresent() || child.isPresent();
                    ChildBody body = taken ? Puppet.idle() : cast(id);
                    return tree.addAsync(ModelScript.child(id, step.rule(), body));
                }
                case STOP -> {
                    return CompletableFuture.runAsync(tree::close, Thread::startVirtualThread);
                }
            }
            return CompletableFuture.completedFuture(null);
        }

        private boolean isLive(String id, long run) {
            return tree.child(id)
                    .filter(c -> c.state() != ChildState.STOPPING)
                    .filter(c -> c.state().isLive() && c.incarnation() == run)
                    .isPresent();
        }

        /** Its budget has begun, and is over. */
        private void letGo(String id) {
            Eventually.await(id + " is asked to stop", () -> isStopping(id));
            time.advance(Duration.ofMillis(ModelScript.BUDGET_MILLIS));
            Eventually.await(id + " is let go of", () -> !isStopping(id));
        }

        private boolean isStopping(String id) {
            return tree.child(id).filter(c -> c.state() == ChildState.STOPPING).isPresent();
        }

        private void endLate(String id, Optional<ChildSnapshot> child) {
            Actor present = actors.get(id).getLast();
            long live = child.filter(c -> c.state().isLive())
                    .map(ChildSnapshot::incarnation)
                    .orElse(0L);
            for (Actor actor : actors.get(id)) {
                actor.inside.stream()
                        .filter(run -> actor != present || run != live)
                        .forEach(run -> actor.order(run, Kind.COMPLETE));
            }
            Eventually.await("the runs of " + id + " that were left are over", () -> left(id) == 0);
        }

        private long left(String id) {
            return tree.abandoned().stream()
                    .filter(run -> run.path().equals("root/" + id))
                    .count();
        }

        private static String answered(CompletableFuture<?> answer) throws Exception {
            try {
                answer.get(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS);
                return "ok";
            } catch (ExecutionException refused) {
                return refused.getCause().getClass().getSimpleName();
            }
        }

        private Seen seen(String answer, Seen expected) {
            Eventually.await(() -> "nothing is under way: " + tree.children(), this::isQuiet);
            for (String id : actors.keySet()) {
                Eventually.await(
                        () -> "as many bodies run as are listed: " + id,
                        () -> inside(id)
                                == left(id)
                                        + (tree.child(id).filter(this::isUp).isPresent() ? 1 : 0));
            }
            Eventually.await(
                    () -> "told of " + expected.moves() + ", but " + moves(),
                    () -> moves().size() >= expected.moves().size());
            List<String> moves = moves();
            told += moves.size();
            return new Seen(
                    answer,
                    moves,
                    tree.children().stream()
                            .map(c -> Model.line(c.id(), c.state(), c.incarnation(), c.restarts()))
                            .collect(Collectors.joining(", ")),
                    tree.count().specs(),
                    tree.count().active(),
                    tree.outcome().map(Model::end).orElse(""));
        }

        private boolean isUp(ChildSnapshot child) {
            return child.state() == ChildState.RUNNING;
        }

        private boolean isQuiet() {
            return tree.children().stream().allMatch(c -> isUp(c) || c.state().isAtRest());
        }

        private int inside(String id) {
            return actors.get(id).stream()
                    .mapToInt(actor -> actor.inside.size())
                    .sum();
        }

        private List<String> moves() {
            return recorder.events().stream()
                    .map(Tree::move)
                    .filter(move -> !move.isEmpty())
                    .skip(told)
                    .toList();
        }

        private static String move(Event event) {
            return switch (event) {
                case ChildStarted e -> "start " + run(e);
                case ChildStopping e -> "signal " + run(e);
                case ChildAbandoned e -> "abandon " + run(e);
                default -> "";
            };
        }

        private static String run(ChildEvent event) {
            return event.path().substring("root/".length()) + "#" + event.incarnation();
        }

        /** Everybody hears and ends. */
        @Override
        public void close() {
            if (tree == null) {
                return;
            }
            actors.values().forEach(all -> all.forEach(actor -> actor.deaf = false));
            tree.close();
            for (List<Actor> all : actors.values()) {
                all.forEach(actor -> actor.inside.forEach(run -> actor.order(run, Kind.COMPLETE)));
            }
        }
    }
}
