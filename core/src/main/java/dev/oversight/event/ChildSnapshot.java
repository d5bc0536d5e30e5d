package dev.oversight.event;

import dev.oversight.ChildSpec;
import dev.oversight.Exit;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * A child at one moment. Gives no control over it.
 *
 * @param id its id
 * @param path its place in the tree
 * @param spec what it was made from
 * @param state what it is doing
 * @param incarnation which run it is at; 0 if it was never started
 * @param restarts how often it was started again without being asked to
 * @param since when it came to this state
 * @param due when the delay of a child that is BACKING_OFF is over; null otherwise
 * @param waitsFor ids of the siblings it waits for before it can start; empty unless it is NEW or
 *     RESTARTING and {@linkplain ChildSpec#dependsOn depends} on some
 * @param lastExit how its last incarnation ended; null if none has
 */
public record ChildSnapshot(
        String id,
        String path,
        ChildSpec spec,
        ChildState state,
        long incarnation,
        int restarts,
        Instant since,
        @Nullable Instant due,
        List<String> waitsFor,
        @Nullable Exit lastExit) {
    /** Whether it is a supervisor itself. */
    public boolean isSupervisor() {
        return spec.supervisor().isPresent();
    }
}
