package dev.oversight.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One metric at one number of children.
 *
 * @param siblings how many children there are, or are beside the one that is looked at
 * @param quick with a tenth of the repetitions
 */
record Task(Metric metric, int siblings, boolean quick) {
    /** Step from one child to the next when children all over the tree are picked; a prime. */
    private static final int STRIDE = 7919;

    /** All there is to measure. */
    static List<Task> all(boolean quick) {
        List<Task> tasks = new ArrayList<>();
        for (Metric metric : Metric.values()) {
            for (int size : metric.sizes(quick)) {
                tasks.add(new Task(metric, size, quick));
            }
        }
        return tasks;
    }

    /** Reads {@link #argument}. */
    static Task parse(String argument, boolean quick) {
        String[] parts = argument.split(":", 2);
        Metric metric = Metric.valueOf(parts[0].toUpperCase(Locale.ROOT));
        return new Task(metric, Integer.parseInt(parts[1]), quick);
    }

    /** How a peer's process is told of it: {@code crash_restart:100000}. */
    String argument() {
        return metric.name().toLowerCase(Locale.ROOT) + ":" + siblings;
    }

    Task at(int otherSize) {
        return new Task(metric, otherSize, quick);
    }

    /** How often something is to be repeated. */
    int scaled(int full) {
        return quick ? full / 10 : full;
    }

    /** How often in a row a child crashes; fewer would measure the compiler of the JVM. */
    int crashes() {
        return quick ? 100_000 : 200_000;
    }

    /** Numbers of different children all over the tree, for up to as many picks as there are children. */
    int pick(int index) {
        return (int) ((long) index * STRIDE % siblings);
    }
}
