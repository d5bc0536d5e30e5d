package dev.oversight.internal;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.io.Writer;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;

/**
 * The {@link System.Logger} {@code dev.oversight}. A logger that throws, or an exception that cannot be
 * printed, must not break off what is only reported here.
 */
final class Log {
    private static final System.Logger LOG = System.getLogger("dev.oversight");

    private Log() {}

    static boolean isLoggable(Level level) {
        try {
            return LOG.isLoggable(level);
        } catch (Throwable broken) {
            return false;
        }
    }

    static void log(Level level, Supplier<String> text, @Nullable Throwable cause) {
        try {
            if (cause == null) {
                LOG.log(level, text.get());
            } else if (isPrintable(cause)) {
                LOG.log(level, text.get(), cause);
            } else {
                LOG.log(
                        level,
                        text.get() + " (its stack cannot be printed: its own methods throw)");
            }
        } catch (Throwable broken) {
            // There is nobody left to tell.
        }
    }

    /** The default logger drops the whole line if the stack it is to print makes it throw. */
    private static boolean isPrintable(Throwable cause) {
        try {
            cause.printStackTrace(new PrintWriter(Writer.nullWriter()));
            return true;
        } catch (Throwable hostile) {
            return false;
        }
    }
}
