package dev.oversight.internal;

import dev.oversight.event.Failure;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** The last ends, of a child or of children that are forgotten. Its size never changes. */
final class ExitMemory {
    private final @Nullable Failure[] ring;
    private int next;

    ExitMemory(int size) {
        ring = new Failure[size];
    }

    void add(Failure end) {
        ring[next] = end;
        next = next + 1 == ring.length ? 0 : next + 1;
    }

    /** Newest first. */
    List<Failure> newestFirst() {
        List<Failure> result = new ArrayList<>();
        for (int age = 1; age <= ring.length; age++) {
            Failure end = ring[Math.floorMod(next - age, ring.length)];
            if (end != null) {
                result.add(end);
            }
        }
        return List.copyOf(result);
    }
}
