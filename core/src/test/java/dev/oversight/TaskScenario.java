package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.task.Task;
import dev.oversight.task.TaskException;
import dev.oversight.task.TaskResult;
import dev.oversight.task.TaskSpec;
import dev.oversight.task.TaskStoppedException;
import dev.oversight.task.TaskStoppedException.Reason;
import dev.oversight.task.TaskSupervisor;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A tree with a supervisor of tasks in it, and what is asked of both. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class TaskScenario {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    final TaskSpec tasks = TaskSpec.of("tasks");
    Supervisor tree;

    TaskSupervisor start(TaskSpec spec) throws Exception {
        tree = trees.start(root(spec));
        return spec.in(tree);
    }

    TaskSupervisor start(TaskSpec spec, ManualTime time) throws Exception {
        tree = trees.start(root(spec), time);
        return spec.in(tree);
    }

    static SupervisorSpec root(TaskSpec spec) {
        return SupervisorSpec.of("root").autoShutdown(AutoShutdown.NEVER).child(spec.spec());
    }

    static Reason reasonOf(Task<?> task) throws InterruptedException {
        TaskResult<?> result = task.join();
        assertThat(result).isInstanceOf(TaskResult.Failure.class);
        TaskException problem = ((TaskResult.Failure<?>) result).problem();
        assertThat(problem).isInstanceOf(TaskStoppedException.class);
        return ((TaskStoppedException) problem).reason();
    }
}
