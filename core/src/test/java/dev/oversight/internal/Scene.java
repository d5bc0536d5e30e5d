package dev.oversight.internal;

import dev.oversight.AtLimit;
import dev.oversight.Backoff;
import dev.oversight.ChildSpec;
import dev.oversight.Condition;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.StopOrder;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A small tree for the {@link Explorer}. All its times are a few multiples of 100 ms, so that moments
 * meet and the number of different states stays small.
 */
record Scene(String name, SupervisorSpec spec, boolean playsNested) {
    static final Duration PERIOD = Duration.ofMillis(300);

    /** Who is restarted together, and in which order all come and go. */
    enum Rule {
        ONE_FOR_ONE(Strategy.ONE_FOR_ONE),
        ONE_FOR_ALL(Strategy.ONE_FOR_ALL),
        REST_FOR_ONE(Strategy.REST_FOR_ONE),
        REST_FOR_DEPENDENTS(Strategy.REST_FOR_DEPENDENTS),
        SAME_GROUP((failed, all) -> all.stream()
                .filter(c -> c.label("group").equals(failed.label("group")))
                .toList()),
        ONE_FOR_ALL_GRAPH(Strategy.ONE_FOR_ALL);

        final Strategy strategy;

        Rule(Strategy strategy) {
            this.strategy = strategy;
        }

        boolean isGraph() {
            return this == REST_FOR_DEPENDENTS || this == ONE_FOR_ALL_GRAPH;
        }
    }

    private static final List<Restart> RESTARTS =
            List.of(Restart.PERMANENT, Restart.TRANSIENT, Restart.TEMPORARY);
    private static final List<Shutdown> SHUTDOWNS = List.of(
            Shutdown.within(Duration.ofMillis(100)), Shutdown.unbounded(), Shutdown.immediate());
    private static final List<AtLimit> LIMITS =
            List.of(AtLimit.escalate(), AtLimit.park(), AtLimit.coolDown(Duration.ofMillis(200)));

    /** Every combination, for supervisors of so many children without any below them. */
    static List<Scene> all(int children) {
        List<Scene> scenes = new ArrayList<>();
        for (Rule rule : Rule.values()) {
            for (int bits = 0; bits < 3 * 3 * 3 * 2 * 2 * 2; bits++) {
                scenes.add(flat(rule, children, bits));
            }
        }
        return scenes;
    }

    /** Some of all, so that each two settings meet. */
    static List<Scene> some(int children) {
        List<Scene> scenes = new ArrayList<>();
        int step = 0;
        for (Rule rule : Rule.values()) {
            for (int i = 0; i < 9; i++, step++) {
                int restart = i % 3;
                int shutdown = i / 3;
                int limit = (i % 3 + i / 3 + rule.ordinal()) % 3;
                scenes.add(flat(
                        rule, children, restart + 3 * (shutdown + 3 * (limit + 3 * (step % 8)))));
            }
        }
        return scenes;
    }

    private static Scene flat(Rule rule, int children, int choice) {
        Restart restart = RESTARTS.get(choice % 3);
        Shutdown shutdown = SHUTDOWNS.get(choice / 3 % 3);
        AtLimit limit = LIMITS.get(choice / 9 % 3);
        boolean backsOff = choice / 27 % 2 == 1;
        boolean readies = choice / 54 % 2 == 1;
        boolean together = choice / 108 % 2 == 1;
        SupervisorSpec spec = SupervisorSpec.of("root", rule.strategy)
                .intensity(1, PERIOD)
                .atLimit(limit)
                .stopOrder(together ? StopOrder.TOGETHER : StopOrder.REVERSE);
        for (int i = 0; i < children; i++) {
            ChildSpec child = StateHarness.worker("" + (char) ('a' + i))
                    .label("group", i == 1 ? "odd" : "even")
                    .shutdown(shutdown);
            child = i > 0 ? child.restart(restart) : child;
            child = backsOff && i != 2
                    ? child.backoff(Backoff.constant(Duration.ofMillis(100)))
                    : child;
            child = readies && i == 1 ? child.readyWithin(Duration.ofMillis(200)) : child;
            child = rule.isGraph() ? dependent(child, i, restart) : child;
            spec = spec.child(child);
        }
        String name = rule + " " + children + ", " + restart + ", " + shutdown + ", " + limit
                + (backsOff ? ", backoff" : "") + (readies ? ", readiness" : "")
                + (together ? ", together" : "");
        return new Scene(name, spec, false);
    }

    /** b and c need a; d needs b and c. A temporary child cannot be needed. */
    private static ChildSpec dependent(ChildSpec child, int place, Restart restart) {
        boolean keeps = restart != Restart.TEMPORARY;
        return switch (place) {
            case 1 -> child.dependsOn("a");
            case 2 -> child.dependsOn("a", Condition.STARTED);
            case 3 -> keeps ? child.dependsOn("b").dependsOn("c") : child.dependsOn("a");
            default -> child;
        };
    }

    /** Supervisors below the root, each with a loop of its own. */
    static List<Scene> nested() {
        List<Scene> scenes = new ArrayList<>();
        for (Rule rule : List.of(Rule.ONE_FOR_ONE, Rule.ONE_FOR_ALL, Rule.REST_FOR_DEPENDENTS)) {
            for (Shutdown shutdown : SHUTDOWNS) {
                SupervisorSpec shop = SupervisorSpec.of("shop", Strategy.REST_FOR_ONE)
                        .intensity(1, PERIOD)
                        .child(StateHarness.worker("s").shutdown(shutdown))
                        .child(StateHarness.worker("t").restart(Restart.TRANSIENT));
                SupervisorSpec root = SupervisorSpec.of("root", rule.strategy)
                        .intensity(1, PERIOD)
                        .child("a", self -> {})
                        .child(
                                shop,
                                c -> c.shutdown(
                                        shutdown instanceof Shutdown.Immediate
                                                ? Shutdown.unbounded()
                                                : shutdown));
                scenes.add(new Scene(rule + " over REST_FOR_ONE, " + shutdown, root, true));
            }
        }
        SupervisorSpec deep = SupervisorSpec.of("deep").intensity(0, PERIOD).child("s", self -> {});
        SupervisorSpec shop = SupervisorSpec.of("shop").intensity(1, PERIOD).child(deep);
        scenes.add(new Scene(
                "three levels", SupervisorSpec.of("root").intensity(1, PERIOD).child(shop), true));
        return scenes;
    }

    /** Before anything has happened; the script says everything. */
    StateHarness harness() {
        StateHarness harness = new StateHarness(spec);
        if (playsNested) {
            harness.withNested().withTurns();
        }
        for (String id : List.of("a", "b", "c", "d", "s", "t", "x")) {
            harness.deaf(id);
        }
        return harness;
    }
}
