package dev.oversight.testkit;

import dev.oversight.ChildBody;
import dev.oversight.ChildContext;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.SplittableRandom;

/** What chaos does to incarnations: has them fail, hang, and take longer. */
final class Troubles {
    private static final String NOBODY = "nobody runs there";

    private final ChaosRig rig;

    Troubles(ChaosRig rig) {
        this.rig = rig;
    }

    /** The one that is meant, or one of those that are and run now; always the same one of the same. */
    private @Nullable Incarnation target(Decision decision) {
        if (decision.path() != null) {
            return rig.stage().at(decision.path());
        }
        Incarnation best = null;
        long bestRank = 0;
        for (Incarnation run : rig.stage().live()) {
            if (decision.rule().pattern().matches(run.path())) {
                long rank =
                        new SplittableRandom(decision.draw() ^ run.path().hashCode()).nextLong();
                if (best == null || rank > bestRank) {
                    best = run;
                    bestRank = rank;
                }
            }
        }
        return best;
    }

    String kill(Decision decision, ChaosRule.Kill kill) {
        Incarnation run = target(decision);
        String path = run != null ? run.path() : decision.path();
        if (path == null || (run == null && !rig.described.isSupervisor(path))) {
            return NOBODY;
        }
        Throwable cause =
                kill.with() == null ? new SimulatedFailure(path) : kill.with().get();
        if (run == null || run.isDeaf() || !rig.described.isInterruptible(path)) {
            sayFailed(path, cause);
            return "said to have failed";
        }
        run.tell(new Incarnation.Fail(cause));
        return "told " + run;
    }

    /** What a watchdog does about one that hangs. It waits for an answer, which the conductor must not. */
    private void sayFailed(String path, Throwable cause) {
        rig.trees
                .unstarted(
                        "chaos/fail",
                        () -> rig.asking.ask("fail " + path, path, () -> {
                            var parent = rig.parentOf(path);
                            if (parent.isPresent()) {
                                parent.get().fail(Described.idOf(path), cause);
                            }
                            return "done";
                        }))
                .start();
    }

    String hang(Decision decision, ChaosRule.Hang hang) {
        Incarnation run = target(decision);
        if (run == null) {
            return NOBODY;
        }
        run.tell(new Incarnation.Deaf(hang.time() == null ? Ground.FOREVER : hang.time()));
        return "told " + run;
    }

    /** Whoever hangs goes on, and who was told to hang and has not begun to need not. */
    void letGo() {
        rig.stage().live().forEach(Incarnation::letGo);
    }

    /** Has an incarnation take longer, as its path, its number and the seed have it. */
    ChildBody slowed(ChildBody body) {
        return self -> {
            long delay = rig.active ? delayOf(self) : 0;
            if (delay > 0 && self.awaitStop(Duration.ofNanos(delay))) {
                return;
            }
            try {
                body.run(self);
            } finally { // most are interrupted, and throw
                if (delay < 0 && !self.running()) {
                    rig.stage().ground.stayDeaf(Duration.ofNanos(-delay));
                }
            }
        };
    }

    /** Positive: of its start; negative: of its stop. */
    private long delayOf(ChildContext self) {
        for (ChaosRule rule : rig.chaos.rules()) {
            if (rule instanceof ChaosRule.Slow slow && slow.pattern().matches(self.path())) {
                SplittableRandom chance = new SplittableRandom(
                        rig.chaos.seed() ^ (self.path().hashCode() * 31L + self.incarnation()));
                long delay = 1 + chance.nextLong(slow.atMost().toNanos());
                return chance.nextBoolean() ? delay : -delay;
            }
        }
        return 0;
    }
}
