package dev.oversight.internal;

import dev.oversight.AtLimit;
import dev.oversight.Supervisor;

import org.jspecify.annotations.Nullable;

/** The limits of a supervisor that runs. For the packages of the library that are built on the engine. */
public final class LiveLimits {
    private LiveLimits() {}

    /** How many children it may have. */
    public static int maxChildren(Supervisor supervisor) {
        return SupervisorHandle.of(supervisor).ask(state -> state.limits().maxChildren());
    }

    /**
     * Changes what is given, until that incarnation ends. Does not wait.
     *
     * @param maxChildren zero or more; null leaves it as it is
     * @param intensity null leaves it as it is
     * @return how many children it might have before
     * @throws dev.oversight.SupervisorNotRunningException if it is stopping or has ended
     */
    public static int change(
            Supervisor supervisor,
            @Nullable Integer maxChildren,
            AtLimit.@Nullable Allowance intensity) {
        Awaited<Integer> reply = new Awaited<>();
        SupervisorHandle.of(supervisor)
                .submit(new Input.ChangeLimits(maxChildren, intensity, reply));
        return reply.awaitUninterruptibly();
    }
}
