package dev.oversight.runner;

import dev.oversight.ChildSpec;
import dev.oversight.Dependency;
import dev.oversight.Shutdown;
import dev.oversight.SupervisorSpec;
import dev.oversight.process.ProcessOutput;

/** Makes the specs of the library from what a file says. */
final class TreeSpec {
    private TreeSpec() {}

    /** The tree below a root, its programs writing to {@code output}. */
    static SupervisorSpec of(Entry.Supervisor root, ProcessOutput output) {
        Entry.SupervisorRules own = root.own();
        SupervisorSpec spec = SupervisorSpec.of(root.id(), own.strategy())
                .autoShutdown(own.autoShutdown())
                .stopOrder(own.stopOrder())
                .children(root.children().stream().map(c -> child(c, output)).toList());
        return own.intensity().isEmpty()
                ? spec.neverGiveUp()
                : spec.intensity(
                                own.intensity().get().restarts(),
                                own.intensity().get().within())
                        .atLimit(own.intensity().get().then());
    }

    /** One child. */
    static ChildSpec child(Entry entry, ProcessOutput output) {
        ChildSpec child = switch (entry) {
            case Entry.Supervisor nested ->
                ChildSpec.of(of(nested, output)).shutdown(nested.rules().shutdown());
            case Entry.Program program -> program(program, output);
        };
        child = child.restart(entry.rules().restart())
                .backoff(entry.rules().delay().toBackoff())
                .significant(entry.rules().significant());
        if (entry.rules().limit().isPresent()) {
            Entry.Intensity limit = entry.rules().limit().get();
            child = child.intensity(limit.restarts(), limit.within()).atLimit(limit.then());
        }
        for (Dependency need : entry.rules().needs()) {
            child = child.dependsOn(need.id(), need.condition());
        }
        for (var label : entry.rules().labels().entrySet()) {
            child = child.label(label.getKey(), label.getValue());
        }
        return child;
    }

    private static ChildSpec program(Entry.Program program, ProcessOutput output) {
        ChildSpec child = program.process().output(output).toChild(program.id());
        // The grace of the process is the limit; the child has a little more, to see the end of it.
        return program.rules().shutdown() instanceof Shutdown.Unbounded
                ? child.shutdown(Shutdown.unbounded())
                : child;
    }
}
