package dev.oversight.internal;

import org.jspecify.annotations.Nullable;

/** An incarnation that is a supervisor. */
final class NestedRun extends Run {
    /** Set before it is started, and never again. */
    @Nullable
    SupervisorRuntime supervisor;

    NestedRun(Child child, long incarnation) {
        super(child, incarnation);
    }

    SupervisorRuntime nested() {
        SupervisorRuntime nested = supervisor;
        if (nested == null) {
            throw new IllegalStateException(child.path + " has no supervisor yet");
        }
        return nested;
    }
}
