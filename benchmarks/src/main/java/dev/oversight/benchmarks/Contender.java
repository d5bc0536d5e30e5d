package dev.oversight.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A peer as a program: what to start for it. Each start is a process of its own, which is told its tasks
 * and ends by itself; one that does not is killed.
 *
 * @param name its column
 * @param command the program; empty if this machine does not have it
 */
record Contender(String name, List<String> command) {
    /** A peer may take a little longer than it was told: virtual machines have to start and stop. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** All peers, ours first; {@code scripts} is the folder of those that are not on the JVM. */
    static List<Contender> all(Path scripts) {
        return List.of(
                onJvm("oversight"),
                script("otp", List.of("escript"), scripts.resolve("otp.escript")),
                script(
                        "elixir",
                        List.of("elixir", "--erl", "+P 1000000"),
                        scripts.resolve("elixir.exs")),
                onJvm("pekko"),
                onJvm("guava"));
    }

    private static Contender onJvm(String name) {
        return new Contender(
                name,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx4g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Measure.class.getName(),
                        name));
    }

    private static Contender script(String name, List<String> program, Path file) {
        List<String> command = new ArrayList<>();
        if (isInstalled(program.getFirst())) {
            command.addAll(program);
            command.add(file.toString());
        }
        return new Contender(name, command);
    }

    private static boolean isInstalled(String program) {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        for (String folder : path.split(File.pathSeparator, -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    boolean isAbsent() {
        return command.isEmpty();
    }

    /**
     * Runs it once and waits until it has ended, by itself or killed after the limit. What it said until
     * then is returned; its errors go to a file of the folder.
     */
    List<String> run(List<Task> tasks, Duration limit, Path folder)
            throws IOException, InterruptedException {
        Path output = folder.resolve(name + ".out");
        List<String> all = new ArrayList<>(command);
        all.add(tasks.getFirst().quick() ? "quick" : "full");
        all.add(Long.toString(limit.toSeconds()));
        tasks.forEach(task -> all.add(task.argument()));
        Process process = new ProcessBuilder(all)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(name + ".err").toFile()))
                .start();
        Thread killer = new Thread(() -> kill(process), "killer");
        Runtime.getRuntime().addShutdownHook(killer);
        try {
            process.getOutputStream().close();
            Duration patience = limit.plus(GRACE);
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                kill(process);
                process.waitFor();
            }
        } finally {
            kill(process);
            removeHook(killer);
        }
        return Files.readAllLines(output);
    }

    private static void removeHook(Thread killer) {
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException shuttingDown) {
            // then it kills, as it should
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
