package dev.oversight.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.schedule.faulty.EarlyLeave;
import dev.oversight.schedule.faulty.ForgottenVolatile;
import dev.oversight.schedule.faulty.LateHandOver;
import dev.oversight.schedule.faulty.LossyCounter;

import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Scenes with a fault of their own: a search that does not find it would find nothing. */
final class FaultyScenes {
    static final Map<String, Scene> ALL = Map.of(
            "lostUpdate", FaultyScenes::lostUpdate,
            "deadlock", FaultyScenes::deadlock,
            "forgottenVolatile", FaultyScenes::forgottenVolatile,
            "lateHandOver", FaultyScenes::lateHandOver,
            "earlyLeave", FaultyScenes::earlyLeave);

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

    // Data races: in each of their schedules all goes well, since the threads take turns.

    private static void forgottenVolatile(SeededScheduler schedule) throws Exception {
        ForgottenVolatile answer = new ForgottenVolatile();
        schedule.start("answers", () -> answer.answer());
        answer.await();
    }

    private static void lateHandOver(SeededScheduler schedule) throws Exception {
        LateHandOver list = new LateHandOver();
        schedule.start("reads", () -> list.size());
        list.give();
    }

    private static void earlyLeave(SeededScheduler schedule) throws Exception {
        EarlyLeave counter = new EarlyLeave();
        schedule.start("first", () -> counter.count());
        schedule.start("second", () -> counter.count());
    }
}
