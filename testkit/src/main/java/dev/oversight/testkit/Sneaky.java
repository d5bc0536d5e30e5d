package dev.oversight.testkit;

/** Throws what the compiler would not let through. */
final class Sneaky {
    private Sneaky() {}

    /** Never returns; declared to, so that one can write {@code throw rethrow(e)}. */
    static RuntimeException rethrow(Throwable thrown) {
        return Sneaky.<RuntimeException>as(thrown);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> RuntimeException as(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
