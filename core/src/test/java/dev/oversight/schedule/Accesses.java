package dev.oversight.schedule;

import java.lang.constant.ClassDesc;
import java.lang.invoke.VarHandle;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;

/**
 * What the engine calls at each access to what threads could share, once {@link PreemptiveLoader} has
 * loaded it: tells the {@link RaceDetector}. Nobody is held up here.
 */
public final class Accesses {
    private enum Kind {
        ATOMIC,
        ATOMIC_ARRAY,
        CONCURRENT,
        COLLECTION,
        OTHER
    }

    private static final String CONCURRENT = "java.util.concurrent.";
    private static final Set<String> VIEWS = Set.of(
            "copy",
            "descendingMap",
            "descendingIterator",
            "entrySet",
            "exceptionally",
            "handle",
            "iterator",
            "keySet",
            "listIterator",
            "reversed",
            "subList",
            "values",
            "whenComplete");

    private static final Set<String> KEYED = Set.of(
            "compute",
            "computeIfAbsent",
            "computeIfPresent",
            "containsKey",
            "get",
            "getOrDefault",
            "merge",
            "put",
            "putIfAbsent",
            "remove",
            "replace");

    private static final ClassValue<Kind> KINDS = new ClassValue<>() {
        @Override
        protected Kind computeValue(Class<?> type) {
            for (Class<?> at = type; at != null; at = at.getSuperclass()) {
                if (at.getName().startsWith(CONCURRENT)) {
                    if (!at.getName().startsWith(CONCURRENT + "atomic.")) {
                        return Kind.CONCURRENT;
                    }
                    return at.getName().endsWith("Array") ? Kind.ATOMIC_ARRAY : Kind.ATOMIC;
                }
            }
            boolean plain = Collection.class.isAssignableFrom(type)
                    || Map.class.isAssignableFrom(type)
                    || Iterator.class.isAssignableFrom(type);
            return plain ? Kind.COLLECTION : Kind.OTHER;
        }
    };

    private static final Map<VarHandle, String> NAMES = new IdentityHashMap<>();

    private static RaceDetector detector;

    private Accesses() {}

    static void use(RaceDetector next) {
        detector = next;
    }

    private static RaceDetector current() {
        RaceDetector current = detector;
        return current != null && current.isCalledByRunning() ? current : null;
    }

    // ------------------------------------------------------------------ fields

    /** Before a plain field is read; static if there is no target. */
    public static void read(Object target, String field, String place) {
        note(target, field, AccessMode.PLAIN_READ, place);
    }

    /** Before a plain field is written. */
    public static void write(Object target, String field, String place) {
        note(target, field, AccessMode.PLAIN_WRITE, place);
    }

    /** Before a volatile field is read. */
    public static void readVolatile(Object target, String field, String place) {
        note(target, field, AccessMode.VOLATILE_READ, place);
    }

    /** Before a volatile field is written. */
    public static void writeVolatile(Object target, String field, String place) {
        note(target, field, AccessMode.VOLATILE_WRITE, place);
    }

    /** Before an element is read. */
    public static void readElement(Object array, int index, String place) {
        note(array, index, AccessMode.PLAIN_READ, place);
    }

    /** Before an element is written. */
    public static void writeElement(Object array, int index, String place) {
        note(array, index, AccessMode.PLAIN_WRITE, place);
    }

    /** Before a field of that target is accessed by a handle. */
    public static void handle(VarHandle handle, Object target, String method, String place) {
        note(target, nameOf(handle), AccessMode.ofHandle(method), place);
    }

    private static void note(Object target, Object name, AccessMode mode, String place) {
        RaceDetector current = current();
        if (current != null) {
            current.access(target, name, mode, place);
        }
    }

    private static String nameOf(VarHandle handle) {
        return NAMES.computeIfAbsent(handle, added -> {
            var description = added.describeConstable().orElseThrow();
            String owner =
                    ((ClassDesc) description.bootstrapArgsList().getFirst()).descriptorString();
            return (owner.substring(1, owner.length() - 1) + '.' + description.constantName())
                    .intern();
        });
    }

    // ------------------------------------------------------------------ objects

    /** Before a method of an object is called that may be shared, or a collection. */
    public static void calls(Object target, String method, String place) {
        callsWith(target, null, method, place);
    }

    /** The same, if it has an argument that may be a key or an index. */
    public static void callsWith(Object target, Object key, String method, String place) {
        RaceDetector current = current();
        if (current == null || target == null) {
            return;
        }
        switch (KINDS.get(target.getClass())) {
            case ATOMIC ->
                current.access(target, RaceDetector.WHOLE, AccessMode.ofAtomic(method), place);
            case COLLECTION ->
                current.access(target, RaceDetector.WHOLE, AccessMode.ofCollection(method), place);
            case ATOMIC_ARRAY -> {
                Object element = key == null ? RaceDetector.WHOLE : key;
                current.access(target, element, AccessMode.ofAtomic(method), place);
            }
            case CONCURRENT -> {
                AccessMode mode = AccessMode.ofConcurrent(method);
                Object entry = entry(target, key, method);
                if (mode.acquires()) {
                    current.acquire(target, entry);
                }
                if (mode.releases()) {
                    current.release(target, entry);
                }
            }
            case OTHER -> {}
        }
    }

    /** The same in a scene, whose own collections do not count. */
    public static void callsFromScene(Object target, String method, String place) {
        if (target != null && KINDS.get(target.getClass()) != Kind.COLLECTION) {
            calls(target, method, place);
        }
    }

    /** Of a table that is asked for a key, that key. */
    private static Object entry(Object target, Object key, String method) {
        boolean isOne = key != null && target instanceof ConcurrentMap && KEYED.contains(method);
        return isOne ? key : RaceDetector.WHOLE;
    }

    /** Afterwards: it may have waited, or have changed something itself. */
    public static void called(Object target, String method) {
        calledWith(target, null, method);
    }

    /** The same, if it has an argument that may be a key. */
    public static void calledWith(Object target, Object key, String method) {
        RaceDetector current = current();
        if (current == null || target == null || KINDS.get(target.getClass()) != Kind.CONCURRENT) {
            return;
        }
        Object entry = entry(target, key, method);
        if (AccessMode.ofConcurrent(method).acquires()) {
            current.acquire(target, entry);
        }
        if (method.startsWith("compute") || method.equals("merge")) {
            current.release(target, entry);
        }
    }

    /** Of the object that such a method has returned. */
    public static void returned(Object result, Object target, String method) {
        RaceDetector current = current();
        if (current != null
                && result != null
                && target != null
                && (VIEWS.contains(method) || method.startsWith("then"))) {
            current.isPartOf(result, target);
        }
    }

    /** A future was made that completes with one of those, or with all. */
    public static void combines(Object result, Object[] futures) {
        RaceDetector current = current();
        if (current != null) {
            current.combines(result, futures);
        }
    }

    /** A collection is handed to a method that reads it. */
    public static void isRead(Object argument, String place) {
        if (argument != null) {
            calls(argument, "iterator", place);
        }
    }

    // ------------------------------------------------------------------ threads

    /** Before that thread is interrupted. */
    public static void interrupts(Thread thread) {
        RaceDetector current = current();
        if (current != null) {
            current.interrupts(thread);
        }
    }

    /** The calling thread has asked whether it is interrupted. */
    public static void sawInterrupt(boolean interrupted) {
        RaceDetector current = current();
        if (current != null && interrupted) {
            current.sawInterrupt(Thread.currentThread());
        }
    }

    /** A wait for the end of that thread is over. */
    public static void joined(Thread thread) {
        RaceDetector current = current();
        if (current != null) {
            current.joined(thread);
        }
    }

    /** A class initialiser begins, or ends. */
    public static void initialises(int more) {
        RaceDetector current = current();
        if (current != null) {
            current.initialises(more);
        }
    }
}
