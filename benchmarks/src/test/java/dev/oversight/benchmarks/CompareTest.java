package dev.oversight.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Peers that are a line of shell; {@code $1} is the effort, {@code $2} the limit, {@code $3} the task. */
@Timeout(60)
class CompareTest {
    private static final Task STOP = new Task(Metric.STOP, 100_000, false);
    private static final Task QUERY = new Task(Metric.QUERY, 10_000, false);

    @TempDir
    Path folder;

    private static Contender peer(String name, String script) {
        return new Contender(name, List.of("/bin/sh", "-c", script, name));
    }

    private Results results(int rounds, Contender... contenders) throws Exception {
        List<Task> tasks = List.of(STOP, QUERY);
        Options options = new Options(false, rounds, tasks, null);
        return new Compare(options, List.of(contenders), tasks, folder).run();
    }

    @Test
    void everyRound_asksEveryPeerEveryTask() throws Exception {
        Path log = folder.resolve("log");
        String script = "echo $0 $1 $3 >>" + log
                + "; case $3 in stop*) echo stop_ms 100000 5;; *) echo query_p99_ms 10000 7;; esac";

        Results results = results(2, peer("a", script), peer("b", script));

        assertThat(results.count("stop_ms", 100_000, "a")).isEqualTo(2);
        assertThat(results.spread("query_p99_ms", 10_000, "b")).isEqualTo(new Spread(7, 7, 7));
        List<String> round = List.of(
                "a full stop:100000",
                "b full stop:100000",
                "a full query:10000",
                "b full query:10000");
        assertThat(Files.readAllLines(log))
                .hasSize(8)
                .startsWith(round.toArray(new String[0]))
                .endsWith(round.toArray(new String[0]));
    }

    @Test
    void aPeerThatSaysNothing_hasFailedAndIsNotAskedAgain() throws Exception {
        Path log = folder.resolve("log");

        Results results = results(3, peer("broken", "echo x >>" + log + "; echo oops; exit 1"));

        assertThat(results.word("stop_ms", 100_000, "broken")).isEqualTo("failed");
        assertThat(Files.readAllLines(log)).hasSize(2); // once for each task
    }

    @Test
    void aPeerWithoutSuchAThing_isNotAskedAgain() throws Exception {
        Path log = folder.resolve("log");

        Results results = results(
                3,
                peer(
                        "small",
                        "echo x >>" + log
                                + "; echo stop_ms 100000 -; echo query_p99_ms 10000 slow"));

        assertThat(results.word("stop_ms", 100_000, "small")).isEqualTo("-");
        assertThat(results.word("query_p99_ms", 10_000, "small")).isEqualTo("slow");
        assertThat(Files.readAllLines(log)).hasSizeBetween(1, 2);
    }

    @Test
    void aPeerThatIsNotInstalled_isAbsent() throws Exception {
        Results results = results(1, new Contender("gone", List.of()));

        assertThat(results.word("stop_ms", 100_000, "gone")).isEqualTo("absent");
    }

    @Test
    void aPeerThatHangs_isKilledWithItsProcessesAndWhatItSaidCounts() throws Exception {
        Contender hanging = peer("hanging", "echo stop_ms 100000 5; sleep 3600 & echo $!; wait");

        Duration twoSecondsLess = Duration.ofSeconds(-2); // than the grace it has anyway
        List<String> said = hanging.run(List.of(STOP), twoSecondsLess, folder);

        assertThat(said.getFirst()).isEqualTo("stop_ms 100000 5");
        for (int tries = 0; isRunning(said.get(1)); tries++) {
            assertThat(tries).as("looks at a process that should be gone").isLessThan(1_000);
        }
    }

    /** False for a dead process that its parent has not taken notice of. */
    private static boolean isRunning(String pid) throws Exception {
        Process ps = new ProcessBuilder("ps", "-o", "stat=", "-p", pid).start();
        String state = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return !state.isBlank() && !state.startsWith("Z");
    }
}
