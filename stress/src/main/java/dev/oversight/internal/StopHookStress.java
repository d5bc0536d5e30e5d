package dev.oversight.internal;

import dev.oversight.spi.Platform;
import dev.oversight.spi.Threads;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import java.util.concurrent.atomic.AtomicInteger;

/** A stop hook that is added while the child is asked to stop runs once, by one of the two. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "each hook ran once")
@Outcome(expect = Expect.FORBIDDEN, desc = "a hook was lost or ran twice")
@State
public class StopHookStress {
    /** Their start is a call, so that all has happened when the actors have returned. */
    private static final Threads CALLS = (name, body) -> new Thread(body, name) {
        @Override
        public void start() {
            body.run();
        }
    };

    private static final Platform PLATFORM =
            new Platform(Platform.system().time(), Platform.system().timers(), CALLS);
    private final AtomicInteger first = new AtomicInteger();
    private final AtomicInteger second = new AtomicInteger();
    private final ThreadRun run = Subjects.run("a", Subjects.supervisor(PLATFORM), self -> {});

    /** The child. */
    @Actor
    public void child() {
        run.onStop(first::incrementAndGet);
        run.onStop(second::incrementAndGet);
    }

    /** Its supervisor. */
    @Actor
    public void supervisor() {
        run.requestStop();
        run.wake();
    }

    /** How often each ran. */
    @Arbiter
    public void total(II_Result result) {
        result.r1 = first.get();
        result.r2 = second.get();
    }
}
