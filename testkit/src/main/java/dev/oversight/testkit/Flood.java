package dev.oversight.testkit;

import dev.oversight.ChildContext;
import dev.oversight.ChildSpec;
import dev.oversight.StartFailedException;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorNotRunningException;
import dev.oversight.SupervisorSpec;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** The threads that ask for what one rule decides, in the order in which it was decided. */
final class Flood {
    private static final int WAITING_AT_MOST = 256;

    private final ChaosRig rig;
    private final BiConsumer<Decision, String> done;
    private final BlockingQueue<Decision> waiting = new ArrayBlockingQueue<>(WAITING_AT_MOST);
    private final AtomicInteger pending = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    Flood(ChaosRig rig, BiConsumer<Decision, String> done) {
        this.rig = rig;
        this.done = done;
    }

    /** Starts as many threads, made by the kit so that none is missed at the end. */
    void start(int rule, int count) {
        for (int i = 0; i < count; i++) {
            Thread thread = rig.trees.unstarted("chaos/flood-" + rule + "-" + i, this::run);
            threads.add(thread);
            thread.start();
        }
    }

    /** False if so many wait already that this one has to be left out. */
    boolean offer(Decision decision) {
        pending.incrementAndGet();
        boolean taken = waiting.offer(decision);
        if (!taken) {
            pending.decrementAndGet();
        }
        return taken;
    }

    /** How many wait or are asked just now. */
    int pending() {
        return pending.get();
    }

    void leaveOutTheRest() {
        while (waiting.poll() != null) {
            pending.decrementAndGet();
        }
    }

    void end() {
        over = true;
        threads.forEach(Thread::interrupt);
    }

    private void run() {
        while (!over) {
            try {
                Decision decision = waiting.take();
                try {
                    done.accept(decision, obey(decision));
                } finally {
                    pending.decrementAndGet();
                }
            } catch (InterruptedException e) {
                // looks whether it is over
            }
        }
    }

    private String obey(Decision decision) {
        String path = decision.path() == null ? rig.described.root : decision.path();
        Decision.Request what =
                decision.request() == null ? Decision.Request.QUERY : decision.request();
        return rig.asking.ask(decision.what(), path, () -> switch (what) {
            case QUERY -> query(path, decision.draw());
            case TERMINATE -> told(path, false, () -> parentOf(path).terminate(idOf(path)));
            case DELETE -> delete(path);
            case RESTART -> told(path, true, () -> parentOf(path).restart(idOf(path)));
            case ADD -> add(path, ChildSpec.of(idOf(path), ChildContext::awaitStop));
            case ADD_SUPERVISOR -> add(path, ChildSpec.of(supervisor(path)));
        });
    }

    private String add(String path, ChildSpec child) throws InterruptedException {
        return told(path, true, () -> {
            rig.added.put(path, child); // first: its events may come before the answer
            parentOf(path).add(child);
        });
    }

    private String delete(String path) throws InterruptedException {
        return told(path, false, () -> {
            try {
                parentOf(path).delete(idOf(path));
            } finally {
                rig.added.remove(path);
            }
        });
    }

    /** Deletes what was added and is still there, in the calling thread. */
    void deleteAdded() {
        for (String path : rig.added.keySet()) {
            rig.asking.ask("delete " + path, path, () -> delete(path));
        }
    }

    private interface Call {
        void call() throws InterruptedException;
    }

    private String told(String path, boolean start, Call request) throws InterruptedException {
        rig.requests.asked(path, start);
        boolean failed = false;
        try {
            request.call();
            return "done";
        } catch (StartFailedException | InterruptedException e) {
            failed = true; // or it was not waited for, and may fail yet
            throw e;
        } finally {
            rig.requests.answered(path, start, failed, rig.now());
        }
    }

    private Supervisor parentOf(String path) {
        return rig.parentOf(path)
                .orElseThrow(() -> SupervisorNotRunningException.down(
                        Described.parentOf(path), "being restarted, or gone"));
    }

    private static String idOf(String path) {
        return Described.idOf(path);
    }

    private static SupervisorSpec supervisor(String path) {
        return SupervisorSpec.of(idOf(path))
                .neverGiveUp()
                .child("a", ChildContext::awaitStop)
                .child("b", ChildContext::awaitStop);
    }

    private String query(String path, long draw) {
        Supervisor tree = rig.tree();
        return switch ((int) Math.floorMod(draw, 7L)) {
            case 0 -> tree.find(path).map(child -> child.state().toString()).orElse("unknown");
            case 1 -> "active " + tree.count().active();
            case 2 -> "children " + tree.children().size();
            case 3 -> "abandoned " + tree.abandoned().size();
            case 4 -> "forgotten " + tree.forgotten().size();
            case 5 -> "unstopped " + tree.unstopped().size();
            default ->
                "failures "
                        + rig.parentOf(path)
                                .map(p -> p.failures(idOf(path)).size())
                                .orElse(0);
        };
    }
}
