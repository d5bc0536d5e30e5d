package dev.oversight;

import java.util.Objects;

/** One rule widened or narrowed by another. */
record CombinedRestart(Restart rule, boolean widened, Restart by) implements Restart {
    CombinedRestart {
        Objects.requireNonNull(by, widened ? "other" : "exception");
    }

    @Override
    public boolean shouldRestart(Exit exit) {
        return widened
                ? rule.shouldRestart(exit) || by.shouldRestart(exit)
                : rule.shouldRestart(exit) && !by.shouldRestart(exit);
    }

    @Override
    public boolean keepsSpec() {
        return rule.keepsSpec() || (widened && by.keepsSpec());
    }

    @Override
    public String toString() {
        return rule + (widened ? " or " : " unless ") + by;
    }
}
