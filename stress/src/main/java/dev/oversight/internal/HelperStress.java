package dev.oversight.internal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import java.time.Duration;

/** A thread of a body's own waits for the stop while the child ends. */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "it was told, and the child runs no more")
@Outcome(expect = Expect.FORBIDDEN, desc = "it was forgotten")
@State
public class HelperStress {
    private final ThreadRun run = Subjects.run("a", Subjects.supervisor(), self -> {});

    /** A thread of its own. Looks for itself when the limit is over, and is late then. */
    @Actor
    public void helper(II_Result result) {
        long began = System.nanoTime();
        boolean told = Subjects.uninterrupted(() -> run.awaitStop(Duration.ofSeconds(20)));
        result.r1 = told && System.nanoTime() - began < Subjects.LONG_NANOS ? 1 : 0;
        result.r2 = run.running() ? 1 : 0;
    }

    /** The child's thread: its body does nothing. */
    @Actor
    public void child() {
        run.run();
    }
}
