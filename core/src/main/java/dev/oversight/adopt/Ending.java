package dev.oversight.adopt;

import dev.oversight.AbandonedException;
import dev.oversight.ChildContext;
import dev.oversight.internal.RequestShield;

import org.jspecify.annotations.Nullable;

/** How an adopted thing is brought to its end, on every way out. */
final class Ending {
    /** What ends it. */
    @FunctionalInterface
    interface CleanUp {
        void run() throws Exception;
    }

    private Ending() {}

    /**
     * Cleans up, then throws the failure, if there is one. What the clean-up throws is the failure if
     * there was none, and suppressed by it otherwise.
     */
    static void cleanUp(ChildContext self, @Nullable Throwable failure, CleanUp cleanUp)
            throws Exception {
        Throwable first = failure;
        try {
            takeInterrupt(self);
            cleanUp.run();
        } catch (Throwable thrown) {
            if (first == null) {
                first = thrown;
            } else if (thrown != first) {
                first.addSuppressed(thrown);
            }
        }
        if (first != null) {
            rethrow(first);
        }
    }

    /**
     * Takes away the interrupt that came with a request to stop, or will, as it would cut the clean-up short.
     * The next one says that the budget is over. With a context that is not the engine's, such as one made
     * for a test, only what has come is taken.
     */
    private static void takeInterrupt(ChildContext self) throws InterruptedException {
        if (RequestShield.raise(self)) {
            return;
        }
        if (!self.running()) {
            self.awaitStop(); // until it has arrived
        }
        Thread.interrupted();
    }

    static boolean isAbandoned(ChildContext self) {
        try {
            self.supervisor();
            return false;
        } catch (AbandonedException e) {
            return true;
        }
    }

    static void rethrow(Throwable failure) throws Exception {
        if (failure instanceof Exception exception) {
            throw exception;
        }
        sneak(failure);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
    }) // an Error, or a Throwable of one's own
    private static <T extends Throwable> void sneak(Throwable failure) throws T {
        throw (T) failure;
    }
}
