package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicInteger;

class HeapReserveTest {
    @Test
    void whatThereWasNoHeapFor_isMadeAsSoonAsThereIs() {
        AtomicInteger tries = new AtomicInteger();
        long began = System.nanoTime();
        assertThat(HeapReserve.whenThereIs(() -> {
                    if (tries.incrementAndGet() <= 20) {
                        throw new OutOfMemoryError("none yet");
                    }
                    return "made";
                }))
                .isEqualTo("made");
        assertThat(tries).hasValue(21);
        assertThat(System.nanoTime() - began).isGreaterThan(100_000_000); // it does not spin
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
