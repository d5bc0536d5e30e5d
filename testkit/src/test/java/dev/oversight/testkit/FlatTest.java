package dev.oversight.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.Random;
import java.util.stream.IntStream;

/** What a soak takes for growth. */
class FlatTest {
    private static double[] noise(double perSample) {
        Random random = new Random(1);
        return IntStream.range(0, 50)
                .mapToDouble(i -> 10_000 + perSample * i + random.nextInt(1_000))
                .toArray();
    }

    @Test
    void whatOnlyGoesUpAndDown_isFlat() {
        Flat.judge("heap", noise(0), 0);
    }

    @Test
    void whatGrowsByMoreThanATwentieth_isFound() {
        assertThatThrownBy(() -> Flat.judge("heap", noise(30), 0))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("heap: 11,")
                .hasMessageContaining("over 50 samples, grew by 1,");
    }

    @Test
    void growthWithinTheNoise_isForgiven() {
        Flat.judge("heap", noise(30), 3_000);
    }
}
