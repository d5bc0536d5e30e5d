package dev.oversight.testkit;

import dev.oversight.AtLimit;
import dev.oversight.Backoff;
import dev.oversight.ChildBody;
import dev.oversight.ChildSpec;
import dev.oversight.Condition;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.dynamic.DynamicSpec;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** A tree of a thousand children, three levels deep, with all strategies, and two pools beside them. */
final class SoakTree {
    static final int AREAS = 20;
    private static final int GROUPS = 4;
    private static final int WORKERS = 10;
    private static final int DIRECT = 5;

    /** What is in the books before anything is added: areas, groups, workers, pools. */
    static final int DESCRIBED = AREAS * (1 + GROUPS * (1 + WORKERS) + DIRECT) + 2;

    /** Those after the failed one whose number is as even or odd as its own. */
    private static final Strategy EVERY_OTHER = (failed, siblings) -> {
        int parity = lastDigit(failed.id().orElseThrow()) % 2;
        return siblings.stream()
                .filter(c -> c.id().filter(id -> lastDigit(id) % 2 == parity).isPresent())
                .toList();
    };

    private static final List<Strategy> STRATEGIES = List.of(
            Strategy.ONE_FOR_ONE,
            Strategy.ONE_FOR_ALL,
            Strategy.REST_FOR_ONE,
            Strategy.REST_FOR_DEPENDENTS,
            EVERY_OTHER);

    static final DynamicSpec<Long> SHORT = DynamicSpec.<Long>of(
                    "pool-short", (millis, self) -> self.awaitStop(Duration.ofMillis(millis)))
            .instances(c -> c.restart(Restart.TEMPORARY).shutdown(within()))
            .neverGiveUp();

    static final DynamicSpec<Long> FLAKY = DynamicSpec.<Long>of("pool-flaky", (millis, self) -> {
                if (!self.awaitStop(Duration.ofMillis(millis)) && self.incarnation() % 3 != 0) {
                    throw new IllegalStateException("flaky");
                }
            })
            .instances(c -> c.restart(Restart.TRANSIENT).shutdown(within()))
            .maxChildren(50)
            .intensity(20, Duration.ofSeconds(1))
            .atLimit(AtLimit.coolDown(Duration.ofMillis(300)));

    private SoakTree() {}

    static SupervisorSpec spec() {
        SupervisorSpec root = SupervisorSpec.of("soak")
                .neverGiveUp()
                .backoff(Backoff.constant(Duration.ofMillis(5)));
        for (int area = 0; area < AREAS; area++) {
            root = root.child(area(area));
        }
        return root.child(SHORT.toChild()).child(FLAKY.toChild());
    }

    private static SupervisorSpec area(int area) {
        SupervisorSpec spec = ruled(SupervisorSpec.of("area-" + area, strategy(area)), area);
        for (int group = 0; group < GROUPS; group++) {
            spec = spec.child(group(area, group));
        }
        for (int worker = 0; worker < DIRECT; worker++) {
            spec = spec.child(worker(spec, "direct-" + worker, area + worker));
        }
        return spec;
    }

    private static SupervisorSpec group(int area, int group) {
        SupervisorSpec spec = ruled(
                SupervisorSpec.of("group-" + group, strategy(area + group + 1)), area + group);
        for (int worker = 0; worker < WORKERS; worker++) {
            spec = spec.child(worker(spec, "worker-" + worker, area + group + worker));
        }
        return spec;
    }

    private static Strategy strategy(int number) {
        return STRATEGIES.get(number % STRATEGIES.size());
    }

    /** Some never give up, some fail upwards, some park, some pause; some wait before a restart. */
    private static SupervisorSpec ruled(SupervisorSpec spec, int number) {
        SupervisorSpec limited = switch (number % 4) {
            case 0 -> spec.neverGiveUp();
            case 1 -> spec.intensity(3, Duration.ofSeconds(10));
            case 2 -> spec.intensity(5, Duration.ofSeconds(5)).atLimit(AtLimit.park());
            default ->
                spec.intensity(5, Duration.ofSeconds(5))
                        .atLimit(AtLimit.coolDown(Duration.ofSeconds(1)));
        };
        return number % 3 == 0
                ? limited.backoff(
                        Backoff.exponential(Duration.ofMillis(10), Duration.ofMillis(500)))
                : limited;
    }

    private static Shutdown within() {
        return Shutdown.within(Duration.ofMillis(500));
    }

    private static ChildSpec worker(SupervisorSpec above, String id, int number) {
        boolean declaresReadiness = number % 4 == 1;
        ChildSpec spec = ChildSpec.of(id, work(number, declaresReadiness)).shutdown(within());
        if (declaresReadiness) {
            spec = spec.readyWithin(Duration.ofSeconds(20));
        }
        if (number % 10 == 7) {
            spec = spec.interruptOnStop(false);
        }
        boolean depends = above.strategy() == Strategy.REST_FOR_DEPENDENTS && lastDigit(id) > 0;
        return depends && id.startsWith("worker")
                ? spec.dependsOn("worker-" + (lastDigit(id) - 1) / 2, Condition.READY)
                : spec;
    }

    private static int lastDigit(String id) {
        return id.charAt(id.length() - 1) - '0';
    }

    /** Waits most of the time, and fails by itself about once in ten minutes. */
    private static ChildBody work(int number, boolean declaresReadiness) {
        return self -> {
            SplittableRandom chance = new SplittableRandom(number * 31L + self.incarnation());
            if (declaresReadiness) {
                self.awaitStop(Duration.ofMillis(chance.nextInt(5)));
                self.ready();
            }
            while (!self.awaitStop(Duration.ofMillis(500 + chance.nextInt(5_000)))) {
                if (chance.nextInt(200) == 0) {
                    throw new IllegalStateException("at random");
                }
            }
        };
    }
}
