package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.adopt.Adopt;
import dev.oversight.event.AbandonedRunEnded;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildStopped;
import dev.oversight.spi.Threads;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** How adopted objects are stopped, what may interrupt that, and what it leaves. */
class AdoptServiceStopScenarioTest extends AdoptServiceScenario {
    // OTP-105
    @Test
    void aStop_isNeverHitByTheInterruptOfTheRequest() throws Exception {
        for (int i = 0; i < 200; i++) {
            boolean platform = i % 2 == 0;
            Supervisor tree = trees.start(root().child(
                            "web",
                            sync(),
                            c -> platform ? c.threads(Threads.platformDaemon()) : c));
            Server server = awaitServer(i + 1);
            tree.close();
            assertThat(server.calls).endsWith("stop", "stopped");
        }
    }

    @Test
    void anEndAtTheMomentOfAStop_stopsTheServiceOnceAndDisturbsNothing() throws Exception {
        for (int i = 0; i < 500; i++) {
            boolean checked = i % 2 == 0;
            Supervisor tree = trees.start(root().child(
                            "web",
                            checked
                                    ? sync().ended(Server::whenEnded)
                                            .runningWhile(Server::isRunning, ofMinute())
                                    : sync().ended(Server::whenEnded),
                            c -> c.restart(Restart.TEMPORARY).readyWithin(ofMinute())));
            Server server = awaitServer(i + 1);
            Thread ends = Thread.startVirtualThread(() -> server.ended.complete(null));
            tree.close();
            ends.join();
            assertThat(server.calls).startsWith("start", "stop").doesNotHaveDuplicates();
            assertThat(tree.outcome().orElseThrow().abandoned()).isZero();
        }
        assertThat(events.of(ChildFailed.class)).isEmpty();
    }

    @Test
    void aStopThatThrows_isTheCauseOfTheEnd() throws Exception {
        Supervisor tree = trees.start(root().child(
                        "web",
                        Adopt.service(this::make, Server::start, server -> {
                            throw new IOException("dirty");
                        }),
                        c -> c.readyWithin(ofMinute())));
        tree.terminate("web");
        assertThat(events.await(ChildStopped.class, "root/web").exit().cause()).hasMessage("dirty");
    }

    @Test
    void aStopThatOutlivesTheBudget_isInterruptedAndTheChildAbandoned() throws Exception {
        CountDownLatch never = trees.gate();
        Supervisor tree = trees.start(
                root().child(
                                "web",
                                Adopt.service(this::make, Server::start, server -> {
                                    server.note("stop");
                                    never.await();
                                }),
                                c -> c.readyWithin(ofMinute())),
                time);
        var terminated = tree.terminateAsync("web");
        Eventually.await("stop is under way", () -> servers.getFirst().calls.size() == 2);
        time.advance(Duration.ofSeconds(5));
        assertThat(terminated.join().kind()).isSameAs(Exit.Kind.ABANDONED);
        events.await(AbandonedRunEnded.class, "root/web"); // the interrupt ended it
        assertThat(servers.getFirst().calls).containsExactly("start", "stop");
    }

    /** The request finds it at its clean-up, which is to have its budget as any other. */
    @Test
    void aStopThatIsAskedForWhileItEndsAnyway_isNotInterruptedBeforeItsBudgetIsOver()
            throws Exception {
        for (boolean inTime : new boolean[] {true, false}) {
            CountDownLatch goOn = trees.gate();
            List<String> ends = new CopyOnWriteArrayList<>();
            Supervisor tree = trees.start(
                    root().child(
                                    "web",
                                    Adopt.service(this::make, Server::start, server -> {
                                                ends.add("begins");
                                                try {
                                                    goOn.await();
                                                } catch (InterruptedException e) {
                                                    ends.add("is interrupted");
                                                    throw e;
                                                }
                                                ends.add("is done");
                                            })
                                            .ended(Server::whenEnded),
                                    c -> c.restart(Restart.TEMPORARY).readyWithin(ofMinute())),
                    time);
            servers.getLast().ended.complete(null);
            Eventually.await("stop is under way", () -> ends.size() == 1);
            var terminated = tree.terminateAsync("web"); // tells the child in this thread
            if (inTime) {
                goOn.countDown();
                assertThat(terminated.join().kind()).isSameAs(Exit.Kind.STOPPED);
                assertThat(ends).containsExactly("begins", "is done");
            } else {
                time.advance(Duration.ofSeconds(5));
                assertThat(terminated.join().kind()).isSameAs(Exit.Kind.ABANDONED);
                Eventually.await("it hears of that", () -> ends.size() == 2);
                assertThat(ends).containsExactly("begins", "is interrupted");
            }
        }
    }

    /** It is sent when the object's start fails, and arrives later. */
    @Test
    void anInterruptThatIsUnderWay_isWaitedForBeforeTheStop() throws Exception {
        CountDownLatch sending = new CountDownLatch(1);
        CountDownLatch sent = new CountDownLatch(1);
        List<String> ends = new CopyOnWriteArrayList<>();
        Threads slow = (name, body) -> new Thread(body, name) {
            @Override
            public void interrupt() {
                if (Thread.currentThread() != this) {
                    sending.countDown();
                    Eventually.await(
                            "it waits, or stops already",
                            () -> getState() == State.WAITING || !ends.isEmpty());
                }
                super.interrupt();
            }
        };
        Supervisor tree =
                trees.start(root().autoShutdown(AutoShutdown.NEVER), trees.platform(time));
        var added = tree.addAsync(ChildSpec.of(
                        "web",
                        Adopt.service(
                                this::make,
                                server -> {
                                    while (sending.getCount() > 0) {
                                        Thread.onSpinWait();
                                    }
                                    throw new IOException("too late");
                                },
                                server -> {
                                    ends.add("begins");
                                    sent.await();
                                    ends.add("is done");
                                }))
                .threads(trees.recording(slow))
                .readyWithin(ofMinute()));
        Eventually.await("it starts", () -> servers.size() == 1);
        tree.terminateAsync("web"); // interrupts it in this thread
        sent.countDown();
        events.await(ChildStopped.class, "root/web");
        assertThat(ends).containsExactly("begins", "is done");
        Eventually.await("whoever added it hears of that", added::isCompletedExceptionally);
    }

    @Test
    void anInterruptNobodyAskedFor_isAFailureAndTheServiceIsStopped() throws Exception {
        trees.start(root().child("web", sync()));
        Server first = awaitServer(1);
        Eventually.await("it was started", () -> !first.threads.isEmpty());
        first.threads.getFirst().interrupt();
        awaitServer(2);
        assertThat(failure()).isInstanceOf(InterruptedException.class);
        assertThat(first.calls).containsExactly("start", "stop", "stopped");
    }
}
