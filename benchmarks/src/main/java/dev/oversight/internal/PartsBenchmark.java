package dev.oversight.internal;

import dev.oversight.AutoShutdown;
import dev.oversight.ChildSpec;
import dev.oversight.Listener;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildStarted;
import dev.oversight.spi.Platform;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.util.Collections;
import java.util.concurrent.TimeUnit;

/**
 * What the parts of a restart cost by themselves. In the package of the engine, whose parts are not
 * public; that works because benchmarks run on the class path.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class PartsBenchmark {
    private static final long SECOND_NANOS = 1_000_000_000L;

    /** An allowance of a thousand restarts a second that is never used up, and never far from it. */
    @State(Scope.Thread)
    public static class Allowance {
        private final RestartWindow window = new RestartWindow(1_000, SECOND_NANOS);
        private final Throwable failure = new IllegalStateException("crash");
        private long now;
    }

    /** One restart is counted, and one forgotten. */
    @Benchmark
    public boolean restartWindow(Allowance state) {
        state.now += SECOND_NANOS / 1_000;
        return state.window.allows(state.now, state.failure);
    }

    /** So many children whose deadlines run. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init") // by arm()
    public static class Pending {
        @Param({"10", "100000"})
        private int children;

        private Deadlines deadlines;
        private Child[] armed;
        private int next;
        private long now;

        /** Gives each a deadline. */
        @Setup
        public void arm() {
            deadlines = new Deadlines();
            armed = new Child[children];
            for (int i = 0; i < children; i++) {
                ChildSpec spec = ChildSpec.of("child-" + i, self -> {});
                armed[i] = new Child(spec, "child-" + i, "root/child-" + i, i, false);
                deadlines.add(armed[i], now++);
            }
        }
    }

    /** A deadline is taken out of the middle, another is put in: that of a child which stops in time. */
    @Benchmark
    public long deadlines(Pending state) {
        Child child = state.armed[state.next];
        state.next = (state.next + 1) % state.armed.length;
        state.deadlines.remove(child);
        state.deadlines.add(child, state.now++);
        return state.deadlines.earliest();
    }

    /** A supervisor that nobody else asks for anything. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // by start()
    public static class Running {
        private SupervisorRuntime supervisor;

        /** Starts it. */
        @Setup
        public void start() throws Exception {
            SupervisorSpec spec = SupervisorSpec.of("root").autoShutdown(AutoShutdown.NEVER);
            supervisor =
                    new SupervisorRuntime(spec, new Tree(Platform.system(), null, body -> body));
            supervisor.loop().submit(new Input.Start());
            supervisor.whenStarted().get();
        }

        /** Stops it. */
        @TearDown
        public void stop() {
            supervisor.handle().close();
        }
    }

    /** An input that decides nothing goes through the loop; with {@code -t 2} two threads compete for it. */
    @Benchmark
    public void submit(Running state) {
        state.supervisor.loop().submit(new Input.Woke());
    }

    /** A supervisor's events, and so many who listen. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init") // by listen()
    public static class Published {
        private final ChildStarted event = new ChildStarted("root/child", 1, 0, false);

        @Param({"0", "1", "4"})
        private int listeners;

        private EventHub events;

        /** Makes the listeners, who do nothing. */
        @Setup
        public void listen() {
            Listener listener = event -> {};
            events = new EventHub(
                    "root", Collections.nCopies(listeners, listener), null, Platform.system());
        }
    }

    /**
     * One event, published as fast as it goes: listeners lag behind, so this is the cost of an event that
     * is handed over or, when a queue is full, counted as dropped.
     */
    @Benchmark
    public void publish(Published state) {
        state.events.publish(state.event);
    }
}
