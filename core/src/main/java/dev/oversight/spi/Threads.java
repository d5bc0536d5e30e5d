package dev.oversight.spi;

import java.util.concurrent.locks.LockSupport;

/**
 * Makes the threads in which children, stop hooks and listeners run: all of a tree ({@link Platform}),
 * or those of one child ({@link dev.oversight.ChildSpec#threads}).
 *
 * <p>Whoever wraps another one passes on {@link #orOwn} and {@link #rest} as well.
 *
 * <p>The three factories here inherit no thread locals. One of your own may, but what it would inherit
 * is that of the calling thread: of a dying sibling, a timer, whoever added the child. Take the value
 * where it is right, and set it in the body instead:
 *
 * <pre>{@code
 * Tenant tenant = Tenant.current();
 * ChildSpec.of("billing", self -> Tenant.runAs(tenant, () -> billing.run(self)));
 * }</pre>
 */
@FunctionalInterface
public interface Threads {
    /**
     * Makes a thread that was not started. It should inherit nothing from the calling thread, which may be
     * any thread that happened to tell the supervisor something.
     *
     * <p>Called inside a supervisor's loop, by whichever thread is in it, so it must not block. What it throws
     * is a failed start of the child.
     *
     * @param name its name: the path of the child
     */
    Thread unstarted(String name, Runnable body);

    /**
     * Of the threads of a whole tree: who makes those of a child that names its own. That one, unless
     * overridden by whoever has to know all threads, such as a test kit.
     */
    default Threads orOwn(Threads own) {
        return own;
    }

    /**
     * Returns when other threads have had the processor. Called in a thread of their own, each few thousand
     * events of a supervisor, which starts no virtual thread until then that can wait. Overridden where
     * somebody else decides whose turn it is, such as a test kit. What it throws is logged, and ends the rest.
     *
     * <p>Unless overridden, a virtual thread parks for a moment, and so until a carrier has looked for others.
     * A carrier does that only when it finds its own queue empty, and children that crash at once keep that
     * full: each has its successor started there. A platform thread goes on, as the operating system is fair.
     */
    default void rest() {
        if (Thread.currentThread().isVirtual()) {
            LockSupport.parkNanos(1);
        }
    }

    /** Virtual threads that inherit no thread locals. The default of {@link Platform#system()}. */
    static Threads virtual() {
        return (name, body) -> Thread.ofVirtual()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .unstarted(body);
    }

    /**
     * Platform threads that inherit no thread locals and are no daemons: while one runs, the JVM does not
     * end by itself. For work that hogs its carrier: long computations, native calls, file systems.
     *
     * <p>A child that backs off has no thread, and keeps no JVM alive meanwhile. A program that is to
     * live as long as its tree calls {@link dev.oversight.Supervisor#run} or {@code join} in {@code main}.
     */
    static Threads platform() {
        return (name, body) -> Thread.ofPlatform()
                .name(name)
                .daemon(false)
                .inheritInheritableThreadLocals(false)
                .unstarted(body);
    }

    /** The same as {@link #platform()}, but daemons: they do not keep the JVM alive. */
    static Threads platformDaemon() {
        return (name, body) -> Thread.ofPlatform()
                .name(name)
                .daemon(true)
                .inheritInheritableThreadLocals(false)
                .unstarted(body);
    }
}
