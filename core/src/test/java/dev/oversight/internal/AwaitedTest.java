package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.SupervisorNotRunningException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** An answer that has to be waited for, as when another thread is in the loop. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AwaitedTest {
    @Test
    void anInterruptDuringAQuestion_isSeenWhenTheAnswerIsThere() throws Exception {
        CompletableFuture<Awaited<String>> asked = new CompletableFuture<>();
        AtomicReference<String> answer = new AtomicReference<>();
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        Thread asking = Thread.ofPlatform().start(() -> {
            Awaited<String> reply = new Awaited<>();
            asked.complete(reply);
            answer.set(reply.awaitUninterruptibly());
            interrupted.set(Thread.interrupted());
        });
        Awaited<String> reply = asked.get();
        asking.interrupt();
        while (asking.isInterrupted()) { // until it has seen it, and waits on
            Thread.onSpinWait();
        }
        reply.succeed("the answer");
        asking.join();
        assertThat(answer).hasValue("the answer");
        assertThat(interrupted).hasValue(true);
    }

    @Test
    void aSecondAnswer_isNotHeard() throws Exception {
        Awaited<String> reply = new Awaited<>();
        reply.succeed("the answer");
        reply.fail(new SupervisorNotRunningException("root", "has failed", null));
        reply.succeed("another");
        assertThat(reply.await()).isEqualTo("the answer");

        Awaited<String> refused = new Awaited<>();
        refused.fail(new SupervisorNotRunningException("root", "has failed", null));
        refused.succeed("too late");
        refused.fail(new SupervisorNotRunningException("other", "has failed", null));
        assertThatThrownBy(refused::await).hasMessageStartingWith("root");
    }
}
