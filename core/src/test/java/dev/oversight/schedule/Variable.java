package dev.oversight.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A field, an element of an array or an object, as one schedule has used it. */
final class Variable {
    /** The last one of a thread. */
    record Access(int thread, int tick, String who, String place, AccessMode mode) {
        /** Whether nothing can be relied on if neither happens before the other. */
        private boolean conflictsWith(Access other) {
            return thread != other.thread
                    && (mode.writes() || other.mode.writes())
                    && (mode.plain() || other.mode.plain());
        }

        private boolean isSuperseded(Access next) {
            return thread == next.thread
                    && mode.plain() == next.mode.plain()
                    && mode.writes() == next.mode.writes();
        }

        @Override
        public String toString() {
            String what = mode.plain() ? "" : " atomically";
            return (mode.writes() ? "written" : "read") + what + " by " + who + " at " + place;
        }
    }

    private final Object name;
    private final List<Access> accesses = new ArrayList<>(2);
    private VectorClock released;

    Variable(Object name) {
        this.name = name;
    }

    /** Names are interned, or numbers. */
    boolean isCalled(Object other) {
        return name == other || other instanceof Integer && name.equals(other);
    }

    /** Whether that thread has just done the same. */
    boolean isRepeated(int thread, int tick, AccessMode mode) {
        int size = accesses.size();
        if (size == 0) {
            return false;
        }
        Access last = accesses.get(size - 1);
        return last.thread == thread && last.tick == tick && last.mode == mode;
    }

    /**
     * Notes one. Told is whatever conflicts with it and does not happen before it. A plain write stands for
     * all before it: what races with one of those races with it, or was told.
     */
    void add(Access next, VectorClock known, Consumer<Access> told) {
        boolean standsForAll = next.mode.plain() && next.mode.writes();
        for (int i = accesses.size() - 1; i >= 0; i--) {
            Access before = accesses.get(i);
            if (next.conflictsWith(before) && !known.covers(before.thread, before.tick)) {
                told.accept(before);
            }
            if (standsForAll || before.isSuperseded(next)) {
                accesses.remove(i);
            }
        }
        accesses.add(next);
    }

    /** What happens before whatever acquires it from now on. */
    void release(VectorClock clock) {
        if (released == null) {
            released = clock.copy();
        } else {
            released.join(clock);
        }
    }

    void acquire(VectorClock clock) {
        if (released != null) {
            clock.join(released);
        }
    }
}
