package dev.oversight;

import static dev.oversight.Trees.awaitState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.adopt.Adopt;
import dev.oversight.adopt.EndedUnaskedException;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildState;
import dev.oversight.event.ChildStopped;
import dev.oversight.service.ServiceKey;
import dev.oversight.service.ServiceRef;
import dev.oversight.spi.Threads;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Objects that are started and stopped, as children. */
class AdoptServiceScenarioTest extends AdoptServiceScenario {
    private static final ServiceKey<Server> SERVER = ServiceKey.of("server", Server.class);

    // OTP-105
    @Test
    void aService_isStartedAndStoppedInTheThreadOfItsChildAndFreshAfterARestart() throws Exception {
        Supervisor tree = trees.start(root().child("web", sync(), c -> c.readyWithin(ofMinute())));
        Server first = awaitServer(1);
        assertThat(first.calls).containsExactly("start"); // before start returned
        tree.terminate("web");
        assertThat(first.calls).containsExactly("start", "stop", "stopped");
        assertThat(first.threads).doesNotContain(Thread.currentThread()).hasSize(2);
        assertThat(first.threads.get(0)).isSameAs(first.threads.get(1));

        tree.restart("web");
        assertThat(awaitServer(2).calls).containsExactly("start");
    }

    @Test
    void aStartThatFails_isAFailureAndWhatGotHalfWayIsStopped() throws Exception {
        assertThatThrownBy(() -> trees.start(root().child(
                                "web",
                                Adopt.service(
                                        this::make,
                                        server -> {
                                            server.start();
                                            throw new IOException("port taken");
                                        },
                                        server -> {
                                            server.stop();
                                            throw new IllegalStateException("never started");
                                        }),
                                c -> c.readyWithin(ofMinute()))))
                .isInstanceOf(StartFailedException.class)
                .rootCause()
                .isInstanceOf(IOException.class)
                .hasMessage("port taken")
                .satisfies(cause -> assertThat(cause.getSuppressed())
                        .singleElement()
                        .isInstanceOf(IllegalStateException.class));
        assertThat(servers.getFirst().calls).containsExactly("start", "stop", "stopped");
    }

    /** The thread of the next one looks as soon as it is started, and is waited for. */
    @Test
    void whoeverStartsWhenAServiceIsUp_findsIt() throws Exception {
        CountDownLatch looked = new CountDownLatch(1);
        AtomicBoolean found = new AtomicBoolean();
        Threads atOnce = (name, body) -> new Thread(body, name) {
            @Override
            public void start() {
                super.start();
                try {
                    looked.await(15, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        };
        trees.start(root().child("web", sync().publishedAs(SERVER), c -> c.readyWithin(ofMinute()))
                .child(
                        "next",
                        self -> {
                            found.set(self.service(SERVER).find().isPresent());
                            looked.countDown();
                            self.awaitStop();
                        },
                        c -> c.threads(atOnce)));
        Eventually.await("it has looked", () -> looked.getCount() == 0);
        assertThat(found).isTrue();
    }

    @Test
    void anAsyncStart_isReadyWhenItsStageIsComplete() throws Exception {
        Eventually.Caller<Supervisor> start = Eventually.calling(
                "start",
                () -> trees.start(root().child(
                                "web",
                                async(),
                                c -> c.readyWithin(ofMinute()).shutdown(Shutdown.unbounded()))));
        Server server = awaitServer(1);
        start.awaitBlocked();
        assertThat(start.isDone()).isFalse();
        server.started.complete(null);
        Supervisor tree = start.result();

        Eventually.Caller<Boolean> terminate = Eventually.calling("terminate", () -> {
            tree.terminate("web");
            return true;
        });
        Eventually.await("stop is called", () -> server.calls.size() == 2);
        terminate.awaitBlocked();
        assertThat(terminate.isDone()).isFalse(); // the child ends when the stage has completed
        server.stopped.complete(null);
        assertThat(terminate.result()).isTrue();
        assertThat(server.calls).containsExactly("start", "stop");
    }

    @Test
    void anAsyncStartThatFails_isAFailureWithTheCauseItself() throws Exception {
        trees.start(root().child("web", async(), c -> c.backoff(Backoff.constant(ofMinute()))));
        Server server = awaitServer(1);
        server.stopped.complete(null);
        server.started.completeExceptionally(new CompletionException(new IOException("refused")));
        assertThat(failure()).isInstanceOf(IOException.class).hasMessage("refused");
        assertThat(server.calls).containsExactly("start", "stop");
    }

    @Test
    void anAsyncServiceThatIsStillStarting_isStoppedWithoutWaitingForIt() throws Exception {
        Supervisor tree = trees.start(root().child("web", async()));
        Server server = awaitServer(1);
        server.stopped.completeExceptionally(new IOException("was not up"));
        Eventually.await("start is under way", () -> !server.calls.isEmpty());
        tree.terminate("web");
        assertThat(server.calls).containsExactly("start", "stop");
        assertThat(events.await(ChildStopped.class, "root/web").exit().cause())
                .hasMessage("was not up");
    }

    @Test
    void aStageThatTellsOfALaterDeath_isAFailureAndARestart() throws Exception {
        trees.start(root().child("web", sync().ended(Server::whenEnded)));
        Server first = awaitServer(1);
        first.ended.completeExceptionally(new IOException("connection lost"));
        assertThat(awaitServer(2)).isNotSameAs(first);
        assertThat(failure()).isInstanceOf(IOException.class).hasMessage("connection lost");
        assertThat(first.calls).containsExactly("start", "stop", "stopped");
    }

    @Test
    void aStageThatTellsOfAnEnd_isANormalEnd() throws Exception {
        Supervisor tree = trees.start(root().child(
                        "web", sync().ended(Server::whenEnded), c -> c.restart(Restart.TRANSIENT)));
        awaitServer(1).ended.complete(null);
        awaitState(tree, "web", ChildState.STOPPED);
        assertThat(servers).hasSize(1);
        assertThat(tree.failures("web")).isEmpty();
        assertThat(servers.getFirst().calls).containsExactly("start", "stop", "stopped");
    }

    @Test
    void aServiceThatIsNotRunningAnyMore_failsWhenItIsLookedAt() throws Exception {
        trees.start(
                root().child("web", sync().runningWhile(Server::isRunning, Duration.ofSeconds(10))),
                time);
        Server first = awaitServer(1);
        time.awaitAlarm();
        time.advance(Duration.ofSeconds(10));
        time.awaitAlarm();
        assertThat(servers).hasSize(1);
        first.running = false;
        time.advance(Duration.ofSeconds(10));
        awaitServer(2);
        assertThat(failure())
                .isInstanceOfSatisfying(
                        EndedUnaskedException.class,
                        e -> assertThat(e.path()).isEqualTo("root/web"))
                .hasMessageStartingWith("root/web: it is not running any more, expected");
        assertThat(first.calls).containsExactly("start", "stop", "stopped");
    }

    @Test
    void anEndBetweenTwoLooks_isNoticedAtOnce() throws Exception {
        trees.start(
                root().child(
                                "web",
                                sync().ended(Server::whenEnded)
                                        .runningWhile(Server::isRunning, ofMinute())),
                time);
        Server first = awaitServer(1);
        time.awaitAlarm();
        first.ended.completeExceptionally(new IOException("gone"));
        awaitServer(2); // without any time passing
        assertThat(failure()).hasMessage("gone");
    }

    @Test
    void aPublishedService_isFoundWhileItRunsAndNotWhileItIsStopped() throws Exception {
        CountDownLatch gate = trees.gate();
        Supervisor tree = trees.start(root().child(
                        "web",
                        Adopt.service(this::make, Server::start, server -> {
                                    server.note("stop");
                                    gate.await();
                                })
                                .ended(Server::whenEnded)
                                .publishedAs(SERVER),
                        c -> c.readyWithin(ofMinute())));
        ServiceRef<Server> ref = tree.service(SERVER);
        assertThat(ref.get()).isSameAs(servers.getFirst());
        servers.getFirst().ended.completeExceptionally(new IOException());
        Eventually.await("stop is under way", () -> servers.getFirst().calls.size() == 2);
        assertThat(ref.find()).isEmpty();
        gate.countDown();
        assertThat(ref.await(ofMinute())).isSameAs(awaitServer(2));
    }

    @Test
    void aCloseable_isOpenedPerIncarnationAndClosedOnce() throws Exception {
        Supervisor tree = trees.start(
                root().child("web", Adopt.closeable(this::make).ended(Server::whenEnded)));
        awaitServer(1).ended.completeExceptionally(new IOException());
        awaitServer(2);
        tree.close();
        assertThat(servers)
                .hasSize(2)
                .allSatisfy(server -> assertThat(server.calls).containsExactly("stop", "stopped"));
    }

    @Test
    void aFactoryThatThrowsOrReturnsNull_isAFailureOfTheChild() throws Exception {
        trees.start(root().child("web", Adopt.closeable(() -> {
            if (servers.isEmpty()) {
                make();
                return null;
            }
            if (servers.size() == 1) {
                make();
                throw new IOException("no driver");
            }
            return make();
        })));
        awaitServer(3);
        Eventually.await(
                "both are told", () -> events.of(ChildFailed.class, "root/web").size() == 2);
        assertThat(events.of(ChildFailed.class, "root/web"))
                .extracting(failed -> failed.cause().getMessage())
                .containsExactly("the factory of root/web returned null", "no driver");
    }

    @Test
    void partsThatAreMissing_areRefusedByName() {
        assertThatNullPointerException()
                .isThrownBy(() -> Adopt.service(null, Server::start, Server::stop))
                .withMessage("factory");
        assertThatNullPointerException()
                .isThrownBy(() -> Adopt.service(this::make, null, Server::stop))
                .withMessage("start");
        assertThatNullPointerException()
                .isThrownBy(() -> Adopt.asyncService(this::make, Server::startAsync, null))
                .withMessage("stop");
        assertThatNullPointerException()
                .isThrownBy(() -> sync().ended(null))
                .withMessage("whenEnded");
        assertThatNullPointerException()
                .isThrownBy(() -> sync().publishedAs(null))
                .withMessage("key");
        assertThatThrownBy(() -> sync().runningWhile(Server::isRunning, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("every is PT0S, expected more than zero; use a positive Duration");
    }

    @Test
    void aStageThatIsNull_saysWhichOne() throws Exception {
        trees.start(root().child(
                        "web",
                        Adopt.asyncService(this::make, server -> null, Server::stopAsync),
                        c -> c.backoff(Backoff.constant(ofMinute()))));
        awaitServer(1).stopped.complete(null);
        assertThat(failure())
                .hasMessage("the action \"start\" of root/web returned null, expected a"
                        + " CompletionStage");
    }
}
