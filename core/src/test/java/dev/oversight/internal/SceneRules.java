package dev.oversight.internal;

import dev.oversight.Backoff;
import dev.oversight.ChildSpec;
import dev.oversight.Exit;
import dev.oversight.Restart;
import dev.oversight.Strategy;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** Rules as an application may write them, for {@link Scene}s. They print as the code that names them. */
final class SceneRules {
    /** What the broken ones throw. */
    static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private static final ThreadLocal<Integer> THROWN = ThreadLocal.withInitial(() -> 0);

        Broken() {
            super("broken", null, false, false);
            THROWN.set(THROWN.get() + 1);
        }

        /** How many this thread has made. */
        static int thrown() {
            return THROWN.get();
        }
    }

    private SceneRules() {}

    /** Strategies. */
    enum Groups implements Strategy {
        /** Those of the same group. */
        SAME,
        /** One_for_all, but it cannot say so for the group called odd. */
        BROKEN;

        @Override
        public Collection<ChildSpec> affected(ChildSpec failed, List<ChildSpec> startOrder) {
            if (this == SAME) {
                return startOrder.stream()
                        .filter(c -> c.label("group").equals(failed.label("group")))
                        .toList();
            }
            if (failed.label("group").filter("odd"::equals).isPresent()) {
                throw new Broken();
            }
            return startOrder;
        }

        @Override
        public String toString() {
            return "SceneRules.Groups." + name();
        }
    }

    /** Restart rules. */
    enum Ends implements Restart {
        /** As transient, but it cannot judge failures. */
        BROKEN;

        @Override
        public boolean shouldRestart(Exit exit) {
            if (exit.isNormal()) {
                return false;
            }
            throw new Broken();
        }

        @Override
        public String toString() {
            return "SceneRules.Ends." + name();
        }
    }

    /** Backoffs. */
    enum Delays implements Backoff {
        /** 100 ms, but it cannot count to two. */
        BROKEN;

        @Override
        public Duration delay(int attempt) {
            if (attempt > 1) {
                throw new Broken();
            }
            return Duration.ofMillis(100);
        }

        @Override
        public String toString() {
            return "SceneRules.Delays." + name();
        }
    }
}
