package dev.oversight.internal;

import dev.oversight.ChildContext;

/** Keeps the interrupt of a request to stop from a clean-up at the end of a body. */
public final class RequestShield {
    private RequestShield() {}

    /**
     * In the child's thread: from now on only the end of its budget interrupts it. A request to stop that
     * comes meanwhile does not, and the interrupt of an earlier one is taken away.
     *
     * @param self whose body it is
     * @return false if the calling thread does not run for it: then nothing is done
     */
    public static boolean raise(ChildContext self) {
        ThreadRun run = ThreadRun.ofCaller();
        if (run == null
                || run.thread != Thread.currentThread()
                || !run.path().equals(self.path())
                || run.incarnation != self.incarnation()) {
            return false;
        }
        run.beginCleanUp();
        return true;
    }
}
