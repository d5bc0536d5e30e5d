package dev.oversight;

import static dev.oversight.Trees.awaitState;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.adopt.Adopt;
import dev.oversight.event.AbandonedRunEnded;
import dev.oversight.event.ChildAbandoned;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Runnables and threads, as children. */
class AdoptThreadScenarioTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final ManualTime time = new ManualTime();
    private final Recorder events = new Recorder();
    private final List<Thread> made = new CopyOnWriteArrayList<>();

    private SupervisorSpec root() {
        return SupervisorSpec.of("root")
                .neverGiveUp()
                .autoShutdown(AutoShutdown.NEVER)
                .listener(events);
    }

    /** A factory of threads that do this. */
    private Supplier<Thread> threads(Runnable body) {
        return () -> {
            Thread thread = Thread.ofPlatform().daemon().name("legacy").unstarted(body);
            made.add(thread);
            return thread;
        };
    }

    private Thread awaitThread(int number) {
        Eventually.await(
                () -> number + " live threads: " + made,
                () -> made.size() >= number && made.get(number - 1).isAlive());
        return made.get(number - 1);
    }

    private static void awaitInterrupt(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // OTP-105
    @Test
    void anExceptionThatEndsTheThread_isAFailureAndARestart() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        AtomicReference<Throwable> heard = new AtomicReference<>();
        CountDownLatch gate = trees.gate();
        Supplier<Thread> factory = threads(() -> {
            if (runs.incrementAndGet() == 1) {
                throw new IllegalStateException("silent death");
            }
            awaitInterrupt(gate);
        });
        Supervisor tree = trees.start(root().child("legacy", Adopt.thread(() -> {
            Thread thread = factory.get();
            thread.setUncaughtExceptionHandler((dying, thrown) -> heard.set(thrown));
            return thread;
        })));
        awaitThread(2);
        assertThat(events.await(ChildFailed.class, "root/legacy").cause())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("silent death")
                .isSameAs(heard.get());
        tree.close();
        assertThat(made).hasSize(2).noneMatch(Thread::isAlive);
        assertThat(tree.outcome().orElseThrow().abandoned()).isZero();
    }

    @Test
    void aThreadThatReturns_isANormalEnd() throws Exception {
        Supervisor tree = trees.start(root().child(
                        "legacy",
                        Adopt.thread(threads(() -> {})),
                        c -> c.restart(Restart.TRANSIENT).readyWithin(Duration.ofMinutes(1))));
        awaitState(tree, "legacy", ChildState.STOPPED);
        assertThat(tree.failures("legacy")).isEmpty();
        assertThat(made).hasSize(1);
    }

    @Test
    void aThreadWithAMethodToStopIt_isStoppedByThatAndNotInterrupted() throws Exception {
        CountDownLatch stopped = new CountDownLatch(1);
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        Supervisor tree = trees.start(root().child(
                        "legacy",
                        Adopt.thread(
                                threads(() -> {
                                    Puppet.deafAwait(stopped);
                                    interrupted.set(Thread.currentThread().isInterrupted());
                                }),
                                thread -> stopped.countDown())));
        awaitThread(1);
        tree.close();
        assertThat(made.getFirst().isAlive()).isFalse();
        assertThat(interrupted.get()).isFalse();
    }

    // OTP-105
    @Test
    void aThreadThatOutlivesItsBudget_isAbandonedUntilItEnds() throws Exception {
        CountDownLatch gate = trees.gate();
        Supervisor tree = trees.start(
                root().child("legacy", Adopt.thread(threads(() -> Puppet.deafAwait(gate)))), time);
        awaitThread(1);
        var terminated = tree.terminateAsync("legacy");
        awaitState(tree, "legacy", ChildState.STOPPING);
        time.advance(Duration.ofSeconds(5));
        assertThat(terminated.join().kind()).isSameAs(Exit.Kind.ABANDONED);
        events.await(ChildAbandoned.class, "root/legacy");
        assertThat(tree.abandoned()).hasSize(1);
        gate.countDown();
        events.await(AbandonedRunEnded.class, "root/legacy");
        Eventually.await("it is off the list", () -> tree.abandoned().isEmpty());
        assertThat(made.getFirst().join(Eventually.LIMIT)).isTrue();
    }

    @Test
    void aThreadThatDoesNotStopWhenAsked_isInterruptedWhenItsBudgetIsOver() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch gate = trees.gate();
        Supervisor tree = trees.start(
                root().child(
                                "legacy",
                                Adopt.thread(
                                        threads(() -> awaitInterrupt(gate)),
                                        thread -> asked.countDown())),
                time);
        awaitThread(1);
        tree.terminateAsync("legacy");
        asked.await();
        assertThat(made.getFirst().isAlive()).isTrue();
        time.awaitAlarm();
        time.advance(Duration.ofSeconds(5));
        assertThat(made.getFirst().join(Eventually.LIMIT)).isTrue();
        Eventually.await("nobody is left", () -> tree.abandoned().isEmpty());
    }

    @Test
    void aThreadWhoseChildIsLetGoOfAsItStarts_isListedUntilItEnds() throws Exception {
        CountDownLatch gate = trees.gate();
        AtomicReference<Supervisor> running = new AtomicReference<>();
        Supervisor tree = trees.start(root(), time);
        running.set(tree);
        Thread thread = new Thread(() -> Puppet.deafAwait(gate)) {
            @Override
            public void start() {
                super.start();
                running.get().terminateAsync("legacy"); // which has no budget
                while (running.get().abandoned().isEmpty()) {
                    Thread.yield(); // is interrupted as it is let go of, so it must not sleep
                }
            }
        };
        CountDownLatch told = new CountDownLatch(1);
        tree.addAsync(ChildSpec.of("legacy", Adopt.thread(() -> thread, its -> told.countDown()))
                .readyWithin(Duration.ofHours(1)) // so that saying so is refused
                .shutdown(Shutdown.immediate()));
        events.await(ChildAbandoned.class, "root/legacy");
        told.await();
        Eventually.await(
                "its run waits for it",
                () -> tree.abandoned().stream()
                        .flatMap(run -> run.stack().stream())
                        .anyMatch(frame -> frame.getMethodName().equals("awaitEnd")));
        gate.countDown();
        Eventually.await("it has ended", () -> tree.abandoned().isEmpty());
        assertThat(thread.join(Eventually.LIMIT)).isTrue();
    }

    @Test
    void aThreadThatWasStartedBefore_isRefusedWithTheCure() throws Exception {
        CountDownLatch gate = trees.gate();
        Thread used = Thread.ofPlatform().daemon().start(() -> awaitInterrupt(gate));
        trees.start(root().child(
                        "legacy",
                        Adopt.thread(() -> used),
                        c -> c.backoff(Backoff.constant(Duration.ofHours(1)))));
        assertThat(events.await(ChildFailed.class, "root/legacy").cause())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("expected a new thread; make one in the factory");
        assertThat(used.isAlive()).isTrue();
    }

    @Test
    void anInterruptOfTheChildNobodyAskedFor_endsTheThreadAndFails() throws Exception {
        CountDownLatch gate = trees.gate();
        AtomicReference<Thread> waiting = new AtomicReference<>();
        Supplier<Thread> factory = threads(() -> awaitInterrupt(gate));
        trees.start(root().child("legacy", Adopt.thread(() -> {
            waiting.compareAndSet(null, Thread.currentThread());
            return factory.get();
        })));
        Thread first = awaitThread(1);
        waiting.get().interrupt();
        awaitThread(2);
        assertThat(first.isAlive()).isFalse();
        assertThat(events.await(ChildFailed.class, "root/legacy").cause())
                .isInstanceOf(InterruptedException.class);
    }

    @Test
    void aRunnable_runsInTheThreadOfItsChild() throws Exception {
        List<String> names = new CopyOnWriteArrayList<>();
        Runnable work = () -> {
            names.add(Thread.currentThread().getName());
            if (names.size() == 1) {
                throw new IllegalStateException("first");
            }
        };
        Supervisor tree = trees.start(root().child(
                        "work",
                        Adopt.runnable(work),
                        c -> c.restart(Restart.TRANSIENT).readyWithin(Duration.ofMinutes(1))));
        awaitState(tree, "work", ChildState.STOPPED);
        assertThat(names).containsExactly("root/work", "root/work");
    }

    /** As they were written before there were interrupts to speak of. */
    private static final class Poller implements Runnable {
        private final CountDownLatch stopped = new CountDownLatch(1);

        @Override
        public void run() {
            Puppet.deafAwait(stopped);
        }

        void stop() {
            stopped.countDown();
        }
    }

    @Test
    void aRunnableWithAMethodToStopIt_isStoppedByThat() throws Exception {
        Supervisor tree = trees.start(root().child(
                        "poller",
                        Adopt.runnable(Poller::new, Poller::stop),
                        c -> c.shutdown(Shutdown.unbounded()).interruptOnStop(false)));
        tree.terminate("poller");
        tree.restart("poller"); // a fresh one, whose flag is not set
        assertThat(Trees.state(tree, "poller")).isSameAs(ChildState.RUNNING);
        tree.close();
        assertThat(tree.outcome().orElseThrow().abandoned()).isZero();
    }
}
