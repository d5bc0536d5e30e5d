package dev.oversight.internal;

import dev.oversight.AutoShutdown;
import dev.oversight.ChildBody;
import dev.oversight.ChildSpec;
import dev.oversight.SupervisorSpec;
import dev.oversight.spi.Platform;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What the actors act on. The log is off: a million supervisors end here. */
final class Subjects {
    private static final Logger LOG = Logger.getLogger("dev.oversight");

    static {
        LOG.setLevel(Level.OFF);
    }

    private static final SupervisorSpec SPEC =
            SupervisorSpec.of("root").autoShutdown(AutoShutdown.NEVER).neverGiveUp();
    /** Nobody who was woken takes so long, however busy the machine is. */
    static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final long POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

    private Subjects() {}

    /** A call that waits, of an actor that nobody interrupts. */
    interface Wait<T> {
        T call() throws InterruptedException;
    }

    static <T> T uninterrupted(Wait<T> wait) {
        try {
            return wait.call();
        } catch (InterruptedException stranger) {
            throw new IllegalStateException("interrupted for no reason", stranger);
        }
    }

    /** A supervisor without children, on real threads and a real clock. */
    static SupervisorRuntime supervisor() {
        return supervisor(Platform.system());
    }

    static SupervisorRuntime supervisor(Platform platform) {
        return new SupervisorRuntime(SPEC, new Tree(platform, null, body -> body));
    }

    /** Its loop; after so many inputs a thread of its own goes on. */
    static SerialLoop loop(int inputsPerTurn) {
        SupervisorRuntime runtime = supervisor();
        return new SerialLoop(new SupervisorState(SPEC, "root", runtime), runtime, inputsPerTurn);
    }

    /** A run that is not in the books of its supervisor, and no thread yet. */
    static ThreadRun run(String id, SupervisorRuntime supervisor, ChildBody body) {
        return new ThreadRun(
                new Child(ChildSpec.of(id, body), id, "root/" + id, 0, false), 1, supervisor);
    }

    /** Has a loop do something, and waits for what comes of it. */
    static int ask(SerialLoop loop, Supplier<Integer> action) {
        Awaited<Integer> reply = new Awaited<>();
        loop.submit(new Input.Query<>(state -> action.get(), reply));
        return reply.awaitUninterruptibly();
    }

    /** Looks until that is the answer, or for fifteen seconds; returns the last answer. */
    static int until(int wanted, Supplier<Integer> look) {
        long deadline = System.nanoTime() + LONG_NANOS;
        int seen = look.get();
        while (seen != wanted && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(
                    POLL_NANOS); // spinning, it may keep the others from their processor
            seen = look.get();
        }
        return seen;
    }
}
