package dev.oversight.testkit;

import dev.oversight.ChildBody;
import dev.oversight.ChildContext;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * One call of a body, between its supervisor and its own code: it can be told to fail, to end or to
 * hang. It does so when it next uses its context; a wait is interrupted for it.
 */
final class Incarnation {
    /** The one in which the calling thread is. */
    static final ThreadLocal<@Nullable Incarnation> CURRENT = new ThreadLocal<>();

    /** What it can be told. */
    sealed interface Order {}

    record Fail(Throwable with) implements Order {}

    record Complete() implements Order {}

    /** Neither works nor hears anything for so long, or until it is let go. */
    static final class Deaf implements Order {
        private final Duration time;
        private volatile boolean over;

        Deaf(Duration time) {
            this.time = time;
        }
    }

    /** Carries a checked exception through the context's methods, which do not declare it. */
    private static final class Failed extends Error {
        private static final long serialVersionUID = 1L;

        private final Throwable with;

        Failed(Throwable with) {
            super("told to fail", with, false, false);
            this.with = with;
        }
    }

    private static final class Completed extends Error {
        private static final long serialVersionUID = 1L;

        Completed() {
            super("told to complete", null, false, false);
        }
    }

    final ChildContext real;
    final Thread thread = Thread.currentThread();
    final Stage stage;
    private final AtomicReference<@Nullable Order> told = new AtomicReference<>();

    /** What it hangs by, or will as soon as it obeys. */
    private final AtomicReference<@Nullable Deaf> hanging = new AtomicReference<>();

    private volatile boolean deaf;

    Incarnation(ChildContext real, Stage stage) {
        this.real = real;
        this.stage = stage;
    }

    String path() {
        return real.path();
    }

    /** In its own thread. */
    void run(ChildBody body) throws Exception {
        CURRENT.set(this);
        stage.entered(this);
        try {
            body.run(Facade.of(this));
            stage.ground.comeBack();
            obey();
        } catch (Completed done) {
            // as it was told
        } catch (Failed told) {
            throw Sneaky.rethrow(told.with);
        } catch (Throwable thrown) {
            stage.ground.comeBack();
            obeyInstead(thrown);
        } finally {
            stage.left(this);
            CURRENT.remove();
        }
    }

    private void obeyInstead(Throwable thrown) {
        try {
            obey();
        } catch (Completed done) {
            return;
        } catch (Failed told) {
            throw Sneaky.rethrow(told.with);
        }
        throw Sneaky.rethrow(thrown);
    }

    /** In its own thread: does what it was told, if it was. */
    void obey() {
        Order order = told.getAndSet(null);
        if (order == null) {
            return;
        }
        dropInterrupt();
        switch (order) {
            case Fail fail -> throw unchecked(fail.with);
            case Complete complete -> throw new Completed();
            case Deaf hangs -> {
                stayDeaf(hangs);
                dropInterrupt(); // or it came only now
            }
        }
    }

    /** It came with the order, unless the supervisor has asked it to stop. */
    private void dropInterrupt() {
        if (real.running() && Thread.interrupted() && !real.running()) {
            thread.interrupt();
        }
    }

    private static RuntimeException unchecked(Throwable with) {
        if (with instanceof RuntimeException || with instanceof Error) {
            throw Sneaky.rethrow(with);
        }
        throw new Failed(with);
    }

    private void stayDeaf(Deaf hangs) {
        deaf = true;
        try {
            stage.ground.stayDeaf(hangs.time, () -> hangs.over);
        } finally {
            deaf = false;
            hanging.compareAndSet(hangs, null);
        }
    }

    /** From another thread. One that hangs already, or is about to, is not told to hang once more. */
    void tell(Order order) {
        if (order instanceof Deaf hangs && !hanging.compareAndSet(null, hangs)) {
            return;
        }
        told.set(order);
        thread.interrupt();
    }

    boolean wasTold() {
        return told.get() != null;
    }

    /** Whether it was told to hang and does. */
    boolean isDeaf() {
        return deaf;
    }

    /** From another thread: if it hangs, or was told to, it goes on. */
    void letGo() {
        Deaf hangs = hanging.getAndSet(null);
        if (hangs != null) {
            hangs.over = true;
            LockSupport.unpark(thread);
        }
    }

    @Override
    public String toString() {
        return path() + "#" + real.incarnation();
    }
}
