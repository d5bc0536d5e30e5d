package dev.oversight.testkit;

import dev.oversight.Listener;
import dev.oversight.event.Event;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Keeps what the root supervisor tells. */
final class Recorder implements Listener {
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();

    @Override
    public void on(Event event) {
        events.add(event);
    }

    int size() {
        return events.size();
    }

    Recording recording(long startNanos) {
        return new Recording(startNanos, List.copyOf(events));
    }
}
