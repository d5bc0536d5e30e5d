package dev.oversight.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The command in a JVM of its own, with what it has written so far. */
final class RunnerProcess implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(30); // generous: tests share the machine

    private final Process process;
    private final List<String> out = new CopyOnWriteArrayList<>();
    private final List<String> err = new CopyOnWriteArrayList<>();
    private final List<Thread> readers = new ArrayList<>();

    /** Open while the test reads. */
    private volatile CountDownLatch reading = new CountDownLatch(0);

    private RunnerProcess(Process process) {
        this.process = process;
        read(process.getInputStream(), out);
        read(process.getErrorStream(), err);
    }

    static RunnerProcess start(Path directory, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                "dev.oversight.runner.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.redirectInput(new File("/dev/null"));
        builder.environment().put("LC_ALL", "C.UTF-8"); // a build may run where no language is set
        return new RunnerProcess(builder.start());
    }

    /** Under Maven the modules are on the module path; as a class path they do as well. */
    private static String classPath() {
        String modules = System.getProperty("jdk.module.path");
        String classes = System.getProperty("java.class.path", "");
        return modules == null ? classes : modules + File.pathSeparator + classes;
    }

    private void read(InputStream stream, List<String> lines) {
        readers.add(Thread.ofPlatform().daemon().start(() -> {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    lines.add(line);
                    reading.await();
                }
            } catch (IOException | InterruptedException e) {
                // closed by the test
            }
        }));
    }

    List<String> out() {
        return out;
    }

    List<String> err() {
        return err;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Stops reading standard output, as {@code head} does. */
    void closeOut() throws IOException {
        process.getInputStream().close();
    }

    /** Lets the output pile up until the runner has ended, as a pager does that nobody looks at. */
    void stopReading() {
        reading = new CountDownLatch(1);
    }

    /** Waits for a line of standard output that matches. */
    void awaitOut(String pattern) {
        awaitUntil(
                "a line that matches " + pattern,
                () -> out.stream().anyMatch(line -> line.matches(pattern)));
    }

    void awaitUntil(String what, Callable<Boolean> condition) {
        await(what)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> assertThat(condition.call())
                        .as(() -> what + " in " + out + err)
                        .isTrue());
    }

    void signal(String name) throws Exception {
        signal(name, process.pid());
    }

    static void signal(String name, long pid) throws Exception {
        Process kill = new ProcessBuilder("sh", "-c", "kill -s " + name + " " + pid)
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).as("kill -s " + name + " " + pid).isZero();
    }

    /** Waits for its end; then all it wrote is there. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("ended: " + out + err)
                .isTrue();
        reading.countDown();
        for (Thread reader : readers) {
            reader.join(LIMIT);
        }
        return process.exitValue();
    }

    /** Whether a process runs; one that has ended and was not yet collected does not. */
    static boolean isAlive(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return !stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("Z");
        } catch (NoSuchFileException e) {
            return Files.notExists(Path.of("/proc/self"))
                    && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        } catch (IOException e) {
            return false; // ended while it was read
        }
    }

    /** Ends the runner if the test has not; its guardian ends the rest. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
