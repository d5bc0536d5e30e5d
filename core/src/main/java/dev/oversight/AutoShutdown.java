package dev.oversight;

/**
 * When a supervisor ends by itself although nothing is wrong. Only ends of children by themselves
 * count for the two rules of significant children: neither a request nor a sibling's failure
 * triggers them. Semantics: otp-parity, "auto shutdown".
 */
public enum AutoShutdown {
    /**
     * When nothing is left to run: every child has completed, ended for good, or was terminated. The
     * default. A supervisor that never had a child waits for its first.
     */
    NOTHING_LEFT,
    /** Never: it stays up empty and waits for more. */
    NEVER,
    /** When any {@linkplain ChildSpec#significant significant} child has ended for good. */
    ANY_SIGNIFICANT,
    /** When the last active {@linkplain ChildSpec#significant significant} child has ended for good. */
    ALL_SIGNIFICANT
}
