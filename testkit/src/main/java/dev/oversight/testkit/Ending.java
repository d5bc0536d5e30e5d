package dev.oversight.testkit;

import dev.oversight.Outcome;
import dev.oversight.event.AbandonedRun;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.testkit.ChaosViolation.Kind;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/** Stops the tree, unless it has ended, and judges what is left of it. */
final class Ending {
    private static final Duration LAST_EVENTS = Duration.ofSeconds(5);

    private final ChaosRig rig;

    Ending(ChaosRig rig) {
        this.rig = rig;
    }

    ChaosVerdict judge() {
        Outcome early = rig.tree().outcome().orElse(null);
        if (early == null) {
            stop();
        } else {
            judgeEarlyEnd(early);
        }
        List<AbandonedRun> abandoned = rig.tree().abandoned();
        rig.trees.release();
        judgeThreads();
        judgeBooks();
        rig.watch.judgeOverlaps(rig.now(), 0);
        return new ChaosVerdict(rig, early != null, abandoned);
    }

    private void violated(Kind kind, String what) {
        rig.watch.violated(kind, rig.described.root, what, rig.now());
    }

    private void judgeEarlyEnd(Outcome early) {
        if (early.reason() == Outcome.Reason.STOPPED) {
            violated(Kind.ENDED, "was stopped, and not by the chaos");
        } else if (rig.chaos.isToKeepRunning()) {
            violated(Kind.ENDED, "ended with " + early.reason() + ", and was to keep running");
        }
    }

    private void stop() {
        Duration limit = rig.chaos.stopsWithin();
        if (!returns(rig.tree()::close, limit)) {
            violated(
                    Kind.NOT_STOPPED,
                    "had not ended " + limit.toMillis() + "ms after it was told to stop; not"
                            + " stopped are " + rig.tree().unstopped());
            rig.watch.locked(() -> {
                rig.books.abort();
                return true;
            });
            returns(this::stopAtOnce, limit);
        }
    }

    private void stopAtOnce() {
        try {
            rig.tree().stop(Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** In a thread of its own, which is left behind if it takes too long. */
    private static boolean returns(Runnable call, Duration limit) {
        Thread thread = Thread.ofVirtual().name("chaos/stop").start(call);
        try {
            return thread.join(limit);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the conductor", e);
        }
    }

    private void judgeThreads() {
        List<Thread> left = rig.trees.awaitThreads(rig.chaos.stopsWithin());
        if (!left.isEmpty()) {
            violated(
                    Kind.THREADS_LEFT,
                    left.size() + " are alive after the end:\n" + Stacks.of(left));
        }
    }

    /** The last events may still be on their way. */
    private void judgeBooks() {
        long deadline = System.nanoTime() + LAST_EVENTS.toNanos();
        String found = problem();
        while (found != null && System.nanoTime() < deadline) {
            sleep();
            found = problem();
        }
        if (found != null) {
            violated(Kind.BOOKS, found);
        }
    }

    private @Nullable String problem() {
        List<ChildSnapshot> children = rig.tree().children();
        return rig.watch.locked(() -> {
            List<String> live = rig.books.live();
            return live.isEmpty()
                    ? rig.books.difference(rig.described.root, children)
                    : "are live by their events after the end: " + live;
        });
    }

    private static void sleep() {
        try {
            Thread.sleep(Duration.ofNanos(ChaosRig.LOOK_NANOS));
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the conductor", e);
        }
    }
}
