package dev.oversight;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A child that does what the test tells it, in its own thread. Ends by the interrupt when asked to stop. */
final class Puppet implements ChildBody {
    private final BlockingQueue<ChildBody> orders = new LinkedBlockingQueue<>();
    private final AtomicInteger runs = new AtomicInteger();
    private final AtomicInteger live = new AtomicInteger();
    private final AtomicInteger mostLive = new AtomicInteger();
    private volatile ChildContext self;
    private volatile Thread thread;

    /** Thrown by {@link #crash()}. */
    static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Crash(String message) {
            super(message);
        }
    }

    private static final class Finish extends Exception {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public void run(ChildContext context) throws Exception {
        mostLive.accumulateAndGet(live.incrementAndGet(), Math::max);
        self = context;
        thread = Thread.currentThread();
        runs.incrementAndGet();
        try {
            while (true) {
                next().run(context);
            }
        } catch (Finish returns) {
            return;
        } finally {
            live.decrementAndGet();
        }
    }

    /** An order that is there is not lost to an interrupt. */
    private ChildBody next() throws InterruptedException {
        try {
            return orders.take();
        } catch (InterruptedException e) {
            ChildBody order = orders.poll();
            if (order == null) {
                throw e;
            }
            Thread.currentThread().interrupt();
            return order;
        }
    }

    /** Has the child do something; what that throws is the child's failure. */
    void order(ChildBody action) {
        orders.add(action);
    }

    void crash() {
        crash(new Crash("told to"));
    }

    void crash(Throwable with) {
        order(context -> sneak(with));
    }

    void finish() {
        order(context -> {
            throw new Finish();
        });
    }

    @SuppressWarnings({"unchecked", "DoNotCallSuggester"})
    static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    int runs() {
        return runs.get();
    }

    int live() {
        return live.get();
    }

    /** How many of its incarnations were inside the body at the same time, at most. */
    int mostLive() {
        return mostLive.get();
    }

    /** The context of the incarnation that started last. */
    ChildContext self() {
        return self;
    }

    Thread thread() {
        return thread;
    }

    void awaitRuns(int atLeast) {
        Eventually.await(() -> "run " + atLeast + ", has " + runs(), () -> runs() >= atLeast);
    }

    /** Crashes the current run and waits for the next. */
    void crashAndAwaitRestart() {
        awaitRuns(1); // a child may be up before its body has come here
        int before = runs();
        crash();
        awaitRuns(before + 1);
    }

    /** A body that waits until it is asked to stop. */
    static ChildBody idle() {
        return ChildContext::awaitStop;
    }

    /** A body that ignores interrupts and requests until the gate opens. */
    static ChildBody deaf(CountDownLatch gate) {
        return context -> deafAwait(gate);
    }

    static void deafAwait(CountDownLatch gate) {
        boolean waiting = true;
        while (waiting) {
            try {
                gate.await();
                waiting = false;
            } catch (InterruptedException dropped) {
                // that is the point: it goes on waiting
            }
        }
    }
}
