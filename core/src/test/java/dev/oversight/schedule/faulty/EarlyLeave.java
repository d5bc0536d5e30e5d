package dev.oversight.schedule.faulty;

import java.util.concurrent.atomic.AtomicBoolean;

/** Counts under an exclusion that is left without telling of what was done in it. */
public final class EarlyLeave {
    private final AtomicBoolean busy = new AtomicBoolean();
    private int count;

    /** Adds one, or nothing if somebody else does. */
    public void count() {
        if (busy.compareAndSet(false, true)) {
            count++;
            busy.setOpaque(false);
        }
    }
}
