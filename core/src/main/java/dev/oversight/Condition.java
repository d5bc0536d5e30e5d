package dev.oversight;

/**
 * How far a child must be before those that {@linkplain ChildSpec#dependsOn depend} on it start. One that
 * has completed, or declined to run, has done its work and satisfies all three.
 */
public enum Condition {
    /** Its thread runs. */
    STARTED,
    /** It is up: ready, if it {@linkplain ChildSpec#readyWithin declares} readiness. The default. */
    READY,
    /** It has returned: a migration, a warm-up. Not for a permanent child, which never does for good. */
    COMPLETED
}
