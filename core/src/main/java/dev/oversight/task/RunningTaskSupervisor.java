package dev.oversight.task;

import dev.oversight.Supervisor;

/** A task supervisor that is in no tree and is stopped by closing it. Safe for use from any thread. */
public final class RunningTaskSupervisor extends TaskSupervisor implements AutoCloseable {
    private final Supervisor itself;

    RunningTaskSupervisor(Supervisor itself, TaskSpec spec) {
        super(new TaskPlace(itself), spec);
        this.itself = itself;
    }

    /**
     * Stops the tasks, each within its own budget, and waits until all are gone. Those that wait for one
     * are told. As {@link Supervisor#close()}.
     */
    @Override
    public void close() {
        itself.close();
    }
}
