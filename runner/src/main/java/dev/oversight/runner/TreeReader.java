package dev.oversight.runner;

import dev.oversight.AutoShutdown;
import dev.oversight.Dependency;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.StopOrder;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.process.ProcessOutput;

import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the tree of a file: supervisors, and which children they have. Collects all problems. */
final class TreeReader {
    /** More than any hand-written file has; aliases can multiply without end. */
    private static final int MOST_CHILDREN = 10_000;

    private static final int DEEPEST = 64;

    private static final Map<String, Strategy> STRATEGIES = ordered(
            Map.entry("one_for_one", Strategy.ONE_FOR_ONE),
            Map.entry("one_for_all", Strategy.ONE_FOR_ALL),
            Map.entry("rest_for_one", Strategy.REST_FOR_ONE),
            Map.entry("rest_for_dependents", Strategy.REST_FOR_DEPENDENTS));

    private static final Map<String, StopOrder> STOP_ORDERS = ordered(
            Map.entry("reverse", StopOrder.REVERSE), Map.entry("together", StopOrder.TOGETHER));

    private static final Map<String, AutoShutdown> AUTO_SHUTDOWNS = ordered(
            Map.entry("nothing_left", AutoShutdown.NOTHING_LEFT),
            Map.entry("never", AutoShutdown.NEVER),
            Map.entry("any_significant", AutoShutdown.ANY_SIGNIFICANT),
            Map.entry("all_significant", AutoShutdown.ALL_SIGNIFICANT));

    private static final Entry.ChildRules ROOT_RULES = new Entry.ChildRules(
            Restart.PERMANENT,
            Shutdown.unbounded(),
            Delay.Doubling.DEFAULT,
            false,
            Map.of(),
            Optional.empty(),
            List.of());

    private final Problems problems = new Problems();
    private final ChildReader childReader;
    private final DependencyReader dependencyReader = new DependencyReader(problems);
    /** Where each supervisor and child is in the file. */
    private final Map<String, Node> places = new HashMap<>();

    private final Set<Node> above = Collections.newSetFromMap(new IdentityHashMap<>());
    private int children;

    private TreeReader(Path directory) {
        childReader = new ChildReader(directory, problems);
    }

    /**
     * Reads a tree file. Starts nothing, but looks at the programs and folders it names.
     *
     * @throws BadFileException with every problem of the file
     */
    static Entry.Supervisor read(Path file) {
        Node document = YamlFile.read(file);
        TreeReader reader = new TreeReader(directoryOf(file));
        Optional<Entry.Supervisor> root = reader.root(document);
        reader.dependencyReader.check();
        reader.problems.throwIfAny(file.toString());
        Entry.Supervisor tree = root.orElseThrow();
        // What the reader should have found, but did not: better in other words than not at all.
        TreeSpec.of(tree, ProcessOutput.none())
                .problems()
                .forEach(missed -> reader.addMissed(missed, document));
        reader.problems.throwIfAny(file.toString());
        return tree;
    }

    /** A problem in the words of the library, which begins with a path. */
    private void addMissed(String problem, Node document) {
        for (int end = problem.indexOf(": "); end >= 0; end = problem.indexOf(": ", end + 1)) {
            String path = problem.substring(0, end);
            Node place = places.get(path);
            if (place != null) {
                problems.add(place, path, problem.substring(end + 2));
                return;
            }
        }
        problems.add(document, "", problem);
    }

    /** The folder that relative paths of a file begin at. */
    static Path directoryOf(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        return Optional.ofNullable(absolute.getParent()).orElse(absolute);
    }

    private Optional<Entry.Supervisor> root(Node document) {
        Values values = new Values("", problems);
        Optional<Fields> found = values.mapping(
                "the document",
                document,
                "key",
                "a mapping; begin with \"tree: NAME\" and \"children:\"");
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Fields fields = found.get();
        Keys.ROOT.check(fields, "", problems);
        String name = "tree";
        Optional<Fields.Field> tree = fields.get("tree");
        if (tree.isEmpty() && !Keys.ROOT.misspelt(fields, "tree")) {
            problems.add(
                    document,
                    "",
                    "key \"tree\" is missing, expected the name of the root supervisor; write"
                            + " tree: NAME");
        } else if (tree.isPresent()) {
            name = values.text(
                            "tree",
                            tree.get().value(),
                            "the name of the root supervisor; write tree: NAME")
                    .filter(text -> isName("tree", text, tree.get().value(), ""))
                    .orElse(name);
        }
        if (!fields.has("children") && !Keys.ROOT.misspelt(fields, "children")) {
            problems.add(
                    document,
                    "",
                    "key \"children\" is missing, expected at least one child; write children:"
                            + " {ID: {command: ...}}");
        }
        return Optional.of(supervisor(name, name, ROOT_RULES, fields));
    }

    private Entry.Supervisor supervisor(
            String id, String path, Entry.ChildRules rules, Fields fields) {
        Values values = new Values(path, problems);
        Strategy strategy = fields.get("strategy")
                .flatMap(f -> values.choice("strategy", f.value(), STRATEGIES))
                .orElse(Strategy.ONE_FOR_ONE);
        AutoShutdown autoShutdown = fields.get("auto_shutdown")
                .flatMap(f -> values.choice("auto_shutdown", f.value(), AUTO_SHUTDOWNS))
                .orElse(AutoShutdown.NOTHING_LEFT);
        Optional<Entry.Intensity> intensity = fields.get("intensity")
                .map(f -> IntensityReader.ofSupervisor(values, f, problems))
                .orElse(Optional.of(Entry.Intensity.DEFAULT));
        StopOrder stopOrder = fields.get("stop_order")
                .flatMap(f -> values.choice("stop_order", f.value(), STOP_ORDERS))
                .orElse(StopOrder.REVERSE);
        Entry.SupervisorRules own =
                new Entry.SupervisorRules(strategy, intensity, autoShutdown, stopOrder);
        List<Entry> below =
                fields.get("children").map(f -> children(f, path, autoShutdown)).orElse(List.of());
        return new Entry.Supervisor(id, rules, own, below);
    }

    private List<Entry> children(Fields.Field field, String path, AutoShutdown autoShutdown) {
        Values values = new Values(path, problems);
        Node node = field.value();
        if (node instanceof MappingNode mapping && mapping.getValue().isEmpty()) {
            problems.add(
                    field.key(),
                    path,
                    "children is empty, expected at least one child; write ID: {command: ...}");
            return List.of();
        }
        if (!above.add(node)) {
            problems.add(
                    field.key(),
                    path,
                    "children is an alias of what it is itself in, expected a tree without"
                            + " cycles; write the children out");
            return List.of();
        }
        List<Entry> below = new ArrayList<>();
        Siblings siblings = dependencyReader.siblings();
        values.mapping(
                        "children",
                        node,
                        "id",
                        "a mapping of ids to children; write ID: {command: ...}")
                .ifPresent(fields -> fields.all()
                        .forEach(
                                f -> child(f, path, autoShutdown, siblings).ifPresent(below::add)));
        above.remove(node);
        return below;
    }

    private Optional<Entry> child(
            Fields.Field field, String parent, AutoShutdown autoShutdown, Siblings siblings) {
        String path = parent + "/" + field.name();
        places.putIfAbsent(path, field.key());
        siblings.add(field.name(), path);
        if (++children > MOST_CHILDREN || above.size() > DEEPEST) {
            if (children == MOST_CHILDREN + 1 || children <= MOST_CHILDREN) {
                problems.add(
                        field.key(),
                        parent,
                        children > MOST_CHILDREN
                                ? "the tree has more than " + MOST_CHILDREN
                                        + " children, aliases counted as often as they are used;"
                                        + " make several trees"
                                : "the tree is deeper than " + DEEPEST
                                        + " levels; make it flatter");
            }
            return Optional.empty();
        }
        boolean named = isName("id", field.name(), field.key(), parent);
        Optional<Fields> found = new Values(path, problems)
                .mapping(
                        "the child",
                        field.value(),
                        "key",
                        "a mapping with command or children; write " + field.name()
                                + ": {command: ...}");
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Fields fields = found.get();
        boolean program = fields.has("command");
        boolean nested = fields.has("children");
        if (program == nested) {
            Keys.EITHER.check(fields, path, problems);
            if (program) {
                problems.add(
                        field.key(),
                        path,
                        "has both command and children, expected command for a program or"
                                + " children for a nested supervisor; remove one of them");
            } else if (!Keys.EITHER.misspelt(fields, "command", "children")) {
                problems.add(
                        field.key(),
                        path,
                        "has neither command nor children, expected command for a program or"
                                + " children for a nested supervisor; add one of them");
            }
        } else {
            (program ? Keys.PROGRAM : Keys.SUPERVISOR).check(fields, path, problems);
        }
        Optional<Restart> restart = childReader.restart(fields, path, nested);
        List<Dependency> needs =
                dependencyReader.read(fields, path, siblings, field.name(), restart);
        Entry.ChildRules rules = childReader.rules(fields, path, nested, restart, needs);
        childReader.checkSignificant(fields, path, rules, autoShutdown);
        // Both are read in any case, so that all problems are found at once.
        Optional<Entry> asProgram =
                childReader.program(field.name(), path, rules, fields).map(p -> p);
        Optional<Entry> asSupervisor = nested
                ? Optional.of(supervisor(field.name(), path, rules, fields))
                : Optional.empty();
        return named ? asSupervisor.or(() -> asProgram) : Optional.empty();
    }

    private boolean isName(String what, String name, Node node, String place) {
        try {
            SupervisorSpec unused = SupervisorSpec.of(name);
            return unused.id().equals(name);
        } catch (dev.oversight.InvalidSpecException e) {
            String shown = name.replaceAll("\\p{Cntrl}", "?");
            problems.add(
                    node,
                    place,
                    what + " is \"" + shown
                            + "\", expected a name without '/' and control characters; '/'"
                            + " separates the ids of a path, use '-' or '.' instead");
            return false;
        }
    }

    @SafeVarargs
    private static <T> Map<String, T> ordered(Map.Entry<String, T>... entries) {
        Map<String, T> map = new LinkedHashMap<>();
        for (Map.Entry<String, T> entry : entries) {
            map.put(entry.getKey(), entry.getValue());
        }
        return Collections.unmodifiableMap(map);
    }
}
