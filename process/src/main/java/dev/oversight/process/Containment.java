package dev.oversight.process;

/** A process together with all that it started, as far as the operating system lets us tell. */
interface Containment {
    /** What the {@link Guardian} is to kill. */
    String target();

    /** Asks all of it to end: SIGTERM. */
    void terminate();

    /** Ends all of it: SIGKILL. May be repeated. */
    void kill();

    /** Whether nothing of it lives. Zombies do not. */
    boolean gone();

    /** What is left, in words, for a message. */
    String left();

    /** Whether the operating system refused the last signal, for want of rights. */
    boolean refused();
}
