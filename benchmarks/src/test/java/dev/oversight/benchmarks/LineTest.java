package dev.oversight.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineTest {
    @Test
    void aFigure_isTakenApart() {
        assertThat(Line.parse("crash_restart 100000 1770000.5"))
                .isEqualTo(new Line("crash_restart", "", 100_000, "1770000.5"))
                .extracting(Line::number)
                .isEqualTo(1_770_000.5);
    }

    @Test
    void aRatio_saysWhatItIs() {
        assertThat(Line.parse("start.ratio_to_floor 10 0.750000"))
                .isEqualTo(new Line("start", "ratio_to_floor", 10, "0.750000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "slow"})
    void aWord_isNoNumber(String word) {
        Line line = Line.parse("mass_crash 100000 " + word);

        assertThat(line.value()).isEqualTo(word);
        assertThat(line.number()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# otp: Erlang/OTP 25",
                "WARNING: sun.misc.Unsafe will be removed",
                "stop_ms 100000",
                "stop_ms many 5",
                "stop_ms 10 NaN",
                "stop_ms 10 Infinity",
                "stop_ms 10 5 6"
            })
    void anythingElse_isNoLine(String text) {
        assertThat(Line.parse(text)).isNull();
    }
}
