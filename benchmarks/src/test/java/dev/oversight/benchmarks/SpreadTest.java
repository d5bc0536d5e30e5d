package dev.oversight.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

import java.util.List;

class SpreadTest {
    @Test
    void anOddNumber_hasTheOneInTheMiddle() {
        assertThat(Spread.of(List.of(9.0, 1.0, 5.0))).isEqualTo(new Spread(5, 1, 9));
    }

    @Test
    void anEvenNumber_hasTheMeanOfTheTwoInTheMiddle() {
        assertThat(Spread.of(List.of(8.0, 1.0, 2.0, 4.0))).isEqualTo(new Spread(3, 1, 8));
    }

    @Test
    void one_isAllThereIs() {
        assertThat(Spread.of(List.of(7.0))).isEqualTo(new Spread(7, 7, 7));
    }

    @Test
    void none_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Spread.of(List.of()));
    }
}
