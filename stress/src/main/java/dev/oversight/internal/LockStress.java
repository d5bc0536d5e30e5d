package dev.oversight.internal;

import dev.oversight.service.Hold;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import java.time.Duration;

/** Two runs that lock the same name twice each, and count in a field that nothing else guards. */
@JCStressTest
@Outcome(id = "4, 0", expect = Expect.ACCEPTABLE, desc = "one at a time")
@Outcome(expect = Expect.FORBIDDEN, desc = "two at a time, or something is left behind")
@State
public class LockStress {
    private final SupervisorRuntime supervisor = Subjects.supervisor();
    private final Locks locks = supervisor.tree().locks();
    private final ThreadRun a = Subjects.run("a", supervisor, self -> {});
    private final ThreadRun b = Subjects.run("b", supervisor, self -> {});
    private int count;

    private void countTwice(ThreadRun run) {
        for (int i = 0; i < 2; i++) {
            try (Hold hold = Subjects.uninterrupted(() -> run.lock("x", Duration.ofSeconds(15)))) {
                count += hold.isHeld() ? 1 : 100;
            }
        }
    }

    /** First child. */
    @Actor
    public void first() {
        countTwice(a);
    }

    /** Second child. */
    @Actor
    public void second() {
        countTwice(b);
    }

    /** When both have given it back. */
    @Arbiter
    public void total(II_Result result) {
        result.r1 = count;
        result.r2 = locks.size();
    }
}
