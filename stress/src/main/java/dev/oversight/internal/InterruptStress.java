package dev.oversight.internal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A child that sees the interrupt of a stop sees that it is to stop, and the interrupt always comes. */
@JCStressTest
@Outcome(
        id = "(0, 0|0, 1|1, 0), 1",
        expect = Expect.ACCEPTABLE,
        desc = "asked first, interrupted then")
@Outcome(expect = Expect.FORBIDDEN, desc = "interrupted for no reason, or never")
@State
public class InterruptStress {
    private final ThreadRun run = Subjects.run("a", Subjects.supervisor(), self -> {});
    private volatile boolean known;

    /** The child: was it interrupted, did it still run then, did the interrupt come? */
    @Actor
    public void child(III_Result result) {
        run.thread = Thread.currentThread();
        known = true;
        boolean interrupted = Thread.interrupted();
        result.r1 = interrupted ? 1 : 0;
        result.r2 = run.running() ? 1 : 0;
        run.awaitSignal();
        boolean late = Thread.interrupted();
        result.r3 = interrupted || late ? 1 : 0;
    }

    /** Its supervisor. */
    @Actor
    public void supervisor() {
        while (!known) {
            Thread.onSpinWait();
        }
        run.requestStop();
        run.wake();
    }
}
