package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class HeapReserveTest {
    @Test
    void whatThereWasNoHeapFor_isMadeAsSoonAsThereIs() {
        List<Long> tries = new ArrayList<>();
        String made = HeapReserve.whenThereIs(() -> {
            tries.add(System.nanoTime());
            if (tries.size() <= 20) {
                throw new OutOfMemoryError("none yet");
            }
            return "made";
        });
        assertThat(made).isEqualTo("made");
        assertThat(tries).hasSize(21);
        assertThat(tries.getLast() - tries.getFirst())
                .isGreaterThan(100_000_000); // it does not spin
    }

    @Test
    void whatFailsForAnotherReason_failsAtOnce() {
        assertThatThrownBy(() -> HeapReserve.whenThereIs(() -> {
                    throw new InternalError("broken");
                }))
                .isInstanceOf(InternalError.class)
                .hasMessage("broken");
    }
}
