package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicInteger;

class HeapReserveTest {
    @Test
    void whatThereWasNoHeapFor_isMadeAsSoonAsThereIs() {
        AtomicInteger tries = new AtomicInteger();
        assertThat(HeapReserve.whenThereIs(() -> {
                    if (tries.incrementAndGet() < 3) {
                        throw new OutOfMemoryError("none yet");
                    }
                    return "made";
                }))
                .isEqualTo("made");
        assertThat(tries).hasValue(3);
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
