package dev.oversight.schedule;

import java.util.Map;
import java.util.function.BiFunction;

/**
 * What the engine calls before each shared access, once {@link PreemptiveLoader} has loaded it. Only one
 * thread runs at a time, so nothing here is volatile.
 */
public final class Preemption {
    private static SeededScheduler scheduler;

    /** In the exclusion of a hash table, where a thread that is held up would block the others for real. */
    private static int inTables;

    private Preemption() {}

    static void use(SeededScheduler next) {
        scheduler = next;
        inTables = 0;
    }

    /** Called by the engine. */
    public static void point() {
        SeededScheduler current = scheduler;
        if (current != null
                && inTables == 0
                && Thread.currentThread().isVirtual()
                && current.switchesHere()) {
            current.heldUp(place());
            Thread.yield();
        }
    }

    private static StackTraceElement place() {
        return new Throwable().getStackTrace()[2];
    }

    /** Called by the engine in place of the same method of the table. */
    public static <K, V> V compute(
            Map<K, V> table,
            K key,
            BiFunction<? super K, ? super V, ? extends V> change,
            String place) {
        point();
        Accesses.callsWith(table, key, "compute", place);
        inTables++;
        try {
            return table.compute(key, change);
        } finally {
            inTables--;
            Accesses.calledWith(table, key, "compute");
        }
    }

    /** Called by the engine in place of the same method of the table. */
    public static <K, V> V computeIfPresent(
            Map<K, V> table,
            K key,
            BiFunction<? super K, ? super V, ? extends V> change,
            String place) {
        point();
        Accesses.callsWith(table, key, "computeIfPresent", place);
        inTables++;
        try {
            return table.computeIfPresent(key, change);
        } finally {
            inTables--;
            Accesses.calledWith(table, key, "computeIfPresent");
        }
    }
}
