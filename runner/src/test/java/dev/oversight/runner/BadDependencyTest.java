package dev.oversight.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What can be wrong with dependencies and limits: the message, whole, and where it points. */
class BadDependencyTest {
    private static final String IDS =
            "ids of siblings; write depends_on: [db], or {db: ready} with conditions";

    private static final String THEN = "expected escalate, park or {pause: DURATION}";

    @TempDir
    Path dir;

    /** What follows "a: {command: sh, " in line 3; the problem is one of t/a. */
    static Stream<Arguments> rulesOfA() {
        return Stream.of(
                Arguments.of("depends_on: ", "3:31: depends_on is empty, expected " + IDS),
                Arguments.of(
                        "depends_on: [{db: ready}]",
                        "3:33: depends_on is a mapping, expected an id; with conditions, write"
                                + " depends_on: {db: ready} without a list"),
                Arguments.of(
                        "depends_on: [db, db]",
                        "3:37: depends_on has \"db\" twice, expected each once; remove one of"
                                + " them"),
                Arguments.of(
                        "depends_on: {db: ready, db: started}",
                        "3:44: sibling \"db\" is already in line 3, expected each once; remove one"
                                + " of them"),
                Arguments.of(
                        "depends_on: bd",
                        "3:32: depends_on is \"bd\", expected the id of a sibling; did you mean"
                                + " db?"),
                Arguments.of(
                        "depends_on: [db, zzzzzzz]",
                        "3:37: depends_on is \"zzzzzzz\", expected the id of a sibling; choose one"
                                + " of db, job, sub"),
                Arguments.of(
                        "depends_on: a",
                        "3:32: depends_on is \"a\", the child itself, expected a sibling; remove"
                                + " it"),
                Arguments.of(
                        "depends_on: [inner]",
                        "3:33: depends_on is \"inner\", expected the id of a sibling; t/sub/inner"
                                + " is none; write depends_on: [sub] at t/a"),
                Arguments.of(
                        "depends_on: {db: redy}",
                        "3:37: depends_on.db is \"redy\", expected one of started, ready,"
                                + " completed; did you mean ready?"),
                Arguments.of(
                        "depends_on: {db: service_healthy}",
                        "3:37: depends_on.db is \"service_healthy\", expected one of started,"
                                + " ready, completed; did you mean ready?"),
                Arguments.of(
                        "depends_on: {db: {condition: service_completed_successfully}}",
                        "3:37: depends_on.db is a mapping, expected one of started, ready,"
                                + " completed; did you mean completed?"),
                Arguments.of(
                        "depends_on: {db: completed}",
                        "3:37: depends_on.db is completed, expected ready or started for a child"
                                + " that is restarted whenever it ends well; add restart: transient"
                                + " to t/db, or use another condition"),
                Arguments.of(
                        "depends_on: [job]",
                        "3:33: depends_on is \"job\", which is temporary and forgotten when it"
                                + " ends, expected one that is kept; write restart: transient"
                                + " there"),
                Arguments.of(
                        "needs: [db]",
                        "3:20: key \"needs\" is unknown to a program, expected one of backoff,"
                                + " command, depends_on, directory, env, intensity, labels, ready,"
                                + " restart, shutdown, significant; did you mean depends_on?"),
                Arguments.of(
                        "restart_intensity: {restarts: 1, within: 1s}",
                        "3:20: key \"restart_intensity\" is unknown to a program, expected one of"
                                + " backoff, command, depends_on, directory, env, intensity,"
                                + " labels, ready, restart, shutdown, significant; did you mean"
                                + " intensity?"),
                Arguments.of(
                        "intensity: unlimited",
                        "3:31: intensity is \"unlimited\", expected {restarts: NUMBER, within:"
                                + " DURATION}; leave it away, and only the supervisor's intensity"
                                + " applies"),
                Arguments.of(
                        "intensity: {restarts: 1, within: 1s, then: prak}",
                        "3:63: intensity.then is \"prak\", " + THEN + "; did you mean park?"),
                Arguments.of(
                        "intensity: {restarts: 1, within: 1s, then: pause}",
                        "3:63: intensity.then is \"pause\", " + THEN
                                + "; did you mean {pause: 15s}?"),
                Arguments.of(
                        "intensity: {restarts: 1, within: 1s, then: {}}",
                        "3:63: intensity.then has no pause, " + THEN + "; write {pause: 15s}"),
                Arguments.of(
                        "intensity: {restarts: 1, within: 1s, then: {cool_down: 1s}}",
                        "3:64: key \"cool_down\" is unknown to then, expected one of pause; did"
                                + " you mean pause?"),
                Arguments.of(
                        "intensity: {restarts: 1, within: 1s, then: {pause: 0s}}",
                        "3:71: intensity.then.pause is \"0s\", expected more than zero; write a"
                                + " longer one"));
    }

    @ParameterizedTest
    @MethodSource("rulesOfA")
    void aBadRule_isToldWithLineColumnPlaceAndCure(String rule, String problem) throws IOException {
        String place = problem.substring(0, problem.indexOf(": ") + 2);
        assertThat(problems("""
                tree: t
                children:
                  a: {command: sh, %s}
                  db: {command: sh}
                  job: {command: sh, restart: temporary}
                  sub: {children: {inner: {command: sh}}}
                """.formatted(rule)))
                .containsExactly(place + "t/a: " + problem.substring(place.length()));
    }

    @Test
    void aDependencyOnAnUncle_isToBeWrittenAtTheSupervisor() throws IOException {
        assertThat(problems("""
                tree: t
                children:
                  db: {command: sh}
                  sub:
                    children:
                      api: {command: sh, depends_on: [db]}
                      own: {command: sh, depends_on: [sub]}
                """))
                .containsExactly(
                        "6:39: t/sub/api: depends_on is \"db\", expected the id of a sibling; t/db"
                                + " is none; write depends_on: [db] at t/sub",
                        "7:39: t/sub/own: depends_on is \"sub\", expected the id of a sibling;"
                                + " t/sub is what it is in, remove this");
    }

    @Test
    void aRuleThatRestartsAfterZero_neverCompletes() throws IOException {
        assertThat(problems("""
                tree: t
                children:
                  a: {command: sh, depends_on: {b: completed, c: completed}}
                  b: {command: sh, restart: {unless_exit_code: 3}}
                  c: {command: sh, restart: {unless_exit_code: 0}}
                """))
                .singleElement()
                .asString()
                .startsWith("3:36: t/a: depends_on.b is completed, expected ready or started");
    }

    @Test
    void cycles_areNamedWhereTheyClose() throws IOException {
        assertThat(problems("""
                tree: t
                children:
                  a: {command: sh, depends_on: [b]}
                  b: {command: sh, depends_on: {c: started}}
                  c: {command: sh, depends_on: a}
                  x: {command: sh, depends_on: [a, y]}
                  y: {command: sh, depends_on: [x]}
                """))
                .containsExactly(
                        "5:32: t/c: depends_on is \"a\", which closes the cycle a -> b -> c -> a,"
                                + " expected no cycle; remove one of these dependencies",
                        "7:33: t/y: depends_on is \"x\", which closes the cycle x -> y -> x,"
                                + " expected no cycle; remove one of these dependencies");
    }

    @Test
    void allMistakes_areToldAtOnceAndWrongChildrenAreKnownByTheirIds() throws IOException {
        assertThat(problems("""
                tree: t
                strategy: rest_for_dependent
                stop_order: togehter
                stop: together
                children:
                  a: {command: sh, depends_on: [b, c, d, nope]}
                  b: {comand: sh, depends_on: {a: readi}}
                  c: {command: no-such-program, restart: alway}
                  d:
                  e: {command: sh, depends_on: {c: completed}}
                  f: {command: sh, depends_on: [f]}
                """))
                .extracting(problem -> problem.replaceFirst("^(\\d+:\\d+): .*", "$1"))
                .containsExactly(
                        "2:11", "3:13", "4:1", "6:42", "7:7", "7:35", "8:16", "8:42", "9:5",
                        "11:33");
    }

    @Test
    @Timeout(20)
    void aChainOf10000_isReadSoonAndItsCycleIsShort() throws IOException {
        String chain = IntStream.range(1, 9_999)
                .mapToObj(i -> "  c" + i + ": {command: sh, depends_on: [c" + (i + 1) + "]}\n")
                .collect(Collectors.joining("", "tree: t\nchildren:\n", ""));
        Path file = dir.resolve("tree.yaml");
        Files.writeString(file, chain + "  c9999: {command: sh}\n");
        assertThat(TreeReader.read(file).children()).hasSize(9_999);

        assertThat(problems(chain + "  c9999: {command: sh, depends_on: [c1]}\n"))
                .singleElement()
                .asString()
                .startsWith("10001:")
                .contains("the cycle c1 -> c2 -> ", " -> (9987 more) -> c1, expected")
                .hasSizeLessThan(300);
    }

    @Test
    @Timeout(20)
    void aliasesThatMultiplyDependencies_areRefusedSoon() throws IOException {
        String yaml = IntStream.range(0, 1_000)
                .mapToObj(i -> "  c" + i + ": {command: sh, depends_on: "
                        + (i == 0
                                ? "&x ["
                                        + IntStream.range(1_000, 1_200)
                                                .mapToObj(n -> "c" + n)
                                                .collect(Collectors.joining(","))
                                        + "]"
                                : "*x")
                        + "}\n")
                .collect(Collectors.joining("", "tree: t\nchildren:\n", ""));

        assertThat(problems(yaml))
                .containsExactly("503:23: t/c500: the tree has more than 100000 dependencies,"
                        + " aliases counted as often as they are used; make several trees");
    }

    private List<String> problems(String yaml) throws IOException {
        Path file = Files.writeString(dir.resolve("tree.yaml"), yaml);
        BadFileException bad =
                catchThrowableOfType(BadFileException.class, () -> TreeReader.read(file));
        assertThat(bad).as("problems").isNotNull();
        return bad.lines().stream()
                .map(line -> line.substring(file.toString().length() + 1))
                .toList();
    }
}
