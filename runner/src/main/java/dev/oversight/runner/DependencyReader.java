package dev.oversight.runner;

import dev.oversight.Condition;
import dev.oversight.Dependency;
import dev.oversight.Restart;

import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads which siblings each child needs, and checks all of it when the whole file has been read. */
final class DependencyReader {
    /** More than any hand-written file has; aliases can multiply. */
    private static final int MOST = 100_000;

    private static final String EXPECTED =
            "ids of siblings; write depends_on: [db], or {db: ready} with conditions";

    private static final Map<String, Condition> CONDITIONS = conditions();

    /** How other tools call them. */
    private static final Map<String, String> SYNONYMS = Map.ofEntries(
            Map.entry("service_started", "started"),
            Map.entry("process_started", "started"),
            Map.entry("running", "started"),
            Map.entry("service_healthy", "ready"),
            Map.entry("process_healthy", "ready"),
            Map.entry("process_log_ready", "ready"),
            Map.entry("healthy", "ready"),
            Map.entry("up", "ready"),
            Map.entry("service_completed_successfully", "completed"),
            Map.entry("process_completed_successfully", "completed"),
            Map.entry("process_completed", "completed"),
            Map.entry("done", "completed"),
            Map.entry("finished", "completed"),
            Map.entry("exited", "completed"));

    private final Problems problems;
    private final List<Siblings> all = new ArrayList<>();
    private int count;

    DependencyReader(Problems problems) {
        this.problems = problems;
    }

    private static Map<String, Condition> conditions() {
        Map<String, Condition> map = new LinkedHashMap<>();
        map.put("started", Condition.STARTED);
        map.put("ready", Condition.READY);
        map.put("completed", Condition.COMPLETED);
        return Collections.unmodifiableMap(map);
    }

    /** The children of another supervisor, to be filled. */
    Siblings siblings() {
        Siblings siblings = new Siblings(problems);
        all.add(siblings);
        return siblings;
    }

    /** Checks what was read against what is there. */
    void check() {
        if (count > MOST) {
            return; // told already; the rest would take long
        }
        Map<String, String> pathsById = new HashMap<>();
        all.forEach(siblings -> siblings.addPathsTo(pathsById));
        all.forEach(siblings -> siblings.check(pathsById));
    }

    /** What one child needs, as far as it can be read. */
    List<Dependency> read(
            Fields fields, String path, Siblings siblings, String id, Optional<Restart> restart) {
        Values values = new Values(path, problems);
        List<Siblings.Need> needs = fields.get("depends_on")
                .map(field -> needs(values, field.value()))
                .orElse(List.of());
        if (count <= MOST && (count += needs.size()) > MOST) {
            problems.add(
                    fields.get("depends_on").orElseThrow().key(),
                    path,
                    "the tree has more than " + MOST + " dependencies, aliases counted as often as"
                            + " they are used; make several trees");
        }
        if (count > MOST) {
            return List.of();
        }
        siblings.rulesOf(id, restart, needs);
        return needs.stream().map(Siblings.Need::dependency).toList();
    }

    private List<Siblings.Need> needs(Values values, Node node) {
        if (node instanceof MappingNode) {
            return values.mapping("depends_on", node, "sibling", EXPECTED)
                    .map(fields -> fields.all().stream()
                            .map(field -> need(values, field))
                            .flatMap(Optional::stream)
                            .toList())
                    .orElse(List.of());
        }
        List<Node> elements = node instanceof SequenceNode list ? list.getValue() : List.of(node);
        List<Siblings.Need> needs = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Node element : elements) {
            String cure = element instanceof MappingNode
                    ? "an id; with conditions, write depends_on: {db: ready} without a list"
                    : EXPECTED;
            values.text("depends_on", element, cure).ifPresent(id -> {
                if (seen.add(id)) {
                    Dependency dependency = new Dependency(id, Condition.READY);
                    needs.add(new Siblings.Need(dependency, element, element));
                } else {
                    problems.add(
                            element,
                            values.place(),
                            "depends_on has \"" + id
                                    + "\" twice, expected each once; remove one of them");
                }
            });
        }
        return needs;
    }

    private static Optional<Siblings.Need> need(Values values, Fields.Field field) {
        String name = "depends_on." + field.name();
        Node node = field.value();
        Optional<String> meant = meant(node);
        if (meant.isPresent()) {
            values.wrong(
                    node,
                    name,
                    "one of " + String.join(", ", CONDITIONS.keySet()) + "; did you mean "
                            + meant.get() + "?");
            return Optional.empty();
        }
        return values.choice(name, node, CONDITIONS)
                .map(condition -> new Siblings.Need(
                        new Dependency(field.name(), condition), field.key(), node));
    }

    /** What is written for another tool: {@code service_healthy}, {@code {condition: ...}}. */
    private static Optional<String> meant(Node node) {
        if (node instanceof MappingNode mapping) {
            return mapping.getValue().stream()
                    .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode key
                            && key.getValue().equals("condition"))
                    .findFirst()
                    .flatMap(tuple -> tuple.getValueNode() instanceof ScalarNode word
                                    && CONDITIONS.containsKey(word.getValue())
                            ? Optional.of(word.getValue())
                            : meant(tuple.getValueNode()));
        }
        return node instanceof ScalarNode scalar
                ? Optional.ofNullable(SYNONYMS.get(scalar.getValue()))
                : Optional.empty();
    }
}
