package dev.oversight.spi;

/** Calls back after a time. Safe for use from any thread. */
public interface Timers {
    /**
     * Calls the task once, after the delay, in any thread. Must not call it before it returns, and must
     * not block.
     *
     * @param delayNanos zero or more
     */
    Alarm after(long delayNanos, Runnable task);

    /** A call that is due. */
    interface Alarm {
        /** Gives the call up. Does nothing if it was made. A call that is being made goes on. */
        void cancel();
    }
}
