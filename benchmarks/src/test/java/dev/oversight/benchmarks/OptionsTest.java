package dev.oversight.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

class OptionsTest {
    @Test
    void none_isEverythingFiveTimes() {
        assertThat(Options.parse()).isEqualTo(new Options(false, 5, Task.all(false), null));
    }

    @Test
    void all_areTaken() {
        Options options = Options.parse(
                "--only",
                "stop_ms,crash_to_running_p99_us",
                "--quick",
                "--rounds",
                "2",
                "--plot",
                "a.svg");

        assertThat(options.quick()).isTrue();
        assertThat(options.rounds()).isEqualTo(2);
        assertThat(options.plot()).isEqualTo(Path.of("a.svg"));
        assertThat(options.tasks())
                .containsExactly(
                        new Task(Metric.CRASH_TO_RUNNING, 10, true),
                        new Task(Metric.CRASH_TO_RUNNING, 100_000, true),
                        new Task(Metric.STOP, 100_000, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--fast", "--rounds", "--rounds 0", "--rounds x", "--only nothing"})
    void whatIsWrong_isSaid(String line) {
        String[] args = line.split(" ");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse(args))
                .withMessageContaining(args[args.length - 1]);
    }
}
