package dev.oversight.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Does the same work on all peers that this machine has, and reports the figures: one line for each
 * metric and number of children, then a table. The command {@code benchmarks/compare} runs it.
 *
 * <p>A round measures every task once on every peer, each time in a process of its own, so that all see
 * the same noise and no JVM's luck is everybody's. In a hurry a peer does all tasks in one process.
 */
public final class Compare {
    private static final Duration QUICK_TOTAL = Duration.ofSeconds(105);
    private static final Duration QUICK_LIMIT = Duration.ofSeconds(45);
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Options options;
    private final List<Contender> contenders;
    private final List<Task> tasks;
    private final Path folder;
    private final long began = System.nanoTime();
    private final Results results = new Results();
    private final Set<String> remarks = new LinkedHashSet<>();

    Compare(Options options, List<Contender> contenders, List<Task> tasks, Path folder) {
        this.options = options;
        this.contenders = contenders;
        this.tasks = tasks;
        this.folder = folder;
    }

    /** Takes the options that {@code benchmarks/compare --help} lists. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("benchmarks", "benchmarks"));
        Options options;
        try {
            options = Options.parse(args);
        } catch (IllegalArgumentException wrong) {
            System.err.println("compare: " + wrong.getMessage());
            System.exit(2);
            return;
        }
        Path folder = Files.createDirectories(home.resolve("target/compare"));
        List<Contender> contenders = Contender.all(home.resolve("peers"));
        Compare compare = new Compare(options, contenders, options.tasks(), folder);
        Results results = compare.run();
        Report report = new Report(
                options.tasks(), contenders.stream().map(Contender::name).toList(), results);
        compare.remarks.forEach(System.out::println);
        report.lines().forEach(System.out::println);
        System.out.println();
        report.table().forEach(System.out::println);
        Path plot = options.plot();
        if (plot != null) {
            Files.writeString(plot, new CostBySize(results).svg());
            System.err.println("compare: drew " + plot);
        }
        if (report.anyFailed()) {
            System.err.println("compare: what the failed said is in " + folder + "/*.err");
            System.exit(1);
        }
    }

    Results run() throws IOException, InterruptedException {
        for (Contender contender : contenders) {
            Files.deleteIfExists(folder.resolve(contender.name() + ".err"));
        }
        long roundBegan = began;
        for (int round = 1; round <= options.rounds(); round++) {
            for (List<Task> group : groups()) {
                for (Contender contender : contenders) {
                    ask(round, contender, group);
                }
            }
            long now = System.nanoTime();
            if (options.quick()
                    && round < options.rounds()
                    && now - began + now - roundBegan > QUICK_TOTAL.toNanos()) {
                say("no time for more than " + round + " of " + options.rounds() + " rounds");
                break;
            }
            roundBegan = now;
        }
        return results;
    }

    /** What one process does. */
    private List<List<Task>> groups() {
        return options.quick() ? List.of(tasks) : tasks.stream().map(List::of).toList();
    }

    private void ask(int round, Contender contender, List<Task> group)
            throws IOException, InterruptedException {
        String name = contender.name();
        if (contender.isAbsent()) {
            group.forEach(task -> mark(name, task, "absent"));
            return;
        }
        List<Task> open = group.stream().filter(task -> isOpen(name, task)).toList();
        if (open.isEmpty()) {
            return;
        }
        long begin = System.nanoTime();
        int before = open.stream().mapToInt(task -> count(name, task)).sum();
        for (String said : contender.run(open, options.quick() ? QUICK_LIMIT : LIMIT, folder)) {
            Line line = Line.parse(said);
            if (line != null) {
                results.add(name, line);
            } else if (said.startsWith("# ")) {
                remarks.add(said);
            }
        }
        for (Task task : open) {
            if (isOpen(name, task)
                    && count(name, task) < round * task.metric().names().size()) {
                mark(name, task, Results.FAILED);
            }
        }
        int after = open.stream().mapToInt(task -> count(name, task)).sum();
        say(String.format(
                "round %d of %d, %s %s: %d figures in %.1f s",
                round,
                options.rounds(),
                name,
                options.quick() ? "all" : open.getFirst().argument(),
                after - before,
                (System.nanoTime() - begin) / 1e9));
    }

    /** False once a peer has said that it has no such thing, or has failed: it is not asked again. */
    private boolean isOpen(String name, Task task) {
        return results.word(task.metric().names().getFirst(), task.siblings(), name) == null;
    }

    private int count(String name, Task task) {
        return task.metric().names().stream()
                .mapToInt(metric -> results.count(metric, task.siblings(), name))
                .sum();
    }

    private void mark(String name, Task task, String word) {
        for (String metric : task.metric().names()) {
            results.add(name, new Line(metric, "", task.siblings(), word));
        }
    }

    private static void say(String text) {
        System.err.println("compare: " + text);
    }
}
