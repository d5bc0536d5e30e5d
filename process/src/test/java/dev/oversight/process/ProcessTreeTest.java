package dev.oversight.process;

import static dev.oversight.process.FakeChild.lives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.Outcome;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.StartFailedException;
import dev.oversight.Strategy;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Processes under a real supervisor. */
class ProcessTreeTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final List<ProcessLine> lines = new CopyOnWriteArrayList<>();

    private ProcessSpec sh(String script) {
        return ProcessSpec.of("sh", "-c", script).output(lines::add);
    }

    private SupervisorSpec root() {
        return SupervisorSpec.of("root", Strategy.ONE_FOR_ONE).intensity(5, Duration.ofSeconds(30));
    }

    private long pid(long incarnation) {
        Await.until(
                "incarnation " + incarnation,
                () -> lines.stream().anyMatch(l -> l.incarnation() == incarnation));
        return lines.stream()
                .filter(l -> l.incarnation() == incarnation)
                .map(l -> Long.parseLong(l.text()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void killedProcess_isRestarted_andStoppedWithTheTree() throws InterruptedException {
        long second;
        try (Supervisor tree =
                Supervisor.start(root().child(sh("echo $$; exec sleep 1013").toChild("api")))) {
            long first = pid(1);
            ProcessHandle.of(first).orElseThrow().destroyForcibly();
            second = pid(2);
            assertThat(lives(first)).isFalse();
            assertThat(lives(second)).isTrue();
            assertThat(tree.failures("api").toString()).contains("root/api was killed by SIGKILL");
        }
        assertThat(lives(second)).isFalse();
    }

    @Test
    void readiness_isWaitedFor() throws InterruptedException {
        try (Supervisor tree =
                Supervisor.start(root().child(sh("sleep 0.2; echo $$; echo now up; exec sleep 1014")
                        .readyWhenLog("now up", LIMIT)
                        .toChild("api")))) {
            assertThat(lines).hasSize(2);
            assertThat(tree.count()).isNotNull();
        }
    }

    @Test
    void notReadyInTime_failsTheStartAndLeavesNothing() {
        assertThatThrownBy(() -> Supervisor.start(root().child(sh("echo $$; exec sleep 1015")
                        .readyWhenLog("up", Duration.ofSeconds(8))
                        .toChild("api"))))
                .isInstanceOf(StartFailedException.class)
                .hasMessageContaining("root/api");
        assertThat(lives(pid(1))).isFalse();
    }

    @Test
    void completed_isNormalEnd() throws InterruptedException {
        try (Supervisor tree = Supervisor.start(
                root().child(sh("echo done").toChild("job").restart(Restart.TRANSIENT)))) {
            assertThat(tree.join().reason()).isEqualTo(Outcome.Reason.NO_CHILD_LEFT);
        }
    }

    @Test
    void immediateShutdown_killsAtOnce() throws InterruptedException {
        long pid;
        try (Supervisor tree = Supervisor.start(
                root().child(sh("trap '' TERM; echo $$; while :; do sleep 0.01; done")
                        .grace(Duration.ofSeconds(60))
                        .toChild("api")
                        .shutdown(Shutdown.immediate())))) {
            pid = pid(1);
            assertThat(tree.outcome()).isEmpty();
        }
        Await.until("gone", () -> !lives(pid)); // long before its grace is over
    }
}
