package dev.oversight.internal;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** The end of a supervisor, as a query tells it and as its handle does. */
@JCStressTest
@Outcome(
        id = {"0, 0, 0", "0, 0, 1", "0, 1, 1", "1, 1, 1"},
        expect = Expect.ACCEPTABLE,
        desc = "from then on")
@Outcome(expect = Expect.FORBIDDEN, desc = "it has ended for the one and goes on for the other")
@State
public class OutcomeStress {
    private final SupervisorRuntime supervisor = Subjects.supervisor();

    private int ended() {
        Awaited<Boolean> reply = new Awaited<>();
        supervisor
                .loop()
                .submit(new Input.Query<>(
                        state -> state.phase() == SupervisorState.Phase.ENDED, reply));
        return reply.awaitUninterruptibly() ? 1 : 0;
    }

    private int outcome() {
        return supervisor.handle().outcome().isPresent() ? 1 : 0;
    }

    /** Ends it. */
    @Actor
    public void close() {
        supervisor.loop().submit(new Input.Stop());
    }

    /** Asks, looks at the handle, and asks again. */
    @Actor
    public void looks(III_Result result) {
        result.r1 = ended();
        result.r2 = outcome();
        result.r3 = ended();
    }
}
