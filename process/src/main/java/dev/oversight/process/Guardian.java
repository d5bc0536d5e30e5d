package dev.oversight.process;

import org.jspecify.annotations.Nullable;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Ends the processes of this JVM should it die without doing so itself: one shell that reads from a
 * pipe what lives, and at its end kills that.
 *
 * <p>The pipe ends when the last holder of its other end is gone, and that is this JVM alone: the JDK
 * closes all descriptors above 2 in what it starts. What was written before counts, so a process that
 * is told to go on only after {@link #watch} returned is known. A number, not the process, is what is
 * forgotten, so that forgetting an old process does not hit a new one of the same pid.
 *
 * <p>Safe for use from any thread.
 */
final class Guardian {
    /** How often in a row it may die young before it is not started again by itself. */
    private static final int TRIES = 5;

    private static final long YOUNG_NANOS = 1_000_000_000L;

    /**
     * Reads "+ number target" and "- number", target being what {@code kill} takes: a group (negative)
     * or a process. At the end: SIGTERM, most of a second, SIGKILL. Where there is a /proc, whatever is
     * in the session of a group but not in the group is ended too; zombies do not count.
     */
    private static final String SCRIPT = """
            trap '' INT TERM HUP QUIT PIPE TSTP
            all=' '
            targets() {
              some=1
              for entry in $all; do
                kill -s "$1" -- "${entry#*:}" && some=0
              done
              return $some
            }
            strays() {
              sig=$1
              for stat in /proc/[0-9]*/stat; do
                read -r line < "$stat" || continue
                pid=${line%% *}
                set -- ${line##*) }
                case $all in
                  *":-$4 "*) [ "$3" = "$4" ] || [ "$1" = Z ] || kill -s "$sig" -- "$pid" ;;
                esac
              done
            }
            echo
            while read -r op number target; do
              case $op in
                +) all="$all$number:$target " ;;
                -) case $all in
                     *" $number:"*)
                       head=${all%%" $number:"*}
                       tail=${all#*" $number:"}
                       all="$head ${tail#* }" ;;
                   esac ;;
              esac
            done
            [ "$all" = ' ' ] && exit 0
            targets TERM
            targets CONT
            strays TERM
            for i in 1 2 3 4; do
              targets 0 || break
              sleep 0.2 || { sleep 1; break; }
            done
            targets KILL
            strays KILL
            targets KILL
            exit 0
            """;

    private static final Guardian SHARED = new Guardian(Tools.system());

    private final Tools tools;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, String> watched = new LinkedHashMap<>();
    private @Nullable Process shell;
    private @Nullable OutputStream pipe;
    private long lastNumber;

    /** Which guardian this is: the end of an earlier one is no news. */
    private long generation;

    private long startedNanos;
    private int youngDeaths;

    Guardian(Tools tools) {
        this.tools = tools;
    }

    /** The guardian of this JVM. */
    static Guardian shared() {
        return SHARED;
    }

    /**
     * Makes sure that the target is ended if this JVM dies from now on.
     *
     * @param target what {@code kill} takes
     * @return the number by which to forget it
     * @throws IOException if there is no guardian and none can be started; the target is not watched
     */
    long watch(String target) throws IOException {
        lock.lock();
        try {
            long number = ++lastNumber;
            watched.put(number, target);
            try {
                if (!tell("+ " + number + " " + target + "\n")) {
                    start();
                }
            } catch (IOException e) {
                watched.remove(number);
                throw e;
            }
            return number;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what was watched. To be called when it is gone, and at once: pids are used again. */
    void forget(long number) {
        lock.lock();
        try {
            watched.remove(number);
            tell("- " + number + "\n");
        } finally {
            lock.unlock();
        }
    }

    /** Does what the death of this JVM would do; for tests. */
    void end() throws IOException {
        lock.lock();
        try {
            OutputStream out = pipe;
            shell = null;
            generation++; // nobody would start another
            if (out != null) {
                out.close();
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many targets it watches, for tests. */
    int size() {
        lock.lock();
        try {
            return watched.size();
        } finally {
            lock.unlock();
        }
    }

    /** Its pid, for tests; -1 if there is none. */
    long pid() {
        lock.lock();
        try {
            return shell == null ? -1 : shell.pid();
        } finally {
            lock.unlock();
        }
    }

    /** False if there is no guardian to tell: then a new one has to learn everything. */
    private boolean tell(String line) {
        Process current = shell;
        OutputStream out = pipe;
        if (current == null || out == null || !current.isAlive()) {
            return false;
        }
        try {
            out.write(line.getBytes(
                    StandardCharsets.US_ASCII)); // below PIPE_BUF: whole or not at all
            out.flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void start() throws IOException {
        List<String> command = new ArrayList<>();
        if (tools.setsid() != null) {
            command.add(tools.setsid());
        }
        command.addAll(List.of(String.valueOf(tools.sh()), "-c", SCRIPT, "oversight-guardian"));
        // It must hold nothing of ours: not the terminal's or a pipeline's output, not a mount
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectError(Redirect.DISCARD);
        String path = System.getenv("PATH");
        builder.environment().clear();
        builder.environment().put("PATH", path == null ? "/usr/bin:/bin" : path);
        startedNanos = System.nanoTime();
        Process started = builder.start();
        long thisOne = ++generation;
        Thread.ofVirtual()
                .name("oversight-guardian exit")
                .inheritInheritableThreadLocals(false)
                .start(() -> awaitEnd(started, thisOne));
        shell = started;
        pipe = started.getOutputStream();
        StringBuilder all = new StringBuilder();
        watched.forEach((number, target) ->
                all.append("+ ").append(number).append(' ').append(target).append('\n'));
        pipe.write(all.toString().getBytes(StandardCharsets.US_ASCII));
        pipe.flush();
        // From its answer on no signal of a terminal ends it. Takes milliseconds, once per JVM
        if (started.getInputStream().read() < 0) {
            throw new IOException("the guardian shell ended at once");
        }
        started.getInputStream().close();
    }

    private void awaitEnd(Process started, long number) {
        try {
            started.waitFor();
            died(started.pid(), number);
        } catch (InterruptedException e) {
            // nobody has a reason to; the next watch finds out whether it lives
        }
    }

    /** Somebody killed it: a new one learns everything. */
    private void died(long pid, long number) {
        lock.lock();
        try {
            if (number != generation || watched.isEmpty()) {
                return;
            }
            youngDeaths = System.nanoTime() - startedNanos < YOUNG_NANOS ? youngDeaths + 1 : 0;
            if (youngDeaths >= TRIES) {
                Log.LOG.log(
                        Level.ERROR,
                        "the guardian shell ended " + youngDeaths + " times in a row;"
                                + " until the next start of a process nothing ends the running ones should this JVM be"
                                + " killed");
                youngDeaths = 0;
                return;
            }
            Log.LOG.log(
                    Level.WARNING,
                    "the guardian shell (pid " + pid + ") was killed; starting another");
            start();
        } catch (IOException e) {
            Log.LOG.log(
                    Level.ERROR,
                    "the guardian shell was killed and could not be started again; until the"
                            + " next start of a process nothing ends the running ones should this JVM be killed",
                    e);
        } finally {
            lock.unlock();
        }
    }
}
