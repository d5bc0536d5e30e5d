package dev.oversight.process;

import java.util.Objects;

/**
 * A line that a process wrote.
 *
 * @param childPath the place in the tree of the child, for example {@code root/shop/api}
 * @param incarnation which run of the child wrote it: 1 for the first
 * @param stderr whether it was written to standard error, not to standard output
 * @param text the line without its end, decoded as UTF-8; bytes that are none show as U+FFFD. A line
 *     of more than 8 KiB arrives in pieces
 */
public record ProcessLine(String childPath, long incarnation, boolean stderr, String text) {
    /** Checks that nothing is missing. */
    public ProcessLine {
        Objects.requireNonNull(childPath, "childPath");
        Objects.requireNonNull(text, "text");
    }
}
