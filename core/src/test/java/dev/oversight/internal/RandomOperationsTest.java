package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Short random scripts on random supervisors; {@link Invariants} hold after every input and in the end
 * everything has ended. A failure names the seed and the shortest script found that fails.
 */
class RandomOperationsTest {
    private static final int SCRIPTS = 1_500;

    // W-02, W-04, W-05, W-06, W-13, W-17, W-23
    @ParameterizedTest
    @ValueSource(longs = {1, 1_000_000, 2_000_000})
    void anyScript_keepsAllInvariantsAndEnds(long firstSeed) {
        for (long seed = firstSeed; seed < firstSeed + SCRIPTS; seed++) {
            check(seed, RandomScript::play);
        }
    }

    @Test
    void anyScriptOfThisRun_keepsAllInvariantsAndEnds() {
        long firstSeed =
                Long.getLong("oversight.seed", RandomGenerator.getDefault().nextInt());
        System.out.println("RandomOperationsTest: -Doversight.seed=" + firstSeed);
        for (long seed = firstSeed; seed < firstSeed + SCRIPTS; seed++) {
            check(seed, RandomScript::play);
        }
    }

    /** What a built-in strategy says as a function of specs is its definition. */
    @ParameterizedTest
    @EnumSource(Group.class)
    void builtInStrategy_doesWhatItsDefinitionSays(Group group) {
        for (long seed = 3_000_000; seed < 3_000_000 + SCRIPTS; seed++) {
            check(seed, drawn -> {
                RandomScript script = drawn.withSpec(drawn.spec().strategy(group.strategy));
                assertThat(script.withSpec(byDefinition(script.spec())).play())
                        .isEqualTo(script.play());
            });
        }
    }

    private enum Group {
        ONE_FOR_ALL(Strategy.ONE_FOR_ALL),
        REST_FOR_ONE(Strategy.REST_FOR_ONE);

        private final Strategy strategy;

        Group(Strategy strategy) {
            this.strategy = strategy;
        }
    }

    private static SupervisorSpec byDefinition(SupervisorSpec spec) {
        Strategy builtIn = spec.strategy();
        return spec.strategy((failed, startOrder) -> builtIn.affected(failed, startOrder));
    }

    private static void check(long seed, Consumer<RandomScript> test) {
        RandomScript script = RandomScript.draw(seed);
        Throwable failure = failure(script, test);
        if (failure == null) {
            return;
        }
        for (int step = script.ops().size() - 1; step >= 0; step--) {
            RandomScript shorter = script.without(step);
            Throwable again = failure(shorter, test);
            if (again != null) {
                script = shorter;
                failure = again;
            }
        }
        throw new AssertionError(
                "seed " + seed + ": " + script.spec() + " " + script.spec().children() + ", deaf "
                        + script.deaf() + ", slow " + script.slow() + ", steps " + script.ops()
                        + ": " + failure.getMessage(),
                failure);
    }

    private static Throwable failure(RandomScript script, Consumer<RandomScript> test) {
        try {
            test.accept(script);
            return null;
        } catch (AssertionError | RuntimeException failure) {
            return failure;
        }
    }
}
