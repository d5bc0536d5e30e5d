package dev.oversight.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Starts a process such that at no moment it lives and the {@link Guardian} does not know it.
 *
 * <p>What is started is a shell, in a session of its own. It greets, which tells that the session
 * exists, and waits on its standard input. The guardian is told, then the shell is told to go on, and
 * becomes the program. If this JVM dies before that, the shell reads the end of its input and ends.
 */
final class Launch {
    private static final String GO = "echo; read -r go && [ \"$go\" = go ] || exit 125; exec ";

    /** A shell drops variables of other names (dash) and would not hand them on. */
    private static final Pattern SHELL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final ProcessSpec spec;
    private final Tools tools;
    private final Guardian guardian;

    Launch(ProcessSpec spec, Tools tools, Guardian guardian) {
        this.spec = spec;
        this.tools = tools;
        this.guardian = guardian;
    }

    /**
     * Starts it.
     *
     * @param path the child's, for the names of threads and for messages
     * @throws ProcessNotStartedException if that is not possible; nothing is left of it
     */
    LiveProcess start(String path, Consumer<String> stdout, Consumer<String> stderr) {
        if (tools.sh() == null) {
            throw new ProcessNotStartedException(
                    path,
                    "this system has no sh, which starts and stops processes; install a POSIX shell",
                    null);
        }
        Process process;
        try {
            process = builder().start();
        } catch (IOException e) {
            throw refused(path, e);
        }
        LiveProcess live = live(path, process, stdout, stderr);
        if (!live.greeted()) {
            throw new ProcessNotStartedException(
                    path,
                    "its shell ended before it could become the program,"
                            + " with exit code " + live.exited().join()
                            + " (a signal?); last output: "
                            + live.lastWords(),
                    null);
        }
        try (OutputStream stdin = process.getOutputStream()) {
            live.watchedBy(guardian);
            stdin.write("go\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            if (!live.isWatched()) {
                // The shell has read the end of its input
                live.exited().join();
                throw new ProcessNotStartedException(
                        path,
                        "the guardian, a shell that ends processes when this JVM"
                                + " is killed, could not be started (" + e.getMessage()
                                + "); check limits on processes",
                        e);
            }
            // The shell was killed at this moment: its exit code tells
        }
        return live;
    }

    private LiveProcess live(
            String path, Process process, Consumer<String> stdout, Consumer<String> stderr) {
        try {
            return new LiveProcess(path, process, containment(process), stdout, stderr);
        } catch (Throwable e) { // no thread left, most likely
            process.destroyForcibly();
            throw e;
        }
    }

    private Containment containment(Process process) {
        return tools.setsid() == null
                ? new DescendantsContainment(process.toHandle())
                : new SessionContainment(tools, process.pid());
    }

    private ProcessBuilder builder() {
        List<String> command = new ArrayList<>();
        if (tools.setsid() != null) {
            command.add(tools.setsid());
        }
        command.add(String.valueOf(tools.sh()));
        command.add("-c");
        ProcessBuilder builder = new ProcessBuilder();
        Map<String, String> environment = builder.environment();
        environment.putAll(spec.env());
        StringBuilder script = new StringBuilder(GO);
        handOnOddNames(environment, script);
        script.append("\"$@\" </dev/null");
        command.add(script.toString());
        command.add("sh");
        command.addAll(spec.command());
        spec.directory().ifPresent(directory -> builder.directory(directory.toFile()));
        return builder.command(command);
    }

    /**
     * A variable such as {@code spring.port} passes the shell under another name, and gets its own back
     * from {@code env} on the way to the program. Not from whatever the program's own path calls so.
     */
    private void handOnOddNames(Map<String, String> environment, StringBuilder script) {
        Map<String, String> odd = new HashMap<>(environment);
        odd.keySet().removeIf(name -> SHELL_NAME.matcher(name).matches());
        if (odd.isEmpty()) {
            return;
        }
        StringBuilder unset = new StringBuilder("'" + tools.env() + "'");
        StringBuilder set = new StringBuilder();
        int number = 0;
        for (Map.Entry<String, String> variable : odd.entrySet()) {
            String carrier = "OVERSIGHT_ENV_" + number++;
            environment.remove(variable.getKey());
            environment.put(carrier, variable.getKey() + "=" + variable.getValue());
            unset.append(" -u ").append(carrier);
            set.append(" \"$").append(carrier).append('"');
        }
        script.append(unset).append(set).append(' ');
    }

    private ProcessNotStartedException refused(String path, IOException e) {
        List<String> problems = ProcessChecks.onThisMachine(spec);
        String why = problems.isEmpty()
                ? "the operating system refused to start " + spec.command().get(0) + " in "
                        + ProcessChecks.directory(spec) + " (" + e.getMessage()
                        + "); check limits on processes, memory and the length of its arguments"
                : String.join("; ", problems);
        return new ProcessNotStartedException(path, why, e);
    }
}
