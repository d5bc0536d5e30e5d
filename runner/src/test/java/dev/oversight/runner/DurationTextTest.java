package dev.oversight.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;

class DurationTextTest {
    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S, 500ms",
        "5s, PT5S, 5s",
        "2m, PT2M, 2m",
        "1h, PT1H, 1h",
        "1m30s, PT1M30S, 1m30s",
        "90s, PT1M30S, 1m30s",
        "1.5s, PT1.5S, 1.5s",
        "0s, PT0S, 0ms",
        "1h1ms, PT1H0.001S, 1h0.001s",
        "876000h, PT876000H, 876000h"
    })
    void whatPeopleWrite_isReadAndWritten(String text, Duration duration, String written) {
        assertThat(DurationText.parse(text)).isEqualTo(duration);
        assertThat(DurationText.of(duration)).isEqualTo(written);
    }

    @ParameterizedTest
    @CsvSource({
        "5, expected a unit; write 5s for seconds or 5ms for milliseconds",
        "-5s, expected a duration that is not negative; remove the minus",
        "-5, expected a duration that is not negative; remove the minus",
        "5 s, 'expected a duration; write 500ms, 5s, 2m, 1m30s or 1h'",
        "5sec, 'expected a duration; write 500ms, 5s, 2m, 1m30s or 1h'",
        "soon, 'expected a duration; write 500ms, 5s, 2m, 1m30s or 1h'",
        "'', 'expected a duration; write 500ms, 5s, 2m, 1m30s or 1h'",
        "٥s, 'expected a duration; write 500ms, 5s, 2m, 1m30s or 1h'",
        "30s1m, 'expected each unit once, the largest first; write 1h30m, 1m30s or 90s'",
        "1s1s, 'expected each unit once, the largest first; write 1h30m, 1m30s or 90s'",
        "876001h, expected at most 876000h (a hundred years); write a shorter one",
        "999999999999h, expected at most 876000h (a hundred years); write a shorter one"
    })
    void whatIsNone_isRefusedWithACure(String text, String problem) {
        assertThatThrownBy(() -> DurationText.parse(text)).hasMessage(problem);
    }
}
