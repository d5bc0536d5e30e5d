package dev.oversight.runner;

import dev.oversight.AutoShutdown;
import dev.oversight.Dependency;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.process.ProcessSpec;

import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the values of one child: its rules, and its program. */
final class ChildReader {
    private static final Duration DEFAULT_READY = Duration.ofSeconds(30);
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(5);

    private final Path directory;
    private final Problems problems;

    ChildReader(Path directory, Problems problems) {
        this.directory = directory;
        this.problems = problems;
    }

    /** Whether it is started again; empty if what the file says is wrong. */
    Optional<Restart> restart(Fields fields, String path, boolean nested) {
        Values values = new Values(path, problems);
        return fields.has("restart")
                ? fields.get("restart")
                        .flatMap(f -> RestartReader.restart(values, f.value(), nested, problems))
                : Optional.of(Restart.PERMANENT);
    }

    /** All of its rules, those that are wrong replaced by the defaults. */
    Entry.ChildRules rules(
            Fields fields,
            String path,
            boolean nested,
            Optional<Restart> restart,
            List<Dependency> needs) {
        Values values = new Values(path, problems);
        return new Entry.ChildRules(
                restart.orElse(Restart.PERMANENT),
                fields.get("shutdown")
                        .flatMap(f -> shutdown(values, f.value()))
                        .orElse(nested ? Shutdown.unbounded() : Shutdown.within(DEFAULT_GRACE)),
                fields.get("backoff")
                        .flatMap(f -> delay(values, f.value(), path))
                        .orElse(Delay.Doubling.DEFAULT),
                fields.get("significant")
                        .flatMap(f -> values.flag("significant", f.value()))
                        .orElse(false),
                fields.get("labels")
                        .map(f -> values.texts("labels", f.value(), "write labels: {NAME: text}"))
                        .orElse(Map.of()),
                fields.get(nested ? "restart_intensity" : "intensity")
                        .flatMap(f -> IntensityReader.ofChild(values, f, problems)),
                needs);
    }

    private static Optional<Shutdown> shutdown(Values values, Node node) {
        String word = node instanceof ScalarNode scalar ? scalar.getValue() : "";
        if (word.equals("immediate")) {
            return Optional.of(Shutdown.immediate());
        }
        if (word.equals("unbounded")) {
            return Optional.of(Shutdown.unbounded());
        }
        if (!word.isEmpty() && Character.isLetter(word.charAt(0))) {
            values.wrong(
                    node,
                    "shutdown",
                    "a duration, immediate or unbounded"
                            + Values.suggestion(word, List.of("immediate", "unbounded")));
            return Optional.empty();
        }
        return values.duration("shutdown", node).map(Shutdown::within);
    }

    private Optional<Delay> delay(Values values, Node node, String path) {
        if (node instanceof ScalarNode scalar && scalar.getValue().equals("none")) {
            return Optional.of(new Delay.None());
        }
        if (!(node instanceof MappingNode)) {
            return values.duration("backoff", node)
                    .map(delay -> delay.isZero() ? new Delay.None() : new Delay.Constant(delay));
        }
        Fields fields = values.mapping("backoff", node, "key", "").orElseThrow();
        Keys.BACKOFF.check(fields, path, problems);
        Delay.Doubling usual = Delay.Doubling.DEFAULT;
        Duration first = fields.get("first")
                .flatMap(f -> values.positive("backoff.first", f.value()))
                .orElse(usual.first());
        Duration cap = fields.get("cap")
                .flatMap(f -> values.positive("backoff.cap", f.value()))
                .orElse(usual.cap().compareTo(first) < 0 ? first : usual.cap());
        if (cap.compareTo(first) < 0) {
            values.wrong(
                    fields.get("cap").orElseThrow().value(),
                    "backoff.cap",
                    "at least the first delay, " + DurationText.of(first)
                            + "; raise the cap or shorten the first");
            return Optional.empty();
        }
        return Optional.of(new Delay.Doubling(first, cap));
    }

    /** The same as {@link dev.oversight.SupervisorSpec#problemsOf}, in the words of the file. */
    void checkSignificant(
            Fields fields, String path, Entry.ChildRules rules, AutoShutdown autoShutdown) {
        if (!rules.significant()) {
            return;
        }
        Node node = fields.get("significant").orElseThrow().value();
        if (rules.restart().equals(Restart.PERMANENT)) {
            problems.add(
                    node,
                    path,
                    "significant is true, expected false for a permanent child, which never"
                            + " ends for good; add restart: transient or temporary, or remove"
                            + " significant");
        }
        if (autoShutdown != AutoShutdown.ANY_SIGNIFICANT
                && autoShutdown != AutoShutdown.ALL_SIGNIFICANT) {
            problems.add(
                    node,
                    path,
                    "significant is true, expected false where the supervisor does not look at it;"
                            + " add auto_shutdown: any_significant or all_significant to the"
                            + " supervisor, or remove significant");
        }
    }

    /** The program, if there is a command that can be run; reports what is wrong with any part. */
    Optional<Entry.Program> program(String id, String path, Entry.ChildRules rules, Fields fields) {
        Values values = new Values(path, problems);
        Map<String, String> env =
                fields.get("env").map(f -> env(values, f.value(), path)).orElse(Map.of());
        Path folder = fields.get("directory")
                .flatMap(f -> directory(values, f.value()))
                .orElse(directory);
        Optional<Entry.Ready> ready =
                fields.get("ready").flatMap(f -> ready(values, f.value(), path));
        Optional<List<String>> words =
                fields.get("command").flatMap(f -> command(values, f.value()));
        if (words.isEmpty()) {
            return Optional.empty();
        }
        ProcessSpec process = ProcessSpec.of(words.get())
                .env("PATH", pathWithOurJava())
                .directory(folder)
                .grace(grace(rules.shutdown()));
        for (Map.Entry<String, String> variable : env.entrySet()) {
            process = process.env(variable.getKey(), variable.getValue());
        }
        process = switch (ready.orElse(null)) {
            case null -> process;
            case Entry.Ready.Port(int port, Duration within) -> process.readyWhenPort(port, within);
            case Entry.Ready.Log(String text, Duration within) ->
                process.readyWhenLog(text, within);
        };
        for (String problem : process.problems()) {
            Optional<Fields.Field> folderField =
                    fields.get("directory").filter(f -> problem.startsWith("directory"));
            problems.add(
                    folderField.or(() -> fields.get("command")).orElseThrow().value(),
                    path,
                    problem);
        }
        return Optional.of(new Entry.Program(id, rules, process, env.keySet(), ready));
    }

    /**
     * Last on it is the JDK that runs us, so that "java" is found where none is installed as
     * such.
     */
    private static String pathWithOurJava() {
        String path = System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
        return path + ":" + Path.of(System.getProperty("java.home"), "bin");
    }

    private static Duration grace(Shutdown rule) {
        return switch (rule) {
            case Shutdown.Immediate() -> Duration.ZERO;
            case Shutdown.Within(Duration budget) -> budget;
            case Shutdown.Unbounded() -> DurationText.LONGEST;
        };
    }

    private Optional<List<String>> command(Values values, Node node) {
        String expected =
                "a program and its arguments; write command: java Api.java, or a list [java,"
                        + " Api.java]";
        if (node instanceof SequenceNode list) {
            Optional<List<String>> words =
                    values.list("command", list, "text; write \"\" for an empty word");
            if (list.getValue().isEmpty()
                    || words.filter(w -> w.getFirst().isBlank()).isPresent()) {
                problems.add(node, values.place(), "command is empty, expected " + expected);
                return Optional.empty();
            }
            return words;
        }
        Optional<String> line = values.text("command", node, expected);
        if (line.isEmpty()) {
            return Optional.empty();
        }
        try {
            List<String> words = CommandWords.split(line.get());
            if (!words.isEmpty() && !words.getFirst().isBlank()) {
                return Optional.of(words);
            }
            problems.add(node, values.place(), "command is empty, expected " + expected);
        } catch (IllegalArgumentException e) {
            problems.add(node, values.place(), "command " + e.getMessage());
        }
        return Optional.empty();
    }

    private Map<String, String> env(Values values, Node node, String path) {
        Map<String, String> env = values.texts("env", node, "write env: {PORT: \"8080\"}");
        env.keySet().removeIf(name -> {
            boolean bad = name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0;
            if (bad) {
                problems.add(
                        node,
                        path,
                        "env has the variable \"" + name.replace('\0', '?')
                                + "\", expected a name without '='; rename it");
            }
            return bad;
        });
        return env;
    }

    private Optional<Path> directory(Values values, Node node) {
        return values.text("directory", node, "a folder; it begins at the folder of the file")
                .flatMap(text -> {
                    try {
                        return Optional.of(directory.resolve(text).normalize());
                    } catch (InvalidPathException e) {
                        values.wrong(node, "directory", "a folder; " + e.getReason());
                        return Optional.empty();
                    }
                });
    }

    private Optional<Entry.Ready> ready(Values values, Node node, String path) {
        Optional<Fields> found = values.mapping(
                "ready",
                node,
                "key",
                "{port: NUMBER} or {log: TEXT}, each with within: DURATION if 30s are not right");
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Fields fields = found.get();
        Keys.READY.check(fields, path, problems);
        boolean port = fields.has("port");
        if (port == fields.has("log") && !Keys.READY.misspelt(fields, "port", "log")) {
            problems.add(
                    node,
                    path,
                    "ready has " + (port ? "both port and log" : "neither port nor log")
                            + ", expected one of them; " + (port ? "remove" : "add") + " one");
        }
        Duration within = fields.get("within")
                .flatMap(f -> values.positive("ready.within", f.value()))
                .orElse(DEFAULT_READY);
        OptionalInt number = fields.get("port")
                .map(f -> values.integer("ready.port", f.value(), 1, 65_535))
                .orElse(OptionalInt.empty());
        Optional<String> text = fields.get("log").flatMap(f -> logText(values, f.value()));
        if (number.isPresent()) {
            return Optional.of(new Entry.Ready.Port(number.getAsInt(), within));
        }
        return text.map(t -> new Entry.Ready.Log(t, within));
    }

    private static Optional<String> logText(Values values, Node node) {
        String expected = "a part of the line that it writes when it is up";
        Optional<String> text =
                values.text("ready.log", node, expected + "; write {log: \"listening\"}");
        if (text.filter(String::isEmpty).isPresent()) {
            values.wrong(node, "ready.log", expected + "; write {log: \"listening\"}");
            return Optional.empty();
        }
        return text;
    }
}
