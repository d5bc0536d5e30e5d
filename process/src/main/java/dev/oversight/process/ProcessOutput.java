package dev.oversight.process;

import java.lang.System.Logger.Level;

/**
 * Takes what a process writes, line by line.
 *
 * <p>Called in a platform thread of the stream: the lines of standard output come one after another
 * and in order, and so do those of standard error, but the two streams, and processes that share an
 * instance, call at the same time. So an implementation is safe for use from several threads.
 *
 * <p>No line is lost if it is slow: the process waits, as it would for a slow pipe. Lines may still
 * arrive after the child has ended, if it is slower than that. If it throws, that is logged and the
 * next line is given to it all the same.
 */
@FunctionalInterface
public interface ProcessOutput {
    /** Takes a line. May block. */
    void line(ProcessLine line);

    /**
     * Writes each line to the {@link System.Logger} {@code dev.oversight.process}, at level {@code INFO},
     * with the child's path in front. The default of {@link ProcessSpec}.
     */
    static ProcessOutput toLogger() {
        return line -> Log.LOG.log(Level.INFO, () -> line.childPath() + " | " + line.text());
    }

    /** Drops every line; the last ones are still in a {@link ProcessFailedException}. */
    static ProcessOutput none() {
        return line -> {};
    }
}
