package dev.oversight.internal;

import dev.oversight.ChildSpec;
import dev.oversight.SupervisorSpec;
import dev.oversight.internal.Action.Kind;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A small tree for the {@link Explorer}, and what may happen to it.
 *
 * @param nested whether nested supervisors are played out, each with a loop of its own
 * @param symmetric whether no child has a place of its own: all have the same rules, nobody depends on the
 *     order, and what may happen to one may happen to each
 * @param besides must hold after every step, besides all that always must
 */
record Scene(
        String name,
        SupervisorSpec spec,
        Inputs inputs,
        boolean nested,
        boolean symmetric,
        Consumer<StateHarness> besides) {
    /**
     * What may happen.
     *
     * @param may of these kinds alone
     * @param targets the children, at any depth, that requests are about
     * @param added the children that may be added to any supervisor
     */
    record Inputs(Set<Kind> may, Set<String> targets, List<ChildSpec> added) {}

    /** What befalls children, and that the whole ends. */
    private static final Set<Kind> FAILURES = EnumSet.of(
            Kind.CRASH,
            Kind.COMPLETE,
            Kind.READY,
            Kind.LATE_END,
            Kind.STOP,
            Kind.STOP_WITHIN,
            Kind.ABORT,
            Kind.CLOCK,
            Kind.WOKE,
            Kind.TURN);

    /** The ids of children that do not end by themselves when asked to: the script says when. */
    private static final String[] DEAF = {"a", "b", "c", "d", "s", "t", "x", "y", "z"};

    /** Only failures. */
    static Scene of(String name, SupervisorSpec spec) {
        Inputs inputs = new Inputs(FAILURES, Set.of(), List.of());
        return new Scene(name, spec, inputs, false, false, h -> {});
    }

    private Scene with(Inputs other) {
        return new Scene(name, spec, other, nested, symmetric, besides);
    }

    /** This may happen, too. */
    Scene with(Kind... more) {
        EnumSet<Kind> all = EnumSet.copyOf(inputs.may);
        all.addAll(Arrays.asList(more));
        return with(new Inputs(all, inputs.targets, inputs.added));
    }

    /** Requests about these children. */
    Scene about(String... ids) {
        return with(new Inputs(inputs.may, Set.of(ids), inputs.added));
    }

    /** These may be added. */
    Scene adding(ChildSpec... children) {
        return with(new Inputs(inputs.may, inputs.targets, List.of(children)));
    }

    Scene withNested() {
        return new Scene(name, spec, inputs, true, symmetric, besides);
    }

    Scene withoutOrder() {
        return new Scene(name, spec, inputs, nested, true, besides);
    }

    Scene whereBesides(Consumer<StateHarness> holds) {
        return new Scene(name, spec, inputs, nested, symmetric, holds);
    }

    /** Before anything has happened; the script says everything. */
    StateHarness harness() {
        StateHarness harness = new StateHarness(spec);
        if (nested) {
            harness.withNested().withTurns();
        }
        return harness.deaf(DEAF);
    }

    /** As the code that makes that harness, and starts it. */
    String code() {
        return "StateHarness h = new StateHarness(" + SpecCode.of(spec) + ")"
                + (nested ? ".withNested().withTurns()" : "") + ";\n" + "h.deaf(\""
                + String.join("\", \"", DEAF) + "\").start();\n";
    }
}
