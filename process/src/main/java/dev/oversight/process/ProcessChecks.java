package dev.oversight.process;

import dev.oversight.process.ProcessSpec.ReadyLog;
import dev.oversight.process.ProcessSpec.ReadyPort;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What can be wrong with a {@link ProcessSpec}: in itself, and on this machine. */
final class ProcessChecks {
    /** Twice this still fits into the nanoseconds of a long. */
    private static final Duration LONGEST = Duration.ofDays(365 * 100);

    private ProcessChecks() {}

    static List<String> all(ProcessSpec spec) {
        List<String> problems = ofValues(spec);
        problems.addAll(onThisMachine(spec));
        return List.copyOf(problems);
    }

    /** Problems on any machine. */
    static List<String> ofValues(ProcessSpec spec) {
        List<String> problems = new ArrayList<>();
        List<String> command = spec.command();
        if (command.isEmpty() || command.get(0).isBlank()) {
            problems.add(
                    "command is empty, expected a program and its arguments; name the program first");
        }
        if (command.stream().anyMatch(part -> part.indexOf('\0') >= 0)) {
            problems.add("command has a NUL character, which no argument can hold; remove it");
        }
        spec.env().forEach((key, value) -> {
            if (key.isEmpty()
                    || key.indexOf('=') >= 0
                    || key.indexOf('\0') >= 0
                    || value.indexOf('\0') >= 0) {
                problems.add(
                        "env has the variable \"" + key.replace('\0', '?')
                                + "\", expected a name without '=' and NUL, and a value without NUL; rename it");
            }
        });
        spec.readiness().ifPresent(readiness -> {
            if (readiness instanceof ReadyPort ready
                    && (ready.port() < 1 || ready.port() > 65_535)) {
                problems.add("readiness port is " + ready.port()
                        + ", expected 1 to 65535; use the port on which the program listens");
            }
            if (readiness instanceof ReadyLog ready && ready.text().isEmpty()) {
                problems.add(
                        "readiness log text is empty, expected part of a line; use one that the program"
                                + " writes when it is up");
            }
            if (readiness.within().isNegative()
                    || readiness.within().isZero()
                    || readiness.within().compareTo(LONGEST) > 0) {
                problems.add(
                        "readiness limit is " + readiness.within()
                                + ", expected more than zero and at most 100 years; use a positive Duration");
            }
        });
        if (spec.grace().isNegative() || spec.grace().compareTo(LONGEST) > 0) {
            problems.add(
                    "grace is " + spec.grace()
                            + ", expected zero or more and at most 100 years; use a Duration that is not negative");
        }
        return problems;
    }

    /** Problems that another machine, or a later moment, may not have. */
    static List<String> onThisMachine(ProcessSpec spec) {
        List<String> problems = new ArrayList<>();
        Path directory = directory(spec);
        if (!Files.exists(directory)) {
            problems.add(
                    "directory " + directory + " does not exist; create it or correct the path");
        } else if (!Files.isDirectory(directory)) {
            problems.add("directory " + directory
                    + " is a file, expected a directory; correct the path");
        }
        if (!spec.command().isEmpty() && !spec.command().get(0).isBlank()) {
            program(spec, directory, problems);
        }
        return problems;
    }

    static Path directory(ProcessSpec spec) {
        return spec.directory().orElse(Path.of("")).toAbsolutePath();
    }

    private static void program(ProcessSpec spec, Path directory, List<String> problems) {
        String program = spec.command().get(0);
        try {
            if (program.indexOf('/') < 0) {
                onPath(spec, program, directory, problems);
                return;
            }
            Path file = directory.resolve(program);
            if (!Files.exists(file)) {
                problems.add("program " + program + " was not found at " + file.normalize()
                        + "; a relative path starts at the directory of the process: correct it");
            } else if (Files.isDirectory(file)) {
                problems.add("program " + program
                        + " is a directory, expected a file; correct the path");
            } else if (!Files.isExecutable(file)) {
                problems.add("program " + file.normalize()
                        + " is not executable; run chmod +x on it, or name"
                        + " its interpreter first, as in: sh " + program);
            }
        } catch (InvalidPathException e) {
            problems.add("program " + program + " is not a file name: " + e.getReason()
                    + "; correct it");
        }
    }

    private static void onPath(
            ProcessSpec spec, String program, Path directory, List<String> problems) {
        String path = path(spec);
        Path notExecutable = null;
        for (String element : path.split(":", -1)) {
            Path file = directory.resolve(element).resolve(program);
            if (Files.isRegularFile(file)) {
                if (Files.isExecutable(file)) {
                    return;
                }
                notExecutable = file;
            }
        }
        if (notExecutable != null) {
            problems.add("program " + notExecutable + " is not executable; run chmod +x on it");
        } else if (Files.isRegularFile(directory.resolve(program))) {
            problems.add("program " + program + " was not found on the PATH, but there is one in "
                    + directory + "; write ./" + program);
        } else {
            problems.add("program " + program + " was not found on the PATH (" + path
                    + "); install it, correct the name, or give its full path");
        }
    }

    /** The PATH by which the process is looked up: its own. */
    private static String path(ProcessSpec spec) {
        String own = spec.env().get("PATH");
        String inherited = own != null ? own : System.getenv("PATH");
        return inherited != null ? inherited : "/usr/local/bin:/usr/bin:/bin";
    }
}
