package dev.oversight.internal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** When a child is back from awaitStop, it is to stop and the interrupt is there. */
@JCStressTest
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "as promised")
@Outcome(expect = Expect.FORBIDDEN, desc = "the interrupt comes later, or it still runs")
@State
public class AwaitStopStress {
    private final ThreadRun run = Subjects.run("a", Subjects.supervisor(), self -> {});
    private volatile boolean known;

    /** The child: is the interrupt there, does it still run? */
    @Actor
    public void child(II_Result result) {
        run.thread = Thread.currentThread();
        known = true;
        try {
            run.awaitStop();
            result.r1 = Thread.interrupted() ? 1 : 0;
        } catch (InterruptedException stranger) {
            result.r1 = -1;
        }
        result.r2 = run.running() ? 1 : 0;
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
