package dev.oversight.benchmarks;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The figures as text: a line for each metric that programs can read, and a table for people. */
final class Report {
    private static final String RATIO = "ratio_to_floor";
    private static final String OWN = "ratio_to_own";

    private final List<Task> tasks;
    private final List<String> peers;
    private final Results results;

    /**
     * A report.
     *
     * @param peers the columns; that of the floor comes behind them
     */
    Report(List<Task> tasks, List<String> peers, Results results) {
        this.tasks = tasks;
        this.peers = new ArrayList<>(peers);
        this.peers.add("floor");
        this.results = results;
    }

    boolean anyFailed() {
        return tasks.stream()
                .flatMap(task -> task.metric().names().stream()
                        .flatMap(metric -> peers.stream()
                                .map(peer -> results.word(metric, task.siblings(), peer))))
                .anyMatch(Results.FAILED::equals);
    }

    /**
     * {@code metric=… siblings=… oversight=… otp=… … floor=… unit=…}, then ratios, then for each peer with
     * a figure its lowest and highest one over the rounds, and how many rounds there were.
     */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Task task : tasks) {
            for (String metric : task.metric().names()) {
                lines.add(line(task, metric));
            }
        }
        return lines;
    }

    private String line(Task task, String metric) {
        int siblings = task.siblings();
        StringBuilder line = new StringBuilder("metric=" + metric + " siblings=" + siblings);
        for (String peer : peers) {
            line.append(' ').append(peer).append('=').append(cell(metric, siblings, peer));
        }
        line.append(" unit=").append(task.metric().unit());
        for (String ratio : List.of(RATIO, OWN)) {
            Spread spread = results.spread(metric, siblings, ratio);
            if (spread != null) {
                line.append(String.format(
                        Locale.ROOT,
                        " %s=%.2f %s_range=%.2f..%.2f",
                        ratio,
                        spread.median(),
                        ratio,
                        spread.min(),
                        spread.max()));
                if (ratio.equals(OWN)) {
                    line.append(" own_at=").append(task.metric().base());
                }
            }
        }
        for (String peer : peers) {
            Spread spread = results.spread(metric, siblings, peer);
            if (spread != null) {
                line.append(String.format(
                        " %s_range=%s..%s", peer, plain(spread.min()), plain(spread.max())));
            }
        }
        return line + " rounds=" + results.count(metric, siblings, peers.getFirst());
    }

    private String cell(String metric, int siblings, String peer) {
        Spread spread = results.spread(metric, siblings, peer);
        return spread != null ? plain(spread.median()) : word(metric, siblings, peer);
    }

    private String word(String metric, int siblings, String peer) {
        return Objects.requireNonNullElse(results.word(metric, siblings, peer), "-");
    }

    /** Three digits that count, or all before the point; never an exponent. */
    static String plain(double figure) {
        int decimals = figure >= 100 ? 0 : figure >= 10 ? 1 : figure >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + decimals + "f", figure);
    }

    /** A table in Markdown. Ratios are of figures, so for a rate more is better, else less is. */
    List<String> table() {
        List<String> rows = new ArrayList<>();
        rows.add("| metric | siblings | " + String.join(" | ", peers)
                + " | to the floor | to own at base |");
        rows.add("|---|---:|" + "---:|".repeat(peers.size() + 2));
        for (Task task : tasks) {
            for (String metric : task.metric().names()) {
                rows.add(row(task, metric));
            }
        }
        return rows;
    }

    private String row(Task task, String metric) {
        int siblings = task.siblings();
        StringBuilder row =
                new StringBuilder(String.format(Locale.ROOT, "| %s | %,d |", metric, siblings));
        for (String peer : peers) {
            Spread spread = results.spread(metric, siblings, peer);
            String text = spread == null
                    ? word(metric, siblings, peer)
                    : readable(spread.median(), task.metric().unit());
            row.append(' ').append(text).append(" |");
        }
        row.append(' ').append(range(results.spread(metric, siblings, RATIO))).append(" |");
        row.append(' ').append(range(results.spread(metric, siblings, OWN))).append(" |");
        return row.toString();
    }

    private static String range(@Nullable Spread spread) {
        return spread == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%.2f (%.2f–%.2f)",
                        spread.median(),
                        spread.min(),
                        spread.max());
    }

    /** With a unit, thousands and millions cut short. */
    static String readable(double figure, String unit) {
        if (!unit.equals("1/s")) {
            String number =
                    figure >= 1_000 ? String.format(Locale.ROOT, "%,.0f", figure) : plain(figure);
            return number + " " + unit.replace("us", "µs");
        }
        if (figure >= 1e6) {
            return String.format(Locale.ROOT, "%.2f M/s", figure / 1e6);
        }
        return figure >= 1e3 ? plain(figure / 1e3) + " k/s" : plain(figure) + " /s";
    }
}
