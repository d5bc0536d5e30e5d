package dev.oversight.internal;

/** A loop that counts what it applies, in fields that are neither volatile nor guarded. */
class CountedLoop extends LoopSubject {
    private int inside;
    int applied;
    int overlaps;

    CountedLoop() {}

    CountedLoop(int inputsPerTurn) {
        super(inputsPerTurn);
    }

    private int apply() {
        overlaps += inside++;
        applied++;
        inside--;
        return 0;
    }

    final void handInThree() {
        inLoop(this::apply);
        inLoop(this::apply);
        inLoop(this::apply);
    }
}
