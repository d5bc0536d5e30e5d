package dev.oversight.adopt;

import dev.oversight.ChildBody;
import dev.oversight.ChildContext;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A child that is a periodic task of somebody else's scheduler. */
record PeriodicTask(ScheduledExecutorService scheduler, Runnable task, Plan plan)
        implements ChildBody {
    /** How often the scheduler is looked at: one that is shut down at once tells its tasks nothing. */
    static final Duration CHECK = Duration.ofSeconds(1);

    /** Hands the task to the scheduler. */
    @FunctionalInterface
    interface Plan {
        Future<?> schedule(Runnable task);
    }

    @Override
    public void run(ChildContext self) throws Exception {
        Lookout lookout = new Lookout(self);
        Executions executions = new Executions(task, lookout);
        Future<?> planned = plan.schedule(executions);
        Throwable failure = null;
        try {
            self.ready();
            while (!lookout.isOver()) {
                lookout.await(CHECK);
                if (!lookout.isOver() && (scheduler.isShutdown() || planned.isDone())) {
                    throw new EndedUnaskedException(
                            self.path(),
                            scheduler.isShutdown()
                                    ? "its scheduler was shut down"
                                    : "its task was cancelled");
                }
            }
            lookout.throwCause();
        } catch (Throwable thrown) {
            failure = thrown;
        }
        Ending.cleanUp(self, failure, () -> {
            planned.cancel(true);
            executions.awaitLast();
        });
    }

    /** What the scheduler runs, one execution after the other. */
    private static final class Executions implements Runnable {
        private final Runnable task;
        private final Lookout lookout;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition idle = lock.newCondition();
        private boolean executing;
        private boolean over;

        Executions(Runnable task, Lookout lookout) {
            this.task = task;
            this.lookout = lookout;
        }

        @Override
        public void run() {
            if (!begin()) {
                return;
            }
            Throwable failure = null;
            try {
                task.run();
            } catch (Throwable thrown) {
                failure = thrown;
                throw thrown; // so that the scheduler forgets it
            } finally {
                end(failure);
            }
        }

        private boolean begin() {
            lock.lock();
            try {
                executing = !over;
                return executing;
            } finally {
                lock.unlock();
            }
        }

        private void end(@Nullable Throwable failure) {
            lock.lock();
            try {
                executing = false;
                idle.signalAll();
            } finally {
                lock.unlock();
            }
            if (failure != null) {
                lookout.end(failure);
            }
        }

        /** Waits until the execution that is under way has ended. No other will begin. */
        void awaitLast() throws InterruptedException {
            lock.lock();
            try {
                over = true;
                while (executing) {
                    idle.await();
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
