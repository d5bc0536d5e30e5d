package dev.oversight.runner;

import java.io.Console;
import java.util.List;
import java.util.Map;

/** When to use colours, and which. */
enum Colour {
    /** On a terminal, unless {@code NO_COLOR} is set or {@code TERM} is {@code dumb}. */
    AUTO,
    ALWAYS,
    NEVER;

    static final String RESET = "\u001b[0m";
    static final String BOLD = "\u001b[1m";
    static final String DIM = "\u001b[2m";
    static final String RED = "\u001b[31m";

    /** Those that can be read on light and dark backgrounds; red is for what is wrong. */
    private static final List<String> NAMES = List.of(
            "\u001b[36m",
            "\u001b[33m",
            "\u001b[32m",
            "\u001b[35m",
            "\u001b[34m",
            "\u001b[96m",
            "\u001b[93m",
            "\u001b[92m",
            "\u001b[95m",
            "\u001b[94m");

    /** The colour of the n-th child. */
    static String ofChild(int n) {
        return NAMES.get(n % NAMES.size());
    }

    /** Whether this means colours for a process with that environment. */
    boolean isOn(Map<String, String> environment, boolean terminal) {
        return switch (this) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO ->
                terminal
                        && environment.getOrDefault("NO_COLOR", "").isEmpty()
                        && !environment.getOrDefault("TERM", "").equals("dumb");
        };
    }

    /** Whether this means colours here. */
    @SuppressWarnings("SystemConsoleNull") // null is still allowed, and seen without a terminal
    boolean isOn() {
        Console console = System.console();
        return isOn(System.getenv(), console != null && console.isTerminal());
    }
}
