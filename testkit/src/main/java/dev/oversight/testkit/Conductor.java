package dev.oversight.testkit;

import dev.oversight.SupervisorSpec;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Carries out the plan, round by round, in one thread. */
final class Conductor {
    private static final long LATE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_PAUSE = 4 * ChaosRig.LOOK_NANOS;

    private final ChaosRig rig;
    private final Troubles troubles;
    private final Map<ChaosRule, Flood> floods = new HashMap<>();

    Conductor(ChaosRig rig) {
        this.rig = rig;
        this.troubles = new Troubles(rig);
    }

    /** Starts the tree and the threads that ask for things. */
    void start(SupervisorSpec spec) throws InterruptedException {
        rig.start(spec, troubles::slowed);
        List<ChaosRule> rules = rig.chaos.rules();
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i) instanceof ChaosRule.Flood rule) {
                Flood flood = new Flood(rig, this::did);
                floods.put(rule, flood);
                flood.start(i, rule.threads());
            }
        }
    }

    /** Plays all rounds, stops the tree, and judges. */
    ChaosVerdict conduct() {
        Calm calm = new Calm(rig, troubles, floods.values());
        try {
            for (int round = 1; round <= rig.chaos.rounds() && rig.isOn(); round++) {
                rig.round = round;
                play(round);
                calm.down();
            }
        } finally {
            rig.active = false;
            rig.over = true;
            troubles.letGo();
            floods.values().forEach(Flood::end);
        }
        return new Ending(rig).judge();
    }

    private void play(int round) {
        rig.active = true;
        long length = rig.chaos.roundTime().toNanos();
        ChaosPlan plan =
                new ChaosPlan(rig.chaos.seed(), round, length, rig.chaos.rules(), rig.described);
        long begun = System.nanoTime();
        for (int done = 0; plan.hasNext() && done < rig.chaos.actions() && rig.isOn(); done++) {
            Decision next = plan.next();
            long late = System.nanoTime() - begun - next.atNanos();
            if (late > LATE_NANOS) {
                begun += late; // the machine stood still: no burst to make up for it
            }
            pauseUntil(begun + next.atNanos());
            if (rig.isOn()) {
                act(next);
            }
        }
        pauseUntil(begun + length);
    }

    private void pauseUntil(long nanos) {
        long left = nanos - System.nanoTime();
        while (left > 0 && rig.isOn()) {
            rig.pause(Math.min(left, LONGEST_PAUSE));
            left = nanos - System.nanoTime();
        }
    }

    private void act(Decision decision) {
        switch (decision.rule()) {
            case ChaosRule.Kill kill -> did(decision, troubles.kill(decision, kill));
            case ChaosRule.Hang hang -> did(decision, troubles.hang(decision, hang));
            case ChaosRule.Flood rule -> {
                Flood flood = floods.get(rule);
                if (flood == null || !flood.offer(decision)) {
                    did(decision, "left out: too many wait already");
                }
            }
        }
    }

    private void did(Decision decision, String result) {
        String kind = decision.request() == null
                ? decision.rule().getClass().getSimpleName().toLowerCase(Locale.ROOT)
                : "request";
        rig.watch.did(
                new ChaosAction(rig.round, decision.number(), rig.now(), decision.what(), result),
                kind);
    }
}
