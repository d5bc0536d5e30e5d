package dev.oversight.benchmarks;

import java.util.List;

/** What is measured, and at which numbers of children. */
@SuppressWarnings("ImmutableEnumChecker") // List.of makes both lists unmodifiable
enum Metric {
    /** One child that fails at once, again and again, beside so many idle siblings. */
    CRASH_RESTART("1/s", List.of(0, 100_000), "crash_restart"),

    /** From telling a child to crash until its successor runs, beside so many idle siblings. */
    CRASH_TO_RUNNING(
            "us",
            List.of(10, 1_000, 100_000),
            "crash_to_running_p50_us",
            "crash_to_running_p99_us"),

    /** So many children crash together, until all run again. */
    MASS_CRASH("1/s", List.of(10_000, 100_000), "mass_crash"),

    /** So many children are added one by one to a supervisor that runs, until all have run. */
    START("1/s", List.of(10_000, 100_000), "start"),

    /** The same, with a platform thread as the caller. */
    START_FROM_PLATFORM_THREAD("1/s", List.of(10_000, 100_000), "start_from_platform_thread"),

    /** So many children that a supervisor is described with, until all have run. */
    START_FROM_SPEC("1/s", List.of(10_000, 100_000), "start_from_spec"),

    /** Children are ended and forgotten by id, each waited for, in a tree of so many. */
    TERMINATE_DELETE("1/s", List.of(10, 1_000, 10_000, 100_000), "terminate_delete"),

    /** Memory for each of so many idle children, everything counted, after collection. */
    BYTES_PER_CHILD("B", List.of(100_000), "bytes_per_child"),

    /** The first of so many children crashes, until the last has been ended and runs again. */
    ONE_FOR_ALL("ms", List.of(1_000), "one_for_all_ms"),

    /** A tree of so many idle children ends. */
    STOP("ms", List.of(100_000), "stop_ms"),

    /** All of so many children are listed while one of them does not stop though asked to. */
    QUERY("ms", List.of(10_000), "query_p99_ms");

    private final String unit;
    private final List<Integer> sizes;
    private final List<String> names;

    Metric(String unit, List<Integer> sizes, String... names) {
        this.unit = unit;
        this.sizes = sizes;
        this.names = List.of(names);
    }

    /** Of every figure; what is counted per second is better the higher it is, the rest the lower. */
    String unit() {
        return unit;
    }

    /** The number of children whose figure those at other numbers are compared with. */
    int base() {
        return sizes.get(this == TERMINATE_DELETE ? 2 : 0);
    }

    /** The numbers of children; in a hurry those that a gate is about. */
    List<Integer> sizes(boolean quick) {
        if (!quick) {
            return sizes;
        }
        return switch (this) {
            case CRASH_RESTART -> sizes;
            case CRASH_TO_RUNNING -> List.of(10, 100_000);
            case TERMINATE_DELETE -> List.of(10_000, 100_000);
            default -> sizes.subList(0, 1);
        };
    }

    /** What one measurement yields: one name, or two for two percentiles. */
    List<String> names() {
        return names;
    }
}
