package dev.oversight.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the data races of one schedule: accesses of two threads to the same plain field, element or
 * collection, one of them a write, neither of which happens before the other by the memory model. That
 * they came one after the other in this schedule is no excuse, so one that is sequentially consistent
 * shows what a weaker memory could do in others.
 *
 * <p>Each thread has a vector clock, which goes from one to the other where the memory model has an edge:
 * with a volatile field or an atomic, with the start and the end of a thread, and with an interrupt that
 * is noticed. Unparking is no edge. What is in {@code java.util.concurrent} has one clock, or one for each
 * key of a table, whatever comes of a call: that may hide a race, and never makes one up.
 */
final class RaceDetector {
    /** A thread, and what it knows. */
    private static final class Known {
        final int index;
        final String name;
        final VectorClock clock = new VectorClock();
        final Variable interrupts = new Variable(WHOLE);
        int initialising;

        Known(int index, String name) {
            this.index = index;
            this.name = name;
            clock.tick(index);
        }
    }

    /** The name of what is no field, but the object itself. */
    static final String WHOLE = "";

    private static final Object[] NONE = {};

    private final Map<Thread, Known> threads = new IdentityHashMap<>();
    private final Map<Object, List<Variable>> variables = new IdentityHashMap<>();

    /** Of a table, those that were asked for by their keys. */
    private final Map<Object, Map<Object, Variable>> entries = new IdentityHashMap<>();

    /** Of a view or an iterator, what it is one of. */
    private final Map<Object, Object> wholes = new IdentityHashMap<>();

    /** Of a future that completes with others. */
    private final Map<Object, Object[]> parts = new IdentityHashMap<>();

    private final Set<String> races = new LinkedHashSet<>();
    private Thread thread;
    private Known running;

    /** In the order in which they were found. */
    Set<String> races() {
        return races;
    }

    // ------------------------------------------------------------------ threads

    /** From now on all is done by that thread; by none of them if it is null. */
    void isTurnOf(Thread next) {
        thread = next;
        running = next == null ? null : known(next);
    }

    /** Whether the calling thread is the one whose turn it is, and not one of the JDK's own. */
    boolean isCalledByRunning() {
        return running != null && thread == Thread.currentThread();
    }

    private Known known(Thread which) {
        return threads.computeIfAbsent(which, added -> new Known(threads.size(), added.getName()));
    }

    /** What has happened so far, to whoever is {@linkplain #follows told of it}. */
    VectorClock soFar() {
        if (running == null) {
            return new VectorClock();
        }
        VectorClock clock = running.clock.copy();
        running.clock.tick(running.index);
        return clock;
    }

    /** All that was known then happens before what that thread does from now on. */
    void follows(Thread which, VectorClock then) {
        known(which).clock.join(then);
    }

    void starts(Thread which) {
        if (running != null) {
            follows(which, soFar());
        }
    }

    /** That thread has ended. */
    void joined(Thread ended) {
        running.clock.join(known(ended).clock);
    }

    void interrupts(Thread which) {
        release(known(which).interrupts);
    }

    void sawInterrupt(Thread which) {
        known(which).interrupts.acquire(running.clock);
    }

    /** What a class initialiser does happens before whatever uses the class, so it is not recorded. */
    void initialises(int more) {
        running.initialising += more;
    }

    // ------------------------------------------------------------------ accesses

    /** Notes an access; first, whether it races with another one. */
    void access(Object target, Object name, AccessMode mode, String place) {
        Variable variable = variable(target, name);
        if (mode.acquires()) {
            variable.acquire(running.clock);
        }
        int tick = running.clock.now(running.index);
        if (running.initialising == 0 && !variable.isRepeated(running.index, tick, mode)) {
            var next = new Variable.Access(running.index, tick, running.name, place, mode);
            variable.add(
                    next,
                    running.clock,
                    before -> races.add("data race on " + nameOf(target, name) + ":\n    " + before
                            + "\n    and, which nothing orders behind it,\n    " + next));
        }
        if (mode.releases()) {
            release(variable);
        }
    }

    /** A call on an object that is safe for use by several threads, or on one entry of it. */
    void acquire(Object target, Object entry) {
        variable(target, WHOLE).acquire(running.clock);
        if (entry != WHOLE) {
            entry(target, entry).acquire(running.clock);
            return;
        }
        Object whole = wholes.getOrDefault(target, target);
        entries.getOrDefault(whole, Map.of()).values().forEach(e -> e.acquire(running.clock));
        for (Object part : parts.getOrDefault(target, NONE)) {
            acquire(part, WHOLE);
        }
    }

    void release(Object target, Object entry) {
        release(entry == WHOLE ? variable(target, WHOLE) : entry(target, entry));
    }

    private Variable entry(Object target, Object key) {
        return entries.computeIfAbsent(target, added -> new HashMap<>())
                .computeIfAbsent(key, Variable::new);
    }

    private void release(Variable variable) {
        variable.release(running.clock);
        running.clock.tick(running.index);
    }

    /** The part is a view or an iterator of the whole, or a future that completes with it. */
    void isPartOf(Object part, Object whole) {
        if (part != whole && !variables.containsKey(part)) {
            wholes.putIfAbsent(part, wholes.getOrDefault(whole, whole));
        }
    }

    /** The whole completes with one of the parts, or with all. */
    void combines(Object whole, Object[] of) {
        parts.put(whole, of);
    }

    private Variable variable(Object target, Object name) {
        Object whole = target == null ? name : target;
        if (name == WHOLE && !wholes.isEmpty()) {
            whole = wholes.getOrDefault(whole, whole);
        }
        List<Variable> known = variables.get(whole);
        if (known == null) {
            known = new ArrayList<>(4);
            variables.put(whole, known);
        }
        for (int i = 0; i < known.size(); i++) { // a few million times: without an iterator
            Variable each = known.get(i);
            if (each.isCalled(name)) {
                return each;
            }
        }
        Variable added = new Variable(name);
        known.add(added);
        return added;
    }

    private static String nameOf(Object target, Object name) {
        return switch (name) {
            case Integer index -> target.getClass().getSimpleName() + " element " + index;
            case String field when field == WHOLE -> "a " + target.getClass().getSimpleName();
            default -> name.toString().substring(name.toString().lastIndexOf('/') + 1);
        };
    }
}
