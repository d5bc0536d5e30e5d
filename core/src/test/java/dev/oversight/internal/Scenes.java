package dev.oversight.internal;

import static dev.oversight.internal.StateHarness.worker;

import dev.oversight.AtLimit;
import dev.oversight.AutoShutdown;
import dev.oversight.Backoff;
import dev.oversight.ChildSpec;
import dev.oversight.Condition;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.StopOrder;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.internal.Action.Kind;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The {@link Scene}s that are explored. All their times are a few multiples of 100 ms, so that moments meet
 * and the number of different states stays small.
 */
final class Scenes {
    static final Duration PERIOD = Duration.ofMillis(300);
    static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofMillis(200);

    private static final Kind[] REQUESTS = {
        Kind.TERMINATE, Kind.RESTART, Kind.DELETE, Kind.FAIL, Kind.ADD
    };
    private static final List<Restart> RESTARTS =
            List.of(Restart.PERMANENT, Restart.TRANSIENT, Restart.TEMPORARY);
    private static final List<Shutdown> SHUTDOWNS =
            List.of(Shutdown.within(SHORT), Shutdown.unbounded(), Shutdown.immediate());
    private static final List<AtLimit> LIMITS =
            List.of(AtLimit.escalate(), AtLimit.park(), AtLimit.coolDown(LONG));

    private Scenes() {}

    /** Who is restarted together, and in which order all come and go. */
    enum Rule {
        ONE_FOR_ONE(Strategy.ONE_FOR_ONE),
        ONE_FOR_ALL(Strategy.ONE_FOR_ALL),
        REST_FOR_ONE(Strategy.REST_FOR_ONE),
        REST_FOR_DEPENDENTS(Strategy.REST_FOR_DEPENDENTS),
        SAME_GROUP(SceneRules.Groups.SAME),
        ONE_FOR_ALL_GRAPH(Strategy.ONE_FOR_ALL);

        final Strategy strategy;

        Rule(Strategy strategy) {
            this.strategy = strategy;
        }

        boolean isGraph() {
            return this == REST_FOR_DEPENDENTS || this == ONE_FOR_ALL_GRAPH;
        }
    }

    // ------------------------------------------------------------------ one supervisor

    /** Every combination, for supervisors of so many children without any below them; failures alone. */
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

    /** With requests about one child, and one more that may be added. */
    static List<Scene> requested(List<Scene> scenes) {
        return scenes.stream()
                .map(scene -> scene.with(REQUESTS)
                        .about(scene.spec().size() == 1 ? "a" : "b")
                        .adding(worker("x").shutdown(Shutdown.within(SHORT))))
                .toList();
    }

    private static Scene flat(Rule rule, int children, int choice) {
        Restart restart = RESTARTS.get(choice % 3);
        Shutdown shutdown = SHUTDOWNS.get(choice / 3 % 3);
        AtLimit limit = LIMITS.get(choice / 9 % 3);
        boolean backsOff = choice / 27 % 2 == 1;
        boolean readies = choice / 54 % 2 == 1;
        boolean together = choice / 108 % 2 == 1;
        SupervisorSpec spec = supervisor(rule)
                .atLimit(limit)
                .stopOrder(together ? StopOrder.TOGETHER : StopOrder.REVERSE);
        for (int i = 0; i < children; i++) {
            ChildSpec child = child(rule, i, i > 0 ? restart : Restart.PERMANENT, shutdown);
            child = backsOff && i != 2 ? child.backoff(Backoff.constant(SHORT)) : child;
            child = readies && i == 1 ? child.readyWithin(LONG) : child;
            spec = spec.child(child);
        }
        String name = rule + " " + children + ", " + restart + ", " + shutdown + ", " + limit
                + (backsOff ? ", backoff" : "") + (readies ? ", readiness" : "")
                + (together ? ", together" : "");
        return Scene.of(name, spec);
    }

    private static SupervisorSpec supervisor(Rule rule) {
        return SupervisorSpec.of("root", rule.strategy).intensity(1, PERIOD);
    }

    /** a, b, c or d. The group of b is odd; b and c need a; d needs b and c. */
    private static ChildSpec child(Rule rule, int place, Restart restart, Shutdown shutdown) {
        ChildSpec child = worker("" + (char) ('a' + place)).restart(restart).shutdown(shutdown);
        if (rule == Rule.SAME_GROUP) {
            return child.label("group", place == 1 ? "odd" : "even");
        }
        if (!rule.isGraph()) {
            return child;
        }
        boolean keeps = restart != Restart.TEMPORARY; // a temporary child cannot be needed
        return switch (place) {
            case 1 -> child.dependsOn("a");
            case 2 -> child.dependsOn("a", Condition.STARTED);
            case 3 -> keeps ? child.dependsOn("b").dependsOn("c") : child.dependsOn("a");
            default -> child;
        };
    }

    // ------------------------------------------------------------------ single promises

    /** Every way to end by itself, with significant children among others. */
    static List<Scene> significant() {
        List<Scene> scenes = new ArrayList<>();
        for (Rule rule : Rule.values()) {
            for (AutoShutdown auto : AutoShutdown.values()) {
                for (Restart restart : List.of(Restart.TRANSIENT, Restart.TEMPORARY)) {
                    boolean counts = auto == AutoShutdown.ANY_SIGNIFICANT
                            || auto == AutoShutdown.ALL_SIGNIFICANT;
                    Shutdown shutdown = Shutdown.within(SHORT);
                    SupervisorSpec spec = supervisor(rule)
                            .autoShutdown(auto)
                            .child(child(rule, 0, Restart.TRANSIENT, shutdown)
                                    .significant(counts)
                                    .readyWithin(LONG))
                            .child(child(rule, 1, restart, shutdown)
                                    .significant(counts)
                                    .readyWithin(LONG));
                    scenes.add(Scene.of(rule + ", " + auto + ", " + restart, spec)
                            .with(Kind.DECLINE, Kind.TERMINATE, Kind.RESTART, Kind.FAIL)
                            .about("b"));
                }
            }
        }
        return scenes;
    }

    /** Somebody watches, and children decline. */
    static List<Scene> watched() {
        List<Scene> scenes = new ArrayList<>();
        for (Rule rule : Rule.values()) {
            for (Restart restart : RESTARTS) {
                for (Shutdown shutdown : SHUTDOWNS) {
                    SupervisorSpec spec = supervisor(rule)
                            .atLimit(AtLimit.park())
                            .child(child(rule, 0, Restart.PERMANENT, shutdown))
                            .child(child(rule, 1, restart, shutdown).readyWithin(LONG));
                    scenes.add(Scene.of(rule + ", " + restart + ", " + shutdown + ", watched", spec)
                            .with(Kind.WATCH, Kind.UNWATCH, Kind.DECLINE)
                            .with(Kind.TERMINATE, Kind.RESTART, Kind.FAIL)
                            .about("b"));
                }
            }
        }
        return scenes;
    }

    /** Somebody has to be heard of: it is, or it is not, or it waits to be asked to stop. */
    static List<Scene> heartbeats() {
        List<Scene> scenes = new ArrayList<>();
        for (Rule rule : Rule.values()) {
            for (Restart restart : RESTARTS) {
                for (Shutdown shutdown : SHUTDOWNS) {
                    AtLimit limit = LIMITS.get(scenes.size() % LIMITS.size());
                    ChildSpec b = child(rule, 1, restart, shutdown).heartbeatWithin(LONG);
                    SupervisorSpec spec = supervisor(rule)
                            .atLimit(limit)
                            .child(child(rule, 0, Restart.PERMANENT, shutdown))
                            .child(scenes.size() % 2 == 0 ? b : b.readyWithin(LONG));
                    scenes.add(Scene.of(rule + ", " + restart + ", " + shutdown + ", beats", spec)
                            .with(Kind.BEAT, Kind.RESTS, Kind.GOES_ON)
                            .with(Kind.TERMINATE, Kind.RESTART)
                            .about("b"));
                }
            }
        }
        return scenes;
    }

    /** Rules that throw. */
    static List<Scene> broken() {
        List<Scene> scenes = new ArrayList<>();
        for (Rule rule : Rule.values()) {
            for (Shutdown shutdown : SHUTDOWNS) {
                ChildSpec b = child(rule, 1, Restart.PERMANENT, shutdown)
                        .label("group", "odd")
                        .readyWithin(LONG);
                SupervisorSpec spec = supervisor(rule)
                        .intensity(3, PERIOD)
                        .child(child(rule, 0, Restart.PERMANENT, shutdown));
                ChildSpec c = child(rule, 2, Restart.TRANSIENT, shutdown);
                String name = rule + ", " + shutdown + ", broken ";
                scenes.add(broken(
                        name + "restart rule",
                        spec.child(b.restart(SceneRules.Ends.BROKEN)).child(c)));
                scenes.add(broken(
                        name + "backoff",
                        spec.child(b.backoff(SceneRules.Delays.BROKEN)).child(c)));
                scenes.add(broken(
                        name + "strategy",
                        spec.strategy(SceneRules.Groups.BROKEN).child(b).child(c)));
            }
        }
        return scenes;
    }

    private static Scene broken(String name, SupervisorSpec spec) {
        return Scene.of(name, spec).with(Kind.RESTART, Kind.FAIL).about("b");
    }

    /** A child has an allowance of its own besides that of its supervisor. */
    static List<Scene> ownAllowance() {
        List<Scene> scenes = new ArrayList<>();
        for (Rule rule : Rule.values()) {
            for (AtLimit own : LIMITS) {
                for (AtLimit all : LIMITS) {
                    for (int restarts = 0; restarts < 2; restarts++) {
                        Shutdown shutdown = Shutdown.within(SHORT);
                        SupervisorSpec spec = supervisor(rule)
                                .atLimit(all)
                                .child(child(rule, 0, Restart.PERMANENT, shutdown))
                                .child(child(rule, 1, Restart.TRANSIENT, shutdown)
                                        .intensity(restarts, LONG)
                                        .atLimit(own));
                        String name = rule + ", " + restarts + " of its own, " + own + ", " + all;
                        scenes.add(Scene.of(name, spec)
                                .with(Kind.FAIL, Kind.RESTART)
                                .about("b"));
                        scenes.add(Scene.of(name + ", never gives up", spec.neverGiveUp())
                                .with(Kind.FAIL, Kind.RESTART)
                                .about("b"));
                    }
                }
            }
        }
        return scenes;
    }

    /** As instances of a template: nobody has a place, all stop together, none is kept. */
    static List<Scene> template() {
        List<Scene> scenes = new ArrayList<>();
        for (Restart restart : RESTARTS) {
            for (Shutdown shutdown : SHUTDOWNS) {
                for (int readies = 0; readies < 2; readies++) {
                    for (int most = 2; most <= 3; most++) {
                        SupervisorSpec spec = SupervisorSpec.of("root")
                                .intensity(1, PERIOD)
                                .stopOrder(StopOrder.TOGETHER)
                                .autoShutdown(AutoShutdown.NEVER)
                                .forgetEnded()
                                .maxChildren(most);
                        ChildSpec one = worker("x").restart(restart).shutdown(shutdown);
                        one = readies == 1 ? one.readyWithin(LONG) : one;
                        String name = "template, " + restart + ", " + shutdown + ", " + most
                                + (readies == 1 ? ", readiness" : "");
                        scenes.add(Scene.of(name, spec)
                                .with(REQUESTS)
                                .with(Kind.DECLINE)
                                .about("x", "y", "z")
                                .adding(one, one.id("y"), one.id("z"))
                                .withoutOrder());
                    }
                }
            }
        }
        return scenes;
    }

    // ------------------------------------------------------------------ nested supervisors

    /** Supervisors below the root, each with a loop of its own. */
    static List<Scene> nested() {
        List<Scene> scenes = new ArrayList<>();
        List<Rule> inner = List.of(Rule.ONE_FOR_ONE, Rule.ONE_FOR_ALL, Rule.REST_FOR_ONE);
        for (Rule rule : Rule.values()) {
            for (Shutdown shutdown : SHUTDOWNS) {
                for (Shutdown below : SHUTDOWNS) {
                    Rule rest = inner.get(scenes.size() % inner.size());
                    SupervisorSpec shop = SupervisorSpec.of("shop", rest.strategy)
                            .intensity(scenes.size() % 2, PERIOD)
                            .child(worker("s").shutdown(below))
                            .child(worker("t").restart(Restart.TRANSIENT).shutdown(below));
                    SupervisorSpec root = supervisor(rule)
                            .child(child(rule, 0, Restart.PERMANENT, Shutdown.within(SHORT)))
                            .child(nestedChild(rule, shop, shutdown));
                    String name = rule + " over " + rest + ", " + shutdown + " over " + below;
                    scenes.add(Scene.of(name, root).withNested());
                }
            }
        }
        scenes.add(threeLevels(Shutdown.unbounded()));
        scenes.add(threeLevels(Shutdown.within(LONG)));
        return scenes;
    }

    private static ChildSpec nestedChild(Rule rule, SupervisorSpec nested, Shutdown shutdown) {
        ChildSpec child = ChildSpec.of(nested)
                .shutdown(shutdown instanceof Shutdown.Within ? Shutdown.within(LONG) : shutdown);
        return rule.isGraph() ? child.dependsOn("a") : child;
    }

    private static Scene threeLevels(Shutdown shutdown) {
        SupervisorSpec deep = SupervisorSpec.of("deep")
                .intensity(0, PERIOD)
                .child(worker("s").shutdown(Shutdown.within(SHORT)));
        SupervisorSpec shop = SupervisorSpec.of("shop")
                .intensity(1, PERIOD)
                .child(ChildSpec.of(deep).shutdown(shutdown));
        SupervisorSpec root = SupervisorSpec.of("root")
                .intensity(1, PERIOD)
                .child(ChildSpec.of(shop).shutdown(shutdown));
        return Scene.of("three levels, " + shutdown, root).withNested();
    }

    /** With requests about a nested supervisor and a child of it, and children that may be added. */
    static List<Scene> requestedBelow(List<Scene> scenes) {
        return scenes.stream()
                .map(scene -> scene.with(REQUESTS)
                        .about("shop", "t")
                        .adding(worker("x").shutdown(Shutdown.within(SHORT))))
                .toList();
    }
}
