package dev.oversight.internal;

import dev.oversight.internal.Action.Kind;
import dev.oversight.internal.SupervisorState.Phase;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Drives one {@link Scene} through all orders of what may happen to it, nearest first, until nothing new
 * comes or a limit is reached. A state is reached by playing its script again, as the books cannot be
 * copied; one that looks like an earlier one ({@link Fingerprint}) is not gone on from.
 *
 * <p>Inputs of one loop are a sequence, so concurrent ones are explored by trying each as the next. In a
 * nested tree what loops send each other waits until the script gives a loop its turn, and what happens
 * outside may overtake it, as it may have been in the queue already.
 */
final class Explorer {
    /** How a state was reached. */
    private record Node(Node before, Action action, int depth, long state) {
        List<Action> script() {
            ArrayDeque<Action> script = new ArrayDeque<>();
            for (Node node = this; node.action != null; node = node.before) {
                script.addFirst(node.action);
            }
            return new ArrayList<>(script);
        }
    }

    /** What was found: so many different states and steps between them, and how deep it went. */
    record Result(Scene scene, int states, long steps, int depth, boolean closed) {}

    private final Scene scene;
    private final int limit;
    private final long until;
    private final Set<Long> known = new HashSet<>();
    private final Deque<Node> todo = new ArrayDeque<>();
    private long steps;
    private int depth;

    /** Goes no further than so many states, and no longer than until that time of {@link System#nanoTime}. */
    Explorer(Scene scene, int limit, long until) {
        this.scene = scene;
        this.limit = limit;
        this.until = until;
    }

    Result explore() {
        long first = Fingerprint.of(scene, replay(List.of()));
        known.add(first);
        todo.add(new Node(null, null, 0, first));
        while (!todo.isEmpty() && known.size() < limit && System.nanoTime() < until) {
            expand(todo.remove());
        }
        boolean closed = todo.isEmpty();
        for (Node open : todo) {
            depth = Math.max(depth, open.depth);
        }
        int stride = Math.max(1, todo.size() / 100);
        int place = 0;
        for (Node open : todo) {
            if (place++ % stride == 0) {
                probeEnd(open.script());
            }
        }
        return new Result(scene, known.size(), steps, depth, closed);
    }

    private void expand(Node node) {
        List<Action> script = node.script();
        depth = node.depth;
        StateHarness here = replay(script);
        wakeForNothing(node, script, here);
        List<Action> possible = Possible.in(scene.inputs(), here);
        for (int i = possible.size() - 1; i >= 0; i--) {
            Action action = possible.get(i);
            steps++;
            try {
                StateHarness h = here != null ? here : replay(script);
                here = null;
                h.world.checks = true;
                action.play(h);
                scene.besides().accept(h);
                long state = Fingerprint.of(scene, h);
                if (known.add(state)) {
                    todo.add(new Node(node, action, node.depth + 1, state));
                }
            } catch (AssertionError wrong) {
                script.add(action);
                throw new Counterexample(scene, script, wrong).told();
            }
        }
    }

    /**
     * Alarms that were set for what is no longer due go off, too, and change nothing: therefore it does not
     * matter, and is not part of a state, which alarms are set.
     */
    private void wakeForNothing(Node node, List<Action> script, StateHarness h) {
        List<Action> woken = new ArrayList<>(script);
        for (StateHarness supervisor : h.world.supervisors) {
            boolean nothing = supervisor.phase() != Phase.ENDED
                    && supervisor.phase() != Phase.NEW
                    && supervisor.earliestDue() > h.world.now;
            if (nothing) {
                supervisor.woke();
                woken.add(Action.of(Kind.WOKE, supervisor, ""));
            }
        }
        if (Fingerprint.of(scene, h) != node.state) {
            AssertionError wrong = new AssertionError("an alarm for nothing changes " + h.states());
            throw new Counterexample(scene, woken, wrong).told();
        }
    }

    /** Whoever is left when the limit is reached is stopped: everything has to end. */
    private void probeEnd(List<Action> script) {
        int length = script.size();
        try {
            StateHarness h = replay(script);
            h.world.checks = true;
            for (Action next = Action.of(Kind.STOP, h, "");
                    next != null;
                    next = h.phase() == Phase.ENDED ? null : towardsEnd(h)) {
                script.add(next);
                next.play(h);
                if (script.size() > length + 200) {
                    throw new AssertionError("never ends: " + h.states());
                }
            }
        } catch (AssertionError wrong) {
            throw new Counterexample(scene, script, wrong).told();
        }
    }

    /** What comes next if nobody does anything any more; runs that were let go of may end, too. */
    private Action towardsEnd(StateHarness h) {
        List<Action> possible = Possible.in(scene.inputs(), h);
        for (Kind kind : List.of(Kind.TURN, Kind.COMPLETE, Kind.WOKE, Kind.CLOCK, Kind.LATE_END)) {
            for (Action action : possible) {
                if (action.kind() == kind
                        && (kind != Kind.COMPLETE
                                || h.supervisor(action.supervisor())
                                        .live(action.what())
                                        .signalled)) {
                    return action;
                }
            }
        }
        throw new AssertionError("nobody is asked to stop: " + h.states());
    }

    private StateHarness replay(List<Action> script) {
        StateHarness h = scene.harness().unchecked().unrecorded().start();
        for (Action action : script) {
            action.play(h);
        }
        return h;
    }
}
