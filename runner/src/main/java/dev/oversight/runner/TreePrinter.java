package dev.oversight.runner;

import dev.oversight.AtLimit;
import dev.oversight.AutoShutdown;
import dev.oversight.Dependency;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.StopOrder;
import dev.oversight.Strategy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Draws a tree, with the rules of each node in words. */
final class TreePrinter {
    private final Path base;
    private final boolean boxes;
    private final List<String> lines = new ArrayList<>();

    private TreePrinter(Path base, boolean boxes) {
        this.base = base;
        this.boxes = boxes;
    }

    /**
     * The lines of the picture.
     *
     * @param base the folder of the file: other folders are shown as seen from there
     * @param boxes whether to draw with box characters; with ASCII if not
     */
    static List<String> lines(Entry.Supervisor root, Path base, boolean boxes) {
        TreePrinter printer = new TreePrinter(base, boxes);
        printer.node(root, "", "", true);
        return printer.lines;
    }

    private void node(Entry entry, String first, String rest, boolean root) {
        List<String> text = new ArrayList<>();
        String below = "";
        switch (entry) {
            case Entry.Supervisor supervisor -> {
                lines.add(first + entry.id() + ": " + strategy(supervisor.own().strategy()));
                text.add(keeps(supervisor.own()));
                order(supervisor, text);
                needs(entry.rules(), text);
                if (!root) {
                    text.add(restarted(entry.rules()) + stop(entry.rules().shutdown(), false));
                }
                below = supervisor.children().isEmpty() ? "" : (boxes ? "│" : "|");
            }
            case Entry.Program program -> {
                lines.add(first + entry.id() + ": " + command(program.process().command()));
                place(program, text);
                needs(entry.rules(), text);
                program.ready().ifPresent(ready -> text.add(ready(ready)));
                text.add(restarted(entry.rules()) + stop(entry.rules().shutdown(), true));
            }
        }
        entry.rules().limit().ifPresent(limit -> text.add(limit(limit, false)));
        extras(entry.rules(), text);
        String margin = rest + (below.isEmpty() ? "    " : below + "   ");
        text.forEach(line -> lines.add(margin + line));
        if (entry instanceof Entry.Supervisor supervisor) {
            children(supervisor.children(), rest);
        }
    }

    private void children(List<Entry> children, String rest) {
        for (int i = 0; i < children.size(); i++) {
            boolean last = i == children.size() - 1;
            String branch = boxes ? (last ? "└── " : "├── ") : (last ? "`-- " : "|-- ");
            String trunk = last ? "    " : (boxes ? "│   " : "|   ");
            node(children.get(i), rest + branch, rest + trunk, false);
        }
    }

    private static String strategy(Strategy strategy) {
        if (strategy.equals(Strategy.ONE_FOR_ALL)) {
            return "one_for_all: when a child fails, all are restarted";
        }
        if (strategy.equals(Strategy.REST_FOR_DEPENDENTS)) {
            return "rest_for_dependents: when a child fails, it and those that depend on it are"
                    + " restarted";
        }
        return strategy.equals(Strategy.REST_FOR_ONE)
                ? "rest_for_one: when a child fails, it and those after it are restarted"
                : "one_for_one: when a child fails, it alone is restarted";
    }

    private static String keeps(Entry.SupervisorRules own) {
        String gives =
                own.intensity().map(allowed -> limit(allowed, true)).orElse("never gives up");
        return gives + "; " + ends(own.autoShutdown());
    }

    /** What happens when restarting does not help: for all children together, or for one. */
    private static String limit(Entry.Intensity allowed, boolean all) {
        String then = switch (allowed.then()) {
            case AtLimit.Escalate() -> all ? "gives up" : "makes its supervisor give up";
            case AtLimit.Park() -> all ? "parks the child that failed" : "is parked";
            case AtLimit.CoolDown(Duration pause) ->
                (all ? "restarts nothing for " : "pauses for ") + DurationText.of(pause);
        };
        return then
                + (allowed.restarts() == 0
                        ? " at the first failure"
                        : " after more than " + allowed.restarts()
                                + (allowed.restarts() == 1 ? " restart" : " restarts") + " within "
                                + DurationText.of(allowed.within()));
    }

    private static void order(Entry.Supervisor supervisor, List<String> text) {
        if (supervisor.isOrderedByDependencies()) {
            text.add("starts each child when what it depends on is there, others at the same time");
        }
        if (supervisor.own().stopOrder() == StopOrder.TOGETHER) {
            text.add("stops all children at the same time");
        }
    }

    private static void needs(Entry.ChildRules rules, List<String> text) {
        if (!rules.needs().isEmpty()) {
            text.add("starts when "
                    + String.join(
                            " and ",
                            rules.needs().stream().map(TreePrinter::need).toList()));
        }
    }

    private static String need(Dependency need) {
        return need.id()
                + switch (need.condition()) {
                    case STARTED -> " runs";
                    case READY -> " is ready";
                    case COMPLETED -> " has completed";
                };
    }

    private static String ends(AutoShutdown rule) {
        return switch (rule) {
            case NOTHING_LEFT -> "ends when nothing is left to run";
            case NEVER -> "stays up when nothing is left to run";
            case ANY_SIGNIFICANT -> "ends with the first significant child";
            case ALL_SIGNIFICANT -> "ends with the last significant child";
        };
    }

    private void place(Entry.Program program, List<String> text) {
        program.process()
                .directory()
                .filter(folder -> !folder.equals(base))
                .ifPresent(folder -> text.add(
                        "in " + (folder.startsWith(base) ? base.relativize(folder) : folder)));
        if (!program.variables().isEmpty()) {
            // Names only: values may be secret, and this is what ends up in a build's log.
            text.add("with " + String.join(", ", program.variables()) + " set");
        }
    }

    private static String ready(Entry.Ready ready) {
        String when = switch (ready) {
            case Entry.Ready.Port(int port, Duration _) ->
                "when port " + port + " accepts connections";
            case Entry.Ready.Log(String text, Duration _) ->
                "when it writes \"" + shown(text) + "\"";
        };
        return "ready " + when + ", within " + DurationText.of(ready.within());
    }

    private static String restarted(Entry.ChildRules rules) {
        if (rules.restart().equals(Restart.TEMPORARY)) {
            return "never restarted";
        }
        String when = rules.restart().equals(Restart.PERMANENT)
                ? "whenever it ends"
                : rules.restart().equals(Restart.TRANSIENT)
                        ? "after a failure"
                        : rules.restart().toString(); // a rule over exit codes, in words
        return "restarted " + when + ", " + rules.delay().text();
    }

    private static String stop(Shutdown rule, boolean program) {
        return switch (rule) {
            case Shutdown.Unbounded() -> program ? "; may take as long as it needs to stop" : "";
            case Shutdown.Immediate() -> "; killed at once when it is to stop";
            case Shutdown.Within(Duration budget) ->
                "; has " + DurationText.of(budget) + " to stop"
                        + (program ? ", then it is killed" : "");
        };
    }

    private static void extras(Entry.ChildRules rules, List<String> text) {
        if (rules.significant()) {
            text.add("significant");
        }
        if (!rules.labels().isEmpty()) {
            text.add("labels "
                    + String.join(
                            ", ",
                            rules.labels().entrySet().stream()
                                    .sorted(Map.Entry.comparingByKey())
                                    .map(e -> e.getKey() + "=" + quoted(e.getValue()))
                                    .toList()));
        }
    }

    private static String command(List<String> words) {
        return String.join(" ", words.stream().map(TreePrinter::quoted).toList());
    }

    /** As one would type it in a shell. */
    private static String quoted(String word) {
        return word.matches("[\\w@%+=:,./-]+")
                ? word
                : "'" + shown(word).replace("'", "'\\''") + "'";
    }

    private static String shown(String text) {
        return text.replace("\n", "\\n").replaceAll("\\p{Cntrl}", "?");
    }
}
