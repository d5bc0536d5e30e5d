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
 * <p>Rules that look at the cause are made from those that do not, and can be combined:
 *
 * <pre>{@code
 * Restart.TRANSIENT.unless(LoginRefused.class)                      // any failure but that one
 * Restart.onFailure(IOException.class, TimeoutException.class)      // these failures alone
 * Restart.onFailureCausedBy(SQLException.class).or(Restart.onFailure(NotReadyException.class))
 * }</pre>
 *
 * <p>A child whose failure is not answered by a restart stays down, listed with its failure; its
 * siblings and its supervisor go on.
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

    /**
     * Started again after failures of these types alone; any other end completes it.
     *
     * <p>Looks at what was thrown, not at its causes: an {@code ExecutionException} around an {@code
     * IOException} is no {@code IOException}. A child that was not ready in time failed with {@link
     * NotReadyException}, and one whose thread could not be started with {@link StartFailedException}.
     *
     * @param types at least one; subtypes are included
     * @throws InvalidSpecException if there is none
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // is copied at once
    static Restart onFailure(Class<? extends Throwable>... types) {
        return FailureRule.of(types, false);
    }

    /**
     * Started again after failures that are of one of these types or have one among their causes. Of a
     * nested supervisor that gave up, the failure that was one too many is a cause.
     *
     * @param types at least one; subtypes are included
     * @throws InvalidSpecException if there is none
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // is copied at once
    static Restart onFailureCausedBy(Class<? extends Throwable>... types) {
        return FailureRule.of(types, true);
    }

    /**
     * This rule, but not after failures of this type; what was thrown counts, not its causes.
     *
     * @param type subtypes are included
     */
    default Restart unless(Class<? extends Throwable> type) {
        return unless(onFailure(type));
    }

    /**
     * This rule, but not where the other one would restart: {@code
     * PERMANENT.unless(onFailureCausedBy(LoginRefused.class))}. Keeps the spec if this one does.
     */
    default Restart unless(Restart exception) {
        return new CombinedRestart(this, false, exception);
    }

    /** Started again where this rule or the other one says so. Keeps the spec if one of them does. */
    default Restart or(Restart other) {
        return new CombinedRestart(this, true, other);
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
