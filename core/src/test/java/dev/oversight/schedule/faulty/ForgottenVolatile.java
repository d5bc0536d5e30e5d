package dev.oversight.schedule.faulty;

import java.util.concurrent.locks.LockSupport;

/** An answer that is announced by a field that should have been volatile. */
public final class ForgottenVolatile {
    private final Thread asker = Thread.currentThread();
    private boolean answered;

    /** Called once, by another thread. */
    public void answer() {
        answered = true;
        LockSupport.unpark(asker);
    }

    /** Waits, in a memory that is kind. */
    public void await() {
        while (!answered) {
            LockSupport.park(this);
        }
    }
}
