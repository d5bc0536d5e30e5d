package dev.oversight.internal;

import dev.oversight.service.PublisherEndedException;
import dev.oversight.service.ServiceKey;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A run publishes, from a thread of its body's own, while it ends. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "nothing of it is left")
@Outcome(expect = Expect.FORBIDDEN, desc = "a service has outlived its run")
@State
public class PublishAtEndStress {
    private static final ServiceKey<Integer> NAME = ServiceKey.of("name", Integer.class);

    private final SupervisorRuntime supervisor = Subjects.supervisor();
    private final Services services = supervisor.tree().services();
    private final ThreadRun run = Subjects.run("a", supervisor, self -> {});

    /** A thread of the body's own. */
    @Actor
    public void helper() {
        try {
            run.publish(NAME, 1);
        } catch (PublisherEndedException tooLate) {
            // as promised
        }
    }

    /** The child's thread: its body does nothing. */
    @Actor
    public void child() {
        run.run();
    }

    /** When both have returned. */
    @Arbiter
    public void left(II_Result result) {
        result.r1 = services.find(NAME) == null ? 0 : 1;
        result.r2 = services.size();
    }
}
