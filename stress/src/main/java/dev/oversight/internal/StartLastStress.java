package dev.oversight.internal;

import dev.oversight.ChildSpec;
import dev.oversight.Restart;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import java.util.concurrent.atomic.AtomicInteger;

/** Children that fail once, whose next threads are started last, while others are added. */
@JCStressTest
@Outcome(id = "4, 0", expect = Expect.ACCEPTABLE, desc = "each ran twice, and its end was heard of")
@Outcome(expect = Expect.FORBIDDEN, desc = "one was not started or too often, or its end was lost")
@State
public class StartLastStress {
    private final AtomicInteger ran = new AtomicInteger();
    private final SupervisorRuntime supervisor = Subjects.supervisor();
    private final ChildSpec spec = ChildSpec.of(self -> {
                ran.incrementAndGet();
                if (self.incarnation() == 1) {
                    throw new IllegalStateException("at first");
                }
            })
            .restart(Restart.TRANSIENT);

    /** A supervisor that runs. */
    public StartLastStress() {
        supervisor.loop().submit(new Input.Start());
    }

    private void add(String id) {
        Awaited<Child> reply = new Awaited<>();
        supervisor.loop().submit(new Input.Add(spec.id(id), false, reply, null));
        reply.awaitUninterruptibly();
    }

    /** First thread. */
    @Actor
    public void first() {
        add("a");
    }

    /** Second thread. */
    @Actor
    public void second() {
        add("b");
    }

    /** When they are gone. */
    @Arbiter
    public void total(II_Result result) {
        result.r1 = Subjects.until(4, ran::get);
        result.r2 = Subjects.until(0, () -> supervisor.handle().count().active());
    }
}
