package dev.oversight.runner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class NearestTest {
    private static final List<String> KEYS =
            List.of("command", "restart", "ready", "env", "shutdown");

    @Test
    void aTypo_isUnderstood() {
        assertThat(Nearest.to("comand", KEYS)).contains("command");
        assertThat(Nearest.to("Restrat", KEYS)).contains("restart");
        assertThat(Nearest.to("redy", KEYS)).contains("ready");
        assertThat(Nearest.to("evn", KEYS)).contains("env");
    }

    @Test
    void somethingElse_isNotGuessed() {
        assertThat(Nearest.to("depends_on", KEYS)).isEmpty();
        assertThat(Nearest.to("x", KEYS)).isEmpty();
        assertThat(Nearest.to("", KEYS)).isEmpty();
    }

    @Test
    void distance_countsEditsAndSwaps() {
        assertThat(Nearest.distance("", "abc")).isEqualTo(3);
        assertThat(Nearest.distance("abc", "abc")).isZero();
        assertThat(Nearest.distance("abc", "acb")).isEqualTo(1);
        assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
    }
}
