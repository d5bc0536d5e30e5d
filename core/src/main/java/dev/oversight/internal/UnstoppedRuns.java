package dev.oversight.internal;

import dev.oversight.event.AbandonedRun;
import dev.oversight.event.ChildState;
import dev.oversight.event.UnstoppedRun;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What still runs below a supervisor though it was asked to stop: within its budget, or let go of. Stacks
 * are taken in the caller's thread, outside of every loop.
 */
final class UnstoppedRuns {
    private UnstoppedRuns() {}

    static List<UnstoppedRun> all(SupervisorRuntime supervisor) {
        List<UnstoppedRun> result = new ArrayList<>();
        Deque<SupervisorRuntime> todo = new ArrayDeque<>(List.of(supervisor));
        for (SupervisorRuntime at = todo.poll(); at != null; at = todo.poll()) {
            addStopping(at, result, todo);
        }
        for (AbandonedRun run : abandoned(supervisor)) {
            result.add(new UnstoppedRun(
                    run.path(), run.incarnation(), run.since(), null, true, run.stack()));
        }
        return List.copyOf(result);
    }

    /** Adds the runs of this supervisor that are stopping; nested supervisors are left to do. */
    private static void addStopping(
            SupervisorRuntime supervisor,
            List<UnstoppedRun> result,
            Deque<SupervisorRuntime> nested) {
        record Stopping(
                ThreadRun run, Instant asked, @Nullable Instant due) {}
        List<Stopping> stopping = supervisor.handle().ask(state -> {
            List<Stopping> found = new ArrayList<>();
            for (Child child = state.children().first(); child != null; child = child.later) {
                if (child.run instanceof NestedRun run) {
                    nested.add(run.nested());
                } else if (child.state == ChildState.STOPPING
                        && child.run instanceof ThreadRun run) {
                    found.add(new Stopping(
                            run,
                            SupervisorHandle.instant(child.sinceNanos),
                            child.heapIndex < 0 ? null : SupervisorHandle.instant(child.dueNanos)));
                }
            }
            return found;
        });
        for (Stopping each : stopping) { // stacks are taken outside the loop
            result.add(new UnstoppedRun(
                    each.run.child.path,
                    each.run.incarnation,
                    each.asked,
                    each.due,
                    false,
                    SupervisorRuntime.stackOf(each.run)));
        }
    }

    static List<AbandonedRun> abandoned(SupervisorRuntime supervisor) {
        List<AbandonedRun> result = new ArrayList<>();
        supervisor.tree().ledger().all().forEach((run, since) -> {
            if (run.child.path.startsWith(supervisor.path() + "/")) {
                result.add(new AbandonedRun(
                        run.child.path,
                        run.incarnation,
                        SupervisorHandle.instant(since),
                        SupervisorRuntime.stackOf(run)));
            }
        });
        return List.copyOf(result);
    }
}
