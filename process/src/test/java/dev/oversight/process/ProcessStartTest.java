package dev.oversight.process;

import static dev.oversight.process.FakeChild.sh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

class ProcessStartTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    @Test
    void environmentAndDirectory_reachTheProgram() throws IOException {
        ProcessSpec spec = ProcessSpec.of("env")
                .output(ProcessOutput.none())
                .env("GREETING", "hello  world")
                .env("spring.port", "1 \"2'$3")
                .env("spring-name", "")
                .directory(directory);
        String real = directory.toRealPath().toString();
        try (FakeChild child = FakeChild.run(spec)) {
            assertThat(child.end()).isNull();
            assertThat(child.texts(false))
                    .contains(
                            "GREETING=hello  world",
                            "spring.port=1 \"2'$3",
                            "spring-name=",
                            "PWD=" + real)
                    .contains("PATH=" + System.getenv("PATH"))
                    .noneMatch(line -> line.startsWith("OVERSIGHT_ENV"));
        }
        try (FakeChild child = FakeChild.run(sh("pwd -P").directory(directory))) {
            assertThat(child.end()).isNull();
            assertThat(child.texts(false)).containsExactly(real);
        }
    }

    @Test
    void arguments_arriveAsTheyAre() {
        ProcessSpec spec = ProcessSpec.of(
                        "printf", "<%s>\\n", "a b", "", "$HOME", "'\"*", "-n", "x\\ny")
                .output(ProcessOutput.none());
        try (FakeChild child = FakeChild.run(spec)) {
            assertThat(child.end()).isNull();
            assertThat(child.texts(false))
                    .containsExactly("<a b>", "<>", "<$HOME>", "<'\"*>", "<-n>", "<x\\ny>");
        }
    }

    @Test
    void standardInput_isEmpty() {
        try (FakeChild child = FakeChild.run(sh("cat; readlink /proc/self/fd/0"))) {
            assertThat(child.end()).isNull();
            assertThat(child.texts(false)).containsExactly("/dev/null");
        }
    }

    @Test
    void nothingOfOurs_isInherited() {
        try (FakeChild child = FakeChild.run(sh("exec ls /proc/self/fd"))) {
            assertThat(child.end()).isNull();
            assertThat(child.texts(false))
                    .containsExactly("0", "1", "2", "3"); // 3: the listing itself
        }
    }

    @Test
    void relativeProgram_startsAtItsDirectory() throws IOException {
        Path program = Files.writeString(directory.resolve("run.sh"), "#!/bin/sh\necho here $1\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        ProcessSpec spec = ProcessSpec.of("./run.sh", "I am")
                .directory(directory)
                .output(ProcessOutput.none());
        assertThat(spec.problems()).isEmpty();
        try (FakeChild child = FakeChild.run(spec)) {
            assertThat(child.end()).isNull();
            assertThat(child.texts(false)).containsExactly("here I am");
        }
    }

    @Test
    void programIsLookedUpOnThePathOfTheProcess() throws IOException {
        Path program = Files.writeString(directory.resolve("only-here"), "#!/bin/sh\necho found\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        ProcessSpec spec = ProcessSpec.of("only-here")
                .env("PATH", directory.toString())
                .output(ProcessOutput.none());
        assertThat(spec.problems()).isEmpty();
        try (FakeChild child = FakeChild.run(spec)) {
            assertThat(child.end()).isNull();
            assertThat(child.texts(false)).containsExactly("found");
        }
    }

    @Test
    void missingProgram_saysWhatWhereAndCure() {
        try (FakeChild child = FakeChild.run(ProcessSpec.of("no-such-program-x"))) {
            assertThat(child.end())
                    .isInstanceOf(ProcessNotStartedException.class)
                    .hasMessageStartingWith(
                            "root/fake could not be started: program no-such-program-x was not found on"
                                    + " the PATH (")
                    .hasMessageEndingWith("); install it, correct the name, or give its full path");
        }
    }

    @Test
    void missingInterpreter_failsWithHint() throws IOException {
        Path program = Files.writeString(directory.resolve("bad.sh"), "#!/no/such/interpreter\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        try (FakeChild child =
                FakeChild.run(ProcessSpec.of(program.toString()).output(ProcessOutput.none()))) {
            assertThat(child.end())
                    .hasMessageContaining(
                            "exited with code 127 (by convention: a program or its interpreter")
                    .hasMessageContaining("bad.sh");
        }
    }

    @Test
    void tooLongArguments_areRefusedByTheSystemAndSaidSo() {
        try (FakeChild child = FakeChild.run(ProcessSpec.of("true", "x".repeat(300_000)))) {
            assertThat(child.end())
                    .isInstanceOf(ProcessNotStartedException.class)
                    .hasMessageContaining("the operating system refused to start true in ");
        }
    }

    @Test
    void readyByLog_comesWithTheLine() {
        for (String stream : new String[] {"1", "2"}) {
            try (FakeChild child =
                    FakeChild.run(sh("echo starting; sleep 0.1; echo now listening on 80 >&"
                                    + stream + "; exec sleep 1000")
                            .readyWhenLog("listening", LIMIT))) {
                Await.until("ready", child::isReady);
                Await.until("both lines", () -> child.lines.size() == 2); // by two pumps
            }
        }
    }

    @Test
    void readyByLog_neverComesWithoutTheLine() {
        try (FakeChild child =
                FakeChild.run(sh("echo starting; exit 0").readyWhenLog("listening", LIMIT))) {
            assertThat(child.end()).isNull();
            assertThat(child.isReady()).isFalse();
        }
    }

    @Test
    void readyByPort_comesWhenTheProcessListens() throws IOException {
        int port = freePort();
        for (String address : new String[] {"127.0.0.1", "::1"}) {
            try (FakeChild child = FakeChild.run(ProcessSpec.of(
                            TestJvm.java(),
                            "-cp",
                            TestJvm.classPath(),
                            ListenMain.class.getName(),
                            address,
                            Integer.toString(port))
                    .output(ProcessOutput.none())
                    .readyWhenPort(port, LIMIT))) {
                Await.until("ready", () -> child.isReady() || child.ended());
                assertThat(child.isReady()).isTrue();
                assertThat(child.stop().end()).isNull();
            }
        }
    }

    @Test
    void readyByPort_neverComesFromAProcessThatDoesNotListen() throws IOException {
        try (FakeChild child =
                FakeChild.run(sh("sleep 0.3; exit 9").readyWhenPort(freePort(), LIMIT))) {
            assertThat(child.end()).hasMessageContaining("exited with code 9");
            assertThat(child.isReady()).isFalse();
        }
    }

    @Test
    void strangerOnThePort_failsTheStartAndNamesThePort() throws IOException {
        try (ServerSocket stranger = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                FakeChild child = FakeChild.run(sh("echo started; exec sleep 1000")
                        .readyWhenPort(stranger.getLocalPort(), LIMIT))) {
            assertThat(child.end())
                    .isInstanceOf(ProcessNotStartedException.class)
                    .hasMessageContaining("port " + stranger.getLocalPort() + " is taken");
            assertThat(child.lines).isEmpty();
            assertThat(child.isReady()).isFalse();
        }
    }

    @Test
    void stoppedWhileNotReady_ends() throws IOException {
        try (FakeChild child = FakeChild.run(
                sh("echo pid $$; exec sleep 1000").readyWhenPort(freePort(), LIMIT))) {
            child.pid("pid ");
            assertThat(child.stop().end()).isNull();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
