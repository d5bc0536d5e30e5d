package dev.oversight.internal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two threads hand in three inputs each: none is lost, none is applied twice, no two at a time. */
@JCStressTest
@Outcome(id = "6, 0", expect = Expect.ACCEPTABLE, desc = "each once, one after the other")
@Outcome(expect = Expect.FORBIDDEN, desc = "an input was lost or applied twice, or two at a time")
@State
public class DrainStress extends CountedLoop {
    /** First thread. */
    @Actor
    public void first() {
        handInThree();
    }

    /** Second thread. */
    @Actor
    public void second() {
        handInThree();
    }

    /** When all have returned, everything that was handed in has been applied. */
    @Arbiter
    public void total(II_Result result) {
        result.r1 = applied;
        result.r2 = overlaps;
    }
}
