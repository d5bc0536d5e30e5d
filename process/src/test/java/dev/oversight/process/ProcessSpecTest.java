package dev.oversight.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.ChildSpec;
import dev.oversight.Restart;
import dev.oversight.Shutdown;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

class ProcessSpecTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    @Test
    void goodSpec_hasNoProblems() {
        assertThat(ProcessSpec.of("sh", "-c", "true").readyWhenPort(80, SECOND).problems())
                .isEmpty();
    }

    @Test
    void setters_leaveTheOriginalAlone() {
        ProcessSpec spec = ProcessSpec.of("true");
        assertThat(spec.env("A", "1").directory(directory).grace(SECOND).env())
                .containsEntry("A", "1");
        assertThat(spec.env()).isEmpty();
        assertThat(spec.directory()).isEmpty();
        assertThat(spec.grace()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void allProblems_areReportedAtOnce() {
        ProcessSpec spec = ProcessSpec.of(List.of())
                .directory(directory.resolve("absent"))
                .readyWhenPort(70_000, Duration.ZERO)
                .grace(SECOND.negated());
        assertThat(spec.problems())
                .containsExactly(
                        "command is empty, expected a program and its arguments; name the program first",
                        "readiness port is 70000, expected 1 to 65535; use the port on which the program listens",
                        "readiness limit is PT0S, expected more than zero and at most 100 years; use a positive Duration",
                        "grace is PT-1S, expected zero or more and at most 100 years; use a Duration that is not negative",
                        "directory " + directory.resolve("absent")
                                + " does not exist; create it or correct the path");
    }

    @Test
    void programs_areLookedUpAsTheSystemDoes() throws IOException {
        Path file = Files.writeString(directory.resolve("plain"), "echo\n");
        assertThat(ProcessSpec.of("no-such-program-x").problems())
                .singleElement()
                .asString()
                .startsWith("program no-such-program-x was not found on the PATH");
        assertThat(ProcessSpec.of("plain").directory(directory).problems())
                .containsExactly("program plain was not found on the PATH, but there is one in "
                        + directory + "; write ./plain");
        assertThat(ProcessSpec.of("./plain").directory(directory).problems())
                .containsExactly("program " + file
                        + " is not executable; run chmod +x on it, or name its interpreter"
                        + " first, as in: sh ./plain");
        assertThat(ProcessSpec.of("./gone").directory(directory).problems())
                .containsExactly("program ./gone was not found at " + directory.resolve("gone")
                        + "; a relative path starts at the directory of the process: correct it");
        assertThat(ProcessSpec.of(directory.toString()).problems())
                .containsExactly("program " + directory
                        + " is a directory, expected a file; correct the path");
        assertThat(ProcessSpec.of("sh").directory(file).problems())
                .containsExactly(
                        "directory " + file + " is a file, expected a directory; correct the path");
    }

    @Test
    void child_hasBudgetForGraceAndKillAndLimitOfReadiness() {
        ChildSpec child = ProcessSpec.of("true")
                .grace(Duration.ofSeconds(2))
                .readyWhenLog("up", Duration.ofSeconds(7))
                .toChild("api");
        assertThat(child.id()).contains("api");
        assertThat(child.shutdown()).isEqualTo(Shutdown.within(Duration.ofSeconds(5)));
        assertThat(child.readyWithin()).contains(Duration.ofSeconds(7));
        assertThat(child.restart()).isEqualTo(Restart.PERMANENT);
        assertThat(ProcessSpec.of("true").toChild("api").readyWithin()).isEmpty();
    }

    @Test
    void valuesThatMakeNoSense_areRefusedByToChild() {
        assertThatThrownBy(() -> ProcessSpec.of().readyWhenPort(0, SECOND).toChild("api"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("process api: command is empty")
                .hasMessageContaining("readiness port is 0");
    }

    @Test
    void missingProgram_isNoMatterOfToChild() {
        assertThat(ProcessSpec.of("no-such-program-x").toChild("api").id()).contains("api");
    }

    @Test
    void exitCodes_areDecoded() {
        assertThat(ExitCodes.signal(137)).contains("SIGKILL");
        assertThat(ExitCodes.signal(143)).contains("SIGTERM");
        assertThat(ExitCodes.signal(128)).isEmpty();
        assertThat(ExitCodes.signal(3)).isEmpty();
        assertThat(ExitCodes.signal(255)).isEmpty();
    }

    @Test
    void statLines_areReadWhateverTheName() {
        assertThat(Proc.parse("12 (a) b) c) S 1 12 11 0 -1 4194304"))
                .isEqualTo(new Proc(12, 1, 12, 11));
        assertThat(Proc.parse("12 (x) Z 1 12 11 0 -1")).isNull();
        assertThat(Proc.parse("")).isNull();
    }

    @Test
    void interruptedThread_seesTheLiving() {
        Thread.currentThread().interrupt();
        try {
            assertThat(Proc.all())
                    .extracting(Proc::pid)
                    .contains(ProcessHandle.current().pid());
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
