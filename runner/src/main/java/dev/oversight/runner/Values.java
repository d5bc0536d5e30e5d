package dev.oversight.runner;

import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads values of one child or supervisor; reports those of a wrong kind, and is empty for
 * them.
 */
final class Values {
    private static final int LONGEST_SHOWN = 60;

    private final String place;
    private final Problems problems;

    Values(String place, Problems problems) {
        this.place = place;
        this.problems = problems;
    }

    String place() {
        return place;
    }

    /** A node in words, for "found". */
    static String describe(Node node) {
        if (!isCore(node)) {
            return "tagged " + node.getTag().getValue();
        }
        return switch (node) {
            case MappingNode _ -> "a mapping";
            case SequenceNode _ -> "a list";
            case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) -> "empty";
            case ScalarNode scalar
            when scalar.getTag().equals(Tag.STR) -> '"' + shown(scalar.getValue()) + '"';
            case ScalarNode scalar -> shown(scalar.getValue());
            default -> node.getNodeType().toString();
        };
    }

    private static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= LONGEST_SHOWN ? line : line.substring(0, LONGEST_SHOWN) + "...";
    }

    void wrong(Node node, String field, String expected) {
        problems.add(node, place, field + " is " + describe(node) + ", expected " + expected);
    }

    /**
     * Any scalar but an empty one, as it is written: {@code 8080} and {@code true} are text,
     * too.
     */
    Optional<String> text(String field, Node node, String expected) {
        if (node instanceof ScalarNode scalar
                && isCore(scalar)
                && !scalar.getTag().equals(Tag.NULL)) {
            if (scalar.getValue().indexOf('\0') >= 0) {
                wrong(node, field, "text without the character NUL; remove it");
                return Optional.empty();
            }
            return Optional.of(scalar.getValue());
        }
        wrong(node, field, expected);
        return Optional.empty();
    }

    private static boolean isCore(Node node) {
        return node.getTag().getValue().startsWith("tag:yaml.org,2002:");
    }

    /** One of some words. */
    <T> Optional<T> choice(String field, Node node, Map<String, T> choices) {
        String expected = "one of " + String.join(", ", choices.keySet());
        Optional<String> word = text(field, node, expected);
        if (word.isPresent() && !choices.containsKey(word.get())) {
            wrong(node, field, expected + suggestion(word.get(), choices.keySet()));
        }
        return word.flatMap(key -> Optional.ofNullable(choices.get(key)));
    }

    static String suggestion(String word, Collection<String> known) {
        return Nearest.to(word, known)
                .map(meant -> "; did you mean " + meant + "?")
                .orElse("; choose one");
    }

    Optional<Boolean> flag(String field, Node node) {
        if (node.getTag().equals(Tag.BOOL) && node instanceof ScalarNode scalar) {
            return Optional.of(Boolean.parseBoolean(scalar.getValue()));
        }
        wrong(node, field, "true or false; write one of them without quotes");
        return Optional.empty();
    }

    OptionalInt integer(String field, Node node, int lowest, int highest) {
        String expected = "a whole number from " + lowest + " to " + highest;
        if (node instanceof ScalarNode scalar
                && scalar.isPlain()
                && scalar.getValue().matches("[+-]?[0-9]{1,18}")) {
            long number = Long.parseLong(scalar.getValue());
            if (number >= lowest && number <= highest) {
                return OptionalInt.of((int) number);
            }
        }
        boolean quoted =
                node instanceof ScalarNode s && !s.isPlain() && s.getValue().matches("[0-9]+");
        wrong(
                node,
                field,
                expected + (quoted ? "; remove the quotes" : "; write one in that range"));
        return OptionalInt.empty();
    }

    /** A duration of zero or more. */
    Optional<Duration> duration(String field, Node node) {
        Optional<String> text = text(field, node, "a duration; write 500ms, 5s, 2m, 1m30s or 1h");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(DurationText.parse(text.get()));
        } catch (IllegalArgumentException e) {
            problems.add(node, place, field + " is " + describe(node) + ", " + e.getMessage());
            return Optional.empty();
        }
    }

    /** A duration of more than zero. */
    Optional<Duration> positive(String field, Node node) {
        Optional<Duration> duration = duration(field, node);
        if (duration.isPresent() && duration.get().isZero()) {
            wrong(node, field, "more than zero; write a longer one");
            return Optional.empty();
        }
        return duration;
    }

    Optional<Fields> mapping(String field, Node node, String keyName, String expected) {
        if (node instanceof MappingNode mapping && isCore(mapping)) {
            return Optional.of(new Fields(mapping, place, keyName, problems));
        }
        wrong(node, field, expected);
        return Optional.empty();
    }

    /** A mapping of names to texts. */
    Map<String, String> texts(String field, Node node, String cure) {
        Map<String, String> result = new LinkedHashMap<>();
        mapping(field, node, field + " name", "a mapping of names to texts; " + cure)
                .ifPresent(fields -> fields.all()
                        .forEach(entry -> text(
                                        field + "." + entry.name(),
                                        entry.value(),
                                        "text; write \"\" for an empty one")
                                .ifPresent(text -> result.put(entry.name(), text))));
        return result;
    }

    /** A list of texts; empty if any is not. */
    Optional<List<String>> list(String field, SequenceNode node, String expected) {
        List<Optional<String>> texts = node.getValue().stream()
                .map(element -> text("a word of " + field, element, expected))
                .toList();
        return texts.stream().allMatch(Optional::isPresent)
                ? Optional.of(texts.stream().map(Optional::orElseThrow).toList())
                : Optional.empty();
    }
}
