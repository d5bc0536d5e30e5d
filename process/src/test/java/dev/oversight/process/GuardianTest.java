package dev.oversight.process;

import static dev.oversight.process.FakeChild.lives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

class GuardianTest {
    private static final String STUBBORN =
            "trap '' TERM INT HUP; echo pid $$; while :; do sleep 0.05; done";
    private static final String WITH_GRANDCHILD =
            "trap '' TERM; (trap '' TERM; echo pid $(sh -c 'echo $PPID'); while :; do sleep 0.05; done) &"
                    + " set -m; sleep 1007 & echo pid $!; while :; do sleep 0.05; done";

    /** A JVM that runs {@link GuardianMain}. */
    private record Jvm(Process process, BufferedReader output, List<Long> children, long guardian)
            implements AutoCloseable {
        static Jvm start(int pids, String... scripts) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    TestJvm.java(),
                    "-cp",
                    TestJvm.classPath(),
                    "-XX:TieredStopAtLevel=1",
                    GuardianMain.class.getName()));
            command.addAll(List.of(scripts));
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader output = process.inputReader();
            List<Long> children = new ArrayList<>();
            long guardian = 0;
            while (children.size() < pids || guardian == 0) {
                String line = output.readLine();
                if (line == null) {
                    throw new AssertionError("the JVM ended");
                }
                if (line.startsWith("pid ")) {
                    children.add(Long.parseLong(line.substring(4)));
                } else if (line.startsWith("guardian ")) {
                    guardian = Long.parseLong(line.substring(9));
                }
            }
            return new Jvm(process, output, children, guardian);
        }

        @Override
        public void close() {
            process.destroyForcibly();
            Await.until("nothing left", () -> !lives(guardian));
        }
    }

    /** Two seconds on a machine that has the time. */
    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void jvmKilled_nothingIsLeftSoon() throws IOException {
        try (Jvm jvm = Jvm.start(
                8, STUBBORN, STUBBORN, STUBBORN, STUBBORN, STUBBORN, STUBBORN, WITH_GRANDCHILD)) {
            assertThat(jvm.children()).allMatch(FakeChild::lives);
            jvm.process().destroyForcibly();
            Await.within(
                    SOON,
                    "all of " + jvm.children() + " gone",
                    () -> jvm.children().stream().noneMatch(FakeChild::lives));
            Await.within(SOON, "guardian gone", () -> !lives(jvm.guardian()));
        }
    }

    @Test
    void jvmExitsWithoutStopping_nothingIsLeft() throws IOException {
        try (Jvm jvm = Jvm.start(2, STUBBORN, STUBBORN)) {
            jvm.process().getOutputStream().write('x');
            jvm.process().getOutputStream().flush();
            Await.until(
                    "all of " + jvm.children() + " gone",
                    () -> jvm.children().stream().noneMatch(FakeChild::lives));
            Await.until("guardian gone", () -> !lives(jvm.guardian()));
        }
    }

    @Test
    void guardianIgnoresSignalsOfATerminal() throws IOException {
        try (Jvm jvm = Jvm.start(1, STUBBORN)) {
            kill("INT", jvm.guardian());
            kill("HUP", jvm.guardian());
            kill("TERM", jvm.guardian());
            assertThat(Proc.all()).anySatisfy(proc -> {
                assertThat(proc.pid()).isEqualTo(jvm.guardian());
                assertThat(proc.session()).isEqualTo(jvm.guardian());
            });
            jvm.process().destroyForcibly();
            Await.within(SOON, "child gone", () -> !lives(jvm.children().get(0)));
        }
    }

    @Test
    void guardianKilled_anotherOneKnowsEverything() throws IOException {
        try (Jvm jvm = Jvm.start(2, STUBBORN, STUBBORN)) {
            ProcessHandle.of(jvm.guardian()).orElseThrow().destroyForcibly();
            String line = jvm.output().readLine();
            assertThat(line).startsWith("guardian ").isNotEqualTo("guardian " + jvm.guardian());
            long another = Long.parseLong(line.substring(9));
            jvm.process().destroyForcibly();
            Await.within(
                    SOON,
                    "all of " + jvm.children() + " gone",
                    () -> jvm.children().stream().noneMatch(FakeChild::lives));
            Await.until("guardian gone", () -> !lives(another));
        }
    }

    @Test
    void jvmKilledWhileProcessesStartAndEnd_nothingIsLeft() throws IOException {
        String marker = Long.toString(100_000_000L + ProcessHandle.current().pid());
        String[] scripts = new String[20];
        java.util.Arrays.fill(scripts, "echo pid $$; exec sleep " + marker);
        for (int seen : new int[] {0, 3, 11}) {
            try (Jvm jvm = Jvm.start(seen, scripts)) {
                jvm.process().destroyForcibly();
                // The shells that wait for their go have the marker among their arguments, too
                Await.within(
                        SOON,
                        "all gone",
                        () -> ProcessHandle.allProcesses()
                                .noneMatch(process ->
                                        process.info().commandLine().orElse("").contains(marker)));
            }
        }
    }

    @Test
    void forgotten_isNotKilled() throws Exception {
        Process stranger = new ProcessBuilder("setsid", "sleep", "1009").start();
        try {
            Guardian guardian = new Guardian(Tools.system());
            long first = guardian.watch("-" + stranger.pid());
            long second = guardian.watch("-1234567"); // no such group: pids end below
            guardian.forget(first);
            guardian.forget(second);
            long pid = guardian.pid();
            guardian.end();
            Await.until("guardian gone", () -> !lives(pid));
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly().waitFor();
        }
    }

    @Test
    void watchedAfterOneWasForgotten_isKilled() throws Exception {
        Process first = new ProcessBuilder("setsid", "sleep", "1010").start();
        Process second = new ProcessBuilder("setsid", "sleep", "1011").start();
        Process third = new ProcessBuilder("setsid", "sleep", "1012").start();
        List<Process> all = List.of(first, second, third);
        try {
            for (Process process : all) {
                Await.until(
                        "session",
                        () -> Proc.all().stream()
                                .anyMatch(proc -> proc.pid() == process.pid()
                                        && proc.session() == proc.pid()));
            }
            Guardian guardian = new Guardian(Tools.system());
            guardian.watch("-" + first.pid());
            long number = guardian.watch("-" + second.pid());
            guardian.watch("-" + third.pid());
            guardian.forget(number);
            guardian.end();
            Await.until("first and third gone", () -> !first.isAlive() && !third.isAlive());
            assertThat(second.isAlive()).isTrue();
        } finally {
            all.forEach(Process::destroyForcibly);
        }
    }

    @Test
    void whatItRefusedToWatch_isNotKilled(@TempDir Path dir) throws Exception {
        Process refused = new ProcessBuilder("setsid", "sleep", "1013").start();
        Process watched = new ProcessBuilder("setsid", "sleep", "1014").start();
        try {
            for (Process process : List.of(refused, watched)) {
                Await.until(
                        "session",
                        () -> Proc.all().stream()
                                .anyMatch(proc -> proc.pid() == process.pid()
                                        && proc.session() == proc.pid()));
            }
            Path shell = dir.resolve("sh"); // which is not there yet
            Guardian guardian = new Guardian(new Tools(shell.toString(), null, "env"));
            assertThatThrownBy(() -> guardian.watch("-" + refused.pid()))
                    .isInstanceOf(IOException.class);
            Files.createSymbolicLink(shell, Path.of(Tools.system().sh()));
            guardian.watch("-" + watched.pid());
            guardian.end();
            Await.until("the other one is gone", () -> !watched.isAlive());
            assertThat(refused.isAlive()).isTrue();
        } finally {
            List.of(refused, watched).forEach(Process::destroyForcibly);
        }
    }

    @Test
    void oneThatDiesAtOnce_isStartedFiveTimesAndNotForEver(@TempDir Path dir) throws Exception {
        Path count = dir.resolve("count");
        Path shell = Files.writeString(
                dir.resolve("sh"), "#!/bin/sh\necho x >>" + count + "\nread -r line\necho\n");
        shell.toFile().setExecutable(true);
        Guardian guardian = new Guardian(new Tools(shell.toString(), null, "env"));
        long began = System.nanoTime();
        guardian.watch("-1234567");
        awaitNoMore(shell, count, 5);
        boolean allWereYoung = System.nanoTime() - began < Duration.ofSeconds(1).toNanos();
        int tries = lines(count);
        if (allWereYoung) {
            assertThat(tries).isEqualTo(5);
        }
        guardian.watch("-1234568"); // begins anew
        awaitNoMore(shell, count, tries + 5);
    }

    /** Waits until so many were started, and none of them is left. */
    private static void awaitNoMore(Path shell, Path count, int tries) {
        Await.until(tries + " tries", () -> lines(count) >= tries);
        Await.within(
                SOON,
                "no other guardian",
                () -> ProcessHandle.current()
                        .children()
                        .noneMatch(child ->
                                child.info().commandLine().orElse("").contains(shell.toString())));
    }

    private static int lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file).size() : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whoever is watched next may notice before the one that waits for its end. */
    @Test
    void guardianKilledAndNoticedTwice_isReplacedOnce() throws Exception {
        Set<Long> others = guardians();
        Guardian guardian = new Guardian(Tools.system());
        guardian.watch("-1234567");
        for (int round = 0; round < 20; round++) {
            long pid = guardian.pid();
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            Await.until("it is dead", () -> !lives(pid));
            guardian.watch("-1234567");
        }
        Await.until("there is one", () -> newer(others).equals(Set.of(guardian.pid())));
        guardian.end();
        Await.until("and none", () -> newer(others).isEmpty());
    }

    private static Set<Long> newer(Set<Long> others) {
        Set<Long> now = guardians();
        now.removeAll(others);
        return now;
    }

    private static Set<Long> guardians() {
        return ProcessHandle.current()
                .children()
                .filter(child ->
                        child.info().commandLine().orElse("").contains("oversight-guardian"))
                .map(ProcessHandle::pid)
                .filter(FakeChild::lives)
                .collect(Collectors.toSet());
    }

    private static void kill(String signal, long pid) throws IOException {
        new ProcessBuilder("sh", "-c", "kill -s " + signal + " " + pid)
                .start()
                .onExit()
                .join();
    }
}
