package dev.oversight.runner;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The keys that a place of the file knows, and what to say about others. */
enum Keys {
    ROOT("the root", "tree", "strategy", "intensity", "auto_shutdown", "stop_order", "children"),
    PROGRAM(
            "a program",
            "command",
            "env",
            "directory",
            "ready",
            "depends_on",
            "restart",
            "intensity",
            "shutdown",
            "backoff",
            "significant",
            "labels"),
    SUPERVISOR(
            "a nested supervisor",
            "children",
            "strategy",
            "intensity",
            "auto_shutdown",
            "stop_order",
            "depends_on",
            "restart",
            "restart_intensity",
            "shutdown",
            "backoff",
            "significant",
            "labels"),
    /** Of a child that has both or neither of command and children. */
    EITHER(
            "a child",
            "command",
            "children",
            "env",
            "directory",
            "ready",
            "depends_on",
            "restart",
            "restart_intensity",
            "shutdown",
            "backoff",
            "significant",
            "labels",
            "strategy",
            "intensity",
            "auto_shutdown",
            "stop_order"),
    RESTART("restart", "on_exit_code", "unless_exit_code", "on_signal"),
    READY("ready", "port", "log", "within"),
    INTENSITY("intensity", "restarts", "within", "then"),
    THEN("then", "pause"),
    BACKOFF("backoff", "first", "cap");

    /** How other tools call it. */
    private static final Map<String, String> SYNONYMS = Map.ofEntries(
            Map.entry("name", "tree"),
            Map.entry("cmd", "command"),
            Map.entry("exec", "command"),
            Map.entry("run", "command"),
            Map.entry("program", "command"),
            Map.entry("args", "command"),
            Map.entry("environment", "env"),
            Map.entry("cwd", "directory"),
            Map.entry("dir", "directory"),
            Map.entry("working_dir", "directory"),
            Map.entry("working_directory", "directory"),
            Map.entry("readiness", "ready"),
            Map.entry("readiness_probe", "ready"),
            Map.entry("availability", "restart"),
            Map.entry("restart_policy", "restart"),
            Map.entry("timeout", "shutdown"),
            Map.entry("grace", "shutdown"),
            Map.entry("childs", "children"),
            Map.entry("child", "children"),
            Map.entry("processes", "children"),
            Map.entry("services", "children"),
            Map.entry("programs", "children"),
            Map.entry("max_restarts", "intensity"),
            Map.entry("restart_intensity", "intensity"),
            Map.entry("at_limit", "then"),
            Map.entry("cool_down", "pause"),
            Map.entry("cooldown", "pause"),
            Map.entry("depends", "depends_on"),
            Map.entry("needs", "depends_on"),
            Map.entry("requires", "depends_on"),
            Map.entry("wants", "depends_on"),
            Map.entry("after", "depends_on"),
            Map.entry("stop", "stop_order"),
            Map.entry("period", "within"),
            Map.entry("on_exit", "on_exit_code"),
            Map.entry("exit_code", "on_exit_code"),
            Map.entry("exit_codes", "on_exit_code"),
            Map.entry("exitcodes", "on_exit_code"),
            Map.entry("signal", "on_signal"),
            Map.entry("unless", "unless_exit_code"),
            Map.entry("max", "cap"),
            Map.entry("initial", "first"));

    private final String owner;

    @SuppressWarnings("ImmutableEnumChecker") // a Set.of
    private final Set<String> known;

    Keys(String owner, String... known) {
        this.owner = owner;
        this.known = Set.of(known);
    }

    boolean knows(String key) {
        return known.contains(key);
    }

    /** Reports every key that is not known here. */
    void check(Fields fields, String place, Problems problems) {
        for (Fields.Field field : fields.all()) {
            if (!knows(field.name())) {
                problems.add(field.key(), place, unknown(field.name()));
            }
        }
    }

    private String unknown(String key) {
        return "key \"" + key + "\" is unknown to " + owner + ", expected one of "
                + String.join(", ", new TreeSet<>(known)) + "; " + cure(key);
    }

    private String cure(String key) {
        return meant(key).map(word -> "did you mean " + word + "?").orElseGet(() -> elsewhere(key));
    }

    private Optional<String> meant(String key) {
        String synonym = SYNONYMS.get(key.toLowerCase(Locale.ROOT));
        return Optional.ofNullable(synonym)
                .filter(known::contains)
                .or(() -> Nearest.to(key, known));
    }

    /**
     * Whether an unknown key was probably meant to be one of these, so that they are not
     * missing.
     */
    boolean misspelt(Fields fields, String... keys) {
        return fields.all().stream()
                .filter(field -> !knows(field.name()))
                .anyMatch(field ->
                        meant(field.name()).filter(List.of(keys)::contains).isPresent());
    }

    private String elsewhere(String key) {
        for (Keys other : values()) {
            if (other != EITHER && other.knows(key)) {
                return "it is a key of " + other.owner;
            }
        }
        return "remove it";
    }
}
