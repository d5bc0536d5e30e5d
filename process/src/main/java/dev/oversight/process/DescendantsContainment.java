package dev.oversight.process;

import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A process without a session of its own, for systems that lack {@code setsid}: it and the descendants
 * that can be seen each time it is signalled. What has lost its parent by then is not seen.
 */
final class DescendantsContainment implements Containment {
    private final ProcessHandle main;
    private final Set<ProcessHandle> seen = new LinkedHashSet<>();

    DescendantsContainment(ProcessHandle main) {
        this.main = main;
        seen.add(main);
    }

    @Override
    public String target() {
        return Long.toString(main.pid());
    }

    @Override
    public void terminate() {
        look();
        seen.forEach(ProcessHandle::destroy);
    }

    @Override
    public void kill() {
        look();
        seen.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public boolean gone() {
        look();
        return seen.isEmpty();
    }

    private void look() {
        for (ProcessHandle handle : List.copyOf(seen)) {
            handle.descendants().forEach(seen::add);
        }
        seen.removeIf(handle -> !handle.isAlive());
        if (Proc.readable()) {
            dropZombies();
        }
    }

    private void dropZombies() {
        try {
            Set<Long> live = Proc.all().stream().map(Proc::pid).collect(Collectors.toSet());
            seen.removeIf(handle -> !live.contains(handle.pid()));
        } catch (UncheckedIOException e) {
            // next time
        }
    }

    @Override
    public String left() {
        return "pids " + seen.stream().map(ProcessHandle::pid).toList();
    }

    @Override
    public boolean refused() {
        return false;
    }
}
