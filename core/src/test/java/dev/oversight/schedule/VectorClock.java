package dev.oversight.schedule;

import java.util.Arrays;

/** How far each thread had come, at the least, as one of them knows it. */
final class VectorClock {
    private int[] ticks = new int[8];

    private int of(int thread) {
        return thread < ticks.length ? ticks[thread] : 0;
    }

    /** Where that thread is itself. */
    int now(int thread) {
        return of(thread);
    }

    /** Whether what that thread did at that time happens before what is done with this clock. */
    boolean covers(int thread, int tick) {
        return tick <= of(thread);
    }

    void tick(int thread) {
        reach(thread + 1);
        ticks[thread]++;
    }

    void join(VectorClock other) {
        reach(other.ticks.length);
        for (int thread = 0; thread < other.ticks.length; thread++) {
            ticks[thread] = Math.max(ticks[thread], other.ticks[thread]);
        }
    }

    VectorClock copy() {
        VectorClock copy = new VectorClock();
        copy.ticks = ticks.clone();
        return copy;
    }

    private void reach(int length) {
        if (length > ticks.length) {
            ticks = Arrays.copyOf(ticks, Math.max(length, 2 * ticks.length));
        }
    }
}
