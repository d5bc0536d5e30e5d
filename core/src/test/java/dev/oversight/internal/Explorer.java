package dev.oversight.internal;

import dev.oversight.ChildSpec;
import dev.oversight.event.ChildState;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
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
    /** What can happen next. */
    enum Kind {
        CRASH,
        COMPLETE,
        READY,
        LATE_END,
        FAIL,
        TERMINATE,
        RESTART,
        DELETE,
        ADD,
        STOP,
        STOP_WITHIN,
        ABORT,
        CLOCK,
        WOKE,
        TURN
    }

    /** One step, in the newest supervisor of that path. */
    record Action(Kind kind, String supervisor, String what, long nanos) {
        void play(StateHarness root) {
            StateHarness h = supervisorOf(root, supervisor);
            switch (kind) {
                case CRASH -> h.crash(what);
                case COMPLETE -> h.complete(what);
                case READY -> h.ready(what);
                case LATE_END -> h.lateEnd(what);
                case FAIL -> h.fail(what);
                case TERMINATE -> h.terminate(what);
                case RESTART -> h.restart(what);
                case DELETE -> h.delete(what);
                case ADD -> h.add(added(what));
                case STOP -> h.stop();
                case STOP_WITHIN -> h.stopWithin(Duration.ofNanos(nanos));
                case ABORT -> h.abort();
                case CLOCK -> h.clock(Duration.ofNanos(nanos));
                case WOKE -> h.woke();
                case TURN -> h.turn();
            }
        }

        private static ChildSpec added(String id) {
            return StateHarness.worker(id);
        }

        /** As a line of a test. */
        @Override
        public String toString() {
            String h = supervisor.equals("root") ? "h" : "h.supervisor(\"" + supervisor + "\")";
            String call = switch (kind) {
                case CRASH, COMPLETE, READY, FAIL, TERMINATE, RESTART, DELETE ->
                    kind.name().toLowerCase(Locale.ROOT) + "(\"" + what + "\")";
                case LATE_END -> "lateEnd(\"" + what + "\")";
                case ADD -> "add(worker(\"" + what + "\"))";
                case STOP_WITHIN -> "stopWithin(ofMillis(" + nanos / 1_000_000 + "))";
                case CLOCK -> "clock(ofNanos(" + nanos + "))";
                case STOP, ABORT, WOKE, TURN -> kind.name().toLowerCase(Locale.ROOT) + "()";
            };
            return h + "." + call + ";";
        }
    }

    /** How it was reached. */
    private record Node(Node before, Action action, int depth) {
        List<Action> script() {
            ArrayDeque<Action> script = new ArrayDeque<>();
            for (Node node = this; node.action != null; node = node.before) {
                script.addFirst(node.action);
            }
            return List.copyOf(script);
        }
    }

    /** What was found: so many different states and steps between them, and how deep it went. */
    record Result(Scene scene, int states, long steps, int depth, boolean closed) {}

    private static final int ABANDONED_AT_MOST = 2;

    private final Scene scene;
    private final int limit;
    private final Set<Long> known = new HashSet<>();
    private final Deque<Node> todo = new ArrayDeque<>();
    private long steps;
    private int depth;

    /** Goes no further than so many states. */
    Explorer(Scene scene, int limit) {
        this.scene = scene;
        this.limit = limit;
    }

    Result explore() {
        known.add(hash(replay(List.of())));
        todo.add(new Node(null, null, 0));
        while (!todo.isEmpty() && known.size() < limit) {
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
        for (Action action : actions(replay(script))) {
            steps++;
            try {
                StateHarness h = replay(script);
                h.world.checks = true;
                action.play(h);
                if (known.add(hash(h))) {
                    todo.add(new Node(node, action, node.depth + 1));
                }
            } catch (AssertionError wrong) {
                List<Action> all = new ArrayList<>(script);
                all.add(action);
                throw counterexample(all, wrong);
            }
        }
    }

    /** Whoever is left when the limit is reached is stopped: everything has to end. */
    private void probeEnd(List<Action> script) {
        List<Action> all = new ArrayList<>(script);
        try {
            StateHarness h = replay(script);
            h.world.checks = true;
            for (Action next = new Action(Kind.STOP, "root", "", 0);
                    next != null;
                    next = h.phase() == SupervisorState.Phase.ENDED ? null : towardsEnd(h)) {
                all.add(next);
                next.play(h);
                if (all.size() > script.size() + 200) {
                    throw new AssertionError("never ends: " + h.states());
                }
            }
        } catch (AssertionError wrong) {
            throw counterexample(all, wrong);
        }
    }

    private static Action towardsEnd(StateHarness h) {
        List<Action> possible = actions(h);
        for (Kind kind : List.of(Kind.TURN, Kind.COMPLETE, Kind.WOKE, Kind.CLOCK)) {
            for (Action action : possible) {
                if (action.kind == kind
                        && (kind != Kind.COMPLETE
                                || supervisorOf(h, action.supervisor)
                                        .live(action.what)
                                        .signalled)) {
                    return action;
                }
            }
        }
        throw new AssertionError("nobody is asked to stop: " + h.states());
    }

    private StateHarness replay(List<Action> script) {
        StateHarness h = scene.harness().unchecked().start();
        for (Action action : script) {
            action.play(h);
        }
        return h;
    }

    private static long hash(StateHarness h) {
        String text = Fingerprint.of(h.world);
        long hash = 1125899906842597L;
        for (int i = 0; i < text.length(); i++) {
            hash = 31 * hash + text.charAt(i);
        }
        return hash;
    }

    // ------------------------------------------------------------------ what can happen

    static StateHarness supervisorOf(StateHarness root, String path) {
        return root.supervisor(path);
    }

    private static List<Action> actions(StateHarness root) {
        List<Action> actions = new ArrayList<>();
        Set<String> paths = new HashSet<>();
        for (StateHarness h : root.world.supervisors.reversed()) {
            if (paths.add(h.path) && h.phase() != SupervisorState.Phase.NEW) {
                of(h, actions);
                requests(h, actions);
            }
        }
        Set<StateHarness> waiting = new HashSet<>();
        root.world.queued().forEach(delivery -> waiting.add(delivery.to()));
        waiting.stream()
                .filter(h -> supervisorOf(root, h.path) == h)
                .forEach(h -> actions.add(new Action(Kind.TURN, h.path, "", 0)));
        clock(root, actions);
        return actions;
    }

    private static void of(StateHarness h, List<Action> actions) {
        for (Child child : h.children()) {
            FakeRun run = (FakeRun) child.run;
            if (run == null || run.over || run.nested != null) {
                continue;
            }
            actions.add(new Action(Kind.COMPLETE, h.path, child.id, 0));
            if (!run.signalled) {
                actions.add(new Action(Kind.CRASH, h.path, child.id, 0));
            }
            if (child.awaitsReadiness && child.state != ChildState.RUNNING) {
                actions.add(new Action(Kind.READY, h.path, child.id, 0));
            }
        }
        Set<String> late = new HashSet<>();
        for (FakeRun run : h.world.runs) {
            if (run.supervisor == h && run.abandoned && !run.over && late.add(run.child.id)) {
                actions.add(new Action(Kind.LATE_END, h.path, run.label(), 0));
            }
        }
    }

    private static void requests(StateHarness h, List<Action> actions) {
        boolean isRoot = h.parent == null;
        if (h.phase() == SupervisorState.Phase.ENDED) {
            return;
        }
        String target = isRoot ? h.spec.children().getLast().id().orElseThrow() : "t";
        if (h.spec.size() > 1) {
            target = h.spec.children().get(1).id().orElseThrow();
        }
        Child child = h.state.children().find(target);
        if (child != null) {
            request(h, Kind.TERMINATE, child, actions);
            request(h, Kind.DELETE, child, actions);
            request(h, Kind.RESTART, child, actions);
            if (child.run != null && child.state != ChildState.STOPPING) {
                actions.add(new Action(Kind.FAIL, h.path, target, 0));
            }
        }
        boolean isOpen = h.phase() != SupervisorState.Phase.STOPPING;
        if (isOpen && h.state.children().find("x") == null) {
            actions.add(new Action(Kind.ADD, h.path, "x", 0));
        }
        if (isRoot) {
            if (isOpen) {
                actions.add(new Action(Kind.STOP, h.path, "", 0));
            }
            if (!h.hurried()) {
                long limit = Duration.ofMillis(200).toNanos();
                actions.add(new Action(Kind.STOP_WITHIN, h.path, "", limit));
            }
            actions.add(new Action(Kind.ABORT, h.path, "", 0));
        }
    }

    /** The same request is not made twice while nobody has answered. */
    private static void request(StateHarness h, Kind kind, Child child, List<Action> actions) {
        String what = kind.name().toLowerCase(Locale.ROOT) + " " + child.id;
        boolean waits = h.world.requests.stream().anyMatch(r -> r.isOpen() && r.what.equals(what));
        if (!waits) {
            actions.add(new Action(kind, h.path, child.id, 0));
        }
    }

    /** An alarm may go off late, but before time goes on to the next moment. */
    private static void clock(StateHarness root, List<Action> actions) {
        World world = root.world;
        long next = Long.MAX_VALUE;
        boolean late = false;
        for (StateHarness h : world.supervisors) {
            if (h.phase() == SupervisorState.Phase.ENDED) {
                continue;
            }
            if (h.alarm <= world.now) {
                late = true;
                if (supervisorOf(root, h.path) == h) {
                    actions.add(new Action(Kind.WOKE, h.path, "", 0));
                }
            }
            next = Math.min(next, Math.min(h.alarm, h.invariants.promises.nextForgotten()));
        }
        long left = world.runs.stream().filter(r -> r.abandoned && !r.over).count();
        if (!late && next != Long.MAX_VALUE && left <= ABANDONED_AT_MOST) {
            actions.add(new Action(Kind.CLOCK, "root", "", next - world.now));
        }
    }

    // ------------------------------------------------------------------ what is told

    /** Leaves out what is not needed for it to go wrong. */
    private AssertionError counterexample(List<Action> script, AssertionError found) {
        List<Action> shortest = script;
        AssertionError wrong = found;
        for (int step = shortest.size() - 2; step >= 0; step--) {
            List<Action> shorter = new ArrayList<>(shortest);
            shorter.remove(step);
            AssertionError again = play(shorter);
            if (again != null && again.getMessage().equals(wrong.getMessage())) {
                shortest = shorter;
                wrong = again;
            }
        }
        StringBuilder text = new StringBuilder(wrong.getMessage());
        text.append("\n// ").append(scene.name()).append('\n');
        scene.spec().children().forEach(c -> text.append("// ").append(c).append('\n'));
        shortest.forEach(action -> text.append(action).append('\n'));
        text.append("// ").append(lines(shortest)).append("\n");
        return new AssertionError(text.toString(), wrong);
    }

    /** What was decided and told on the way. */
    private List<String> lines(List<Action> script) {
        StateHarness h = scene.harness();
        try {
            h.start();
            script.forEach(action -> action.play(h));
        } catch (AssertionError wrong) {
            return h.newEvents();
        }
        return h.newEvents();
    }

    private AssertionError play(List<Action> script) {
        try {
            StateHarness h = scene.harness().start();
            script.forEach(action -> action.play(h));
            return null;
        } catch (AssertionError wrong) {
            return wrong;
        } catch (RuntimeException notPossible) {
            return null;
        }
    }
}
