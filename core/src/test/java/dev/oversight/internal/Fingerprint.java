package dev.oversight.internal;

import dev.oversight.Exit;
import dev.oversight.event.ChildState;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * All that a tree may decide by, as text: two trees with the same text behave the same. Found by walking
 * over the fields of the books, so that a field that is added later counts without a line here. Times are
 * written relative to now; left out is what only counts or tells.
 */
final class Fingerprint {
    /** What is told and counted, but decides nothing; and what is there a second time. */
    private static final Set<String> IRRELEVANT = Set.of(
            "spec",
            "path",
            "effects",
            "ordinal",
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
            "earlier",
            "byId",
            "nextOrdinal",
            "nextGenerated",
            "heapIndex",
            "deadlines",
            "attempt",
            "run",
            "slowestBelow",
            "abandonedBelow",
            "abandoned",
            "defaultBackoff",
            "failure",
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

    /** What is older is forgotten by every window of the {@link Scene}s. */
    private static final long OLD = Duration.ofMillis(300).toNanos();

    private static final Map<Class<?>, Field[]> FIELDS = new HashMap<>();

    private final StringBuilder text = new StringBuilder(512);
    private final Map<Object, Integer> seen = new IdentityHashMap<>();
    private final long now;

    private Fingerprint(long now) {
        this.now = now;
    }

    static String of(World world) {
        Fingerprint result = new Fingerprint(world.now);
        for (StateHarness supervisor : world.supervisors) {
            boolean isNow = supervisor.phase() != SupervisorState.Phase.ENDED
                    && (supervisor.self == null || !supervisor.self.over);
            if (isNow || supervisor.parent == null) {
                result.supervisor(supervisor);
            }
        }
        result.runs(world.runs);
        for (World.Delivery delivery : world.queued()) {
            result.text.append(delivery.to().path).append('<').append(name(delivery.input()));
            if (delivery.input() instanceof Input.Stop stop) {
                result.time(stop.byNanos);
            }
        }
        return result.text.toString();
    }

    private void supervisor(StateHarness supervisor) {
        text.append(supervisor.path).append(':');
        walk(supervisor.state);
        text.append(" alarm");
        time(supervisor.alarm);
        supervisor.invariants.promises.describe(text);
        text.append('\n');
    }

    /** Runs that were let go of count up to two per child. */
    private void runs(List<FakeRun> runs) {
        Map<String, Integer> left = new TreeMap<>();
        for (FakeRun run : runs) {
            if (!run.over) {
                String now = run.child.run == run
                        ? ""
                        : run.child.incarnation == run.incarnation
                                        && run.child.state == ChildState.ABANDONED
                                ? "!"
                                : "?";
                String what = run.child.path
                        + now
                        + (run.signalled ? "s" : "")
                        + (run.aborted ? "a" : "");
                left.merge(what, 1, (a, b) -> Math.min(2, a + b));
            }
        }
        text.append(left);
    }

    private static String name(Input input) {
        return input instanceof Run run
                ? "end of " + run.child.id + (run.cause == null)
                : input.getClass().getSimpleName();
    }

    private void walk(Object value) {
        switch (value) {
            case null -> text.append('_');
            case Long number -> time(number);
            case Boolean flag -> text.append((boolean) flag ? '1' : '0');
            case Enum<?> constant -> text.append(constant.ordinal());
            case Integer number -> text.append((int) number);
            case String string -> text.append(string);
            case Exit exit -> text.append(exit.kind().ordinal());
            case Throwable thrown -> text.append('x');
            case Reply<?> reply -> text.append('r');
            case Input input -> text.append(name(input));
            case Collection<?> all -> {
                text.append('[');
                all.forEach(this::walk);
                text.append(']');
            }
            default -> fields(value);
        }
        text.append(',');
    }

    private void fields(Object value) {
        if (!value.getClass().getPackageName().equals("dev.oversight.internal")
                || value instanceof Lifecycle
                || value instanceof Rules) {
            return;
        }
        Integer before = seen.putIfAbsent(value, seen.size());
        if (before != null) {
            text.append(value instanceof Child child ? child.id : "");
            return;
        }
        try {
            for (Field field : FIELDS.computeIfAbsent(value.getClass(), Fingerprint::relevant)) {
                boolean stale = value instanceof Child child
                        && child.heapIndex < 0
                        && field.getName().equals("dueNanos");
                if (!stale) {
                    walk(field.get(value));
                }
            }
            if (value instanceof Child child && child.lastExit != null) {
                boolean done = child.lastExit.kind() == Exit.Kind.COMPLETED
                        || child.lastExit.kind() == Exit.Kind.DECLINED;
                text.append(done ? 'e' : 'f');
            }
        } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static Field[] relevant(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> at = type; at != Object.class; at = at.getSuperclass()) {
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

    /** About today is a time, and relative; what has passed, has passed. */
    private void time(long value) {
        if (value > World.EPOCH / 2 && value < World.EPOCH * 2) {
            text.append('t').append(Math.max(-OLD, value - now));
        } else if (value == Long.MAX_VALUE || value == Long.MIN_VALUE) {
            text.append('m');
        } else {
            text.append(value);
        }
    }
}
