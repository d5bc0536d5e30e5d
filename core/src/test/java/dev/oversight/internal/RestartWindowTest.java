package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

class RestartWindowTest {
    private static Throwable failure(int number) {
        return new IllegalStateException("no. " + number);
    }

    // OTP-075
    @Test
    void noneAllowed_refusesTheFirst() {
        assertThat(new RestartWindow(0, 100).allows(5, failure(1))).isFalse();
    }

    @Test
    void asManyAsAllowed_thenOneTooMany() {
        RestartWindow window = new RestartWindow(3, 100);
        assertThat(IntStream.range(0, 4).mapToObj(i -> window.allows(i, failure(i))))
                .containsExactly(true, true, true, false);
    }

    // OTP-077
    @Test
    void exactlyOnePeriodOld_noLongerCounts() {
        RestartWindow window = new RestartWindow(1, 100);
        window.allows(0, failure(0));
        assertThat(window.allows(100, failure(1))).isTrue();
        assertThat(window.allows(199, failure(2))).isFalse();
    }

    // OTP-082, W-16
    @Test
    void manySpacedRestarts_keepNoMoreThanThePeriodHolds() {
        RestartWindow window = new RestartWindow(3, 100);
        for (int i = 0; i < 50_000; i++) {
            assertThat(window.allows(i * 50L, failure(i))).isTrue();
            assertThat(window.failures().size()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void failures_areThoseOfThePeriodOldestFirst() {
        RestartWindow window = new RestartWindow(2, 100);
        Throwable[] all = {failure(0), failure(1), failure(2), failure(3)};
        window.allows(0, all[0]);
        window.allows(90, all[1]);
        window.allows(110, all[2]);
        window.allows(120, all[3]);
        assertThat(window.failures()).containsExactly(all[1], all[2], all[3]);
    }

    @Test
    void clockThatWraps_isNoProblem() {
        RestartWindow window = new RestartWindow(1, 100);
        assertThat(window.allows(Long.MAX_VALUE - 10, failure(0))).isTrue();
        assertThat(window.allows(Long.MIN_VALUE + 10, failure(1))).isFalse();
        assertThat(window.allows(Long.MIN_VALUE + 200, failure(2))).isTrue();
    }

    @Test
    void randomTimes_agreeWithTheDefinition() {
        Random random = new Random(1);
        for (int round = 0; round < 300; round++) {
            int allowed = random.nextInt(4);
            RestartWindow window = new RestartWindow(allowed, 100);
            List<Long> stamps = new ArrayList<>();
            long now = 0;
            for (boolean within = true; within && stamps.size() < 100; ) {
                now += random.nextInt(60);
                long at = now;
                stamps.add(at);
                boolean expected = stamps.stream().filter(s -> at - s < 100).count() <= allowed;
                within = window.allows(at, failure(0));
                assertThat(within).as("allowed " + allowed + ", " + stamps).isEqualTo(expected);
            }
        }
    }
}
