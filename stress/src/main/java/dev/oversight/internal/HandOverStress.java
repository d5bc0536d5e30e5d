package dev.oversight.internal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A thread of its own goes on after each two inputs, while two threads hand in three each. */
@JCStressTest
@Outcome(id = "6, 0", expect = Expect.ACCEPTABLE, desc = "each once, one after the other")
@Outcome(expect = Expect.FORBIDDEN, desc = "an input was lost or applied twice, or two at a time")
@State
public class HandOverStress extends CountedLoop {
    /** Two inputs a turn. */
    public HandOverStress() {
        super(2);
    }

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

    /** The last turn may still be under way. */
    @Arbiter
    public void total(II_Result result) {
        result.r1 = Subjects.until(6, () -> ask(() -> applied));
        result.r2 = ask(() -> overlaps);
    }
}
