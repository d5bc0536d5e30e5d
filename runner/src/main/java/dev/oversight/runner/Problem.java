package dev.oversight.runner;

import java.util.Comparator;

/**
 * One thing that is wrong with a tree file.
 *
 * @param line counted from 1; 0 if it is about the file as a whole
 * @param column counted from 1, in characters
 * @param place the path of the child or supervisor; empty if it is about none
 * @param text what was found, what was expected, and the cure
 */
record Problem(int line, int column, String place, String text) implements Comparable<Problem> {
    private static final Comparator<Problem> ORDER = Comparator.comparingInt(Problem::line)
            .thenComparingInt(Problem::column)
            .thenComparing(Problem::place)
            .thenComparing(Problem::text);

    @Override
    public int compareTo(Problem other) {
        return ORDER.compare(this, other);
    }

    /** {@code file:line:col: place: text}, the form that editors can jump to. */
    String in(String file) {
        String where = line == 0 ? file : file + ":" + line + ":" + column;
        return where + ": " + (place.isEmpty() ? "" : place + ": ") + text;
    }
}
