package dev.oversight;

import java.util.Objects;
import java.util.function.Predicate;

/**
 * Whether a child that ended by itself is started again.
 *
 * <p>A rule is a pure function of the {@link Exit}. It is called inside the supervisor's loop, so it
 * must not block; if it throws, the supervisor gives up with that as its cause. It is not asked when
 * a child was stopped by request (it stays down) or by a sibling's failure (it comes back, unless
 * the rule {@linkplain #keepsSpec() forgets}).
 *
 * <p>Semantics: otp-parity, "restart rules".
 */
@FunctionalInterface
@SuppressWarnings(
        "ClassInitializationDeadlock") // BuiltInRestart is reached through this type alone
public interface Restart {
    /** Always started again, however it ended. The default. */
    Restart PERMANENT = BuiltInRestart.PERMANENT;

    /**
     * Started again after a failure; a normal end completes it. An {@link InterruptedException} that
     * nobody asked for is a failure, and so is every {@link Error}.
     */
    Restart TRANSIENT = BuiltInRestart.TRANSIENT;

    /** Never started again, not even with its siblings, and forgotten when it ends. */
    Restart TEMPORARY = BuiltInRestart.TEMPORARY;

    /**
     * Started again if the rule says so:
     *
     * <pre>{@code
     * Restart.when(exit -> exit.cause() instanceof IOException)
     * }</pre>
     *
     * @param rule true for the exits that lead to a restart
     */
    static Restart when(Predicate<? super Exit> rule) {
        Objects.requireNonNull(rule, "rule");
        return rule::test;
    }

    /** Decides on an end that nobody asked for: {@code COMPLETED} or {@code FAILED}. */
    boolean shouldRestart(Exit exit);

    /**
     * Whether the child stays listed after its end, its id taken, so that it can be {@linkplain
     * Supervisor#restart started by request}. Asked when the child is checked and when it is made, not
     * when it ends. True unless overridden.
     */
    default boolean keepsSpec() {
        return true;
    }
}
