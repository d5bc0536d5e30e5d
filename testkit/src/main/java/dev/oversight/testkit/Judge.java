package dev.oversight.testkit;

/** Is told of what does not hold. */
@FunctionalInterface
interface Judge {
    void violated(ChaosViolation.Kind kind, String path, String what, long atNanos);
}
