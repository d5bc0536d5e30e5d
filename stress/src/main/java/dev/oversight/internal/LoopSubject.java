package dev.oversight.internal;

import dev.oversight.OversightException;
import dev.oversight.SupervisorSpec;
import dev.oversight.spi.Platform;

import java.util.function.Supplier;

/** A supervisor without children, whose loop the actors hand inputs to. */
class LoopSubject {
    private static final SupervisorSpec SPEC = SupervisorSpec.of("root");
    private static final Platform PLATFORM = Platform.system();
    private static final Reply<Integer> NOBODY = new Reply<>() {
        @Override
        public void succeed(Integer value) {}

        @Override
        public void fail(OversightException problem) {
            throw new AssertionError(problem);
        }
    };

    private final SerialLoop loop =
            new SupervisorRuntime(SPEC, new Tree(PLATFORM, null, body -> body)).loop();

    /** Has the loop do something with fields that are neither volatile nor guarded by anything else. */
    final void inLoop(Supplier<Integer> action) {
        loop.submit(new Input.Query<>(state -> action.get(), NOBODY));
    }
}
