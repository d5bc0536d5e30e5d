package dev.oversight.internal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two loops that hand each other inputs, each from a thread that is in the other. */
@JCStressTest
@Outcome(id = "4, 4", expect = Expect.ACCEPTABLE, desc = "each once")
@Outcome(expect = Expect.FORBIDDEN, desc = "an input was lost or applied twice")
@State
public class TwoLoopsStress {
    private final SerialLoop one = Subjects.loop(1024);
    private final SerialLoop other = Subjects.loop(1024);
    private int inOne;
    private int inOther;

    private Input relayToOther() {
        return LoopSubject.doing(() -> {
            one.submitTo(other, LoopSubject.doing(() -> ++inOther));
            return ++inOne;
        });
    }

    private Input relayToOne() {
        return LoopSubject.doing(() -> {
            other.submitTo(one, LoopSubject.doing(() -> ++inOne));
            return ++inOther;
        });
    }

    /** Wakes the other. */
    @Actor
    public void first() {
        one.submit(relayToOther());
        one.submit(relayToOther());
    }

    /** Wakes the one. */
    @Actor
    public void second() {
        other.submit(relayToOne());
        other.submit(relayToOne());
    }

    /** Whoever found a loop busy has left its input to somebody who has returned by now. */
    @Arbiter
    public void total(II_Result result) {
        result.r1 = Subjects.ask(one, () -> inOne);
        result.r2 = Subjects.ask(other, () -> inOther);
    }
}
