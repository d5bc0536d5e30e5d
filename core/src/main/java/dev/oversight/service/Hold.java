package dev.oversight.service;

/**
 * That a child has something for itself: got from {@link dev.oversight.ChildContext#lock}, given back by
 * {@link #close}, and at the latest when the incarnation that has it has ended or was abandoned.
 *
 * <pre>{@code
 * try (Hold account = self.lock("account-17", ofSeconds(2))) {
 *     transfer(account.name());
 * }
 * }</pre>
 *
 * <p>Safe for use from any thread.
 */
public interface Hold extends AutoCloseable {
    /** What is held. */
    String name();

    /**
     * Whether it is still held: not closed, and its incarnation has neither ended nor been abandoned. The
     * work of an abandoned run goes on although somebody else may have the name by then, so ask before a
     * step that must not be done twice.
     */
    boolean isHeld();

    /** Gives it back; whoever has waited longest has it next. Does nothing the second time. */
    @Override
    void close();
}
