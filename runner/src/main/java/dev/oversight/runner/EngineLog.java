package dev.oversight.runner;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Keeps the libraries' own log quiet: what the engine logs, the runner prints from its events. What
 * no event tells, a warning of the process module, is shown.
 */
final class EngineLog extends Handler {
    private static final String PROCESS = "dev.oversight.process";

    /** Held, since java.util.logging forgets the settings of a logger that nobody holds. */
    private static final Logger LOGGER = Logger.getLogger("dev.oversight");

    private final Screen screen;

    private EngineLog(Screen screen) {
        this.screen = screen;
        setFormatter(new SimpleFormatter());
        setLevel(Level.WARNING);
    }

    static void quieten(Screen screen) {
        LOGGER.setUseParentHandlers(false);
        LOGGER.setLevel(Level.WARNING);
        LOGGER.addHandler(new EngineLog(screen));
    }

    @Override
    public void publish(LogRecord record) {
        String logger = record.getLoggerName();
        if (logger != null && logger.startsWith(PROCESS) && isLoggable(record)) {
            screen.problem(getFormatter().formatMessage(record));
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
