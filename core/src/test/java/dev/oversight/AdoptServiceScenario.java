package dev.oversight;

import dev.oversight.adopt.Adopt;
import dev.oversight.adopt.AdoptedService;
import dev.oversight.event.ChildFailed;

import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Something that is started and stopped, and a tree in which it is a child. */
abstract class AdoptServiceScenario {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    final ManualTime time = new ManualTime();
    final Recorder events = new Recorder();

    /** All that were made, in order. */
    final List<Server> servers = new CopyOnWriteArrayList<>();

    /** Something to be started and stopped; each method notes itself and its thread. */
    @SuppressWarnings("try") // close() may be interrupted; that is what is tested
    static final class Server implements AutoCloseable {
        final List<String> calls = new CopyOnWriteArrayList<>();
        final List<Thread> threads = new CopyOnWriteArrayList<>();
        final CompletableFuture<Void> started = new CompletableFuture<>();
        final CompletableFuture<Void> stopped = new CompletableFuture<>();
        final CompletableFuture<Void> ended = new CompletableFuture<>();
        volatile boolean running = true;

        void note(String call) {
            calls.add(call + (Thread.currentThread().isInterrupted() ? " interrupted" : ""));
            threads.add(Thread.currentThread());
        }

        void start() {
            note("start");
        }

        void stop() throws Exception {
            note("stop");
            Thread.sleep(1); // an interrupt that comes late would end it here
            calls.add("stopped");
        }

        CompletionStage<Void> startAsync() {
            note("start");
            return started;
        }

        CompletionStage<Void> stopAsync() {
            note("stop");
            return stopped;
        }

        CompletionStage<Void> whenEnded() {
            return ended;
        }

        boolean isRunning() {
            return running;
        }

        @Override
        public void close() throws Exception {
            stop();
        }
    }

    Server make() {
        Server server = new Server();
        servers.add(server);
        return server;
    }

    AdoptedService<Server> sync() {
        return Adopt.service(this::make, Server::start, Server::stop);
    }

    AdoptedService<Server> async() {
        return Adopt.asyncService(this::make, Server::startAsync, Server::stopAsync);
    }

    SupervisorSpec root() {
        return SupervisorSpec.of("root")
                .neverGiveUp()
                .autoShutdown(AutoShutdown.NEVER)
                .listener(events);
    }

    Server awaitServer(int number) {
        Eventually.await(
                () -> number + " servers: " + servers.size(), () -> servers.size() >= number);
        return servers.get(number - 1);
    }

    Throwable failure() {
        return events.await(ChildFailed.class, "root/web").cause();
    }

    static Duration ofMinute() {
        return Duration.ofMinutes(1);
    }
}
