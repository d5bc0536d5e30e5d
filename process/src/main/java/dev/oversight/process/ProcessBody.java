package dev.oversight.process;

import dev.oversight.ChildBody;
import dev.oversight.ChildContext;

/** Runs one process per incarnation. */
final class ProcessBody implements ChildBody {
    private final ProcessSpec spec;
    private final Tools tools;

    ProcessBody(ProcessSpec spec, Tools tools) {
        this.spec = spec;
        this.tools = tools;
    }

    @Override
    public void run(ChildContext self) throws InterruptedException {
        new Incarnation(spec, self, tools).run();
    }
}
