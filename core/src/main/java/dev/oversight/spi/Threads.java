package dev.oversight.spi;

/** Makes the threads in which children, stop hooks and listeners run. */
@FunctionalInterface
public interface Threads {
    /**
     * Makes a thread that was not started. It should inherit nothing from the calling thread, which may be
     * any thread that happened to tell the supervisor something.
     *
     * @param name its name: the path of the child
     */
    Thread unstarted(String name, Runnable body);

    /** Virtual threads that inherit no thread locals. */
    static Threads virtual() {
        return (name, body) -> Thread.ofVirtual()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .unstarted(body);
    }
}
