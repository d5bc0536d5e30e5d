package dev.oversight.schedule;

import java.util.Set;

/**
 * What a call does to the variable or object it is made on.
 *
 * @param plain it is no better than a field without {@code volatile}, so it can be part of a data race
 * @param acquires what was released there before happens before what follows
 * @param releases what came before happens before what follows an acquire of it
 */
record AccessMode(
        boolean reads, boolean writes, boolean plain, boolean acquires, boolean releases) {
    static final AccessMode PLAIN_READ = new AccessMode(true, false, true, false, false);
    static final AccessMode PLAIN_WRITE = new AccessMode(false, true, true, false, false);
    static final AccessMode VOLATILE_READ = new AccessMode(true, false, false, true, false);
    static final AccessMode VOLATILE_WRITE = new AccessMode(false, true, false, false, true);

    private static final Set<String> ONLY_RELEASE = Set.of("add", "offer", "countDown", "unlock");
    private static final Set<String> ONLY_ACQUIRE = Set.of(
            "await",
            "contains",
            "containsKey",
            "element",
            "entrySet",
            "forEach",
            "get",
            "getCount",
            "getNow",
            "getOrDefault",
            "hasNext",
            "isDone",
            "isEmpty",
            "iterator",
            "join",
            "keySet",
            "lock",
            "next",
            "peek",
            "poll",
            "size",
            "stream",
            "toArray",
            "values");
    private static final Set<String> CHANGES = Set.of(
            "add",
            "addAll",
            "addFirst",
            "addLast",
            "clear",
            "compute",
            "computeIfAbsent",
            "computeIfPresent",
            "merge",
            "offer",
            "offerFirst",
            "offerLast",
            "poll",
            "pollFirst",
            "pollLast",
            "pop",
            "push",
            "put",
            "putAll",
            "putIfAbsent",
            "remove",
            "removeAll",
            "removeFirst",
            "removeIf",
            "removeLast",
            "replace",
            "replaceAll",
            "retainAll",
            "set",
            "sort");

    /** Of a method of {@code VarHandle}. */
    static AccessMode ofHandle(String method) {
        return ofVariable(method, method.equals("get") || method.equals("set"));
    }

    /** Of a method of one of the atomic variables. */
    static AccessMode ofAtomic(String method) {
        return ofVariable(method, method.equals("weakCompareAndSet"));
    }

    private static AccessMode ofVariable(String method, boolean plainByName) {
        boolean both = method.contains("And");
        boolean writes = both || method.startsWith("set") || method.equals("lazySet");
        boolean reads = both || !writes;
        boolean plain = plainByName || method.endsWith("Plain");
        boolean orders = !plain && !method.endsWith("Opaque");
        return new AccessMode(
                reads,
                writes,
                plain,
                orders && reads && !method.endsWith("Release"),
                orders && writes && !method.endsWith("Acquire"));
    }

    /** Of a method of another class of {@code java.util.concurrent}: coarse, by its name. */
    static AccessMode ofConcurrent(String method) {
        return new AccessMode(
                true, true, false, !ONLY_RELEASE.contains(method), !ONLY_ACQUIRE.contains(method));
    }

    /** Of a method of a collection that is not safe for use by several threads. */
    static AccessMode ofCollection(String method) {
        return CHANGES.contains(method) ? PLAIN_WRITE : PLAIN_READ;
    }
}
