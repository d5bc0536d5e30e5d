package dev.oversight.internal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Whoever sees that there is an answer sees the answer, and all that was done before it. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "not answered yet")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "answered")
@Outcome(expect = Expect.FORBIDDEN, desc = "an answer was announced before it was there")
@State
public class AnswerStress {
    private final Awaited<int[]> reply = new Awaited<>();

    /** The loop. */
    @Actor
    public void loop() {
        reply.succeed(new int[] {1});
    }

    /** Whoever asked. */
    @Actor
    public void caller(II_Result result) {
        if (reply.isAnswered()) {
            result.r1 = 1;
            try {
                result.r2 = reply.awaitUninterruptibly()[0];
            } catch (IllegalStateException nothing) {
                result.r2 = -1;
            }
        }
    }
}
