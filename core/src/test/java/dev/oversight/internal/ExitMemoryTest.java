package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.Exit;
import dev.oversight.event.Failure;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

class ExitMemoryTest {
    private static final Exit EXIT = new Exit(Exit.Kind.FAILED, null, 0);

    // OTP-082, W-20
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 32})
    void anyNumberOfEnds_theLastOnesAreThereNewestFirst(int size) {
        ExitMemory memory = new ExitMemory(size);
        Deque<Failure> expected = new ArrayDeque<>();
        assertThat(memory.newestFirst()).isEmpty();
        for (int i = 1; i <= 5 * size + 3; i++) {
            Failure end = new Failure("root/a", i, 7L * i, EXIT);
            memory.add(end);
            expected.addFirst(end);
            if (expected.size() > size) {
                expected.removeLast();
            }
            assertThat(memory.newestFirst()).isEqualTo(List.copyOf(expected));
        }
    }
}
