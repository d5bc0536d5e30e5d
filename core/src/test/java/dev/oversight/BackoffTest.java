package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

class BackoffTest {
    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration CAP = Duration.ofSeconds(30);

    @Test
    void exponential_doublesUpToItsCap() {
        Backoff backoff = Backoff.exponential(FIRST, CAP);
        List<Long> millis = IntStream.rangeClosed(1, 10)
                .mapToObj(i -> backoff.delay(i).toMillis())
                .toList();
        assertThat(millis)
                .containsExactly(
                        200L, 400L, 800L, 1600L, 3200L, 6400L, 12800L, 25600L, 30000L, 30000L);
        assertThat(backoff.delay(Integer.MAX_VALUE)).isEqualTo(CAP);
    }

    @Test
    void exponentialWithACapOfItsFirstDelay_isConstant() {
        Backoff backoff = Backoff.exponential(FIRST, FIRST);
        assertThat(backoff.delay(1)).isEqualTo(FIRST);
        assertThat(backoff.delay(9)).isEqualTo(FIRST);
    }

    @Test
    void jitterOfTheJvm_differsFromDelayToDelay() {
        Backoff jittered = Backoff.constant(CAP).withJitter(1);
        assertThat(IntStream.range(0, 100).mapToObj(jittered::delay).distinct().count())
                .isGreaterThan(90);
    }

    @Test
    void constantAndNone_areWhatTheySay() {
        assertThat(Backoff.none().delay(9)).isZero();
        assertThat(Backoff.constant(FIRST).delay(1)).isEqualTo(FIRST);
        assertThat(Backoff.constant(FIRST).delay(1_000)).isEqualTo(FIRST);
        assertThat(Backoff.constant(Duration.ZERO).delay(1)).isZero();
    }

    @Test
    void jitter_onlyLengthensAndNotByMoreThanItsFraction() { // SUT-030
        Backoff base = Backoff.constant(Duration.ofSeconds(15));
        Backoff jittered = base.withJitter(0.5, new Random(42));
        List<Duration> delays =
                IntStream.rangeClosed(1, 1_000).mapToObj(jittered::delay).toList();

        assertThat(delays)
                .allSatisfy(delay -> assertThat(delay)
                        .isGreaterThanOrEqualTo(Duration.ofSeconds(15))
                        .isLessThan(Duration.ofMillis(22_500)));
        assertThat(delays.stream().distinct().count()).isGreaterThan(900);
        assertThat(delays)
                .anyMatch(d -> d.toMillis() > 21_000)
                .anyMatch(d -> d.toMillis() < 16_000);
        assertThat(base.withJitter(0, new Random(42)).delay(3)).isEqualTo(Duration.ofSeconds(15));
        assertThat(base.withJitter(0.5, new Random(7)).delay(1))
                .isEqualTo(base.withJitter(0.5, new Random(7)).delay(1));
        assertThat(base.withJitter(0.2).delay(1))
                .isBetween(Duration.ofSeconds(15), Duration.ofSeconds(18));
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void aJitterOutOfRange_isRefused(double fraction) {
        assertThatThrownBy(() -> Backoff.none().withJitter(fraction))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("backoff.jitter is " + fraction)
                .hasMessageContaining("from 0 to 1");
    }

    @Test
    void delaysThatMakeNoSense_areRefused() {
        assertThatThrownBy(() -> Backoff.constant(Duration.ofMillis(-1)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("backoff.delay");
        assertThatThrownBy(() -> Backoff.exponential(Duration.ZERO, CAP))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("backoff.first");
        assertThatThrownBy(() -> Backoff.exponential(CAP, FIRST))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("backoff.cap");
        assertThatNullPointerException()
                .isThrownBy(() -> Backoff.constant(null))
                .withMessage("backoff.delay");
        assertThatNullPointerException()
                .isThrownBy(() -> Backoff.exponential(FIRST, null))
                .withMessage("backoff.cap");
        assertThatNullPointerException()
                .isThrownBy(() -> Backoff.none().withJitter(0.1, null))
                .withMessage("random");
    }

    @Test
    void withCap_boundsAFunctionOfOnesOwn() {
        Backoff squares = attempt -> Duration.ofMillis((long) attempt * attempt);
        Backoff capped = squares.withCap(Duration.ofMillis(50));
        assertThat(IntStream.of(1, 5, 7, 8, 1_000).mapToObj(i -> capped.delay(i).toMillis()))
                .containsExactly(1L, 25L, 49L, 50L, 50L);
        Duration second = Duration.ofSeconds(1);
        Backoff jitterInside =
                Backoff.constant(second).withJitter(1, new Random(3)).withCap(second);
        assertThat(jitterInside.delay(1)).isEqualTo(second);
        Backoff jitterOutside =
                Backoff.constant(second).withCap(second).withJitter(1, new Random(3));
        assertThat(jitterOutside.delay(1)).isGreaterThan(second);
        assertThatThrownBy(() -> squares.withCap(Duration.ZERO))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("backoff.cap");
        assertThatNullPointerException()
                .isThrownBy(() -> squares.withCap(null))
                .withMessage("backoff.cap");
    }

    @Test
    void aCapBeyondWhatTheClockHolds_isRefused() {
        assertThatThrownBy(() -> Backoff.exponential(FIRST, Duration.ofSeconds(Long.MAX_VALUE)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("backoff.cap");
    }
}
