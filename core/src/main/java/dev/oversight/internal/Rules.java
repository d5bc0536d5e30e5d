package dev.oversight.internal;

import dev.oversight.Backoff;
import dev.oversight.ChildSpec;
import dev.oversight.Dependency;
import dev.oversight.Exit;
import dev.oversight.RuleFailedException;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Asks the rules of one supervisor. The only place in the loop that calls code of the application; what
 * it throws becomes a {@link RuleFailedException}.
 */
final class Rules {
    /** A run that lived longer than this, and than twice its last delay, counts as healthy. */
    private static final long HEALTHY_NANOS = Duration.ofSeconds(10).toNanos();

    /** Half the range of a long: a time of our days and a delay, or twice a delay, do not overflow. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

    private static final String NOTHING = "it returned null";

    private final SupervisorSpec spec;
    private final String path;
    private final @Nullable Backoff defaultBackoff;

    Rules(SupervisorSpec spec, String path) {
        this.spec = spec;
        this.path = path;
        this.defaultBackoff = spec.backoff().orElse(null);
    }

    boolean shouldRestart(Child child, Exit exit) {
        try {
            return child.spec.restart().shouldRestart(exit);
        } catch (Throwable broken) {
            throw new RuleFailedException(child.path, "restart rule", broken);
        }
    }

    /** Counts the attempt and sets the delay before the child's next start. */
    void backOff(Child child, long uptimeNanos) {
        Backoff rule = child.spec.backoff().orElse(defaultBackoff);
        if (rule == null) {
            return;
        }
        boolean healthy = uptimeNanos >= HEALTHY_NANOS && uptimeNanos >= 2 * child.delayNanos;
        child.attempt = healthy ? 1 : child.attempt + 1;
        child.backsOff = true;
        child.delayNanos = asked("backoff", child.path, () -> {
            Duration delay = Objects.requireNonNull(rule.delay(child.attempt), NOTHING);
            if (delay.isNegative()) {
                throw new IllegalArgumentException("the delay " + delay + " is negative");
            }
            return delay.compareTo(LONGEST) < 0 ? delay.toNanos() : LONGEST.toNanos();
        });
    }

    /** Whether the strategy names groups in which all go down before any comes up. */
    boolean namesWholeGroups() {
        return spec.strategy() != Strategy.ONE_FOR_ONE
                && spec.strategy() != Strategy.REST_FOR_DEPENDENTS;
    }

    /** What is wrong with what a new child depends on; empty if nothing is. */
    List<String> problemsOf(ChildSpec added, Children children) {
        if (added.dependencies().isEmpty()) {
            return List.of();
        }
        Map<String, ChildSpec> siblings = new HashMap<>();
        for (Dependency dependency : added.dependencies()) {
            Child sibling = children.find(dependency.id());
            if (sibling != null) {
                siblings.put(sibling.id, sibling.spec);
            }
        }
        return spec.problemsOf(added, siblings);
    }

    /** Whether the strategy restarts the failed child alone, whoever it is. */
    boolean restartsOneAlone() {
        return spec.strategy() == Strategy.ONE_FOR_ONE;
    }

    /**
     * Hands each child that is restarted together with the failed one to {@code action}.
     *
     * @param until the oldest child named for a sweep that is still stopping; null if there is none
     * @return whether that sweep has to begin again at the youngest child
     */
    boolean forEachAffected(
            Child failed, Children children, @Nullable Child until, Consumer<Child> action) {
        Strategy strategy = spec.strategy();
        if (strategy == Strategy.ONE_FOR_ALL || strategy == Strategy.REST_FOR_ONE) {
            Child child = strategy == Strategy.ONE_FOR_ALL ? children.first() : failed;
            boolean widens = until != null && child != null && child.ordinal < until.ordinal;
            for (; child != null && !(widens && child == until); child = child.later) {
                action.accept(child);
            }
            return !widens;
        }
        if (strategy == Strategy.REST_FOR_DEPENDENTS) {
            GraphOrder.dependentsOf(failed).forEach(action);
            return true;
        }
        Set<String> chosen = asked("strategy", path, () -> {
            Collection<ChildSpec> affected = strategy.affected(failed.spec, specs(children));
            return ids(Objects.requireNonNull(affected, NOTHING));
        });
        chosen.add(failed.id);
        for (Child child = children.first(); child != null; child = child.later) {
            if (chosen.contains(child.id)) {
                action.accept(child);
            }
        }
        return true;
    }

    private static List<ChildSpec> specs(Children children) {
        List<ChildSpec> specs = new ArrayList<>(children.size());
        for (Child child = children.first(); child != null; child = child.later) {
            specs.add(child.spec);
        }
        return List.copyOf(specs);
    }

    private static Set<String> ids(Collection<ChildSpec> specs) {
        Set<String> ids = new HashSet<>();
        specs.forEach(spec -> spec.id().ifPresent(ids::add));
        return ids;
    }

    private static <T> T asked(String rule, String path, Supplier<T> question) {
        try {
            return question.get();
        } catch (Throwable broken) {
            throw new RuleFailedException(path, rule, broken);
        }
    }
}
