package dev.oversight.internal;

import dev.oversight.Supervisor;

import java.util.function.Supplier;

/** What a kind of supervisor keeps beside the books, for as long as one incarnation lives. */
public final class Attachments {
    private Attachments() {}

    /**
     * What is attached to that incarnation; made at the first look, by one of those who look.
     *
     * @param type of the one thing that is attached to supervisors of that kind
     */
    public static <T> T of(Supervisor supervisor, Class<T> type, Supplier<T> first) {
        return type.cast(SupervisorHandle.of(supervisor).attachment(first));
    }
}
