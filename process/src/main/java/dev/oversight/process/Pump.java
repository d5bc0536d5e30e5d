package dev.oversight.process;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Reads a stream of a process to its end, in a platform thread: a blocked read on a virtual thread
 * holds its carrier, and a few hundred of them stop every virtual thread of the JVM.
 */
final class Pump {
    private final InputStream in;
    private final LineSplitter lines;
    private final boolean greeted;
    private final CompletableFuture<Boolean> greeting = new CompletableFuture<>();
    private final CompletableFuture<Boolean> end = new CompletableFuture<>();
    private volatile boolean reading;

    private Pump(InputStream in, boolean greeted, Consumer<String> taker) {
        this.in = in;
        this.greeted = greeted;
        this.lines = new LineSplitter(taker);
    }

    /**
     * Starts reading.
     *
     * @param greeted whether the first line is the {@link #greeting}, and no line of the program
     */
    static Pump start(String name, InputStream in, boolean greeted, Consumer<String> taker) {
        Pump pump = new Pump(in, greeted, taker);
        Thread.ofPlatform()
                .daemon()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .start(pump::run);
        return pump;
    }

    /** True once the first line has come; false if the stream ended without one. */
    CompletableFuture<Boolean> greeting() {
        return greeting;
    }

    private void run() {
        try (in) {
            if (greeted) {
                int b = in.read();
                while (b >= 0 && b != '\n') {
                    b = in.read();
                }
                greeting.complete(b == '\n');
            }
            pump();
        } catch (IOException e) {
            // the stream was closed under us: see await
        } finally {
            lines.end();
            greeting.complete(false);
            end.complete(true);
        }
    }

    private void pump() throws IOException {
        byte[] buffer = new byte[LineSplitter.LONGEST];
        while (true) {
            reading = true;
            int count = in.read(buffer);
            reading = false;
            if (count < 0) {
                return;
            }
            lines.bytes(buffer, 0, count);
        }
    }

    /**
     * Waits until all has been given out, not longer than the limit. What still blocks in a read then has
     * a writer that escaped; its next line ends the pump. One that blocks in its taker goes on.
     *
     * @return whether all has been given out
     */
    boolean await(long limitNanos) throws InterruptedException {
        try {
            return end.get(Math.max(0, limitNanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            if (reading) {
                closeQuietly();
            }
            return false;
        } catch (java.util.concurrent.ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private void closeQuietly() {
        try {
            in.close();
        } catch (IOException e) {
            // nothing is lost: nobody reads it any more
        }
    }
}
