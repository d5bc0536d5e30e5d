package dev.oversight.process;

import java.util.List;
import java.util.Optional;

/**
 * A process ended, nobody had asked it to, and its exit code was not 0. The message has the code or
 * the signal and the last line it wrote.
 */
public final class ProcessFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String path;
    private final int exitCode;

    @SuppressWarnings("serial") // List.copyOf
    private final List<String> lastLines;

    ProcessFailedException(String path, int exitCode, List<String> lastLines) {
        super(message(path, exitCode, lastLines));
        this.path = path;
        this.exitCode = exitCode;
        this.lastLines = List.copyOf(lastLines);
    }

    private static String message(String path, int exitCode, List<String> lastLines) {
        StringBuilder text = new StringBuilder(path);
        Optional<String> signal = ExitCodes.signal(exitCode);
        if (signal.isPresent()) {
            text.append(" was killed by ").append(signal.get());
        } else {
            text.append(" exited with code ").append(exitCode).append(ExitCodes.hint(exitCode));
        }
        if (lastLines.isEmpty()) {
            text.append("; it wrote nothing");
        } else {
            text.append("; last output: ").append(lastLines.get(lastLines.size() - 1));
        }
        return text.toString();
    }

    /** The place in the tree of the child, for example {@code root/shop/api}. */
    public String path() {
        return path;
    }

    /** The code it exited with; 128 plus the number of the signal if a signal killed it. */
    public int exitCode() {
        return exitCode;
    }

    /**
     * The signal that killed it, for example {@code SIGKILL}; empty if it exited. A program that exits
     * with 128 plus the number of a signal, as shells and JVMs do for one they got, looks the same.
     */
    public Optional<String> signal() {
        return ExitCodes.signal(exitCode);
    }

    /** The last lines of standard output and standard error, oldest first, at most 10. */
    public List<String> lastLines() {
        return lastLines;
    }
}
