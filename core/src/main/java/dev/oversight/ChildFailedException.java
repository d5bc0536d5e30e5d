package dev.oversight;

import org.jspecify.annotations.Nullable;

/**
 * One failure as it counts against the intensity: which child, which incarnation, and what it threw
 * as the cause. A child that returned although it must always run has no cause.
 */
public final class ChildFailedException extends OversightException {
    private static final long serialVersionUID = 1L;

    private final long incarnation;

    /** Made by the engine. */
    public ChildFailedException(
            String path, long incarnation, String what, @Nullable Throwable cause) {
        super(path, "incarnation " + incarnation + " of " + path + " " + what, cause);
        this.incarnation = incarnation;
    }

    /** Which run of the child failed. */
    public long incarnation() {
        return incarnation;
    }

    /** Not filled: the place that matters is in the cause. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
