package dev.oversight;

import org.assertj.core.api.Assertions;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs a program in a JVM of its own, to see what its user would see. */
final class Jvm {
    /** How a program ended and what it wrote. */
    record Ended(int code, String output, String errors) {}

    private Jvm() {}

    static Ended run(Class<?> program, String... options) throws Exception {
        return run(Duration.ofSeconds(50), program, options);
    }

    /** Ends it, and fails, when it takes longer than that. */
    static Ended run(Duration limit, Class<?> program, String... options) throws Exception {
        return run(limit, program, List.of(), options);
    }

    static Ended run(Duration limit, Class<?> program, List<String> arguments, String... options)
            throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-cp",
                String.join(
                        File.pathSeparator,
                        place(Supervisor.class).toString(),
                        place(Jvm.class).toString(),
                        jar(Assertions.class).toString())));
        command.add(program.getName());
        command.addAll(arguments);
        Path output = Files.createTempFile("jvm", ".out");
        Path errors = Files.createTempFile("jvm", ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            if (!process.waitFor(limit)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(
                        program + " does not end; it wrote\n" + read(output) + read(errors));
            }
            return new Ended(process.exitValue(), read(output), read(errors));
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    private static Path jar(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** The folder that a class was loaded from, also when it has been patched into a module. */
    private static Path place(Class<?> type) throws URISyntaxException {
        String name = "/" + type.getName().replace('.', '/') + ".class";
        Path file = Path.of(type.getResource(name).toURI());
        for (int i = 0; i < Path.of(name).getNameCount(); i++) {
            file = file.getParent();
        }
        return file;
    }
}
