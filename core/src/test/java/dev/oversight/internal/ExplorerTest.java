package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

/** Small supervisors and trees in every order of events; a failure prints the shortest script found. */
class ExplorerTest {
    // W-04, W-06
    @Test
    void someCombinationsOfRules_inEveryOrder_breakNoPromise() {
        explore("two children, some rules", Scene.some(2), 200, Long.MAX_VALUE);
        explore("three children, some rules", Scene.some(3), 250, Long.MAX_VALUE);
    }

    @Test
    void nestedSupervisors_inEveryOrderOfTurns_breakNoPromise() {
        explore("nested", Scene.nested(), 700, Long.MAX_VALUE);
    }

    /** {@code ./mvnw -Pdeep -pl core test}; {@code -Doversight.deep.states}, {@code .minutes}. */
    @Test
    @Tag("deep")
    void allCombinationsOfRules_inEveryOrder_breakNoPromise() {
        int states = Integer.getInteger("oversight.deep.states", 1_500);
        long minutes = Long.getLong("oversight.deep.minutes", 20);
        long begin = System.nanoTime();
        explore("nested", Scene.nested(), 10 * states, Long.MAX_VALUE);
        for (int children = 1; children <= 4; children++) {
            long until = begin + Duration.ofMinutes(minutes).toNanos() * children / 4;
            explore(children + " children, all rules", Scene.all(children), states, until);
        }
    }

    private static void explore(String what, List<Scene> scenes, int limit, long until) {
        long begin = System.nanoTime();
        long states = 0;
        long steps = 0;
        int closed = 0;
        int depth = 0;
        int explored = 0;
        for (Scene scene : scenes) {
            if (System.nanoTime() > until) {
                break;
            }
            explored++;
            Explorer.Result result = new Explorer(scene, limit).explore();
            states += result.states();
            steps += result.steps();
            closed += result.closed() ? 1 : 0;
            depth = Math.max(depth, result.depth());
        }
        System.out.printf(
                "explored %s: %d of %d scenes (%d to the end), %d states, %d steps, depth %d, %d ms%n",
                what,
                explored,
                scenes.size(),
                closed,
                states,
                steps,
                depth,
                (System.nanoTime() - begin) / 1_000_000);
        assertThat(states).isGreaterThanOrEqualTo(explored);
    }
}
