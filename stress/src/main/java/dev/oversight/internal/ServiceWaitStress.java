package dev.oversight.internal;

import dev.oversight.service.ServiceKey;
import dev.oversight.service.ServiceRef;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

import java.time.Duration;

/** A thread waits for a service that is published while it goes to sleep. */
@JCStressTest
@Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "it was found")
@Outcome(expect = Expect.FORBIDDEN, desc = "nobody woke who waited")
@State
public class ServiceWaitStress {
    private static final ServiceKey<Integer> NAME = ServiceKey.of("name", Integer.class);

    private final SupervisorRuntime supervisor = Subjects.supervisor();
    private final ServiceRef<Integer> ref =
            new LiveServiceRef<>(supervisor.tree().services(), NAME);
    private final ThreadRun run = Subjects.run("a", supervisor, self -> {});

    /** Whoever waits. A look when the limit is over finds it even if nobody woke this one. */
    @Actor
    public void waiter(I_Result result) {
        long began = System.nanoTime();
        int found = Subjects.uninterrupted(() -> ref.await(Duration.ofSeconds(20)));
        result.r1 = System.nanoTime() - began < Subjects.LONG_NANOS ? found : 0;
    }

    /** The child. */
    @Actor
    public void publisher() {
        run.publish(NAME, 1);
    }
}
