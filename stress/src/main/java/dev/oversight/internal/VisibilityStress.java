package dev.oversight.internal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** What one drainer writes, the next one sees whole, though no field of the state is volatile. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "read before the write")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "read after the write")
@Outcome(expect = Expect.FORBIDDEN, desc = "half a write was seen")
@State
public class VisibilityStress extends LoopSubject {
    private int first;
    private int second;
    private volatile boolean read;

    /** Writes both. */
    @Actor
    public void writer() {
        inLoop(() -> {
            first = 1;
            second = 1;
            return 0;
        });
    }

    /** Reads them the other way round, in the loop, whoever drains it. */
    @Actor
    public void reader(II_Result result) {
        inLoop(() -> {
            result.r2 = second;
            result.r1 = first;
            read = true;
            return 0;
        });
        while (!read) {
            Thread.onSpinWait();
        }
    }
}
