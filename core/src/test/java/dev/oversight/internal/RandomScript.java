package dev.oversight.internal;

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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A supervisor and a list of things that happen to it, both drawn from one seed. */
record RandomScript(SupervisorSpec spec, List<String> deaf, List<String> slow, List<Op> ops) {
    /** What happens. */
    enum Kind {
        CRASH(8),
        COMPLETE(4),
        READY(8),
        TWO_CRASH(3),
        ADVANCE(10),
        ADD(3),
        ADD_FROM_INSIDE(1),
        TERMINATE(4),
        DELETE(2),
        END(2),
        RESTART(4),
        LATE_END(3),
        STALE_READY(1),
        QUERY(1),
        FAIL(2),
        DECLINE(1),
        WATCH(2),
        STOP_WITHIN(1),
        STOP(1),
        ABORT(1),
        CHANGE_LIMITS(1);

        private final int weight;

        Kind(int weight) {
            this.weight = weight;
        }

        static Kind draw(Random random) {
            int left = random.nextInt(
                    java.util.Arrays.stream(values()).mapToInt(k -> k.weight).sum());
            for (Kind kind : values()) {
                left -= kind.weight;
                if (left < 0) {
                    return kind;
                }
            }
            throw new IllegalStateException();
        }
    }

    /** One step; whatever cannot be done when its turn comes is left out, so any step can be dropped. */
    record Op(Kind kind, int target, int amount, ChildSpec child) {
        @Override
        public String toString() {
            return kind + " " + target + " " + amount
                    + (kind.name().startsWith("ADD") ? " " + child : "");
        }
    }

    private static final Strategy SAME_GROUP = (failed, all) -> all.stream()
            .filter(c -> c.label("group").equals(failed.label("group")))
            .toList();

    static RandomScript draw(long seed) {
        Random random = new Random(seed);
        Strategy strategy = switch (random.nextInt(9)) {
            case 0 -> Strategy.ONE_FOR_ONE;
            case 1, 2 -> Strategy.ONE_FOR_ALL;
            case 3, 4 -> Strategy.REST_FOR_ONE;
            case 5, 6 -> Strategy.REST_FOR_DEPENDENTS;
            default -> SAME_GROUP;
        };
        AutoShutdown auto = AutoShutdown.values()[random.nextInt(4)];
        SupervisorSpec spec = SupervisorSpec.of("root", strategy).autoShutdown(auto);
        spec = random.nextInt(4) == 0
                ? spec.neverGiveUp()
                : spec.intensity(random.nextInt(6), Duration.ofMillis(500));
        if (random.nextInt(3) == 0) {
            spec = spec.backoff(Backoff.exponential(Duration.ofMillis(50), Duration.ofMillis(400)));
        }
        if (random.nextInt(4) == 0) {
            spec = spec.forgetEnded();
        }
        if (random.nextInt(4) == 0) {
            spec = spec.maxChildren(6 + random.nextInt(2));
        }
        spec = switch (random.nextInt(6)) {
            case 0 -> spec.atLimit(AtLimit.park());
            case 1 -> spec.atLimit(AtLimit.coolDown(Duration.ofMillis(200)));
            default -> spec;
        };
        if (random.nextInt(5) == 0) {
            spec = spec.stopOrder(StopOrder.TOGETHER);
        }
        boolean graph = random.nextInt(3) == 0;
        List<String> deaf = new ArrayList<>();
        List<String> slow = new ArrayList<>();
        int readiness = random.nextInt(3);
        for (int i = random.nextInt(6); i > 0; i--) {
            ChildSpec child = child(random, auto, readiness, "c" + (6 - i));
            if (graph) {
                child = dependent(random, child, spec.children());
            }
            spec = spec.child(child);
        }
        for (String id : List.of("c1", "c2", "c3", "c4", "c5", "c6", "x0", "x1", "x2")) {
            switch (random.nextInt(4)) {
                case 0 -> deaf.add(id);
                case 1 -> slow.add(id);
                default -> {}
            }
        }
        List<Op> ops = new ArrayList<>();
        for (int i = 10 + random.nextInt(40); i > 0; i--) {
            ops.add(new Op(
                    Kind.draw(random),
                    random.nextInt(12),
                    random.nextInt(150),
                    child(random, auto, readiness, "x" + random.nextInt(3))));
        }
        return new RandomScript(spec, deaf, slow, ops);
    }

    /** Needs some of those before it. */
    private static ChildSpec dependent(Random random, ChildSpec child, List<ChildSpec> earlier) {
        ChildSpec result = child;
        for (ChildSpec needed : earlier) {
            boolean may = needed.restart().keepsSpec() && random.nextInt(2) == 0;
            if (may) {
                boolean completes = needed.restart() == Restart.TRANSIENT && random.nextBoolean();
                result = result.dependsOn(
                        needed.id().orElseThrow(),
                        completes
                                ? Condition.COMPLETED
                                : random.nextInt(3) == 0 ? Condition.STARTED : Condition.READY);
            }
        }
        return result;
    }

    private static ChildSpec child(Random random, AutoShutdown auto, int readiness, String id) {
        ChildSpec child = random.nextInt(8) == 0
                ? ChildSpec.of(SupervisorSpec.of(id))
                : ChildSpec.of(id, self -> {});
        child = switch (random.nextInt(8)) {
            case 0 -> child.restart(Restart.TEMPORARY);
            case 1, 2 -> child.restart(Restart.TRANSIENT);
            case 3 -> child.restart(Restart.when(exit -> exit.uptimeNanos() % 2 == 0));
            default -> child;
        };
        child = switch (random.nextInt(6)) {
            case 0 -> child.shutdown(Shutdown.immediate());
            case 1 -> child.shutdown(Shutdown.unbounded());
            case 2 -> child.shutdown(Shutdown.within(Duration.ZERO));
            default -> child.shutdown(Shutdown.within(Duration.ofMillis(100)));
        };
        if (random.nextInt(3) < readiness) {
            child = child.readyWithin(Duration.ofMillis(60 + random.nextInt(100)));
        }
        if (random.nextInt(6) == 0) {
            child = child.backoff(Backoff.constant(Duration.ofMillis(random.nextInt(100))));
        }
        if (random.nextInt(5) == 0) {
            child = child.intensity(random.nextInt(3), Duration.ofMillis(300))
                    .atLimit(
                            switch (random.nextInt(3)) {
                                case 0 -> AtLimit.park();
                                case 1 -> AtLimit.coolDown(Duration.ofMillis(150));
                                default -> AtLimit.escalate();
                            });
        }
        boolean maySignify =
                auto == AutoShutdown.ANY_SIGNIFICANT || auto == AutoShutdown.ALL_SIGNIFICANT;
        if (maySignify && child.restart() != Restart.PERMANENT && random.nextBoolean()) {
            child = child.significant(true);
        }
        return child.label("group", "g" + random.nextInt(2));
    }

    RandomScript withSpec(SupervisorSpec other) {
        return new RandomScript(other, deaf, slow, ops);
    }

    RandomScript without(int step) {
        List<Op> fewer = new ArrayList<>(ops);
        fewer.remove(step);
        return new RandomScript(spec, deaf, slow, fewer);
    }

    /** Plays it, stops the supervisor and lets everything end. Throws if anything is wrong on the way. */
    List<String> play() {
        StateHarness h = new StateHarness(spec).deaf(deaf.toArray(String[]::new));
        slow.forEach(id -> h.slow(id, Duration.ofMillis(70)));
        h.start();
        for (Op op : ops) {
            play(h, op);
        }
        finish(h);
        return h.world.effects;
    }

    private static void play(StateHarness h, Op op) {
        List<Child> children = h.children();
        Child child = children.isEmpty() ? null : children.get(op.target % children.size());
        FakeRun run = child == null ? null : (FakeRun) child.run;
        switch (op.kind) {
            case CRASH -> end(h, run, true);
            case COMPLETE -> end(h, run, false);
            case TWO_CRASH -> {
                if (run != null && !run.over) {
                    h.handInEnd(run, new IllegalStateException("with another"));
                }
                end(h, (FakeRun) (child == null ? null : children.getFirst().run), true);
                h.world.pump();
            }
            case READY -> {
                if (run != null) {
                    h.feed(new Input.Ready(run));
                }
            }
            case STALE_READY -> {
                if (!h.world.runs.isEmpty()) {
                    h.feed(new Input.Ready(h.world.runs.get(op.amount % h.world.runs.size())));
                }
            }
            case ADVANCE -> h.advance(Duration.ofMillis(op.amount));
            case ADD -> h.add(op.child);
            case ADD_FROM_INSIDE -> h.addFromInside(op.child);
            case FAIL -> h.fail(child == null ? "none" : child.id);
            case DECLINE -> {
                if (run != null && !run.over) {
                    run.declined = true;
                    end(h, run, false);
                }
            }
            case WATCH -> h.watch(child == null ? "none" : child.id);
            case STOP_WITHIN -> h.stopWithin(Duration.ofMillis(op.amount));
            case TERMINATE -> h.terminate(child == null ? "none" : child.id);
            case DELETE -> h.delete(child == null ? "none" : child.id);
            case END -> {
                if (!h.world.runs.isEmpty()) { // also one that is long gone, its id another's
                    h.end(h.world.runs.get(op.amount % h.world.runs.size()).child);
                }
            }
            case RESTART -> h.restart(child == null ? "none" : child.id);
            case LATE_END -> {
                List<FakeRun> left = h.world.runs.stream()
                        .filter(r -> r.abandoned && !r.over)
                        .toList();
                end(
                        h,
                        left.isEmpty() ? null : left.get(op.amount % left.size()),
                        op.target % 2 == 0);
            }
            case QUERY ->
                h.feed(new Input.Query<>(s -> s.children().counts(), new Asked<>("query")));
            case STOP -> h.stop();
            case ABORT -> h.abort();
            case CHANGE_LIMITS ->
                h.changeLimits(
                        op.target % 3 == 0 ? null : op.target,
                        op.target % 2 == 0
                                ? null
                                : new AtLimit.Allowance(
                                        op.amount % 5, Duration.ofMillis(100L + 5 * op.amount)));
        }
    }

    private static void end(StateHarness h, FakeRun run, boolean badly) {
        if (run != null && !run.over) {
            h.end(run, badly ? new IllegalStateException("boom") : null);
        }
    }

    private static void finish(StateHarness h) {
        h.stop();
        for (int turn = 0; h.phase() != SupervisorState.Phase.ENDED; turn++) {
            if (turn > 100) {
                throw new AssertionError("never ends: " + h.states());
            }
            List<FakeRun> asked = h.world.runs.stream()
                    .filter(r -> r.signalled && !r.over && !r.abandoned)
                    .toList();
            if (asked.isEmpty()) {
                throw new AssertionError("nobody is asked to stop: " + h.states());
            }
            asked.forEach(r -> h.end(r, null));
        }
        long left = h.world.runs.stream().filter(r -> r.abandoned && !r.over).count();
        if (h.outcome().abandoned() < left) {
            throw new AssertionError(left + " left behind, but " + h.outcome());
        }
        h.world.runs.stream().filter(r -> !r.over).toList().forEach(r -> h.end(r, null));
        h.advance(Duration.ofDays(1));
        if (h.phase() != SupervisorState.Phase.ENDED) {
            throw new AssertionError("ended, then " + h.phase());
        }
    }
}
