package dev.oversight.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class ReportTest {
    private final Results results = new Results();

    private void said(String peer, String... lines) {
        for (String line : lines) {
            results.add(peer, Line.parse(line));
        }
    }

    private Report report(Metric metric, int siblings) {
        return new Report(
                List.of(new Task(metric, siblings, false)),
                List.of("oversight", "otp", "pekko"),
                results);
    }

    @Test
    void figuresOfSeveralRounds_areALineOfMediansAndRanges() {
        said("oversight", "crash_restart 100000 1500000", "crash_restart.floor 100000 2000000");
        said("oversight", "crash_restart 100000 1900000", "crash_restart.floor 100000 2500000");
        said("oversight", "crash_restart 100000 1700000", "crash_restart.floor 100000 2200000");
        said("oversight", "crash_restart.ratio_to_floor 100000 0.75");
        said("oversight", "crash_restart.ratio_to_floor 100000 0.5");
        said("oversight", "crash_restart.ratio_to_floor 100000 0.77");
        said("oversight", "crash_restart.ratio_to_own 100000 0.98");
        said("otp", "crash_restart 100000 600.4", "crash_restart 100000 580");
        said("pekko", "crash_restart 100000 -");

        assertThat(report(Metric.CRASH_RESTART, 100_000).lines())
                .containsExactly("metric=crash_restart siblings=100000 oversight=1700000 otp=590"
                        + " pekko=- floor=2200000 unit=1/s ratio_to_floor=0.75"
                        + " ratio_to_floor_range=0.50..0.77 ratio_to_own=0.98"
                        + " ratio_to_own_range=0.98..0.98 own_at=0"
                        + " oversight_range=1500000..1900000 otp_range=580..600"
                        + " floor_range=2000000..2500000 rounds=3");
    }

    @Test
    void aMetricWithTwoPercentiles_hasTwoLines() {
        said("oversight", "crash_to_running_p50_us 10 1.234", "crash_to_running_p99_us 10 12.34");

        assertThat(report(Metric.CRASH_TO_RUNNING, 10).lines())
                .satisfiesExactly(
                        p50 -> assertThat(p50)
                                .startsWith("metric=crash_to_running_p50_us siblings=10"
                                        + " oversight=1.23 otp=- pekko=- floor=- unit=us"),
                        p99 -> assertThat(p99)
                                .startsWith("metric=crash_to_running_p99_us siblings=10"
                                        + " oversight=12.3 "));
    }

    @Test
    void aPeerThatFailedAfterItHadFigures_keepsThemAndIsKnown() {
        said("oversight", "stop_ms 100000 80", "stop_ms 100000 failed");

        Report report = report(Metric.STOP, 100_000);

        assertThat(report.anyFailed()).isTrue();
        assertThat(report.lines().getFirst()).contains("oversight=80.0").contains("rounds=1");
    }

    @Test
    void wordsAreNoFailures() {
        said("otp", "stop_ms 100000 slow");
        said("pekko", "stop_ms 100000 absent");

        Report report = report(Metric.STOP, 100_000);

        assertThat(report.anyFailed()).isFalse();
        assertThat(report.lines().getFirst()).contains("oversight=- otp=slow pekko=absent floor=-");
    }

    @Test
    void table_hasAsManyCellsInEveryRow() {
        said("oversight", "stop_ms 100000 80.4", "stop_ms.ratio_to_floor 100000 1.5");

        List<String> table = report(Metric.STOP, 100_000).table();

        assertThat(table.get(2))
                .isEqualTo("| stop_ms | 100,000 | 80.4 ms | - | - | - | 1.50 (1.50–1.50) |  |");
        assertThat(table)
                .extracting(row -> row.chars().filter(c -> c == '|').count())
                .containsOnly(9L);
    }

    @ParameterizedTest
    @CsvSource({
        "1770000, 1/s, 1.77 M/s",
        "12345, 1/s, 12.3 k/s",
        "999, 1/s, 999 /s",
        "1.5, us, 1.50 µs",
        "9385.5, us, '9,386 µs'",
        "0.29, ms, 0.290 ms",
        "1020.7, B, '1,021 B'"
    })
    void figures_areReadable(double figure, String unit, String text) {
        assertThat(Report.readable(figure, unit)).isEqualTo(text);
    }
}
