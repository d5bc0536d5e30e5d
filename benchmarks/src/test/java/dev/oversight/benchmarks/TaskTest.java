package dev.oversight.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HashSet;
import java.util.Set;

class TaskTest {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void argument_isReadBack(boolean quick) {
        assertThat(Task.all(quick))
                .isNotEmpty()
                .allSatisfy(
                        task -> assertThat(Task.parse(task.argument(), quick)).isEqualTo(task));
    }

    @Test
    void everyBase_isMeasuredItself() {
        for (Metric metric : Metric.values()) {
            assertThat(metric.sizes(false)).contains(metric.base());
            assertThat(metric.sizes(true)).contains(metric.base());
            assertThat(metric.sizes(false)).containsAll(metric.sizes(true));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 1_000, 10_000, 100_000})
    void picks_areDifferentChildren(int size) {
        Task task = new Task(Metric.TERMINATE_DELETE, size, false);
        Set<Integer> picked = new HashSet<>();
        for (int i = 0; i < size; i++) {
            picked.add(task.pick(i));
        }

        assertThat(picked).hasSize(size).allMatch(pick -> pick >= 0 && pick < size);
    }
}
