package dev.oversight.process;

import dev.oversight.ChildSpec;
import dev.oversight.Shutdown;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Describes an operating-system process: what runs, where, when it is up and how long it may take to
 * stop. An immutable value; each setter returns a new one.
 *
 * <pre>{@code
 * ChildSpec db = ProcessSpec.of("java", "Db.java")
 *         .directory(Path.of("db"))
 *         .env("PORT", "5432")
 *         .readyWhenPort(5432, Duration.ofSeconds(10))
 *         .grace(Duration.ofSeconds(3))
 *         .toChild("db")
 *         .restart(Restart.TRANSIENT);
 * }</pre>
 *
 * <p><b>What it runs in.</b> Each incarnation is a process in a session and process group of its own,
 * so a Ctrl-C in the terminal does not reach it: the supervisor decides. Its standard input is
 * {@code /dev/null}; it inherits the environment of the JVM, with {@link #env} on top.
 *
 * <p><b>How it ends.</b> Exit code 0 is a normal end of the child, any other is a {@link
 * ProcessFailedException}; asked to stop, it may exit as it likes. The child ends only when nothing of
 * its session is left: what the process leaves behind when it ends of its own is stopped too, with
 * SIGTERM, {@linkplain #grace the grace}, and SIGKILL. On Linux that means every process of the
 * session; elsewhere of the group. Only a program that opened a session of its own and whose parent
 * has ended escapes.
 *
 * <p><b>If the JVM is killed</b> ({@code kill -9}), one small guardian, a shell in a session of its
 * own, sees the end of its pipe and ends everything that is left in these sessions: SIGTERM, and
 * SIGKILL within a second, whatever the grace. There is no window: a process starts as a shell that
 * waits until the guardian knows it, and then becomes the program; if the JVM dies before, that shell
 * ends by itself. The guardian ends with the JVM, and is started again, and told everything, should it
 * be killed. What is left when the JVM exits without stopping its trees ends in the same way.
 *
 * <p><b>What it needs.</b> {@code sh}, and {@code setsid} of util-linux. Without {@code setsid} (macOS)
 * a warning is logged once and a process is stopped together with those of its descendants that are
 * known at that moment: what has been orphaned by then escapes, and the guardian ends only the process
 * itself. Without {@code sh} (Windows) nothing can be started.
 */
public final class ProcessSpec {
    /** What a stop may take beyond the grace: the SIGKILL, its effect, and the last lines. */
    static final Duration KILL_SLACK = Duration.ofSeconds(3);

    /** When a process counts as up. */
    sealed interface Readiness {
        /** How long it may take. */
        Duration within();
    }

    record ReadyPort(int port, Duration within) implements Readiness {}

    record ReadyLog(String text, Duration within) implements Readiness {}

    private final List<String> command;
    private final Map<String, String> env;
    private final @Nullable Path directory;
    private final @Nullable Readiness readiness;
    private final Duration grace;
    private final ProcessOutput output;

    private ProcessSpec(
            List<String> command,
            Map<String, String> env,
            @Nullable Path directory,
            @Nullable Readiness readiness,
            Duration grace,
            ProcessOutput output) {
        this.command = command;
        this.env = env;
        this.directory = directory;
        this.readiness = readiness;
        this.grace = grace;
        this.output = output;
    }

    /**
     * A process that runs this command. No shell looks at it: each element is one argument, as it is.
     *
     * @param command the program and its arguments. A program without {@code '/'} is looked up on the
     *     {@code PATH} of the process; a relative one with {@code '/'} starts at its directory
     */
    public static ProcessSpec of(List<String> command) {
        return new ProcessSpec(
                List.copyOf(command),
                Map.of(),
                null,
                null,
                Duration.ofSeconds(5),
                ProcessOutput.toLogger());
    }

    /** A process that runs this command: {@link #of(List)}. */
    public static ProcessSpec of(String... command) {
        return of(List.of(command));
    }

    /** Sets a variable of its environment, over one that the JVM has; replaces an earlier call. */
    public ProcessSpec env(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(env);
        more.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
        return new ProcessSpec(
                command, Collections.unmodifiableMap(more), directory, readiness, grace, output);
    }

    /** The directory it starts in. Default: that of the JVM. */
    public ProcessSpec directory(Path path) {
        Objects.requireNonNull(path, "path");
        return new ProcessSpec(command, env, path, readiness, grace, output);
    }

    /**
     * Declares it up when something accepts TCP connections on the port of this machine ({@code 127.0.0.1}
     * or {@code ::1}) while it lives. If something does so before it is started, the start fails: it would
     * be a stranger's. Default: no readiness; replaces an earlier one of either kind.
     *
     * @param port 1 to 65535
     * @param within how long that may take; more than zero
     */
    public ProcessSpec readyWhenPort(int port, Duration within) {
        Objects.requireNonNull(within, "within");
        return new ProcessSpec(command, env, directory, new ReadyPort(port, within), grace, output);
    }

    /**
     * Declares it up when it writes a line that contains the text, to standard output or standard error.
     * Default: no readiness; replaces an earlier one of either kind.
     *
     * @param text not empty
     * @param within how long that may take; more than zero
     */
    public ProcessSpec readyWhenLog(String text, Duration within) {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(within, "within");
        return new ProcessSpec(command, env, directory, new ReadyLog(text, within), grace, output);
    }

    /**
     * How long the process and all it started may take to end after SIGTERM, before SIGKILL. Default 5 s;
     * zero or more.
     */
    public ProcessSpec grace(Duration time) {
        Objects.requireNonNull(time, "time");
        return new ProcessSpec(command, env, directory, readiness, time, output);
    }

    /** Who takes the lines it writes. Default {@link ProcessOutput#toLogger()}. */
    public ProcessSpec output(ProcessOutput taker) {
        Objects.requireNonNull(taker, "taker");
        return new ProcessSpec(command, env, directory, readiness, grace, taker);
    }

    /** The program and its arguments. Unmodifiable. */
    public List<String> command() {
        return command;
    }

    /** The variables set by {@link #env(String, String)}, in that order. Unmodifiable. */
    public Map<String, String> env() {
        return env;
    }

    /** The directory it starts in; empty for that of the JVM. */
    public Optional<Path> directory() {
        return Optional.ofNullable(directory);
    }

    /** How long it may take to end after SIGTERM. */
    public Duration grace() {
        return grace;
    }

    Optional<Readiness> readiness() {
        return Optional.ofNullable(readiness);
    }

    ProcessOutput output() {
        return output;
    }

    /**
     * What is wrong with it on this machine at this moment: no command, a program that is not found or not
     * executable, a directory that is none, a port, text or duration that makes no sense. Reads the file
     * system and starts nothing.
     *
     * @return all problems, one sentence each: what was found, what was expected, what helps. Empty if
     *     there is none
     */
    public List<String> problems() {
        return ProcessChecks.all(this);
    }

    /**
     * A child that runs this process, once per incarnation. It has {@link #grace} and 3 s more to stop, in
     * which SIGKILL takes effect and the last lines arrive, and a {@linkplain ChildSpec#readyWithin limit}
     * if readiness is declared; everything else is the default of {@link ChildSpec}. A child given a
     * shorter {@link ChildSpec#shutdown} is killed when that has passed.
     *
     * <p>A program or directory that is missing fails the child when it starts ({@link
     * ProcessNotStartedException}), not this call: an earlier child may make it.
     *
     * @param id unique among its siblings; not blank, without {@code '/'}
     * @throws dev.oversight.InvalidSpecException if the id is no such name
     * @throws IllegalArgumentException if the command, the readiness or the grace makes no sense on any
     *     machine; the message has all problems
     */
    public ChildSpec toChild(String id) {
        List<String> wrong = ProcessChecks.ofValues(this);
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException("process " + id + ": " + String.join("; ", wrong));
        }
        ChildSpec child = ChildSpec.of(id, new ProcessBody(this, Tools.system()))
                .shutdown(Shutdown.within(grace.plus(KILL_SLACK)));
        return readiness == null ? child : child.readyWithin(readiness.within());
    }

    @Override
    public String toString() {
        return "ProcessSpec" + command;
    }
}
