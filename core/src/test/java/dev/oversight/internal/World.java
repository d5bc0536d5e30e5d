package dev.oversight.internal;

import dev.oversight.event.Event;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/** What the supervisors of one tree share: the virtual time, the queue of inputs, the habits and the record. */
final class World {
    /** About today, as the engine is run on nanoseconds since 1970. */
    static final long EPOCH = Duration.ofDays(20_000).toNanos();

    record Delivery(StateHarness to, Input input) {}

    private record Timed(long at, long order, Runnable action) {}

    private final Deque<Delivery> queue = new ArrayDeque<>();
    private final PriorityQueue<Timed> timed = new PriorityQueue<>(
            Comparator.comparingLong(Timed::at).thenComparingLong(Timed::order));
    private long orders;

    final Habits habits = new Habits();
    final List<StateHarness> supervisors = new ArrayList<>();
    final List<FakeRun> runs = new ArrayList<>();
    final List<Asked<?>> requests = new ArrayList<>();
    final List<Watched> watches = new ArrayList<>();
    final List<String> effects = new ArrayList<>();
    final List<Event> events = new ArrayList<>();
    long now = EPOCH;

    /** Each loop takes its inputs when the script says so. */
    boolean turns;

    boolean checks = true;

    /** Whether effects and events are kept. */
    boolean records = true;

    /** The greatest number of a run of that path that was let go of and, for all they know, goes on. */
    long lastIncarnation(String path) {
        return runs.stream()
                .filter(run -> run.abandoned && !run.released && run.child.path.equals(path))
                .mapToLong(run -> run.incarnation)
                .max()
                .orElse(0);
    }

    void hand(StateHarness to, Input input) {
        queue.add(new Delivery(to, input));
    }

    boolean hasQueued() {
        return !queue.isEmpty();
    }

    /** What waits in all loops, oldest first. */
    List<Delivery> queued() {
        return List.copyOf(queue);
    }

    /** The oldest input that waits in one loop. */
    Input poll(StateHarness loop) {
        for (Iterator<Delivery> all = queue.iterator(); all.hasNext(); ) {
            Delivery next = all.next();
            if (next.to == loop) {
                all.remove();
                return next.input;
            }
        }
        throw new AssertionError("nothing waits in " + loop.path);
    }

    /** Applies what is queued, and what comes of it. */
    void pump() {
        for (Delivery next = queue.poll(); next != null; next = queue.poll()) {
            next.to.apply(next.input);
        }
    }

    void after(Duration delay, Runnable action) {
        timed.add(new Timed(now + delay.toNanos(), orders++, action));
    }

    /** Lets time pass; at each moment the script comes first, then the alarms. */
    void advance(Duration by) {
        long until = now + by.toNanos();
        pump();
        while (step(until)) {
            pump();
        }
        now = until;
    }

    private boolean step(long until) {
        StateHarness first = null;
        for (StateHarness supervisor : supervisors) {
            if (first == null || supervisor.alarm < first.alarm) {
                first = supervisor;
            }
        }
        Timed next = timed.peek();
        if (next != null && next.at <= until && (first == null || next.at <= first.alarm)) {
            timed.remove();
            now = Math.max(now, next.at);
            next.action.run();
            return true;
        }
        if (first != null && first.alarm <= until) {
            now = Math.max(now, first.alarm);
            first.alarm = Long.MAX_VALUE;
            hand(first, new Input.Woke());
            return true;
        }
        return false;
    }
}
