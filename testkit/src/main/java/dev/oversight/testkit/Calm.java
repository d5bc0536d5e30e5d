package dev.oversight.testkit;

import dev.oversight.Supervisor;
import dev.oversight.event.ChildSnapshot;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The time after a round: the tree has to recover, and its books have to be those that its events tell. */
final class Calm {
    private static final int MISSING_AT_MOST = 5;
    private static final long A_WHILE_NANOS = Duration.ofSeconds(1).toNanos();

    private final ChaosRig rig;
    private final Troubles troubles;
    private final Collection<Flood> floods;
    private final Recovery recovery;

    Calm(ChaosRig rig, Troubles troubles, Collection<Flood> floods) {
        this.rig = rig;
        this.troubles = troubles;
        this.floods = floods;
        this.recovery = new Recovery(rig.watch, rig.books, rig.stage());
    }

    /** Ends the troubles, waits for the answers and for the recovery, and judges both. */
    void down() {
        rig.active = false;
        awaitAnswers();
        deleteAdded();
        judgeRecovery();
        if (rig.isOn()) {
            rig.asking.judgeRefusals(rig.described.root);
            rig.watch.judgeOverlaps(rig.now(), A_WHILE_NANOS); // it may be on its way still
            rig.requests.retain(rig.described::knows);
        }
    }

    /** Those that wait for longer than they may are reported, and not waited for. */
    private void awaitAnswers() {
        long deadline = System.nanoTime() + 2 * rig.chaos.answersWithin().toNanos() + A_WHILE_NANOS;
        while (rig.isOn() && System.nanoTime() < deadline && areOpen()) {
            await();
        }
        floods.forEach(Flood::leaveOutTheRest);
    }

    private boolean areOpen() {
        return floods.stream().mapToInt(Flood::pending).sum() > rig.asking.overdue();
    }

    private void deleteAdded() {
        Optional<Flood> any = floods.stream().findFirst();
        if (any.isPresent()) {
            Thread cleaner = rig.trees.unstarted("chaos/clean", any.get()::deleteAdded);
            cleaner.start();
            while (cleaner.isAlive() && rig.isOn() && rig.asking.overdue() == 0) {
                await();
            }
        }
    }

    private void await() {
        troubles.letGo();
        rig.pause(ChaosRig.LOOK_NANOS);
    }

    private void judgeRecovery() {
        long deadline = System.nanoTime() + rig.chaos.recoversWithin().toNanos();
        while (rig.isOn()) {
            rig.watch.locked(() -> {
                rig.books.lookAt(rig.tree());
                return true;
            });
            List<Recovery.Missing> missing = recovery.missing(rig.tree());
            String difference = missing.isEmpty() ? difference(rig.tree()) : null;
            if (missing.isEmpty() && difference == null) {
                return;
            }
            if (System.nanoTime() > deadline && rig.isOn()) {
                missing.stream().limit(MISSING_AT_MOST).forEach(this::notRecovered);
                if (difference != null) {
                    violated(ChaosViolation.Kind.BOOKS, rig.described.root, difference);
                }
                return;
            }
            await();
        }
    }

    private void notRecovered(Recovery.Missing missing) {
        violated(
                ChaosViolation.Kind.NOT_RECOVERED,
                missing.path(),
                missing.what() + ", " + rig.chaos.recoversWithin().toMillis()
                        + "ms after the chaos");
    }

    private void violated(ChaosViolation.Kind kind, String path, String what) {
        rig.watch.violated(kind, path, what, rig.now());
    }

    /** Between the books of the tree and what its events tell; null if there is none. */
    private @Nullable String difference(Supervisor supervisor) {
        List<ChildSnapshot> children = supervisor.children();
        String here = rig.watch.locked(() -> rig.books.difference(supervisor.path(), children));
        if (here != null) {
            return here;
        }
        for (ChildSnapshot child : children) {
            if (child.isSupervisor()) {
                Supervisor nested = supervisor.supervisor(child.path()).orElse(null);
                String below = nested == null ? null : difference(nested);
                if (below != null) {
                    return below;
                }
            }
        }
        return null;
    }
}
