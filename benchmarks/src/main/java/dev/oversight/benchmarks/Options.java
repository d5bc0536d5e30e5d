package dev.oversight.benchmarks;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the command line asked for.
 *
 * @param quick less of everything, in under two minutes
 * @param rounds how often each peer is asked
 * @param tasks what is measured
 * @param plot the file for the cost as the number of children grows; null for none
 */
record Options(
        boolean quick,
        int rounds,
        List<Task> tasks,
        @Nullable Path plot) {
    private static final int ROUNDS = 5;
    private static final int QUICK_ROUNDS = 3;

    /** Throws {@link IllegalArgumentException} saying what is wrong. */
    static Options parse(String... args) {
        boolean quick = List.of(args).contains("--quick");
        int rounds = quick ? QUICK_ROUNDS : ROUNDS;
        List<Task> tasks = Task.all(quick);
        Path plot = null;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--quick" -> {
                    // seen above
                }
                case "--rounds" -> rounds = positive(args[i], value(args, ++i));
                case "--only" -> tasks = only(tasks, List.of(value(args, ++i).split(",")));
                case "--plot" -> plot = Path.of(value(args, ++i));
                default ->
                    throw new IllegalArgumentException(
                            "unknown option " + args[i] + "; see --help");
            }
        }
        return new Options(quick, rounds, tasks, plot);
    }

    private static String value(String[] args, int index) {
        if (index == args.length) {
            throw new IllegalArgumentException(args[index - 1] + " needs a value");
        }
        return args[index];
    }

    private static int positive(String option, String value) {
        try {
            int number = Integer.parseInt(value);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException wrong) {
            // said below
        }
        throw new IllegalArgumentException(option + " needs a number above 0, not " + value);
    }

    private static List<Task> only(List<Task> tasks, List<String> names) {
        for (String name : names) {
            if (tasks.stream().noneMatch(task -> task.metric().names().contains(name))) {
                Stream<String> known =
                        tasks.stream().flatMap(task -> task.metric().names().stream());
                throw new IllegalArgumentException("there is no metric " + name + "; there are "
                        + known.distinct().toList());
            }
        }
        return tasks.stream()
                .filter(task -> task.metric().names().stream().anyMatch(names::contains))
                .toList();
    }
}
