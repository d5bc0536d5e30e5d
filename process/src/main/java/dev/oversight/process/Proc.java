package dev.oversight.process;

import org.jspecify.annotations.Nullable;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A live process as Linux shows it in /proc. Zombies are none: they hold nothing, and where the JVM is
 * process 1 nobody ever collects them.
 */
record Proc(long pid, long parent, long group, long session) {
    private static final Path ROOT = Path.of("/proc");
    private static final boolean READABLE = Files.isReadable(ROOT.resolve("self/stat"));

    /** Whether this system has a /proc of that kind. */
    static boolean readable() {
        return READABLE;
    }

    /**
     * All live processes at about this moment; empty where there is no /proc.
     *
     * @throws UncheckedIOException if it cannot be told, for want of file descriptors for example
     */
    static List<Proc> all() {
        List<Proc> found = new ArrayList<>();
        if (!READABLE) {
            return found;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(ROOT, "[0-9]*")) {
            for (Path entry : entries) {
                Proc proc = read(entry);
                if (proc != null) {
                    found.add(proc);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw new UncheckedIOException("cannot list /proc", e.getCause());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list /proc", e);
        }
        return found;
    }

    /** Not through a channel: an interrupt would make the living look gone. */
    private static @Nullable Proc read(Path entry) throws IOException {
        try (FileInputStream stat = new FileInputStream(entry.resolve("stat").toFile())) {
            return parse(new String(stat.readAllBytes(), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            if (Files.exists(entry)) {
                throw e;
            }
            return null; // it ended while we looked
        }
    }

    /** "pid (name) state parent group session ...", where a name may hold anything, ")" too. */
    static @Nullable Proc parse(String stat) {
        int name = stat.indexOf(" (");
        int end = stat.lastIndexOf(") ");
        if (name < 0 || end < name) {
            return null;
        }
        String[] rest = stat.substring(end + 2).split(" ", 5);
        if (rest.length < 5 || rest[0].equals("Z") || rest[0].equals("X")) {
            return null;
        }
        return new Proc(
                Long.parseLong(stat.substring(0, name)),
                Long.parseLong(rest[1]),
                Long.parseLong(rest[2]),
                Long.parseLong(rest[3]));
    }

    /** What descends from any of these processes, through parents that live, in any session. */
    static List<Proc> descendants(List<Proc> all, Set<Long> ancestors) {
        Set<Long> family = new HashSet<>(ancestors);
        List<Proc> found = new ArrayList<>();
        for (int before = -1; before != found.size(); ) {
            before = found.size();
            for (Proc proc : all) {
                if (family.contains(proc.parent) && family.add(proc.pid)) {
                    found.add(proc);
                }
            }
        }
        return found;
    }
}
