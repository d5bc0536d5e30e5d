package dev.oversight.testkit;

import dev.oversight.event.Event;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The events of a tree, or some of them, in the order in which they were decided. An immutable value;
 * each filter returns a new one.
 */
public final class Recording {
    private final long startNanos;
    private final List<Event> events;

    Recording(long startNanos, List<Event> events) {
        this.startNanos = startNanos;
        this.events = List.copyOf(events);
    }

    /** The events; unmodifiable. */
    public List<Event> events() {
        return events;
    }

    /** How many there are. */
    public int size() {
        return events.size();
    }

    /** Those of a type, as that type. */
    public <E extends Event> List<E> of(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Those about a place and all that is below it, by its whole path. */
    public Recording below(String path) {
        return where(e -> e.path().equals(path) || e.path().startsWith(path + "/"));
    }

    /** Those that are such facts. */
    public Recording of(Fact fact) {
        return where(event -> fact.matches(event, startNanos));
    }

    /** Those for which the condition holds. */
    public Recording where(Predicate<? super Event> condition) {
        return new Recording(startNanos, events.stream().filter(condition).toList());
    }

    Recording from(int index) {
        return new Recording(startNanos, events.subList(Math.min(index, size()), size()));
    }

    long startNanos() {
        return startNanos;
    }

    /** One line per event: when, counted from the start of the tree, and what. */
    public String timeline() {
        return events.isEmpty()
                ? "    (nothing happened)"
                : events.stream().map(this::line).collect(Collectors.joining("\n"));
    }

    String line(Event event) {
        return "    " + offset(event.atNanos() - startNanos) + "  " + event.text();
    }

    static String offset(long nanos) {
        Duration time = Duration.ofNanos(nanos);
        long hours = time.toHours();
        String seconds = String.format(
                Locale.ROOT,
                "%02d:%02d.%03d",
                time.toMinutesPart(),
                time.toSecondsPart(),
                time.toMillisPart());
        return "+" + (hours == 0 ? "" : hours + ":") + seconds;
    }

    @Override
    public String toString() {
        return "Recording of " + size() + " events\n" + timeline();
    }
}
