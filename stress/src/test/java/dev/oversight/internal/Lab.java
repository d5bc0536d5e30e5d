package dev.oversight.internal;

import dev.oversight.ChildSpec;
import dev.oversight.OversightException;
import dev.oversight.SupervisorSpec;
import dev.oversight.spi.Platform;

import org.jetbrains.lincheck.Lincheck;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/** One race: no time passes, no alarm goes off, and threads are plain ones that can be waited for. */
final class Lab {
    /** How many; more with {@code -Doversight.lincheck.schedules}. */
    static final int SCHEDULES = Integer.getInteger("oversight.lincheck.schedules", 300);

    private static final Logger LOG = Logger.getLogger("dev.oversight");

    static {
        LOG.setLevel(Level.OFF);
    }

    /** Told of what nobody waits for. */
    static final Reply<Integer> NOBODY = new Reply<>() {
        @Override
        public void succeed(Integer value) {}

        @Override
        public void fail(OversightException problem) {
            throw new AssertionError(problem);
        }
    };

    /** Some threads and what must hold when they have ended. Made anew for each schedule. */
    interface Race {
        void run() throws InterruptedException;
    }

    private final Queue<Thread> made = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Throwable failure;

    final Platform platform = new Platform(() -> 0, (delay, task) -> () -> {}, this::unstarted);

    private Thread unstarted(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        made.add(thread);
        return thread;
    }

    /** A supervisor without children. */
    SupervisorRuntime supervisor() {
        return new SupervisorRuntime(
                SupervisorSpec.of("root"), new Tree(platform, null, body -> body));
    }

    /** The loop of a supervisor without children; after so many inputs a thread of its own goes on. */
    SerialLoop loop(int inputsPerTurn) {
        SupervisorRuntime runtime = supervisor();
        return new SerialLoop(
                new SupervisorState(runtime.spec(), "root", runtime), runtime, inputsPerTurn);
    }

    /** A run of a supervisor that does nothing. */
    static ThreadRun run(String id, SupervisorRuntime supervisor) {
        return new ThreadRun(
                new Child(ChildSpec.of(id, self -> {}), id, "root/" + id, 0, false), 1, supervisor);
    }

    /** Something that is done in a loop, and that somebody or nobody waits for. */
    static Input doing(Supplier<Integer> action, Reply<Integer> reply) {
        return new Input.Query<>(state -> action.get(), reply);
    }

    /** Has the loop do something and waits for what comes of it. */
    static int ask(SerialLoop loop, Supplier<Integer> action) {
        Awaited<Integer> reply = new Awaited<>();
        loop.submit(doing(action, reply));
        return reply.awaitUninterruptibly();
    }

    /** What a thread throws does not end the search, so the race itself has to fail. */
    private void play(Runnable body) {
        try {
            body.run();
        } catch (Throwable broken) {
            failure = broken;
        }
    }

    /** Runs each in a thread, and returns when these and all that came of them have ended. */
    void together(Runnable... bodies) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (Runnable body : bodies) {
            Thread thread = new Thread(() -> play(body));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (Thread thread = made.poll(); thread != null; thread = made.poll()) {
            thread.join();
        }
        Throwable broken = failure;
        if (broken != null) {
            throw new AssertionError(broken);
        }
    }

    /** Plays it through so many schedules, until one breaks a promise. */
    static void search(Supplier<Race> race) {
        Lincheck.runConcurrentTest(SCHEDULES, () -> {
            try {
                race.get().run();
            } catch (InterruptedException impossible) {
                throw new AssertionError(impossible);
            }
        });
    }

    static void check(boolean holds, String promise) {
        if (!holds) {
            throw new AssertionError(promise);
        }
    }
}
