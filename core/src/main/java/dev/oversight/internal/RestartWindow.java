package dev.oversight.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The restart allowance: at most {@code allowed} restarts within {@code periodNanos}. Never holds
 * more than one entry over the allowance, and nothing older than the period as of the last failure.
 *
 * <p>Semantics: otp-parity, "allowance". A restart exactly one period ago no longer counts.
 */
final class RestartWindow {
    private record Entry(long atNanos, Throwable failure) {}

    private int allowed;
    private long periodNanos;
    private final Deque<Entry> entries = new ArrayDeque<>(2);

    RestartWindow(int allowed, long periodNanos) {
        this.allowed = allowed;
        this.periodNanos = periodNanos;
    }

    /** Counts a restart. False if it is one too many. */
    boolean allows(long now, Throwable failure) {
        forgetOld(now);
        entries.addLast(new Entry(now, failure));
        return entries.size() <= allowed;
    }

    private void forgetOld(long now) {
        while (!entries.isEmpty() && now - entries.getFirst().atNanos >= periodNanos) {
            entries.removeFirst();
        }
    }

    /** From now on others are allowed. What counts goes on counting, what did not count stays forgotten. */
    void change(int newAllowed, long newPeriodNanos, long now) {
        forgetOld(now);
        allowed = newAllowed;
        periodNanos = newPeriodNanos;
    }

    /** The last one was refused and did not take place: it does not count against later ones. */
    void takeBack() {
        entries.removeLast();
    }

    /** Forgets everything. */
    void clear() {
        entries.clear();
    }

    /** The failures that count as of the last one, oldest first. */
    List<Throwable> failures() {
        return entries.stream().map(Entry::failure).toList();
    }
}
