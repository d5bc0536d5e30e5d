package dev.oversight;

/**
 * The work of a child: one call is one incarnation, in a thread of its own.
 *
 * <p>Returning is a normal end, any {@link Throwable} is a failure; {@linkplain Restart what
 * follows} is the supervisor's business. A body that loops asks {@link ChildContext#running()}, and
 * lets an {@link InterruptedException} pass:
 *
 * <pre>{@code
 * void run(ChildContext self) throws Exception {
 *     inbox.open();
 *     self.ready();
 *     while (self.running()) {
 *         inbox.poll(Duration.ofSeconds(1)).ifPresent(this::ship);
 *     }
 * }
 * }</pre>
 *
 * <p>Given as an instance, a body is called again for every incarnation; given {@linkplain
 * ChildSpec#fresh as a factory}, each incarnation has an object of its own.
 */
@FunctionalInterface
public interface ChildBody {
    /**
     * Does the child's work until it is done or asked to stop. Called in the child's own thread.
     *
     * @param self this incarnation as its supervisor sees it
     * @throws Exception any failure; the supervisor keeps it with its stack and decides by rule
     */
    void run(ChildContext self) throws Exception;
}
