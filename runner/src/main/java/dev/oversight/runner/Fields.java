package dev.oversight.runner;

import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The keys of one YAML mapping with their values, in order, each key once. */
final class Fields {
    /** A key with its value. */
    record Field(String name, Node key, Node value) {}

    private final Map<String, Field> byName = new LinkedHashMap<>();

    /** Takes all keys; those that are no text, or come twice, are reported and left out. */
    Fields(MappingNode mapping, String place, String what, Problems problems) {
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(
                        tuple.getKeyNode(),
                        place,
                        "a " + what + " is " + Values.describe(tuple.getKeyNode())
                                + ", expected a name");
                continue;
            }
            Field earlier = byName.putIfAbsent(
                    key.getValue(), new Field(key.getValue(), key, tuple.getValueNode()));
            if (earlier != null) {
                Mark first = earlier.key.getStartMark().orElseThrow();
                problems.add(
                        key,
                        place,
                        what + " \"" + key.getValue() + "\" is already in line "
                                + (first.getLine() + 1) + ", expected each once; "
                                + (what.equals("id")
                                        ? "rename one of them"
                                        : "remove one of them"));
            }
        }
    }

    Optional<Field> get(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    boolean has(String name) {
        return byName.containsKey(name);
    }

    Collection<Field> all() {
        return byName.values();
    }
}
