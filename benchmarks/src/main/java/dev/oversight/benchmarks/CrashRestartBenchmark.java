package dev.oversight.benchmarks;

import dev.oversight.Supervisor;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.util.concurrent.TimeUnit;

/** Restarts of a child that fails at once, beside idle siblings, and the floor. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class CrashRestartBenchmark {
    private static final int LINKS = 100_000;

    @Param({"0", "100000"})
    private int siblings;

    @SuppressWarnings("NullAway.Init") // by start()
    private Supervisor tree;

    /** Starts the idle siblings. */
    @Setup
    public void start() throws InterruptedException {
        java.util.logging.Logger.getLogger("dev.oversight")
                .setLevel(java.util.logging.Level.SEVERE);
        tree = Supervisor.start(OversightPeer.idle(siblings));
    }

    /** Stops them. */
    @TearDown
    public void stop() {
        tree.close();
    }

    /** The supervisor's restarts. */
    @Benchmark
    @OperationsPerInvocation(LINKS)
    public long oversight() throws InterruptedException {
        return OversightPeer.crashRestart(tree, LINKS);
    }

    /** Virtual threads that start one another. */
    @Benchmark
    @OperationsPerInvocation(LINKS)
    public long floor() throws InterruptedException {
        return Floor.chain(LINKS);
    }
}
