package dev.oversight.internal;

import dev.oversight.event.Event;
import dev.oversight.event.EventsDropped;
import dev.oversight.event.SupervisorStarted;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Every event is told, in the order of its producer, or counted; by one thread at a time. */
class ListenerQueueLincheckTest {

    @Test
    void everyEvent_isToldOrCountedByTheTimeTheThreadHasGone() {
        Lab.search(() -> new Offers()::byTwoProducers);
    }

    @Test
    void theLastWords_areSaidWhenAllBeforeThemIsToldOrCounted() {
        Lab.search(() -> new Offers()::andLastWords);
    }

    private static final class Offers {
        private final Lab lab = new Lab();
        private final ListenerQueue queue = new ListenerQueue("root", this::on, lab.platform, 1);
        private boolean inside;
        private long told;
        private long dropped;
        private long lastOfFirst;
        private long lastOfSecond;
        private boolean oneAtATime = true;
        private boolean inOrder = true;

        private void on(Event event) {
            oneAtATime &= !inside;
            inside = true;
            if (event instanceof EventsDropped report) {
                dropped += report.count();
            } else {
                told++;
                boolean first = event.path().equals("first");
                inOrder &= event.atNanos() > (first ? lastOfFirst : lastOfSecond);
                lastOfFirst = first ? event.atNanos() : lastOfFirst;
                lastOfSecond = first ? lastOfSecond : event.atNanos();
            }
            inside = false;
        }

        private void offerTwo(String producer) {
            queue.offer(new SupervisorStarted(producer, 1, 0, Duration.ZERO));
            queue.offer(new SupervisorStarted(producer, 2, 0, Duration.ZERO));
        }

        void byTwoProducers() throws InterruptedException {
            lab.together(() -> offerTwo("first"), () -> offerTwo("second"));
            Lab.check(told + dropped == 4, "told " + told + ", counted " + dropped + " of 4");
            Lab.check(oneAtATime, "one thread at a time");
            Lab.check(inOrder, "in the order of each producer");
        }

        void andLastWords() throws InterruptedException {
            lab.together(() -> {
                offerTwo("first");
                CountDownLatch said = new CountDownLatch(1);
                queue.countDownWhenTold(said);
                try {
                    said.await();
                } catch (InterruptedException impossible) {
                    throw new AssertionError(impossible);
                }
                Lab.check(told + dropped == 2, "told " + told + ", counted " + dropped + " of 2");
            });
        }
    }
}
