package dev.oversight.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The whole command on real processes: each test is one way through its life. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(90)
class RunScenarioTest {
    /** Records its pid, says "up", and writes its name to "stops" when it is asked to stop. */
    private static final String POLITE = """
            trap 'echo "$1" >>stops; exit 0' TERM
            echo $$ >>pids
            echo up
            while :; do sleep 0.05; done
            """;

    /** Does not stop when asked, and neither does its child. */
    private static final String STUBBORN = """
            trap '' TERM
            sh -c 'echo $$ >>pids; while :; do sleep 0.1; done' &
            echo $$ >>pids
            echo up
            while :; do sleep 0.1; done
            """;

    @TempDir
    Path dir;

    @AfterEach
    void nothingIsLeft() throws IOException {
        List<Long> pids = pids();
        await("the end of " + pids)
                .atMost(Duration.ofSeconds(10))
                .until(() -> pids.stream().noneMatch(RunnerProcess::isAlive));
    }

    @Test
    void programsThatEnd_areShownAndTheTreeEndsWith0() throws Exception {
        try (RunnerProcess runner = run("""
                tree: t
                children:
                  a: {command: [sh, -c, "echo hello; echo oops >&2"], restart: transient}
                  inner:
                    restart: transient
                    children:
                      b:
                        command: [sh, -c, "echo $GREETING from $(basename $(pwd))"]
                        env: {GREETING: "héllo"}
                        directory: sub
                        restart: temporary
                """)) {
            assertThat(runner.exitCode()).as(() -> runner.err().toString()).isZero();
            assertThat(runner.out())
                    .contains("a       | hello", "a       ! oops", "inner/b | héllo from sub")
                    .anyMatch(line ->
                            line.matches("a       \\* \\d\\d:\\d\\d:\\d\\d\\.\\d{3} ended by itself"
                                    + " after .*; not restarted"))
                    .anyMatch(line -> line.matches("t       \\* .* nothing is left to run"));
            assertThat(runner.err()).isEmpty();
        }
    }

    @Test
    void aCrash_isToldWithItsExitCodeAndRestarted() throws Exception {
        Files.writeString(
                dir.resolve("once.sh"),
                "[ -e crashed ] || { touch crashed; echo broken >&2; exit 3; }\n" + POLITE);
        try (RunnerProcess runner = run("""
                tree: t
                children:
                  a: {command: sh once.sh a, backoff: 300ms}
                  b: {command: sh polite.sh b, ready: {log: up}}
                """)) {
            runner.awaitOut("a \\* .* failed after .*: exited with code 3; last output: broken;"
                    + " restarting");
            runner.awaitOut("a \\* .* restarts in 300ms \\(attempt 1\\)");
            runner.awaitOut("a \\* .* started \\(run 2\\)");
            runner.awaitOut("a \\| up");
            runner.signal("TERM");
            assertThat(runner.exitCode()).isZero();
        }
    }

    @Test
    void aRuleOverExitCodes_decidesWhatIsRestarted() throws Exception {
        Files.writeString(dir.resolve("count.sh"), """
                echo x >>$1
                [ $(wc -l <$1) -lt 3 ] && exit $2
                exit $3
                """);
        Files.writeString(dir.resolve("die.sh"), """
                echo x >>killed
                [ $(wc -l <killed) -lt 2 ] && kill -s KILL $$
                exit 5
                """);
        try (RunnerProcess runner = run("""
                tree: t
                children:
                  on: {command: sh count.sh on 75 76, restart: {on_exit_code: [75, 77]}, backoff: none}
                  unless: {command: sh count.sh unless 0 3, restart: {unless_exit_code: 3}, backoff: none}
                  killed: {command: sh die.sh, restart: {on_exit_code: 9, on_signal: KILL}, backoff: none}
                """)) {
            assertThat(runner.exitCode()).isEqualTo(4);
            assertThat(runner.err())
                    .satisfiesExactly(
                            on -> assertThat(on)
                                    .startsWith("oversight: t/on failed and stayed down: exited"
                                            + " with code 76"),
                            unless -> assertThat(unless).startsWith("oversight: t/unless failed"),
                            killed -> assertThat(killed).startsWith("oversight: t/killed failed"));
            assertThat(Files.readAllLines(dir.resolve("on"))).hasSize(3);
            assertThat(Files.readAllLines(dir.resolve("unless"))).hasSize(3);
            assertThat(Files.readAllLines(dir.resolve("killed"))).hasSize(2);
            assertThat(runner.out())
                    .anyMatch(line -> line.matches("on .* exited with code 76; .*; not restarted"))
                    .anyMatch(line -> line.matches("unless .* ended by itself .*; restarting"));
        }
    }

    @Test
    void term_stopsInReverseOrderAndEndsWith0() throws Exception {
        try (RunnerProcess runner = run("""
                tree: t
                children:
                  a: {command: sh polite.sh a, ready: {log: up}}
                  inner:
                    children:
                      b: {command: sh polite.sh b, ready: {log: up}}
                      c: {command: sh polite.sh c, ready: {log: up}}
                  d: {command: sh polite.sh d, ready: {log: up}}
                """)) {
            runner.awaitOut("t +\\* .* up with 3 children after .*");
            runner.signal("TERM");
            assertThat(runner.exitCode()).isZero();
            assertThat(Files.readAllLines(dir.resolve("stops")))
                    .containsExactly("d", "c", "b", "a");
            assertThat(pids()).hasSize(4).noneMatch(RunnerProcess::isAlive);
            assertThat(runner.out())
                    .anyMatch(line -> line.contains("SIGTERM: stopping in reverse order"));
        }
    }

    @Test
    void aSlowStop_endsWithAPictureOfWhoTookHowLong() throws Exception {
        try (RunnerProcess runner = run("""
                tree: t
                children:
                  first: {command: sh polite.sh first, ready: {log: up}}
                  slow: {command: sh stubborn.sh, ready: {log: up}, shutdown: 1200ms}
                """)) {
            runner.awaitOut("t +\\* .* up with 2 children after .*");
            runner.signal("TERM");
            assertThat(runner.exitCode()).isZero();
            assertThat(runner.out())
                    .anyMatch(line -> line.matches("t +\\* \\S+ stop of t took \\S+s"))
                    .anyMatch(line -> line.matches("t +\\* \\S+ slow +#+ +\\d+\\.\\d+s of .*"))
                    .anyMatch(line -> line.matches("t +\\* \\S+ first +#+ .*"));
        }
    }

    @Test
    void aSecondInt_stopsAtOnceWith130() throws Exception {
        assumeTrue(hears(2), "INT is ignored here, and a process cannot unlearn that");
        secondSignal("INT", 130);
    }

    @Test
    void aSecondTerm_stopsAtOnceWith143() throws Exception {
        secondSignal("TERM", 143);
    }

    private void secondSignal(String name, int code) throws Exception {
        try (RunnerProcess runner = run("""
                tree: t
                children:
                  first: {command: sh polite.sh first, ready: {log: up}}
                  slow: {command: sh stubborn.sh, ready: {log: up}, shutdown: 1h}
                """)) {
            runner.awaitOut("t +\\* .* up with 2 children after .*");
            runner.signal(name);
            runner.awaitOut("slow +\\* .* stopping: its supervisor stops");
            runner.signal(name);
            assertThat(runner.exitCode()).isEqualTo(code);
            await().atMost(RunnerProcess.LIMIT)
                    .until(() -> pids().stream().noneMatch(RunnerProcess::isAlive));
        }
    }

    @Test
    void aSignalDuringTheStart_stopsWhatIsUpAndEndsWith0() throws Exception {
        try (RunnerProcess runner = run("""
                tree: t
                children:
                  a: {command: sh polite.sh a, ready: {log: up}}
                  never: {command: sh polite.sh never, ready: {log: "this never comes", within: 1h}}
                  later: {command: sh polite.sh later}
                """)) {
            runner.awaitOut("never +\\| up");
            runner.signal(hears(1) ? "HUP" : "TERM"); // not where nohup has started the tests
            assertThat(runner.exitCode()).isZero();
            assertThat(Files.readAllLines(dir.resolve("stops"))).containsExactly("never", "a");
        }
    }

    @Test
    void tooManyFailures_endWith1AndEveryCause() throws Exception {
        try (RunnerProcess runner = run("""
                tree: t
                intensity: {restarts: 1, within: 1m}
                children:
                  a: {command: sh polite.sh a, ready: {log: up}}
                  b: {command: [sh, -c, "exit 7"], backoff: none}
                """)) {
            assertThat(runner.exitCode()).isEqualTo(1);
            assertThat(runner.err())
                    .containsExactly("oversight: t gave up: 2 failures within 1m, allowed is 1");
            assertThat(runner.out())
                    .anyMatch(line ->
                            line.matches("t \\* .* gave up: 2 failures within 1m, allowed is 1"))
                    .anyMatch(line -> line.matches("t \\* .*incarnation 1 of t/b failed.*"))
                    .anyMatch(line -> line.matches("t \\* .*incarnation 2 of t/b failed.*"))
                    .filteredOn(line -> line.matches("t \\* .*t/b exited with code 7.*"))
                    .hasSize(2);
            assertThat(Files.readAllLines(dir.resolve("stops"))).containsExactly("a");
        }
    }

    @Test
    void aChildThatDoesNotComeUp_endsWith3AndWhatWasUpIsStopped() throws Exception {
        try (RunnerProcess runner = run("""
                tree: t
                children:
                  a: {command: sh polite.sh a, ready: {log: up}}
                  b: {command: sh polite.sh b, ready: {log: "this never comes", within: 6s}}
                  c: {command: touch started}
                """)) {
            assertThat(runner.exitCode()).isEqualTo(3);
            assertThat(runner.err())
                    .anyMatch(line -> line.startsWith("oversight: t/b could not be started"))
                    .anyMatch(line -> line.endsWith("see why, or raise ready.within"));
            assertThat(Files.readAllLines(dir.resolve("stops"))).containsExactly("b", "a");
            assertThat(dir.resolve("started")).doesNotExist();
        }
    }

    @Test
    void aBadFile_endsWith2AndStartsNothing() throws Exception {
        try (RunnerProcess runner = run("""
                tree: t
                children:
                  a: {command: touch started}
                  b: {comand: sh}
                  c: {command: sh, shutdown: -1s}
                """)) {
            assertThat(runner.exitCode()).isEqualTo(2);
            assertThat(runner.err()).hasSize(3);
            assertThat(runner.err().get(0))
                    .startsWith("tree.yaml:4:7: t/b: key \"comand\" is unknown");
            assertThat(runner.err().get(1)).startsWith("tree.yaml:5:30: t/c: shutdown is \"-1s\"");
            assertThat(runner.err().get(2))
                    .isEqualTo("oversight: tree.yaml has 2 problems; nothing was started");
            assertThat(runner.out()).isEmpty();
            assertThat(dir.resolve("started")).doesNotExist();
        }
    }

    @Test
    void aKilledRunner_leavesNothing() throws Exception {
        try (RunnerProcess runner = run("""
                tree: t
                children:
                  a: {command: sh polite.sh a, ready: {log: up}}
                  inner: {children: {b: {command: sh stubborn.sh, ready: {log: up}}}}
                """)) {
            runner.awaitOut("t +\\* .* up with 2 children after .*");
            await().atMost(RunnerProcess.LIMIT).until(() -> pids().size() == 3);
            List<Long> pids = pids();
            assertThat(pids).allMatch(RunnerProcess::isAlive);

            runner.signal("KILL");
            await().atMost(RunnerProcess.LIMIT)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> pids.stream().noneMatch(RunnerProcess::isAlive));
        }
    }

    @Test
    void anOutputThatIsClosed_doesNotStopTheTree() throws Exception {
        Files.writeString(dir.resolve("chatty.sh"), """
                trap 'echo chatty >>stops; exit 0' TERM
                while :; do echo word; echo x >>words; sleep 0.02; done
                """);
        try (RunnerProcess runner = run("""
                tree: t
                children: {a: {command: sh chatty.sh}}
                """)) {
            runner.awaitOut("a \\| word");
            runner.closeOut();
            runner.awaitUntil(
                    "the message",
                    () -> runner.err().stream()
                            .anyMatch(line -> line.contains("standard output is closed")));
            long words = Files.size(dir.resolve("words"));
            runner.awaitUntil("more words", () -> Files.size(dir.resolve("words")) > words + 10);
            runner.signal("TERM");
            assertThat(runner.exitCode()).isZero();
            assertThat(dir.resolve("stops")).hasContent("chatty");
        }
    }

    @Test
    void anOutputThatNobodyReads_keepsTheTreeFromNeitherStoppingNorEnding() throws Exception {
        Files.writeString(dir.resolve("chatty.sh"), """
                line=$(printf %01000d 1)
                while :; do echo $line; echo x >>words; done
                """);
        try (RunnerProcess runner = run("""
                tree: t
                children:
                  a: {command: sh polite.sh a, ready: {log: up}}
                  b: {command: sh chatty.sh, shutdown: 500ms}
                """)) {
            runner.awaitOut("b \\| 0+1");
            runner.stopReading();
            long[] words = new long[1];
            await("all pipes are full")
                    .atMost(RunnerProcess.LIMIT)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> words[0] == (words[0] = Files.size(dir.resolve("words"))));
            runner.signal("TERM");
            assertThat(runner.exitCode()).isZero();
            assertThat(dir.resolve("stops")).hasContent("a");
            assertThat(pids()).noneMatch(RunnerProcess::isAlive);
        }
    }

    @Test
    void check_printsTheTreeAndEndsWith0() throws Exception {
        Files.writeString(
                dir.resolve("tree.yaml"), "{tree: t, children: {a: {command: touch started}}}");
        try (RunnerProcess runner = RunnerProcess.start(dir, "check", "tree.yaml")) {
            assertThat(runner.exitCode()).isZero();
            assertThat(runner.out())
                    .anyMatch(line -> line.endsWith("a: touch started"))
                    .endsWith("tree.yaml: no problems");
            assertThat(dir.resolve("started")).doesNotExist();
        }
    }

    @Test
    void aWrongCommandLine_endsWith2AndASuggestion() throws Exception {
        try (RunnerProcess word = RunnerProcess.start(dir, "rnu", "x");
                RunnerProcess option = RunnerProcess.start(dir, "check", "--colr=never", "x");
                RunnerProcess none = RunnerProcess.start(dir)) {
            assertThat(word.exitCode()).isEqualTo(2);
            assertThat(word.err())
                    .first()
                    .asString()
                    .contains("\"rnu\" is unknown")
                    .endsWith("did you mean run?");
            assertThat(option.exitCode()).isEqualTo(2);
            assertThat(option.err()).first().asString().endsWith("did you mean --color?");
            assertThat(none.exitCode()).isEqualTo(2);
        }
    }

    @Test
    void help_namesTheExitCodes() throws Exception {
        try (RunnerProcess help = RunnerProcess.start(dir, "run", "--help");
                RunnerProcess version = RunnerProcess.start(dir, "--version")) {
            assertThat(help.exitCode()).isZero();
            assertThat(String.join("\n", help.out())).contains("Exit codes:", "gave up", "130");
            assertThat(version.exitCode()).isZero();
            assertThat(version.out()).singleElement().asString().startsWith("oversight ");
        }
    }

    private RunnerProcess run(String yaml) throws IOException {
        Files.createDirectories(dir.resolve("sub"));
        Files.writeString(dir.resolve("polite.sh"), POLITE);
        Files.writeString(dir.resolve("stubborn.sh"), STUBBORN);
        Files.writeString(dir.resolve("tree.yaml"), yaml);
        return RunnerProcess.start(dir, "run", "tree.yaml");
    }

    private List<Long> pids() throws IOException {
        Path file = dir.resolve("pids");
        return Files.exists(file)
                ? Files.readAllLines(file).stream().map(Long::valueOf).toList()
                : List.of();
    }

    /** Whether a signal of that number is not ignored. */
    private static boolean hears(int signal) throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.notExists(status)
                || Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .mapToLong(
                                line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                        .noneMatch(mask -> (mask & 1L << (signal - 1)) != 0);
    }
}
