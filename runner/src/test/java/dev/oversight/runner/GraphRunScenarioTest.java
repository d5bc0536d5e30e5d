package dev.oversight.runner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Dependencies, limits, and how a tree ends when something has failed, on real processes. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(90)
class GraphRunScenarioTest {
    /** Writes its name to "starts", says "up", ends when "crash-NAME" is there, and to "stops" when asked. */
    private static final String SERVE = """
            trap 'echo "$1" >>stops; exit 0' TERM
            echo "$1" >>starts
            echo up
            while [ ! -e "crash-$1" ]; do sleep 0.05; done
            rm "crash-$1"
            exit 7
            """;

    /** Writes its name to "starts", waits for "go", and ends well. */
    private static final String MIGRATE = """
            echo "$1" >>starts
            while [ ! -e go ]; do sleep 0.05; done
            """;

    @TempDir
    Path dir;

    @Test
    void aGraph_startsInItsOrderWhateverTheOrderOfTheFileAndStopsInReverse() throws Exception {
        try (RunnerProcess runner = run("""
                tree: t
                children:
                  web: {command: sh serve.sh web, depends_on: [api], ready: {log: up}}
                  api: {command: sh serve.sh api, depends_on: {db: ready, migrate: completed}, ready: {log: up}}
                  migrate: {command: sh migrate.sh migrate, depends_on: [db], restart: transient}
                  db: {command: sh serve.sh db, ready: {log: up}}
                """)) {
            runner.awaitOut("web +\\* .* waits for api to be ready");
            runner.awaitOut("api +\\* .* waits for db to be ready and migrate to complete");
            runner.awaitOut("migrate +\\* .* waits for db to be ready");
            runner.awaitUntil("migrate", () -> starts().contains("migrate"));
            assertThat(starts()).containsExactly("db", "migrate");
            Files.createFile(dir.resolve("go"));
            runner.awaitOut("t +\\* .* up with 4 children after .*");
            assertThat(starts()).containsExactly("db", "migrate", "api", "web");

            runner.signal("TERM");
            assertThat(runner.exitCode()).isZero();
            assertThat(lines("stops")).containsExactly("web", "api", "db");
        }
    }

    @Test
    void whatNeedsAProgramThatFailsForGood_isNotStartedAndTheRunEndsWith3() throws Exception {
        try (RunnerProcess runner = run("""
                tree: t
                children:
                  migrate: {command: [sh, -c, "exit 1"], restart: {on_exit_code: 75}}
                  api: {command: touch started, depends_on: {migrate: completed}}
                """)) {
            assertThat(runner.exitCode()).isEqualTo(3);
            assertThat(runner.err())
                    .anyMatch(line -> line.contains(
                            "t/api could not be started: it depends on" + " t/migrate"));
            assertThat(dir.resolve("started")).doesNotExist();
        }
    }

    @Test
    void aCrash_restartsThoseThatDependOnItAndNobodyElse() throws Exception {
        try (RunnerProcess runner = run("""
                tree: t
                strategy: rest_for_dependents
                children:
                  db: {command: sh serve.sh db, ready: {log: up}, backoff: none}
                  api: {command: sh serve.sh api, depends_on: [db], ready: {log: up}}
                  web: {command: sh serve.sh web, depends_on: [api], ready: {log: up}}
                  other: {command: sh serve.sh other, ready: {log: up}}
                """)) {
            runner.awaitOut("t +\\* .* up with 4 children after .*");
            Files.createFile(dir.resolve("crash-db"));
            runner.awaitUntil(
                    "the last one is told to be ready again",
                    () -> runner.out().stream()
                                    .filter(line -> line.matches("web +\\* .* ready after .*"))
                                    .count()
                            == 2);
            assertThat(starts()).hasSize(7).endsWith("db", "api", "web");
            assertThat(lines("stops")).containsExactly("web", "api");
            String all = String.join("\n", runner.out());
            assertThat(all.substring(all.indexOf("failed after")))
                    .containsPattern("web +\\* .* waits for api to be ready")
                    .containsPattern(
                            "(?s)api +\\* [^\n]* stopped after .*api +\\* [^\n]* waits for db to be");

            runner.signal("TERM");
            assertThat(runner.exitCode()).isZero();
        }
    }

    @Test
    void aChildThatCrashesTooOften_isParkedAndTheOthersGoOn() throws Exception {
        try (RunnerProcess runner = run("""
                tree: t
                children:
                  bad:
                    command: [sh, -c, "echo bad >>starts; exit 7"]
                    intensity: {restarts: 2, within: 1m, then: park}
                    backoff: none
                  good: {command: sh serve.sh good, ready: {log: up}, backoff: none}
                """)) {
            runner.awaitOut(
                    "bad +\\* .* parked: stays down, the others go on; failed 3 times within 1m,"
                            + " allowed are 2");
            Files.createFile(dir.resolve("crash-good"));
            runner.awaitOut("good +\\* .* started|good +\\* .* starting \\(run 2\\)");
            assertThat(starts()).filteredOn("bad"::equals).hasSize(3);
            runner.signal("TERM");
            assertThat(runner.exitCode()).isZero();
        }
    }

    @Test
    void aPause_isToldAndThenTheChildIsBack() throws Exception {
        try (RunnerProcess runner = run("""
                tree: t
                intensity: {restarts: 0, within: 1m, then: {pause: 200ms}}
                children:
                  own:
                    command: [sh, -c, "echo own >>starts; exit 7"]
                    intensity: {restarts: 0, within: 1m, then: {pause: 300ms}}
                    backoff: none
                  all: {command: sh serve.sh all, ready: {log: up}, backoff: none}
                """)) {
            runner.awaitOut("own +\\* .* pauses for 300ms; failed once within 1m, none is allowed");
            runner.awaitUntil("its return", () -> lines("starts").contains("own"));
            runner.awaitOut("all +\\* .* ready after .*");
            Files.createFile(dir.resolve("crash-all"));
            runner.awaitOut(
                    "t +\\* .* restarts nothing for 200ms; had 1 failure within 1m, none is allowed");
            runner.awaitOut("all +\\* .* starting \\(run 2\\)");
            runner.signal("TERM");
            assertThat(runner.exitCode()).isZero();
        }
    }

    @Test
    void aFailureForGood_makesAnEndByItself4() throws Exception {
        assertThat(exitCode("""
                tree: t
                children:
                  well: {command: [sh, -c, "exit 0"], restart: transient}
                  inner:
                    restart: transient
                    children: {ill: {command: [sh, -c, "echo oops; exit 3"], restart: temporary}}
                """))
                .containsExactly(
                        "4",
                        "oversight: t/inner/ill failed and stayed down: exited with code 3; last"
                                + " output: oops");
    }

    @Test
    void aFailureBelowASupervisorThatWasRestarted_doesNotCount() throws Exception {
        assertThat(exitCode("""
                tree: t
                children:
                  inner:
                    restart: transient
                    backoff: none
                    intensity: {restarts: 0, within: 1m}
                    children:
                      ill: {command: [sh, -c, "[ -e ill ] || { touch ill; exit 3; }"], restart: temporary}
                      end: {command: [sh, -c, "while [ ! -e ill ]; do sleep 0.05; done; sleep 0.5; [ -e end ] || { touch end; exit 4; }"], restart: transient}
                """)).containsExactly("0");
    }

    @Test
    void aFailureThatARestartMadeGood_doesNotCount() throws Exception {
        assertThat(exitCode("""
                tree: t
                children:
                  a: {command: [sh, -c, "[ -e done ] || { touch done; exit 3; }"], restart: transient, backoff: none}
                """)).containsExactly("0");
    }

    @Test
    void whenTheSignificantHaveEnded_theyAloneDecide() throws Exception {
        String tree = """
                tree: t
                auto_shutdown: any_significant
                children:
                  side: {command: [sh, -c, "exit 9"], restart: temporary}
                  main: {command: [sh, -c, "sleep 0.3; exit %d"], restart: temporary, significant: true}
                """;
        assertThat(exitCode(tree.formatted(0))).containsExactly("0");
        assertThat(exitCode(tree.formatted(5)))
                .containsExactly(
                        "4",
                        "oversight: t/main failed and stayed down: exited with code 5; it"
                                + " wrote nothing");
    }

    @Test
    void aCycle_endsWith2AndStartsNothing() throws Exception {
        assertThat(exitCode("""
                tree: t
                children:
                  a: {command: touch started, depends_on: [b]}
                  b: {command: touch started, depends_on: [a]}
                """))
                .containsExactly(
                        "2",
                        "tree.yaml:4:44: t/b: depends_on is \"a\", which closes the cycle a -> b ->"
                                + " a, expected no cycle; remove one of these dependencies",
                        "oversight: tree.yaml has 1 problem; nothing was started");
        assertThat(dir.resolve("started")).doesNotExist();
    }

    /** The exit code, and then what was on standard error. */
    private List<String> exitCode(String yaml) throws Exception {
        try (RunnerProcess runner = run(yaml)) {
            String code = String.valueOf(runner.exitCode());
            return Stream.concat(Stream.of(code), runner.err().stream()).toList();
        }
    }

    private List<String> starts() throws IOException {
        return lines("starts");
    }

    private List<String> lines(String name) throws IOException {
        Path file = dir.resolve(name);
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private RunnerProcess run(String yaml) throws IOException {
        Files.writeString(dir.resolve("serve.sh"), SERVE);
        Files.writeString(dir.resolve("migrate.sh"), MIGRATE);
        Files.writeString(dir.resolve("tree.yaml"), yaml);
        return RunnerProcess.start(dir, "run", "tree.yaml");
    }
}
