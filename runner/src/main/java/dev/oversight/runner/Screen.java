package dev.oversight.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.UnsupportedCharsetException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes lines with aligned names in front: {@code name | } for standard output of a child, {@code
 * name ! } for its standard error, {@code name * } for what the tree decides about it. Safe for use
 * from any thread; a line is never torn.
 *
 * <p>The text of children goes out in UTF-8, whatever the locale: so the bytes are those they
 * wrote.
 */
final class Screen {
    private static final int WIDEST = 32;

    private final PrintStream out;
    private final PrintStream err;
    private final boolean colour;
    private final Map<String, String> colours = new HashMap<>();
    private final int width;
    private final ReentrantLock lock = new ReentrantLock(); // one line at a time

    /** Of standard error: who does not read the one is not to hold up the other. */
    private final ReentrantLock errLock = new ReentrantLock();

    private boolean outIsGone;

    /** A screen for these names, in the order in which they get their colours. */
    Screen(PrintStream out, PrintStream err, boolean colour, List<String> names) {
        this.out = out;
        this.err = err;
        this.colour = colour;
        for (String name : names) {
            colours.putIfAbsent(name, Colour.ofChild(colours.size()));
        }
        width = Math.min(WIDEST, names.stream().mapToInt(String::length).max().orElse(0));
    }

    /** Standard output as it is, without a locale's charset in between. */
    static PrintStream standardOutput() {
        return new PrintStream(new FileOutputStream(FileDescriptor.out), false, UTF_8);
    }

    /** Whether box drawing can be shown: false for a locale without UTF-8. */
    static boolean showsBoxes() {
        try {
            return Charset.forName(System.getProperty("stdout.encoding", "US-ASCII"))
                    .equals(UTF_8);
        } catch (UnsupportedCharsetException e) {
            return false;
        }
    }

    /** A line that a child wrote. */
    void child(String name, boolean stderr, String text) {
        String bar = stderr ? paint(Colour.RED, "!") : paint(Colour.DIM, "|");
        // A child that leaves a colour on must not colour the lines of others.
        write(prefix(name) + " " + bar + " " + text
                + (colour && text.indexOf('\u001b') >= 0 ? Colour.RESET : ""));
    }

    /** Something the tree decided about a child, or that happened to it. */
    void decision(String name, String time, String text, boolean bad) {
        write(prefix(name) + " " + paint(Colour.BOLD, "*") + " " + paint(Colour.DIM, time) + " "
                + paint(bad ? Colour.RED : Colour.BOLD, text));
    }

    /** A problem, on standard error. */
    void problem(String text) {
        errLock.lock();
        try {
            err.println("oversight: " + text);
            err.flush();
        } finally {
            errLock.unlock();
        }
    }

    /**
     * Has something be written, and waits until it has, but no longer than that: if nobody reads, the one
     * that writes waits for ever, and with it whoever has the next line.
     */
    static void briefly(Duration limit, Runnable writing) {
        Thread writer = Thread.ofPlatform().daemon().name("oversight-screen").start(writing);
        try {
            boolean _ = writer.join(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String prefix(String name) {
        return paint(colours.getOrDefault(name, Colour.BOLD), name)
                + " ".repeat(Math.max(0, width - name.length()));
    }

    private String paint(String code, String text) {
        return colour ? code + text + Colour.RESET : text;
    }

    private void write(String line) {
        lock.lock();
        try {
            if (outIsGone) {
                return;
            }
            out.print(line + "\n"); // in one write, so that nothing comes in between
            // Whoever read the lines has ended: the tree is not to die of that.
            if (out.checkError()) {
                outIsGone = true;
                problem("standard output is closed; the tree goes on without it");
            }
        } finally {
            lock.unlock();
        }
    }
}
