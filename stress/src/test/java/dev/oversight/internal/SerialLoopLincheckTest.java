package dev.oversight.internal;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

import java.util.function.Supplier;

/**
 * Counters that are neither volatile nor guarded but by their loop, behind which they must look as if they
 * were: each input once, one at a time, and no caller forgotten.
 */
public class SerialLoopLincheckTest {
    private static final int FAR_FROM_HERE = 1024;

    private final Lab lab = new Lab();
    private final SerialLoop first = lab.loop(FAR_FROM_HERE);
    private final SerialLoop second = lab.loop(FAR_FROM_HERE);
    private int inFirst;
    private int inSecond;

    /** A caller of one loop. */
    @Operation
    public int addToFirst() {
        return Lab.ask(first, () -> ++inFirst);
    }

    /** A caller of one loop, which wakes the other. */
    @Operation
    public int addToFirstFromSecond() {
        return relay(second, first, () -> ++inFirst);
    }

    /** The other way round. */
    @Operation
    public int addToSecondFromFirst() {
        return relay(first, second, () -> ++inSecond);
    }

    /** A query. */
    @Operation
    public int inFirst() {
        return Lab.ask(first, () -> inFirst);
    }

    /** A query of the other. */
    @Operation
    public int inSecond() {
        return Lab.ask(second, () -> inSecond);
    }

    private static int relay(SerialLoop from, SerialLoop to, Supplier<Integer> action) {
        Awaited<Integer> reply = new Awaited<>();
        from.submit(Lab.doing(
                () -> {
                    from.submitTo(to, Lab.doing(action, reply));
                    return 0;
                },
                Lab.NOBODY));
        return reply.awaitUninterruptibly();
    }

    @Test
    void inputsOfConcurrentCallers_areAsIfAppliedOneAfterTheOther() {
        new ModelCheckingOptions()
                .iterations(10)
                .invocationsPerIteration(Lab.SCHEDULES)
                .threads(3)
                .actorsPerThread(2)
                .actorsBefore(0)
                .actorsAfter(1)
                .check(SerialLoopLincheckTest.class);
    }
}
