package dev.oversight.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;

import dev.oversight.process.ProcessRestart;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** Every kind of bad input: the message, whole, and where it points. */
class BadInputTest {
    private static final String CHILD_CURE =
            "a mapping with command or children; write a: {command: ...}";
    private static final String PROGRAM_KEYS =
            "backoff, command, depends_on, directory, env, intensity, labels, ready, restart,"
                    + " shutdown, significant";

    @TempDir
    Path dir;

    /** Each is a child "a" in line 3, written from column 6 on. */
    static Stream<Arguments> children() {
        return Stream.of(
                Arguments.of(
                        "{comand: sh}",
                        "3:7: t/a: key \"comand\" is unknown to a child, expected one of"
                                + " auto_shutdown,"
                                + " backoff, children, command, depends_on, directory, env,"
                                + " intensity, labels, ready, restart, restart_intensity, shutdown,"
                                + " significant, stop_order, strategy; did you mean command?"),
                Arguments.of(
                        "{command: sh, cwd: x}",
                        "3:20: t/a: key \"cwd\" is unknown to a program, expected one of "
                                + PROGRAM_KEYS + "; did you mean directory?"),
                Arguments.of(
                        "{command: sh, strategy: one_for_one}",
                        "3:20: t/a: key \"strategy\" is unknown to a program," + " expected one of "
                                + PROGRAM_KEYS + "; it is a key of the root"),
                Arguments.of(
                        "{command: sh, zzz: 1}",
                        "3:20: t/a: key \"zzz\" is unknown to a program, expected one of "
                                + PROGRAM_KEYS + "; remove it"),
                Arguments.of(
                        "{command: sh, command: sh}",
                        "3:20: t/a: key \"command\" is already in line 3, expected each"
                                + " once; remove one of them"),
                Arguments.of(
                        "{command: sh, [x]: 1}", "3:20: t/a: a key is a list, expected a name"),
                Arguments.of("", "3:5: t/a: the child is empty, expected " + CHILD_CURE),
                Arguments.of("sh", "3:6: t/a: the child is \"sh\", expected " + CHILD_CURE),
                Arguments.of("[sh]", "3:6: t/a: the child is a list, expected " + CHILD_CURE),
                Arguments.of(
                        "{restart: permanent}",
                        "3:3: t/a: has neither command nor children, expected command for a"
                                + " program or children for a nested supervisor; add one of them"),
                Arguments.of(
                        "{command: sh, children: {b: {command: sh}}}",
                        "3:3: t/a: has both command and children,"
                                + " expected command for a program or children for a nested"
                                + " supervisor; remove one of them"),
                Arguments.of(
                        "{children: {}}",
                        "3:7: t/a: children is empty, expected at least one child; write ID:"
                                + " {command: ...}"),
                Arguments.of(
                        "{children: [b]}",
                        "3:17: t/a: children is a list, expected a mapping of ids to children;"
                                + " write ID: {command: ...}"),
                Arguments.of(
                        "{children: {b/c: {command: sh}}}",
                        "3:18: t/a: id is \"b/c\", expected a name without '/' and"
                                + " control characters; '/' separates the ids of a path, use '-'"
                                + " or '.' instead"),
                Arguments.of(
                        "{children: {b: {command: sh}, b: {command: sh}}}",
                        "3:36: t/a: id \"b\" is already in line 3,"
                                + " expected each once; rename one of them"),
                Arguments.of(
                        "{command: \"\"}",
                        "3:16: t/a: command is empty, expected a program and its arguments; write"
                                + " command: java Api.java, or a list [java, Api.java]"),
                Arguments.of(
                        "{command: []}",
                        "3:16: t/a: command is empty, expected a program and its arguments; write"
                                + " command: java Api.java, or a list [java, Api.java]"),
                Arguments.of(
                        "{command: {sh: 1}}",
                        "3:16: t/a: command is a mapping, expected a program and its arguments;"
                                + " write command: java Api.java, or a list [java, Api.java]"),
                Arguments.of(
                        "{command: [sh, [x]]}",
                        "3:21: t/a: a word of command is a list, expected text; write \"\" for"
                                + " an empty word"),
                Arguments.of(
                        "{command: sh a | sh b}",
                        "3:16: t/a: command has |, which only a shell understands; quote it,"
                                + " or run a shell: [sh, -c, \"...\"]"),
                Arguments.of(
                        "{command: !env sh}",
                        "3:16: t/a: command is tagged !env, expected a program and its arguments;"
                                + " write command: java Api.java, or a list [java, Api.java]"),
                Arguments.of(
                        "{command: sh, env: [A]}",
                        "3:25: t/a: env is a list, expected a mapping of names to texts;"
                                + " write env: {PORT: \"8080\"}"),
                Arguments.of(
                        "{command: sh, env: {A: [1]}}",
                        "3:29: t/a: env.A is a list, expected text; write \"\" for an empty one"),
                Arguments.of(
                        "{command: sh, env: {A: }}",
                        "3:28: t/a: env.A is empty, expected text; write \"\" for an empty one"),
                Arguments.of(
                        "{command: sh, env: {A=B: x}}",
                        "3:25: t/a: env has the variable \"A=B\", expected a name without '=';"
                                + " rename it"),
                Arguments.of(
                        "{command: sh, restart: alway}",
                        "3:29: t/a: restart is \"alway\", expected one of permanent,"
                                + " transient, temporary; choose one"),
                Arguments.of(
                        "{command: sh, restart: always}",
                        "3:29: t/a: restart is \"always\", expected one of permanent,"
                                + " transient, temporary; did you mean permanent?"),
                Arguments.of(
                        "{command: sh, restart: {on_exit: 3}}",
                        "3:30: t/a: key \"on_exit\" is unknown to restart, expected one of"
                                + " on_exit_code, on_signal, unless_exit_code; did you mean"
                                + " on_exit_code?"),
                Arguments.of(
                        "{command: sh, restart: {}}",
                        "3:29: t/a: restart has no rule, expected on_exit_code, on_signal or"
                                + " unless_exit_code; write {unless_exit_code: [0, 3]}"),
                Arguments.of(
                        "{command: sh, restart: {on_exit_code: 3, unless_exit_code: 0}}",
                        "3:29: t/a: restart has unless_exit_code together with others, expected"
                                + " it alone; remove one"),
                Arguments.of(
                        "{command: sh, restart: {on_exit_code: [3, 256]}}",
                        "3:48: t/a: restart.on_exit_code is 256, expected a whole number from 0"
                                + " to 255; write one in that range"),
                Arguments.of(
                        "{command: sh, restart: {on_exit_code: []}}",
                        "3:44: t/a: restart.on_exit_code is a list, expected an exit code from 0"
                                + " to 255 or a list of them; write at least one"),
                Arguments.of(
                        "{command: sh, restart: {on_signal: [TERM, FOO]}}",
                        "3:48: t/a: restart.on_signal is \"FOO\", expected one of "
                                + String.join(", ", ProcessRestart.signals())
                                + "; choose one"),
                Arguments.of(
                        "{children: {b: {command: sh}}, restart: {on_exit_code: 3}}",
                        "3:46: t/a: restart is a mapping, expected one of permanent, transient,"
                                + " temporary for a nested supervisor, which has no exit code;"
                                + " choose one"),
                Arguments.of(
                        "{command: sh, restart: transent}",
                        "3:29: t/a: restart is \"transent\", expected one of"
                                + " permanent, transient, temporary; did you mean transient?"),
                Arguments.of(
                        "{command: sh, shutdown: -5s}",
                        "3:30: t/a: shutdown is \"-5s\", expected a duration that is not"
                                + " negative; remove the minus"),
                Arguments.of(
                        "{command: sh, shutdown: 5}",
                        "3:30: t/a: shutdown is 5, expected a unit; write 5s for seconds"
                                + " or 5ms for milliseconds"),
                Arguments.of(
                        "{command: sh, shutdown: imediate}",
                        "3:30: t/a: shutdown is \"imediate\", expected a duration,"
                                + " immediate or unbounded; did you mean immediate?"),
                Arguments.of(
                        "{command: sh, shutdown: [5s]}",
                        "3:30: t/a: shutdown is a list, expected a duration; write"
                                + " 500ms, 5s, 2m, 1m30s or 1h"),
                Arguments.of(
                        "{command: sh, ready: 80}",
                        "3:27: t/a: ready is 80, expected {port: NUMBER} or {log: TEXT},"
                                + " each with within: DURATION if 30s are not right"),
                Arguments.of(
                        "{command: sh, ready: {}}",
                        "3:27: t/a: ready has neither port nor log, expected one of them; add one"),
                Arguments.of(
                        "{command: sh, ready: {port: 80, log: x}}",
                        "3:27: t/a: ready has both port and log, expected one of them; remove one"),
                Arguments.of(
                        "{command: sh, ready: {prot: 80}}",
                        "3:28: t/a: key \"prot\" is unknown to ready, expected one of"
                                + " log, port, within; did you mean port?"),
                Arguments.of(
                        "{command: sh, ready: {port: 70000}}",
                        "3:34: t/a: ready.port is 70000, expected a whole number"
                                + " from 1 to 65535; write one in that range"),
                Arguments.of(
                        "{command: sh, ready: {port: \"80\"}}",
                        "3:34: t/a: ready.port is \"80\", expected a whole number"
                                + " from 1 to 65535; remove the quotes"),
                Arguments.of(
                        "{command: sh, ready: {log: \"\"}}",
                        "3:33: t/a: ready.log is \"\", expected a part of the line"
                                + " that it writes when it is up; write {log: \"listening\"}"),
                Arguments.of(
                        "{command: sh, ready: {port: 80, within: 0s}}",
                        "3:46: t/a: ready.within is \"0s\", expected more"
                                + " than zero; write a longer one"),
                Arguments.of(
                        "{command: sh, backoff: {first: 5s, cap: 1s}}",
                        "3:46: t/a: backoff.cap is \"1s\", expected at"
                                + " least the first delay, 5s; raise the cap or shorten the first"),
                Arguments.of(
                        "{command: sh, significant: \"true\", restart: transient}",
                        "3:33: t/a: significant is \"true\","
                                + " expected true or false; write one of them without quotes"),
                Arguments.of(
                        "{command: sh, significant: true, restart: transient}",
                        "3:33: t/a: significant is true, expected"
                                + " false where the supervisor does not look at it; add"
                                + " auto_shutdown: any_significant or"
                                + " all_significant to the supervisor, or remove significant"),
                Arguments.of(
                        "{auto_shutdown: any_significant, children: {b: {command: sh,"
                                + " significant: true}}}",
                        "3:80: t/a/b:"
                                + " significant is true, expected false for a permanent child,"
                                + " which never ends for good; add"
                                + " restart: transient or temporary, or remove significant"),
                Arguments.of(
                        "{children: {b: {command: sh}}, strategy: one_for_al}",
                        "3:47: t/a: strategy is \"one_for_al\","
                                + " expected one of one_for_one, one_for_all, rest_for_one,"
                                + " rest_for_dependents; did you mean one_for_all?"),
                Arguments.of(
                        "{children: {b: {command: sh}}, intensity: 3}",
                        "3:48: t/a: intensity is 3, expected {restarts:"
                                + " NUMBER, within: DURATION} or unlimited; write {restarts: 3,"
                                + " within: 30s}"),
                Arguments.of(
                        "{children: {b: {command: sh}}, intensity: {restarts: 3}}",
                        "3:48: t/a: intensity has no within,"
                                + " expected both; write {restarts: 3, within: 30s}"),
                Arguments.of(
                        "{children: {b: {command: sh}}, intensity: {restarts: -1, within: 1s}}",
                        "3:59: t/a:"
                                + " intensity.restarts is -1, expected a whole number from 0 to"
                                + " 1000000; write one in that range"));
    }

    @ParameterizedTest
    @MethodSource("children")
    void aBadChild_isToldWithLineColumnPlaceAndCure(String child, String problem)
            throws IOException {
        assertThat(problems("tree: t\nchildren:\n  a: " + child + "\n")).containsExactly(problem);
    }

    @Test
    void aMissingProgram_isToldAtTheCommand() throws IOException {
        Path file = Files.writeString(dir.resolve("plain"), "");

        assertThat(problems("tree: t\nchildren:\n  a: {command: no-such-program}\n  b:"
                        + " {command: ./none}\n  c: {command: ./plain}\n"))
                .satisfiesExactly(
                        a -> assertThat(a)
                                .startsWith(
                                        "3:16: t/a: program no-such-program was not found on the"
                                                + " PATH"),
                        b -> assertThat(b)
                                .startsWith("4:16: t/b: program ./none was not found at "
                                        + dir.resolve("none")),
                        c -> assertThat(c)
                                .startsWith("5:16: t/c: program " + file + " is not executable"));
    }

    @Test
    void aMissingDirectory_isToldAtTheDirectory() throws IOException {
        assertThat(problems("tree: t\nchildren:\n  a: {command: sh, directory: none}\n"))
                .containsExactly("3:31: t/a: directory " + dir.resolve("none")
                        + " does not exist; create it or correct the path");
    }

    @Test
    void allProblems_areToldAtOnceByLine() throws IOException {
        assertThat(problems("""
                tree: "a/b"
                strateg: one_for_one
                intensity: {restarts: 1.5, within: 0s}
                children:
                  a: {comand: sh}
                  b: {command: sh, ready: {port: 0}}
                """))
                .extracting(problem -> problem.replaceFirst(": .*", ""))
                .containsExactly("1:7", "2:1", "3:23", "3:36", "5:7", "6:34");
    }

    static Stream<Arguments> documents() {
        return Stream.of(
                Arguments.of("", "is empty, expected a tree; begin with \"tree: NAME\""),
                Arguments.of("# nothing\n", "is empty, expected a tree; begin with \"tree: NAME\""),
                Arguments.of(
                        "- a\n",
                        "1:1: the document is a list, expected a mapping; begin with \"tree:"
                                + " NAME\" and \"children:\""),
                Arguments.of(
                        "tree: t\n",
                        "1:1: key \"children\" is missing, expected at least one child; write"
                                + " children:"
                                + " {ID: {command: ...}}"),
                Arguments.of(
                        "children: {a: {command: sh}}\n",
                        "1:1: key \"tree\" is missing, expected the name of the root"
                                + " supervisor; write tree: NAME"),
                Arguments.of(
                        "tree: t\nchildren: {}\n",
                        "2:1: t: children is empty, expected at least one child; write ID:"
                                + " {command: ...}"),
                Arguments.of(
                        "tree: t\nchildren: {a: {command: sh}\n",
                        "3:1: not YAML: expected ',' or '}', but got <stream end>"
                                + " (while parsing a flow mapping that begins at 2:11)"),
                Arguments.of(
                        "tree: t\n\tchildren: x\n",
                        "2:1: not YAML: found character '\\t(TAB)' that cannot start any token."
                                + " (Do not use \\t(TAB) for indentation)"),
                Arguments.of("tree: t: u\n", "1:8: not YAML: mapping values are not allowed here"),
                Arguments.of("tree: *nope\n", "1:7: not YAML: found undefined alias nope"),
                Arguments.of(
                        "tree: t\nchildren: {a: {command: sh}}\n---\ntree: u\n",
                        "4:1: a second document begins, expected"
                                + " one; remove the \"---\" or make two files"),
                Arguments.of(
                        "tree: t\nx: \u0001\n",
                        "2:4: not YAML: the character U+0001 is not allowed; remove it"));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void whatIsNoTree_isOneMessage(String text, String problem) throws IOException {
        assertThat(problems(text)).containsExactly(problem);
    }

    @Test
    void anAliasOfItself_isACycle() throws IOException {
        assertThat(problems("tree: t\nchildren: &x\n  a:\n    children: *x\n"))
                .containsExactly(
                        "4:5: t/a: children is an alias of what it is itself in, expected a tree"
                                + " without cycles;"
                                + " write the children out");
    }

    @Test
    @Timeout(20)
    void aliasesThatMultiply_areRefusedSoon() throws IOException {
        StringBuilder yaml = new StringBuilder(
                "tree: t\nchildren:\n  a0: {children: &a0 {x: {command: sh}, y: {command: sh}}}\n");
        for (int i = 1; i < 40; i++) {
            yaml.append(String.format(
                    "  a%d: {children: &a%d {x: {children: *a%d}, y: {children: *a%d}}}%n",
                    i, i, i - 1, i - 1));
        }

        assertThat(problems(yaml.toString()))
                .singleElement()
                .asString()
                .contains("the tree has more than 10000 children, aliases counted as often as they"
                        + " are used");
    }

    @Test
    void nestingWithoutEnd_isRefused() throws IOException {
        assertThat(problems("[".repeat(200_000)))
                .containsExactly("is nested too deeply to be a tree");
        assertThat(problems("tree: t\nchildren: " + "{a: {children: ".repeat(70)
                        + "{b: {command: sh}}" + "}}".repeat(70)))
                .singleElement()
                .asString()
                .contains("the tree is deeper than 64 levels; make it flatter");
    }

    @Test
    void otherCharsets_arePointedAt() throws IOException {
        assertThat(problems("tree: t\n# caf\u00e9\n".getBytes(ISO_8859_1)))
                .containsExactly("2:6: the byte 0xE9 is not UTF-8; save the file as UTF-8");
        assertThat(problems("tree: t\n".getBytes(UTF_16)))
                .containsExactly("1:1: the byte 0xFE is not UTF-8; save the file as UTF-8");
    }

    @Test
    void whatCannotBeRead_isToldWithoutALine() throws IOException {
        assertThat(problemsOf(dir.resolve("none")))
                .containsExactly("does not exist, expected a tree file; check the name");
        assertThat(problemsOf(dir))
                .containsExactly("is a directory, expected a tree file; name the file in it");
        Files.writeString(dir.resolve("oversight.yaml"), "");
        assertThat(problemsOf(dir))
                .containsExactly("is a directory, expected a tree file; write "
                        + dir.resolve("oversight.yaml"));
    }

    @Test
    void whatMayNotBeRead_isTold() throws IOException {
        Path file = Files.writeString(dir.resolve("secret"), "tree: t");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(file), "this user may read everything");

        assertThat(problemsOf(file))
                .containsExactly("may not be read by this user; check its permissions");
    }

    private List<String> problems(String yaml) throws IOException {
        return problems(yaml.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private List<String> problems(byte[] yaml) throws IOException {
        return problemsOf(Files.write(dir.resolve("tree.yaml"), yaml));
    }

    private static List<String> problemsOf(Path file) {
        BadFileException bad =
                catchThrowableOfType(BadFileException.class, () -> TreeReader.read(file));
        assertThat(bad).as("problems").isNotNull();
        return bad.lines().stream()
                .map(line -> {
                    assertThat(line).startsWith(file + ":");
                    return line.substring(file.toString().length() + 1).strip();
                })
                .toList();
    }
}
