package dev.oversight.process;

import dev.oversight.Exit;
import dev.oversight.Restart;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Restart rules that look at how a process ended: its exit code or the signal that killed it. They are
 * {@link Restart} rules, and combine with others by {@link Restart#or} and {@link Restart#unless}:
 *
 * <pre>{@code
 * import static dev.oversight.process.ProcessRestart.*;
 *
 * worker.toChild("worker").restart(unlessExitCode(0, 3))                 // 3: the input is bad
 * batch.toChild("batch").restart(onExitCode(75).or(onSignal("SIGKILL"))) // try again later; out of memory
 * }</pre>
 *
 * <p>A failure that is no end of a process (a program that was not found, a start that took too long)
 * has no exit code: {@link #unlessExitCode} restarts after it, the others do not.
 */
public final class ProcessRestart {
    /**
     * One rule.
     *
     * @param codes exit codes, as the system tells them: a signal is 128 plus its number
     * @param on whether these lead to a restart, or all others do
     * @param text what the rule says of itself
     */
    private record Rule(Set<Integer> codes, boolean on, String text) implements Restart {
        @Override
        public boolean shouldRestart(Exit exit) {
            return isOneOf(exit) == on;
        }

        private boolean isOneOf(Exit exit) {
            return switch (exit.kind()) {
                case COMPLETED -> codes.contains(0);
                case FAILED ->
                    exit.cause() instanceof ProcessFailedException failed
                            && codes.contains(failed.exitCode());
                default -> false; // asked for, so that no rule decides on it
            };
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private ProcessRestart() {}

    /**
     * Started again if it ends with one of these exit codes; any other end completes it. 0 is the normal
     * end; 128 and more may be a signal, see {@link ProcessFailedException#exitCode()}.
     *
     * @param codes at least one; 0 to 255
     * @throws IllegalArgumentException if there is none, or one is out of range
     */
    public static Restart onExitCode(int... codes) {
        return ofCodes(true, codes);
    }

    /**
     * Started again whatever happens, unless it ends with one of these exit codes.
     *
     * @param codes as in {@link #onExitCode}
     * @throws IllegalArgumentException if there is none, or one is out of range
     */
    public static Restart unlessExitCode(int... codes) {
        return ofCodes(false, codes);
    }

    /**
     * Started again if one of these signals killed it; any other end completes it.
     *
     * @param names at least one; {@code "SIGKILL"} or {@code "KILL"}. A program that exits as if a signal
     *     had killed it counts, see {@link ProcessFailedException#signal()}
     * @throws IllegalArgumentException if there is none, or one is no signal of this system
     */
    public static Restart onSignal(String... names) {
        return ofSignals(true, names);
    }

    /** The names that {@link #onSignal} knows on this system, in the order of their numbers. */
    public static List<String> signals() {
        return ExitCodes.signals();
    }

    private static Restart ofCodes(boolean on, int... codes) {
        Set<Integer> set = new TreeSet<>();
        for (int code : codes) {
            if (code < 0 || code > 255) {
                throw new IllegalArgumentException("the exit code is " + code
                        + ", expected 0 to 255; a process has no others");
            }
            set.add(code);
        }
        return rule(set, on, "exit code", set.stream().map(String::valueOf));
    }

    private static Restart ofSignals(boolean on, String... names) {
        Set<Integer> set = new TreeSet<>();
        for (String name : names) {
            set.add(ExitCodes.ofSignal(name)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "the signal is \"" + name + "\", expected one of "
                                    + String.join(", ", signals()) + "; use one of them")));
        }
        return rule(
                set, on, "signal", set.stream().flatMap(code -> ExitCodes.signal(code).stream()));
    }

    private static Restart rule(Set<Integer> codes, boolean on, String what, Stream<String> names) {
        if (codes.isEmpty()) {
            throw new IllegalArgumentException(
                    "the rule has no " + what + ", expected at least one; add it");
        }
        return new Rule(
                Set.copyOf(codes),
                on,
                (on ? "on " : "unless ") + what + " " + names.collect(Collectors.joining(", ")));
    }
}
