package dev.oversight;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Restarts after failures of some types.
 *
 * @param types of which one is enough
 * @param causesToo whether the causes of what was thrown count as well
 */
record FailureRule(List<Class<? extends Throwable>> types, boolean causesToo) implements Restart {
    /** Longer chains of causes are circles, or nobody's intention. */
    private static final int LONGEST_CHAIN = 100;

    FailureRule {
        if (types.isEmpty()) {
            throw InvalidSpecException.of(
                    "restart",
                    "a rule for failures of no type",
                    "at least one type",
                    "name it, or use Restart.TRANSIENT for all failures");
        }
    }

    static FailureRule of(Class<? extends Throwable>[] types, boolean causesToo) {
        return new FailureRule(List.of(types), causesToo);
    }

    @Override
    public boolean shouldRestart(Exit exit) {
        if (exit.isNormal()) {
            return false;
        }
        Throwable failure = exit.cause();
        for (int depth = 0; failure != null && depth < LONGEST_CHAIN; depth++) {
            if (matches(failure)) {
                return true;
            }
            failure = causesToo ? causeOf(failure) : null;
        }
        return false;
    }

    private boolean matches(Throwable failure) {
        for (Class<? extends Throwable> type : types) {
            if (type.isInstance(failure)) {
                return true;
            }
        }
        return false;
    }

    /** An exception may bring a getCause() of its own, and its defect is not to end the supervisor. */
    private static @Nullable Throwable causeOf(Throwable failure) {
        try {
            return failure.getCause();
        } catch (Throwable broken) {
            return null;
        }
    }

    @Override
    public String toString() {
        return (causesToo ? "on failures caused by " : "on failures of ")
                + types.stream().map(Class::getSimpleName).collect(Collectors.joining(", "));
    }
}
