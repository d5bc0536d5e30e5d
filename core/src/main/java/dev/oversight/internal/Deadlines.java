package dev.oversight.internal;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * The children whose readiness limit, heartbeat, shutdown budget or delay runs, earliest first. A child is in
 * one of these situations at most, so it is its own entry: a binary heap in which each child knows
 * its index, and takes itself out without a search.
 */
final class Deadlines {
    private @Nullable Child[] heap = new Child[4];
    private int size;

    /** When the first is due; {@link Long#MAX_VALUE} if there is none. */
    long earliest() {
        return size == 0 ? Long.MAX_VALUE : at(0).dueNanos;
    }

    void add(Child child, long dueNanos) {
        if (child.heapIndex >= 0) {
            throw new IllegalStateException(child.path + " has a deadline already");
        }
        child.dueNanos = dueNanos;
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        up(size++, child);
    }

    /** Takes a child out; does nothing if it has no deadline. */
    void remove(Child child) {
        int index = child.heapIndex;
        if (index < 0) {
            return;
        }
        child.heapIndex = -1;
        Child last = at(--size);
        heap[size] = null;
        if (last != child) {
            if (index > 0 && last.dueNanos < at((index - 1) / 2).dueNanos) {
                up(index, last);
            } else {
                down(index, last);
            }
        }
    }

    /** Takes out the first child that is due; null if none is. */
    @Nullable
    Child pollDue(long now) {
        if (earliest() > now) {
            return null;
        }
        Child due = at(0);
        remove(due);
        return due;
    }

    private Child at(int index) {
        Child child = heap[index];
        if (child == null) {
            throw new IllegalStateException("no deadline at " + index + " of " + size);
        }
        return child;
    }

    private void up(int start, Child child) {
        int index = start;
        while (index > 0 && child.dueNanos < at((index - 1) / 2).dueNanos) {
            put(index, at((index - 1) / 2));
            index = (index - 1) / 2;
        }
        put(index, child);
    }

    private void down(int start, Child child) {
        int index = start;
        while (2 * index + 1 < size) {
            int smaller = 2 * index + 1;
            if (smaller + 1 < size && at(smaller + 1).dueNanos < at(smaller).dueNanos) {
                smaller++;
            }
            if (at(smaller).dueNanos >= child.dueNanos) {
                break;
            }
            put(index, at(smaller));
            index = smaller;
        }
        put(index, child);
    }

    private void put(int index, Child child) {
        heap[index] = child;
        child.heapIndex = index;
    }
}
