package dev.oversight;

import dev.oversight.event.Event;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A listener that keeps what it is told. */
final class Recorder implements Listener {
    private final List<Event> events = new CopyOnWriteArrayList<>();

    @Override
    public void on(Event event) {
        events.add(event);
    }

    List<Event> events() {
        return events;
    }

    <E extends Event> List<E> of(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    <E extends Event> List<E> of(Class<E> type, String path) {
        return of(type).stream().filter(e -> e.path().equals(path)).toList();
    }

    /** Waits for an event and hands it out. */
    <E extends Event> E await(Class<E> type, Predicate<? super E> matching) {
        Eventually.await(
                () -> type.getSimpleName() + " among " + events,
                () -> of(type).stream().anyMatch(matching));
        return of(type).stream().filter(matching).findFirst().orElseThrow();
    }

    <E extends Event> E await(Class<E> type, String path) {
        return await(type, e -> e.path().equals(path));
    }
}
