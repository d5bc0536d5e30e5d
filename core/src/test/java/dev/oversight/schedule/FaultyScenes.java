package dev.oversight.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.schedule.faulty.LossyCounter;

import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Scenes with a fault of their own: a search that does not find it would find nothing. */
final class FaultyScenes {
    static final Map<String, Scene> ALL =
            Map.of("lostUpdate", FaultyScenes::lostUpdate, "deadlock", FaultyScenes::deadlock);

    private FaultyScenes() {}

    private static void lostUpdate(SeededScheduler schedule) throws Exception {
        LossyCounter counter = new LossyCounter();
        Thread first = schedule.start("first", counter::count);
        Thread second = schedule.start("second", counter::count);
        first.join();
        second.join();
        assertThat(counter.counted()).isEqualTo(2);
    }

    private static void deadlock(SeededScheduler schedule) throws Exception {
        new CountDownLatch(1).await();
    }
}
