package dev.oversight.testkit;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.function.Supplier;

/** One thing that {@link Chaos} does. */
sealed interface ChaosRule {
    PathPattern pattern();

    /** As one would write it. */
    String source();

    /** One that makes decisions, again and again. */
    sealed interface Paced extends ChaosRule {
        Pace pace();
    }

    /** Has running incarnations fail. */
    record Kill(PathPattern pattern, Pace pace, @Nullable Supplier<? extends Throwable> with)
            implements Paced {
        @Override
        public String source() {
            return ".kill(" + Sources.of(pattern.text()) + ", " + pace.source()
                    + (with == null ? ")" : ", () -> …)");
        }
    }

    /** Has them neither work nor hear anything: for so long, or until they are abandoned. */
    record Hang(PathPattern pattern, Pace pace, @Nullable Duration time) implements Paced {
        @Override
        public String source() {
            return ".hang(" + Sources.of(pattern.text()) + ", " + pace.source()
                    + (time == null ? ")" : ", " + Sources.of(time) + ")");
        }
    }

    /** Has each incarnation take longer to start or to stop. */
    record Slow(PathPattern pattern, Duration atMost) implements ChaosRule {
        @Override
        public String source() {
            return ".slow(" + Sources.of(pattern.text()) + ", " + Sources.of(atMost) + ")";
        }
    }

    /** Asks for things. */
    record Flood(PathPattern pattern, int threads, Pace pace) implements Paced {
        @Override
        public String source() {
            return ".flood(" + Sources.of(pattern.text()) + ", " + threads + ", " + pace.source()
                    + ")";
        }
    }
}
