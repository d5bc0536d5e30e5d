package dev.oversight.internal;

import dev.oversight.Listener;
import dev.oversight.event.Event;
import dev.oversight.event.LimitsChanged;
import dev.oversight.spi.Platform;

/** The queue of a listener that has room for a few events. */
public final class SmallListenerQueue {
    private static final Event FACT = new LimitsChanged("root", 0, 1, null);

    private final ListenerQueue queue;

    /** A queue without a thread. */
    public SmallListenerQueue(Listener listener, Platform platform, int capacity) {
        queue = new ListenerQueue("root", listener, platform, capacity);
    }

    /** Hands in one event. */
    public void offer() {
        queue.offer(FACT);
    }
}
