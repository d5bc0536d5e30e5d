package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.AbandonedException;
import dev.oversight.ChildSpec;
import dev.oversight.service.Hold;
import dev.oversight.spi.Platform;
import dev.oversight.spi.Threads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The locks with runs that are over without anybody tidying up after them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LocksTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Locks locks =
            new Locks(new Platform(() -> 0, (delay, task) -> () -> {}, Threads.virtual()));

    private static ThreadRun run(String id) {
        return new ThreadRun(
                new Child(ChildSpec.of(id, self -> {}), id, "root/" + id, 0, false), 1, null);
    }

    /** Returns when the thread waits for its turn. */
    private CompletableFuture<Hold> waiting(ThreadRun run, String name) {
        int before = locks.size();
        CompletableFuture<Hold> hold = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                hold.complete(locks.lock(run, name, HOUR));
            } catch (InterruptedException | RuntimeException failure) {
                hold.completeExceptionally(failure);
            }
        });
        while (locks.size() == before) {
            Thread.onSpinWait();
        }
        return hold;
    }

    // ELX-067
    @Test
    void aDeadHolder_blocksNobody() throws Exception {
        ThreadRun dead = run("dead");
        Hold stale = locks.lock(dead, "x", HOUR);
        assertThat(stale.isHeld()).isTrue();
        dead.abandoned = true;
        assertThat(stale.isHeld()).isFalse();
        Hold next = locks.lock(run("next"), "x", Duration.ZERO);
        assertThat(next.isHeld()).isTrue();
        stale.close();
        locks.release(dead);
        assertThat(next.isHeld()).isTrue();
        next.close();
        assertThat(locks.size()).isZero();
    }

    // ELX-067
    @Test
    void aDeadWaiter_isPassedOverAndToldWhenItIsTidiedUp() throws Exception {
        Hold first = locks.lock(run("first"), "x", HOUR);
        ThreadRun dead = run("dead");
        CompletableFuture<Hold> never = waiting(dead, "x");
        CompletableFuture<Hold> second = waiting(run("second"), "x");
        dead.abandoned = true;
        first.close();
        second.get().close();
        assertThat(never).isNotDone();
        locks.release(dead);
        try {
            never.get();
            throw new AssertionError("it got what was not for it");
        } catch (ExecutionException refused) {
            assertThat(refused).hasCauseInstanceOf(AbandonedException.class);
        }
        assertThat(locks.size()).isZero();
    }
}
