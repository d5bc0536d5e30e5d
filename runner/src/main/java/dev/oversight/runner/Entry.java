package dev.oversight.runner;

import dev.oversight.AtLimit;
import dev.oversight.AutoShutdown;
import dev.oversight.Dependency;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.StopOrder;
import dev.oversight.Strategy;
import dev.oversight.process.ProcessSpec;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a tree file says, after every check: a supervisor or a program. */
sealed interface Entry {
    /** The name among its siblings. */
    String id();

    /** How its own supervisor treats it. The root has none, and carries the defaults. */
    ChildRules rules();

    /**
     * The rules of every child.
     *
     * @param limit how often it may be restarted itself; empty if only its supervisor limits that
     * @param needs the siblings it waits for
     */
    record ChildRules(
            Restart restart,
            Shutdown shutdown,
            Delay delay,
            boolean significant,
            Map<String, String> labels,
            Optional<Intensity> limit,
            List<Dependency> needs) {
        public ChildRules {
            labels = Map.copyOf(labels);
            needs = List.copyOf(needs);
        }
    }

    /**
     * An operating-system process.
     *
     * @param variables the names of the environment variables that the file sets
     */
    record Program(
            String id,
            ChildRules rules,
            ProcessSpec process,
            Set<String> variables,
            Optional<Ready> ready)
            implements Entry {}

    /** A supervisor, with its children in start order. */
    record Supervisor(String id, ChildRules rules, SupervisorRules own, List<Entry> children)
            implements Entry {
        public Supervisor {
            children = List.copyOf(children);
        }

        /** Whether what the children need decides their order, instead of their place in the file. */
        boolean isOrderedByDependencies() {
            return own.strategy().equals(Strategy.REST_FOR_DEPENDENTS)
                    || children.stream()
                            .anyMatch(child -> !child.rules().needs().isEmpty());
        }
    }

    /** The rules by which a supervisor keeps its children. */
    record SupervisorRules(
            Strategy strategy,
            Optional<Intensity> intensity,
            AutoShutdown autoShutdown,
            StopOrder stopOrder) {}

    /**
     * How many restarts are allowed in how much time, and what happens then; a supervisor without
     * one never gives up.
     */
    record Intensity(int restarts, Duration within, AtLimit then) {
        /**
         * The runner's default. The library's, 1 in 5 s, would be spent before the runner's delays
         * have reached their third step; this one gives up after about six seconds of a program
         * that fails as soon as it starts, and never on one that lives for five seconds each time.
         */
        static final Intensity DEFAULT =
                new Intensity(5, Duration.ofSeconds(30), AtLimit.escalate());
    }

    /** When a program counts as up. */
    sealed interface Ready {
        /** How long it may take. */
        Duration within();

        /** When something accepts connections there. */
        record Port(int port, Duration within) implements Ready {}

        /** When it writes a line that contains the text. */
        record Log(String text, Duration within) implements Ready {}
    }
}
