package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.time.Duration.ofMillis;

import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.internal.Action.Kind;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

/** Small supervisors and trees in every order of events; a failure prints the shortest script found. */
class ExplorerTest {
    private static final long NO_LIMIT = Long.MAX_VALUE;

    /** Some scenes of one kind, the number of states at which each is cut off, and a share of the time. */
    private record Part(String name, List<Scene> scenes, int limit, int share) {}

    // W-04, W-06
    @Test
    void someCombinationsOfRules_inEveryOrder_breakNoPromise() {
        assertThat(explore("two children", Scenes.some(2), 250, NO_LIMIT)).isGreaterThan(20);
        explore("three children", Scenes.some(3), 120, NO_LIMIT);
        explore("two children, requests", Scenes.requested(Scenes.some(2)), 100, NO_LIMIT);
    }

    @Test
    void everySinglePromise_inEveryOrder_isKept() {
        explore("significant children", Scenes.significant(), 100, NO_LIMIT);
        explore("watched children", Scenes.watched(), 120, NO_LIMIT);
        explore("heartbeats", Scenes.heartbeats(), 120, NO_LIMIT);
        explore("rules that throw", Scenes.broken(), 120, NO_LIMIT);
        explore("own allowances", Scenes.ownAllowance(), 40, NO_LIMIT);
        explore("instances", Scenes.template(), 120, NO_LIMIT);
    }

    @Test
    void nestedSupervisors_inEveryOrderOfTurns_breakNoPromise() {
        explore("nested", Scenes.nested(), 150, NO_LIMIT);
        explore("nested, requests", Scenes.requestedBelow(Scenes.nested()), 60, NO_LIMIT);
    }

    /**
     * {@code ./mvnw -Pdeep -pl core test}; within {@code -Doversight.deep.minutes}, 15 unless set. What one
     * part does not need, is left to the next.
     */
    @Test
    @Tag("deep")
    void allCombinationsOfRules_inEveryOrder_breakNoPromise() {
        List<Part> parts = List.of(
                new Part("one child", Scenes.all(1), 100_000, 2),
                new Part("two children", Scenes.all(2), 100_000, 8),
                new Part("significant children", Scenes.significant(), 50_000, 5),
                new Part("watched children", Scenes.watched(), 50_000, 5),
                new Part("heartbeats", Scenes.heartbeats(), 50_000, 5),
                new Part("rules that throw", Scenes.broken(), 50_000, 5),
                new Part("own allowances", Scenes.ownAllowance(), 50_000, 5),
                new Part("instances", Scenes.template(), 50_000, 5),
                new Part("one child, requests", Scenes.requested(Scenes.some(1)), 100_000, 10),
                new Part("nested", Scenes.nested(), 50_000, 15),
                new Part("nested, requests", Scenes.requestedBelow(Scenes.nested()), 10_000, 5),
                new Part("two children, requests", Scenes.requested(Scenes.some(2)), 20_000, 5),
                new Part("three children", Scenes.some(3), 200_000, 10),
                new Part("four children", Scenes.some(4), 200_000, 15));
        long minutes = Long.getLong("oversight.deep.minutes", 15);
        long begin = System.nanoTime();
        int shares = 0;
        for (Part part : parts) {
            shares += part.share;
            long until = begin + Duration.ofMinutes(minutes).toNanos() * shares / 100;
            explore(part.name, part.scenes, part.limit, until);
        }
    }

    /** Says how many were explored to the end. What one does not need of its time, is left to the rest. */
    private static int explore(String what, List<Scene> scenes, int limit, long until) {
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
            long share = (until - System.nanoTime()) / (scenes.size() - explored);
            explored++;
            Explorer.Result result =
                    new Explorer(scene, limit, System.nanoTime() + share).explore();
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
        return closed;
    }

    @Test
    void whatGoesWrong_isCutDownAndPrintedAsATest() {
        Scene scene = Scene.of("two", StateHarness.root(Strategy.ONE_FOR_ALL, "a", "b"))
                .with(Kind.ADD)
                .adding(worker("x").restart(Restart.TEMPORARY))
                .whereBesides(h -> {
                    if (h.child("b").incarnation > 1 && h.state.children().find("x") != null) {
                        throw new AssertionError("b came back beside x");
                    }
                });
        assertThatThrownBy(() -> new Explorer(scene, 10_000, NO_LIMIT).explore())
                .isInstanceOf(AssertionError.class)
                .hasMessage("""
                        b came back beside x
                        // two
                        StateHarness h = new StateHarness(SupervisorSpec.of("root", Strategy.ONE_FOR_ALL).intensity(1000, ofMillis(5000))
                                .child(worker("a").shutdown(Shutdown.within(ofMillis(5000))))
                                .child(worker("b").shutdown(Shutdown.within(ofMillis(5000)))));
                        h.deaf("a", "b", "c", "d", "s", "t", "x", "y", "z").start();
                        h.crash("b");
                        h.add(worker("x").restart(Restart.TEMPORARY).shutdown(Shutdown.within(ofMillis(5000))));
                        h.complete("a");
                        // [started a#1, started b#1, up root, failed b#1, restarting, stopping a#1: SIBLING,\
                         added x, stopped a#1, started a#2, started b#2, started x#1]
                        """);
    }

    /** As it was printed above. */
    @Test
    void whatIsPrinted_doesWhatWasFound() {
        StateHarness h = new StateHarness(SupervisorSpec.of("root", Strategy.ONE_FOR_ALL)
                .intensity(1000, ofMillis(5000))
                .child(worker("a").shutdown(Shutdown.within(ofMillis(5000))))
                .child(worker("b").shutdown(Shutdown.within(ofMillis(5000)))));
        h.deaf("a", "b", "c", "d", "s", "t", "x", "y", "z").start();
        h.crash("b");
        h.add(worker("x").restart(Restart.TEMPORARY).shutdown(Shutdown.within(ofMillis(5000))));
        h.complete("a");
        assertThat(h.states()).isEqualTo("a RUNNING#2, b RUNNING#2, x RUNNING#1");
    }
}
