package dev.oversight.internal;

import dev.oversight.OversightException;

import java.util.function.Supplier;

/** A supervisor without children, whose loop the actors hand inputs to. */
class LoopSubject {
    private static final int FAR_FROM_HERE = 1024;

    static final Reply<Integer> NOBODY = new Reply<>() {
        @Override
        public void succeed(Integer value) {}

        @Override
        public void fail(OversightException problem) {
            throw new AssertionError(problem);
        }
    };

    private final SerialLoop loop;

    LoopSubject() {
        this(FAR_FROM_HERE);
    }

    LoopSubject(int inputsPerTurn) {
        this.loop = Subjects.loop(inputsPerTurn);
    }

    /** Something that is done in a loop, and that nobody waits for. */
    static Input doing(Supplier<Integer> action) {
        return new Input.Query<>(state -> action.get(), NOBODY);
    }

    /** Has the loop do something with fields that are neither volatile nor guarded by anything else. */
    final void inLoop(Supplier<Integer> action) {
        loop.submit(doing(action));
    }

    /** The same, and waits for what comes of it. */
    final int ask(Supplier<Integer> action) {
        return Subjects.ask(loop, action);
    }
}
