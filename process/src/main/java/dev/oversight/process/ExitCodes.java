package dev.oversight.process;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** What exit codes mean by convention. The numbers are those that Linux, macOS and the BSDs share. */
final class ExitCodes {
    private static final Map<Integer, String> SIGNALS = Map.ofEntries(
            Map.entry(1, "SIGHUP"),
            Map.entry(2, "SIGINT"),
            Map.entry(3, "SIGQUIT"),
            Map.entry(4, "SIGILL"),
            Map.entry(5, "SIGTRAP"),
            Map.entry(6, "SIGABRT"),
            Map.entry(8, "SIGFPE"),
            Map.entry(9, "SIGKILL"),
            Map.entry(11, "SIGSEGV"),
            Map.entry(13, "SIGPIPE"),
            Map.entry(14, "SIGALRM"),
            Map.entry(15, "SIGTERM"));

    private static final Map<Integer, String> LINUX = Map.of(
            7, "SIGBUS", 10, "SIGUSR1", 12, "SIGUSR2", 24, "SIGXCPU", 25, "SIGXFSZ", 31, "SIGSYS");

    private static final boolean ON_LINUX = System.getProperty("os.name", "").startsWith("Linux");

    private ExitCodes() {}

    static Optional<String> signal(int exitCode) {
        int number = exitCode - 128;
        if (number < 1 || number > 31) {
            return Optional.empty();
        }
        String name = SIGNALS.get(number);
        if (name == null && ON_LINUX) {
            name = LINUX.get(number);
        }
        return Optional.ofNullable(name);
    }

    /** The exit code that stands for a signal, named with or without SIG. */
    static Optional<Integer> ofSignal(String name) {
        String full = name.startsWith("SIG") ? name : "SIG" + name;
        return IntStream.rangeClosed(129, 159)
                .boxed()
                .filter(code -> signal(code).filter(full::equals).isPresent())
                .findFirst();
    }

    /** The names of this system, by number. */
    static List<String> signals() {
        return IntStream.rangeClosed(129, 159)
                .boxed()
                .flatMap(code -> signal(code).stream())
                .toList();
    }

    static String hint(int exitCode) {
        return switch (exitCode) {
            case 126 -> " (by convention: found, but not executable)";
            case 127 -> " (by convention: a program or its interpreter was not found)";
            default -> "";
        };
    }
}
