package dev.oversight.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A process that leads a session and group of its own, whose number is its pid. The number stays taken
 * while anything of the group or session lives.
 *
 * <p>The group is signalled as a whole, which nothing can escape by forking. On Linux also: members of
 * the session in other groups (job control), and descendants in other sessions that were seen when it
 * was asked to end. The latter are signalled only once the group is gone, or by force: they may belong
 * to a supervisor below, which ends them in its own order.
 */
final class SessionContainment implements Containment {
    private static final int DELIVERED = 0;
    private static final int NO_SUCH_PROCESS = 3;

    private static final String SEND = """
            why=$(kill -s "$1" -- "$2" 2>&1) && {
              [ "$1" = TERM ] && kill -s CONT -- "$2" 2>/dev/null # stopped, it could not act on it
              exit 0
            }
            case $why in *'o such process'*) exit 3 ;; esac
            exit 4""";

    private final Tools tools;
    private final long session;

    /** Descendants in sessions of their own; a handle knows its process from a later one of that pid. */
    private final Map<Long, ProcessHandle> elsewhere = new HashMap<>();

    private boolean elsewhereTold;
    private boolean refused;

    SessionContainment(Tools tools, long session) {
        this.tools = tools;
        this.session = session;
    }

    @Override
    public String target() {
        return "-" + session;
    }

    @Override
    public void terminate() {
        List<Proc> all = look();
        Set<Long> family = members(all).stream().map(Proc::pid).collect(Collectors.toSet());
        family.add(session);
        for (Proc proc : Proc.descendants(all, family)) {
            if (proc.session() != session) {
                ProcessHandle.of(proc.pid()).ifPresent(handle -> elsewhere.put(proc.pid(), handle));
            }
        }
        signal("TERM", all);
    }

    @Override
    public void kill() {
        signal("KILL", look());
        elsewhere
                .values()
                .forEach(handle -> refused |= !handle.destroyForcibly() && handle.isAlive());
    }

    @Override
    public boolean gone() {
        List<Proc> all;
        try {
            all = Proc.all();
        } catch (UncheckedIOException e) {
            return false; // who cannot look must not say so
        }
        boolean gone = Proc.readable() ? members(all).isEmpty() : send("0") == NO_SUCH_PROCESS;
        if (!gone || elsewhere.isEmpty()) {
            return gone;
        }
        elsewhere.keySet().retainAll(all.stream().map(Proc::pid).collect(Collectors.toSet()));
        elsewhere.values().removeIf(handle -> !handle.isAlive());
        if (!elsewhereTold) {
            elsewhereTold = true;
            elsewhere.values().forEach(ProcessHandle::destroy);
        }
        return elsewhere.isEmpty();
    }

    @Override
    public String left() {
        List<Long> pids = new ArrayList<>(elsewhere.keySet());
        members(look()).forEach(proc -> pids.add(proc.pid()));
        return pids.isEmpty() ? "process group " + session : "pids " + pids;
    }

    @Override
    public boolean refused() {
        return refused;
    }

    /** Takes milliseconds; an interrupt must not leave it half done. */
    private static int awaitExit(Process sender) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return sender.waitFor();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static List<Proc> look() {
        try {
            return Proc.all();
        } catch (UncheckedIOException e) {
            Log.LOG.log(Level.WARNING, "a signal goes to the group only: " + e.getMessage(), e);
            return List.of();
        }
    }

    private List<Proc> members(List<Proc> all) {
        return all.stream()
                .filter(proc -> proc.group() == session || proc.session() == session)
                .toList();
    }

    /** To the group as a whole, and one by one to what is in the session only. */
    private void signal(String name, List<Proc> all) {
        int result = send(name);
        refused = result != DELIVERED && result != NO_SUCH_PROCESS;
        for (Proc proc : members(all)) {
            if (proc.group() != session) {
                signalOne(name, proc.pid());
            }
        }
    }

    private static void signalOne(String name, long pid) {
        Optional<ProcessHandle> handle = ProcessHandle.of(pid);
        if (name.equals("KILL")) {
            handle.ifPresent(ProcessHandle::destroyForcibly);
        } else if (name.equals("TERM")) {
            handle.ifPresent(ProcessHandle::destroy);
        }
    }

    /** Java cannot signal a group; the shell's own kill is on every system that has a shell. */
    private int send(String name) {
        ProcessBuilder builder = new ProcessBuilder(
                        String.valueOf(tools.sh()), "-c", SEND, "sh", name, target())
                .directory(new File("/"))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C");
        try {
            Process sender = builder.start();
            sender.getOutputStream().close();
            return awaitExit(sender);
        } catch (IOException e) {
            // No room for another process. A system call of our own needs none, but sees one at a
            // time
            List<Proc> members = members(look());
            members.forEach(proc -> signalOne(name, proc.pid()));
            return DELIVERED;
        }
    }
}
