package dev.oversight.runner;

import dev.oversight.Restart;
import dev.oversight.process.ProcessRestart;

import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** Reads whether a child is started again: a word, or a rule over exit codes and signals. */
final class RestartReader {
    private static final Map<String, Restart> WORDS = words();

    /** How other tools call them. */
    private static final Map<String, String> SYNONYMS = Map.of(
            "always",
            "permanent",
            "yes",
            "permanent",
            "true",
            "permanent",
            "on-failure",
            "transient",
            "on_failure",
            "transient",
            "unless-stopped",
            "permanent",
            "no",
            "temporary",
            "never",
            "temporary",
            "false",
            "temporary");

    private RestartReader() {}

    private static Map<String, Restart> words() {
        Map<String, Restart> map = new LinkedHashMap<>();
        map.put("permanent", Restart.PERMANENT);
        map.put("transient", Restart.TRANSIENT);
        map.put("temporary", Restart.TEMPORARY);
        return Collections.unmodifiableMap(map);
    }

    static Optional<Restart> restart(Values values, Node node, boolean nested, Problems problems) {
        if (node instanceof ScalarNode scalar && SYNONYMS.containsKey(scalar.getValue())) {
            values.wrong(
                    node,
                    "restart",
                    "one of " + String.join(", ", WORDS.keySet()) + "; did you mean "
                            + SYNONYMS.get(scalar.getValue()) + "?");
            return Optional.empty();
        }
        if (!(node instanceof MappingNode)) {
            return values.choice("restart", node, WORDS);
        }
        if (nested) {
            values.wrong(
                    node,
                    "restart",
                    "one of " + String.join(", ", WORDS.keySet())
                            + " for a nested supervisor, which has no exit code; choose one");
            return Optional.empty();
        }
        Fields fields = values.mapping("restart", node, "key", "").orElseThrow();
        Keys.RESTART.check(fields, values.place(), problems);
        return byEnd(values, node, fields, problems);
    }

    private static Optional<Restart> byEnd(
            Values values, Node node, Fields fields, Problems problems) {
        boolean on = fields.has("on_exit_code") || fields.has("on_signal");
        boolean unless = fields.has("unless_exit_code");
        if (on == unless
                && !Keys.RESTART.misspelt(
                        fields, "on_exit_code", "on_signal", "unless_exit_code")) {
            problems.add(
                    node,
                    values.place(),
                    "restart has "
                            + (on
                                    ? "unless_exit_code together with others, expected it alone;"
                                            + " remove one"
                                    : "no rule, expected on_exit_code, on_signal or"
                                            + " unless_exit_code; write {unless_exit_code: [0, 3]}"));
            return Optional.empty();
        }
        Optional<Restart> codes = fields.get("on_exit_code")
                .flatMap(f -> codes(values, "restart.on_exit_code", f.value()))
                .map(ProcessRestart::onExitCode);
        Optional<Restart> signals = fields.get("on_signal")
                .flatMap(f -> signals(values, f.value()))
                .map(names -> ProcessRestart.onSignal(names.toArray(String[]::new)));
        if (codes.isPresent() && signals.isPresent()) {
            return Optional.of(codes.get().or(signals.get()));
        }
        return codes.or(() -> signals)
                .or(() -> fields.get("unless_exit_code")
                        .flatMap(f -> codes(values, "restart.unless_exit_code", f.value()))
                        .map(ProcessRestart::unlessExitCode));
    }

    private static Optional<int[]> codes(Values values, String field, Node node) {
        return oneOrMore(values, field, node, "an exit code from 0 to 255", element -> {
                    OptionalInt code = values.integer(field, element, 0, 255);
                    return code.isPresent() ? Optional.of(code.getAsInt()) : Optional.empty();
                })
                .map(list -> list.stream().mapToInt(Integer::intValue).toArray());
    }

    private static Optional<List<String>> signals(Values values, Node node) {
        String field = "restart.on_signal";
        Map<String, String> known = new LinkedHashMap<>();
        ProcessRestart.signals().forEach(name -> known.put(name, name));
        ProcessRestart.signals().forEach(name -> known.put(name.substring(3), name));
        return oneOrMore(
                values,
                field,
                node,
                "a signal such as SIGKILL",
                element -> values.text(field, element, "a signal; write SIGKILL")
                        .flatMap(name -> {
                            if (!known.containsKey(name)) {
                                values.wrong(
                                        element,
                                        field,
                                        "one of " + String.join(", ", ProcessRestart.signals())
                                                + Values.suggestion(name, known.keySet()));
                            }
                            return Optional.ofNullable(known.get(name));
                        }));
    }

    /** The values of a list, or of what would be its only element; empty if one is wrong. */
    private static <T> Optional<List<T>> oneOrMore(
            Values values,
            String field,
            Node node,
            String expected,
            Function<Node, Optional<T>> reader) {
        List<Node> elements = node instanceof SequenceNode list ? list.getValue() : List.of(node);
        if (elements.isEmpty() || node instanceof MappingNode) {
            values.wrong(node, field, expected + " or a list of them; write at least one");
            return Optional.empty();
        }
        List<T> read = new ArrayList<>();
        elements.forEach(element -> reader.apply(element).ifPresent(read::add));
        return read.size() == elements.size() ? Optional.of(read) : Optional.empty();
    }
}
