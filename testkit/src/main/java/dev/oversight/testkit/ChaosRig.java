package dev.oversight.testkit;

import dev.oversight.ChildBody;
import dev.oversight.ChildSpec;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildAbandoned;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/** A tree under chaos, and what watches it: what all parts of a {@link ChaosRun} share. */
final class ChaosRig {
    static final long LOOK_NANOS = Duration.ofMillis(5).toNanos();

    final Chaos chaos;
    final Described described;
    final RealTrees trees;
    final ChaosWatch watch;
    final Books books;
    final Requests requests = new Requests();
    final Asking asking;

    /** What was added by the chaos and not deleted since, by path. */
    final Map<String, ChildSpec> added = new ConcurrentHashMap<>();

    /** Troubles are made; else the tree recovers or ends. */
    volatile boolean active = true;

    /** No more rounds: somebody said so, or they are over. */
    volatile boolean over;

    /** Which round it is, from 1; 0 before the first. */
    volatile int round;

    private volatile @Nullable Supervisor tree;

    ChaosRig(Chaos chaos, SupervisorSpec spec) {
        this.chaos = chaos;
        this.described = new Described(spec);
        chaos.check(described);
        this.books = new Books(described, requests, this::addedSupervisor);
        this.watch = new ChaosWatch(chaos.remembered(), books, this::abandoned);
        this.trees = new RealTrees(watch::overlap);
        this.asking =
                new Asking(this::now, chaos.answersWithin(), watch::violated, this::waitsForOthers);
    }

    private Optional<SupervisorSpec> addedSupervisor(String path) {
        return Optional.ofNullable(added.get(path)).flatMap(ChildSpec::supervisor);
    }

    /** Whoever hangs until it is abandoned need not hang any longer. */
    private void abandoned(ChildAbandoned event) {
        for (Incarnation run : stage().live()) {
            if (run.real.incarnation() == event.incarnation() && run.path().equals(event.path())) {
                run.letGo();
            }
        }
    }

    void start(SupervisorSpec spec, UnaryOperator<ChildBody> around) throws InterruptedException {
        watch.startsAt(now());
        try {
            tree = trees.start(spec.listener(chaos.heardThrough(watch)), around);
        } catch (Throwable notStarted) {
            trees.close();
            throw notStarted;
        }
    }

    Supervisor tree() {
        Supervisor started = tree;
        if (started == null) {
            throw new IllegalStateException("the tree was not started");
        }
        return started;
    }

    /** The supervisor of a child, if it runs. */
    Optional<Supervisor> parentOf(String path) {
        String parent = Described.parentOf(path);
        return parent.equals(described.root) ? Optional.of(tree()) : tree().supervisor(parent);
    }

    private boolean waitsForOthers(String path) {
        return parentOf(path)
                .flatMap(parent -> parent.child(Described.idOf(path))
                        .filter(child -> Recovery.mayWait(child, parent)))
                .isPresent();
    }

    Stage stage() {
        return trees.stage();
    }

    long now() {
        return trees.platform().time().nanos();
    }

    /** Whether it goes on: neither is its time over nor has the tree ended. */
    boolean isOn() {
        return !over && tree().outcome().isEmpty();
    }

    /**
     * Waits a moment, and looks for requests that wait too long. A query leaves the thread unparked, so a
     * bare park may come back at once.
     */
    void pause(long nanos) {
        long until = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !over; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        asking.judgeOverdue();
    }
}
