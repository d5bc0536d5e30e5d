package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.event.ChildState;
import dev.oversight.internal.Model.Seen;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** What the state decides, compared with the {@link Model} after every step of seeded scripts. */
class ModelStateTest {
    private static final int LENGTH = 60;

    @Test
    void fixedSeeds_doWhatTheModelSays() {
        assertThat(play(1, 60_000)).isGreaterThanOrEqualTo(60_000);
    }

    @Test
    void seedsOfThisRun_doWhatTheModelSays() {
        long seed = Long.getLong("oversight.seed", RandomGenerator.getDefault().nextInt());
        System.out.println("ModelStateTest: -Doversight.seed=" + seed);
        play(seed, 20_000);
    }

    /** {@code ./mvnw -Psoak -pl core test -Dtest=ModelStateTest}; {@code -Doversight.model.steps}. */
    @Test
    @Tag("soak")
    void millionsOfSteps_doWhatTheModelSays() {
        long steps = Long.getLong("oversight.model.steps", 5_000_000);
        long begin = System.nanoTime();
        long played = play(1_000_000_000, steps);
        System.out.printf(
                "compared %d steps with the model in %d ms%n",
                played, (System.nanoTime() - begin) / 1_000_000);
    }

    @Test
    void aDifference_isCutDownAndPrintedAsCode() {
        Function<ModelScript, ModelScript.Subject> wrong = script -> new Core(script) {
            @Override
            public Seen play(ModelScript.Step step, Seen expected) {
                boolean refuses = harness.children().size() > 1;
                Seen seen = super.play(step, expected);
                return refuses && step.kind() == ModelScript.Kind.TERMINATE
                        ? seen.withAnswer("none")
                        : seen;
            }
        };
        assertThatThrownBy(() -> ModelScript.check(1, 200, wrong))
                .isInstanceOf(AssertionError.class)
                .hasMessageMatching("""
                        after then\\(TERMINATE, "(.)"\\)
                        expected Seen\\[answer=(\\w+), .*]
                        found    Seen\\[answer=none, .*]
                        // seed 1, 200 steps
                        ModelScript.of\\(\\w+, -?\\d, \\w+\\)
                                .kid\\(".", \\w+\\)
                                .kid\\(".", \\w+\\)
                                .then\\(TERMINATE, "\\1"\\)
                                .compare\\(SUBJECT\\);""");
    }

    private static long play(long firstSeed, long steps) {
        long played = 0;
        for (long seed = firstSeed; played < steps; seed++) {
            played += ModelScript.check(seed, LENGTH, Core::new);
        }
        return played;
    }

    /** The state on virtual time, with all invariants of the harness. */
    private static class Core implements ModelScript.Subject {
        final StateHarness harness;

        Core(ModelScript script) {
            harness = new StateHarness(script.spec(id -> self -> {}))
                    .deaf(script.deaf().toArray(String[]::new));
        }

        @Override
        public Seen started(Seen expected) {
            harness.start();
            return seen("ok");
        }

        @Override
        public Seen play(ModelScript.Step step, Seen expected) {
            Asked<?> asked = null;
            switch (step.kind()) {
                case CRASH -> harness.crash(step.id());
                case COMPLETE -> harness.complete(step.id());
                case PASS -> harness.advance(Duration.ofMillis(step.millis()));
                case TERMINATE -> asked = harness.terminate(step.id());
                case RESTART -> asked = harness.restart(step.id());
                case DELETE -> asked = harness.delete(step.id());
                case ADD ->
                    asked = harness.add(ModelScript.child(step.id(), step.rule(), self -> {}));
                case STOP -> harness.stop();
                case LATE_END ->
                    harness.world.runs.stream()
                            .filter(r -> r.abandoned && !r.over && r.child.id.equals(step.id()))
                            .forEach(r -> harness.end(r, null));
            }
            while (harness.children().stream().anyMatch(c -> c.state == ChildState.STOPPING)) {
                harness.advance(Duration.ofMillis(ModelScript.BUDGET_MILLIS));
            }
            return seen(asked == null ? "ok" : answer(asked));
        }

        private static String answer(Asked<?> asked) {
            return asked.isOpen()
                    ? "none"
                    : asked.isRefused() ? asked.problem().getClass().getSimpleName() : "ok";
        }

        private Seen seen(String answer) {
            List<String> moves = harness.world.effects.stream()
                    .filter(line -> line.matches("(start|signal|abandon) .*"))
                    .toList();
            harness.forget();
            return new Seen(
                    answer,
                    moves,
                    harness.children().stream()
                            .map(c -> Model.line(c.id, c.state, c.incarnation, c.restarts))
                            .collect(Collectors.joining(", ")),
                    harness.state.children().size(),
                    harness.state.children().live(),
                    harness.phase() == SupervisorState.Phase.ENDED
                            ? Model.end(harness.outcome())
                            : "");
        }
    }
}
