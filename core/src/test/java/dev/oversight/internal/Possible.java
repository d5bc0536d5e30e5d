package dev.oversight.internal;

import dev.oversight.ChildSpec;
import dev.oversight.event.ChildState;
import dev.oversight.internal.Action.Kind;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What may happen next in the tree of a {@link Scene}: everything that could, of what the scene has. */
final class Possible {
    /** Of so many children an old run may go on beside a new one before anything else happens. */
    private static final int OLD_RUNS_AT_MOST = 1;

    private static final long STOP_LIMIT = Duration.ofMillis(200).toNanos();

    private final Scene.Inputs inputs;
    private final StateHarness root;
    private final List<Action> actions = new ArrayList<>();

    /** Children that have another run by now than one that was let go of. */
    private final Set<String> oldRuns = new HashSet<>();

    private Possible(Scene.Inputs inputs, StateHarness root) {
        this.inputs = inputs;
        this.root = root;
    }

    static List<Action> in(Scene.Inputs inputs, StateHarness root) {
        Possible possible = new Possible(inputs, root);
        possible.lateEnds();
        if (possible.oldRuns.size() > OLD_RUNS_AT_MOST) {
            return possible.actions;
        }
        Set<String> paths = new HashSet<>();
        for (StateHarness h : root.world.supervisors.reversed()) {
            if (paths.add(h.path) && h.phase() != SupervisorState.Phase.NEW) {
                possible.ends(h);
                possible.requests(h);
            }
        }
        possible.turns();
        possible.clock();
        return possible.actions;
    }

    private void add(Kind kind, StateHarness h, String what) {
        if (inputs.may().contains(kind)) {
            actions.add(Action.of(kind, h, what));
        }
    }

    private void ends(StateHarness h) {
        Child later;
        for (Child child = h.state.children().first(); child != null; child = later) {
            later = child.later;
            FakeRun run = (FakeRun) child.run;
            if (run == null || run.over || run.nested != null) {
                continue;
            }
            add(Kind.COMPLETE, h, child.id);
            if (!run.signalled) {
                add(Kind.CRASH, h, child.id);
                add(Kind.DECLINE, h, child.id);
            }
            if (child.awaitsReadiness && child.state != ChildState.RUNNING) {
                add(Kind.READY, h, child.id);
            }
            if (child.beats && child.state == ChildState.RUNNING) {
                beats(h, run);
            }
        }
    }

    private void beats(StateHarness h, FakeRun run) {
        if (run.rests) {
            add(Kind.GOES_ON, h, run.child.id);
        } else {
            add(Kind.RESTS, h, run.child.id);
            if (run.heardNanos < h.world.now) {
                add(Kind.BEAT, h, run.child.id);
            }
        }
    }

    private void lateEnds() {
        Set<String> labels = new HashSet<>();
        for (FakeRun run : root.world.runs) {
            if (run.abandoned && !run.over && labels.add(run.label())) {
                add(Kind.LATE_END, root, run.label());
                boolean isOld = run.child.incarnation != run.incarnation;
                if (isOld) {
                    oldRuns.add(run.child.path);
                }
            }
        }
    }

    private void requests(StateHarness h) {
        if (h.phase() == SupervisorState.Phase.ENDED) {
            return;
        }
        for (Child child = h.state.children().first(); child != null; child = child.later) {
            if (inputs.targets().contains(child.id)) {
                request(h, Kind.TERMINATE, child);
                request(h, Kind.DELETE, child);
                request(h, Kind.RESTART, child);
                watch(h, child);
                if (child.run != null && child.state != ChildState.STOPPING) {
                    add(Kind.FAIL, h, child.id);
                }
            }
        }
        boolean isOpen = h.phase() != SupervisorState.Phase.STOPPING;
        for (ChildSpec added : isOpen ? inputs.added() : List.<ChildSpec>of()) {
            if (h.state.children().find(added.id().orElseThrow()) == null) {
                actions.add(Action.add(h, added));
            }
        }
        if (h.parent == null) {
            if (isOpen) {
                add(Kind.STOP, h, "");
            }
            if (!h.hurried() && inputs.may().contains(Kind.STOP_WITHIN)) {
                actions.add(Action.after(Kind.STOP_WITHIN, h, STOP_LIMIT));
            }
            add(Kind.ABORT, h, "");
        }
    }

    /** The same request is not made twice while nobody has answered. */
    private void request(StateHarness h, Kind kind, Child child) {
        String what = kind.method() + " " + child.id;
        for (Asked<?> asked : h.world.requests) {
            if (asked.isOpen() && asked.what.equals(what)) {
                return;
            }
        }
        add(kind, h, child.id);
    }

    /** One watches at a time. */
    private void watch(StateHarness h, Child child) {
        for (Watched watched : h.world.watches) {
            if (watched.child == child && watched.isOpen()) {
                add(Kind.UNWATCH, h, child.id);
                return;
            }
        }
        add(Kind.WATCH, h, child.id);
    }

    private void turns() {
        Set<StateHarness> waiting = new HashSet<>();
        for (World.Delivery delivery : root.world.queued()) {
            if (waiting.add(delivery.to())
                    && root.supervisor(delivery.to().path) == delivery.to()) {
                add(Kind.TURN, delivery.to(), "");
            }
        }
    }

    /** An alarm may go off late, but before time goes on to the next moment. */
    private void clock() {
        World world = root.world;
        long next = Long.MAX_VALUE;
        boolean late = false;
        for (StateHarness h : world.supervisors) {
            if (h.phase() == SupervisorState.Phase.ENDED) {
                continue;
            }
            long due = h.earliestDue();
            if (due <= world.now) {
                late = true;
                if (root.supervisor(h.path) == h) {
                    add(Kind.WOKE, h, "");
                }
            }
            next = Math.min(next, due);
            if (h.isOpen()) {
                next = Math.min(next, h.invariants.promises.nextForgotten());
            }
        }
        if (!late && next != Long.MAX_VALUE) {
            actions.add(Action.after(Kind.CLOCK, root, next - world.now));
        }
    }
}
