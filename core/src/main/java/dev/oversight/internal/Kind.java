package dev.oversight.internal;

import dev.oversight.SupervisorSpec;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A kind of supervisor whose children are all made in one way, and not by {@link
 * dev.oversight.Supervisor#add}. It is no setting that an application could make, so the spec hands the way
 * to it over when its class is initialised, instead of having it in public.
 */
public enum Kind {
    /** All children are instances of one template. */
    DYNAMIC("an instance of its template", "start it with DynamicSpec.in(tree).start(argument)"),
    /** All children are its parts. */
    PARTITIONED("no child but its parts", "put the child beside it, or resize(n) its parts"),
    /** All children are tasks. */
    TASKS("a task", "submit it with TaskSpec.in(tree).submit(work)");

    private static volatile @Nullable BiFunction<SupervisorSpec, Kind, SupervisorSpec> setter;
    private static volatile @Nullable Function<SupervisorSpec, @Nullable Kind> getter;

    private final String expected;
    private final String cure;

    Kind(String expected, String cure) {
        this.expected = expected;
        this.cure = cure;
    }

    /** Called once, by the class of the spec. */
    public static void isKeptBy(
            BiFunction<SupervisorSpec, Kind, SupervisorSpec> set,
            Function<SupervisorSpec, @Nullable Kind> get) {
        setter = set;
        getter = get;
    }

    /** The same supervisor as one of this kind. */
    public SupervisorSpec of(SupervisorSpec spec) {
        return Objects.requireNonNull(setter, "setter").apply(spec, this);
    }

    /** Of which kind it is; null if children of any kind can be added. */
    public static @Nullable Kind kindOf(SupervisorSpec spec) {
        return Objects.requireNonNull(getter, "getter").apply(spec);
    }

    /** What can be added instead of a child of any kind, to follow "expected". */
    public String expected() {
        return expected;
    }

    /** How. */
    public String cure() {
        return cure;
    }
}
