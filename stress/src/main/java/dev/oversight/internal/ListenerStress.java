package dev.oversight.internal;

import dev.oversight.event.Event;
import dev.oversight.event.EventsDropped;
import dev.oversight.event.SupervisorStarted;
import dev.oversight.spi.Platform;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A queue with room for two, whose thread comes and goes while two threads offer three events each. */
@JCStressTest
@Outcome(
        id = "6, 0",
        expect = Expect.ACCEPTABLE,
        desc = "each was told or counted, by one thread at a time")
@Outcome(expect = Expect.FORBIDDEN, desc = "an event was neither told nor counted, or told twice")
@State
public class ListenerStress {
    private static final Event EVENT = new SupervisorStarted("root", 0, 0, Duration.ZERO);

    private final ListenerQueue queue = new ListenerQueue("root", this::on, Platform.system(), 2);
    private int accountedFor;
    private int inside;
    private int overlaps;

    private void on(Event event) {
        overlaps += inside++;
        accountedFor += event instanceof EventsDropped dropped ? (int) dropped.count() : 1;
        inside--;
    }

    private void offerThree() {
        queue.offer(EVENT);
        queue.offer(EVENT);
        queue.offer(EVENT);
    }

    /** First thread. */
    @Actor
    public void first() {
        offerThree();
    }

    /** Second thread. */
    @Actor
    public void second() {
        offerThree();
    }

    /** When the last words are said, nothing is open. */
    @Arbiter
    public void total(II_Result result) {
        CountDownLatch said = new CountDownLatch(1);
        queue.countDownWhenTold(said);
        result.r1 =
                Subjects.uninterrupted(() -> said.await(15, TimeUnit.SECONDS)) ? accountedFor : -1;
        result.r2 = overlaps;
    }
}
