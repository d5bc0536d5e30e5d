package dev.oversight.testkit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;

/** A thousand children under chaos: for seconds here, for an hour with {@code -Psoak}. */
class SoakTest {
    @Test
    void aThousandChildrenUnderChaos_areAllUpAgainAfterSeconds() throws Exception {
        new Soak(Duration.ofSeconds(2), Duration.ofMillis(500), 42).run();
    }

    @Test
    @Tag("soak")
    void aThousandChildrenUnderChaos_loseNothingAndDoNotGrow() throws Exception {
        Duration length = Duration.ofMinutes(Integer.getInteger("oversight.soak.minutes", 60));
        long seed = Long.getLong("oversight.seed", 42);
        new Soak(length, Duration.ofMinutes(1), seed).run();
    }
}
