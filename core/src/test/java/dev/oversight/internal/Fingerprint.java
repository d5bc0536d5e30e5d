package dev.oversight.internal;

import dev.oversight.Exit;
import dev.oversight.event.ChildState;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that a tree may decide by, as one number: two trees with the same number are taken to behave the
 * same. Found by walking over the fields of the books, so that a field that is added later counts without a
 * line here. Times are relative to now; left out is what only counts or tells.
 *
 * <p>With 64 well mixed bits, a million states have one chance in thirty million that any two of them are
 * taken for the same by accident.
 */
final class Fingerprint {
    /** What is told and counted, but decides nothing; and what is there a second time. */
    private static final Set<String> IRRELEVANT = Set.of(
            "spec",
            "id",
            "path",
            "effects",
            "ordinal",
            "earlier",
            "later",
            "keepsSpec",
            "staysListed",
            "sinceNanos",
            "startedNanos",
            "stopBeganNanos",
            "endedNanos",
            "incarnation",
            "restarts",
            "failures",
            "forgotten",
            "slowest",
            "heapIndex",
            "deadlines",
            "alarmNanos",
            "attempt",
            "run",
            "slowestBelow",
            "abandonedBelow",
            "abandoned",
            "defaultBackoff",
            "dueNanos",
            "why",
            "now",
            "isSupervisor",
            "awaitsReadiness",
            "nextNeed",
            "nextDependent",
            "slot",
            "supervisorPath",
            "lastExit",
            "together",
            "waitsForAll");

    private static final ClassValue<Field[]> FIELDS = new ClassValue<>() {
        @Override
        protected Field[] computeValue(Class<?> type) {
            return relevant(type);
        }
    };

    private static final Field WINDOW = field(RestartWindow.class, "entries");
    private static final Field PERIOD = field(RestartWindow.class, "periodNanos");

    private final StateHarness supervisor;
    private final Seen seen = new Seen();
    private final long now;

    /** Whether it may restart anything: if not, what was restarted when does not matter any more. */
    private final boolean isOpen;

    private long hash = 1;

    /** A handful of objects, by identity. */
    private static final class Seen {
        private final List<Object> all = new ArrayList<>();

        boolean contains(Object one) {
            for (int i = 0; i < all.size(); i++) {
                if (all.get(i) == one) {
                    return true;
                }
            }
            return false;
        }

        void add(Object one) {
            all.add(one);
        }
    }

    private Fingerprint(StateHarness supervisor) {
        this.supervisor = supervisor;
        this.now = supervisor.world.now;
        this.isOpen = supervisor.isOpen();
    }

    /** Children that have the same rules and no order among them are told apart by nothing. */
    static long of(Scene scene, StateHarness root) {
        long all = 0;
        for (StateHarness supervisor : root.world.supervisors) {
            if (isNow(supervisor)) {
                all = mixed(all, new Fingerprint(supervisor).supervisor(scene));
            }
        }
        return mixed(mixed(all, left(root.world)), queued(root.world));
    }

    private static boolean isNow(StateHarness supervisor) {
        return supervisor.self == null
                || (supervisor.phase() != SupervisorState.Phase.ENDED && !supervisor.self.over);
    }

    private static long mixed(long hash, long value) {
        long product = (hash ^ value) * 0x9E3779B97F4A7C15L;
        return product ^ (product >>> 31);
    }

    private void add(long value) {
        hash = mixed(hash, value);
    }

    private void add(String text) {
        add(text.hashCode());
    }

    // ------------------------------------------------------------------ one supervisor

    private long supervisor(Scene scene) {
        add(supervisor.path);
        add(supervisor.phase().ordinal());
        long[] children = new long[supervisor.state.children().size()];
        int place = 0;
        for (Child child = supervisor.state.children().first();
                child != null;
                child = child.later) {
            children[place++] = child(child) + (scene.symmetric() ? 0 : child.id.hashCode());
        }
        if (scene.symmetric()) {
            Arrays.sort(children);
        }
        for (long child : children) {
            add(child);
        }
        if (supervisor.phase() == SupervisorState.Phase.ENDED) {
            return hash;
        }
        if (isOpen) {
            supervisor.invariants.promises.describe(this::add);
        }
        walk(supervisor.state);
        return hash;
    }

    private long child(Child child) {
        if (supervisor.phase() == SupervisorState.Phase.ENDED) {
            return runs(child); // nothing is decided any more
        }
        Fingerprint its = new Fingerprint(supervisor);
        its.fields(child);
        its.due(child);
        if (child.lastExit != null) {
            boolean done = child.lastExit.kind() == Exit.Kind.COMPLETED
                    || child.lastExit.kind() == Exit.Kind.DECLINED;
            its.add(done ? 'e' : 'f');
        }
        if (child.spec.backoff().orElse(null) instanceof SceneRules.Delays) {
            its.add(Math.min(2, child.attempt)); // the other backoffs do not count
        }
        its.add(supervisor.invariants.promises.noted(child)
                + 4 * supervisor.invariants.groups.noted(child));
        its.add(runs(child));
        return its.hash;
    }

    /** Of two that are due in the same moment the heap says who comes first. */
    private void due(Child child) {
        if (child.heapIndex < 0) {
            return;
        }
        time(child.dueNanos);
        for (Child other = supervisor.state.children().first();
                other != null;
                other = other.later) {
            if (other != child && other.heapIndex >= 0 && other.dueNanos == child.dueNanos) {
                add(child.heapIndex);
            }
        }
    }

    /** What runs for it; of the old runs that were let go of, one is as good as two. */
    private long runs(Child child) {
        int found = 0;
        for (FakeRun run : supervisor.world.runs) {
            if (run.over || run.child != child) {
                continue;
            }
            if (child.run == run) {
                found |= 1
                        | (run.signalled ? 2 : 0)
                        | (run.aborted ? 4 : 0)
                        | (run.said != null ? 32 : 0);
                heartbeat(run);
            } else {
                found |= child.incarnation == run.incarnation ? 8 : 16;
            }
        }
        return found;
    }

    private void heartbeat(FakeRun run) {
        Pulse pulse = run.pulse;
        if (pulse != null && run.child.state == ChildState.RUNNING) {
            long heard = pulse.heardNanos(now);
            add(run.rests ? 1 : 2);
            add(Math.max(heard, run.heardNanos) - now);
            add(pulse.isSuspected(heard) ? 1 : 2);
        }
    }

    /** The runs of children and of supervisors that are forgotten; one is as good as two. */
    private static long left(World world) {
        long all = 0;
        Set<String> places = new HashSet<>();
        for (FakeRun run : world.runs) {
            if (!run.over && !isListed(run) && places.add(run.child.path)) {
                all += mixed(7, run.child.path.hashCode());
            }
        }
        return all;
    }

    private static boolean isListed(FakeRun run) {
        return isNow(run.supervisor)
                && run.supervisor.state.children().find(run.child.id) == run.child;
    }

    // ------------------------------------------------------------------ what waits

    /** Each loop takes its own inputs in order, and they do not mind those of others. */
    private static long queued(World world) {
        if (!world.hasQueued()) {
            return 0;
        }
        Map<StateHarness, Long> loops = new IdentityHashMap<>();
        for (World.Delivery delivery : world.queued()) {
            long waiting = mixed(
                    loops.getOrDefault(delivery.to(), (long) delivery.to().path.hashCode()),
                    input(delivery.input()));
            if (delivery.input() instanceof Input.Stop stop && stop.byNanos != Long.MAX_VALUE) {
                waiting = mixed(waiting, stop.byNanos - world.now);
            }
            loops.put(delivery.to(), waiting);
        }
        return loops.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long input(Input input) {
        return switch (input) {
            case Run run -> run(run) * 2 + (run.cause == null ? 0 : 1);
            case Input.Ready ready -> run(ready.run) * 2;
            default -> input.getClass().getSimpleName().hashCode();
        };
    }

    private static long run(Run run) {
        return run.child.path.hashCode() * 2L + (run.child.run == run ? 1 : 0);
    }

    // ------------------------------------------------------------------ any field

    private void walk(Object value) {
        switch (value) {
            case null -> add('_');
            case Enum<?> constant -> add(constant.ordinal());
            case String string -> add(string);
            case Exit exit -> add(exit.kind().ordinal());
            case Throwable thrown -> add('x');
            case Reply<?> reply -> add('r');
            case Watch watch -> add('w');
            case Child child -> add(child.id);
            case Limits limits when !isOpen -> {}
            case RestartWindow window -> window(window);
            case Collection<?> all -> {
                add(all.size());
                all.forEach(this::walk);
            }
            default -> fields(value);
        }
    }

    private void fields(Object value) {
        Field[] fields = FIELDS.get(value.getClass());
        if (fields.length == 0 || seen.contains(value)) {
            return;
        }
        seen.add(value);
        for (Field field : fields) {
            walk(field, value);
        }
    }

    private void walk(Field field, Object of) {
        Class<?> type = field.getType();
        try {
            if (type == boolean.class) {
                add(field.getBoolean(of) ? 1 : 2);
            } else if (type == int.class) {
                add(field.getInt(of));
            } else if (type == long.class) {
                time(field.getLong(of));
            } else {
                walk(field.get(of));
            }
        } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** What is older than the period is forgotten at the next look, before anything is decided by it. */
    private void window(RestartWindow window) {
        if (!isOpen) {
            return;
        }
        long period = (long) get(PERIOD, window);
        for (Object entry : (Collection<?>) get(WINDOW, window)) {
            Field at = FIELDS.get(entry.getClass())[0];
            long age = now - (long) get(at, entry);
            if (age < period) {
                add(age);
            }
        }
    }

    private static Field[] relevant(Class<?> type) {
        boolean isOurs = type.getPackageName().equals("dev.oversight.internal")
                && type != Lifecycle.class
                && type != Departures.class
                && type != Rules.class
                && type != Children.class;
        List<Field> fields = new ArrayList<>();
        for (Class<?> at = type; isOurs && at != Object.class; at = at.getSuperclass()) {
            for (Field field : at.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())
                        && !IRRELEVANT.contains(field.getName())) {
                    field.setAccessible(true);
                    fields.add(field);
                }
            }
        }
        return fields.toArray(Field[]::new);
    }

    private static Field field(Class<?> type, String name) {
        try {
            Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException gone) {
            throw new AssertionError(gone);
        }
    }

    private static Object get(Field field, Object of) {
        try {
            return field.get(of);
        } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** About today is a time, and relative; what has passed, has passed. */
    private void time(long value) {
        if (value > World.EPOCH / 2 && value < World.EPOCH * 2) {
            add(Math.max(0, value - now) + 1);
        } else {
            add(value);
        }
    }
}
