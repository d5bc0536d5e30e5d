package dev.oversight.runner;

import dev.oversight.AtLimit;

import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads how many restarts are allowed, and what happens then. */
final class IntensityReader {
    private static final String CURE = "write {restarts: 3, within: 30s}";
    private static final String THEN = "escalate, park or {pause: DURATION}";

    /** How one might call them. */
    private static final Map<String, String> SYNONYMS = Map.of(
            "give_up", "escalate",
            "fail", "escalate",
            "stop", "escalate",
            "pause", "{pause: 15s}",
            "wait", "{pause: 15s}",
            "cool_down", "{pause: 15s}",
            "cooldown", "{pause: 15s}");

    private IntensityReader() {}

    /** The allowance of all children together; empty for a supervisor that never gives up. */
    static Optional<Entry.Intensity> ofSupervisor(
            Values values, Fields.Field field, Problems problems) {
        return isUnlimited(field.value())
                ? Optional.empty()
                : Optional.of(read(
                                values,
                                field,
                                "{restarts: NUMBER, within: DURATION} or unlimited; " + CURE,
                                problems)
                        .orElse(Entry.Intensity.DEFAULT));
    }

    /** The allowance of one child; empty if it is wrong. */
    static Optional<Entry.Intensity> ofChild(Values values, Fields.Field field, Problems problems) {
        return read(
                values,
                field,
                isUnlimited(field.value())
                        ? "{restarts: NUMBER, within: DURATION}; leave it away, and only the"
                                + " supervisor's intensity applies"
                        : "{restarts: NUMBER, within: DURATION}; " + CURE,
                problems);
    }

    private static boolean isUnlimited(Node node) {
        return node instanceof ScalarNode scalar && scalar.getValue().equals("unlimited");
    }

    private static Optional<Entry.Intensity> read(
            Values values, Fields.Field field, String expected, Problems problems) {
        String name = field.name();
        Optional<Fields> found = values.mapping(name, field.value(), "key", expected);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Fields fields = found.get();
        Keys.INTENSITY.check(fields, values.place(), problems);
        for (String key : List.of("restarts", "within")) {
            if (!fields.has(key) && !Keys.INTENSITY.misspelt(fields, key)) {
                problems.add(
                        field.value(),
                        values.place(),
                        name + " has no " + key + ", expected both; " + CURE);
            }
        }
        OptionalInt restarts = fields.get("restarts")
                .map(f -> values.integer(name + ".restarts", f.value(), 0, 1_000_000))
                .orElse(OptionalInt.empty());
        Optional<Duration> within =
                fields.get("within").flatMap(f -> values.positive(name + ".within", f.value()));
        AtLimit then = fields.get("then")
                .flatMap(f -> then(values, name + ".then", f.value(), problems))
                .orElse(AtLimit.escalate());
        Entry.Intensity usual = Entry.Intensity.DEFAULT;
        return Optional.of(new Entry.Intensity(
                restarts.orElse(usual.restarts()), within.orElse(usual.within()), then));
    }

    private static Optional<AtLimit> then(
            Values values, String name, Node node, Problems problems) {
        if (node instanceof MappingNode) {
            Fields fields = values.mapping(name, node, "key", "").orElseThrow();
            Keys.THEN.check(fields, values.place(), problems);
            if (!fields.has("pause") && !Keys.THEN.misspelt(fields, "pause")) {
                problems.add(
                        node,
                        values.place(),
                        name + " has no pause, expected " + THEN + "; write {pause: 15s}");
            }
            return fields.get("pause")
                    .flatMap(f -> values.positive(name + ".pause", f.value()))
                    .map(AtLimit::coolDown);
        }
        String word = node instanceof ScalarNode scalar ? scalar.getValue() : "";
        return switch (word) {
            case "escalate" -> Optional.of(AtLimit.escalate());
            case "park" -> Optional.of(AtLimit.park());
            default -> {
                String cure = SYNONYMS.containsKey(word)
                        ? "; did you mean " + SYNONYMS.get(word) + "?"
                        : Values.suggestion(word, List.of("escalate", "park"));
                values.wrong(node, name, THEN + cure);
                yield Optional.empty();
            }
        };
    }
}
