package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.internal.LockBooks;
import dev.oversight.service.Hold;
import dev.oversight.service.LockUnavailableException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Many that want the same few names, while they crash, time out, are terminated and start again. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LockRaceTest {
    private static final int NAMES = 3;

    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    // ELX-067
    @Test
    void whateverHappensToHoldersAndWaiters_oneAtATimeHasANameAndAllGoesOn() throws Exception {
        AtomicInteger[] inside = new AtomicInteger[NAMES];
        AtomicInteger[] had = new AtomicInteger[NAMES];
        for (int i = 0; i < NAMES; i++) {
            inside[i] = new AtomicInteger();
            had[i] = new AtomicInteger();
        }
        AtomicInteger refused = new AtomicInteger();
        AtomicReference<LockBooks> books = new AtomicReference<>();
        SupervisorSpec spec = SupervisorSpec.of("root").neverGiveUp();
        for (int i = 0; i < 12; i++) {
            spec = spec.child("c" + i, self -> {
                books.set(LockBooks.of(self));
                while (self.running()) {
                    int name = ThreadLocalRandom.current().nextInt(NAMES);
                    Duration limit =
                            Duration.ofMillis(ThreadLocalRandom.current().nextInt(2) * 10_000L);
                    try (Hold hold = self.lock("name-" + name, limit)) {
                        assertThat(inside[name].incrementAndGet()).isOne();
                        assertThat(hold.isHeld()).isTrue();
                        had[name].incrementAndGet();
                        Thread.yield();
                        inside[name].decrementAndGet();
                        if (ThreadLocalRandom.current().nextInt(4) == 0) {
                            self.lock("of-" + self.id(), limit); // and never closes it
                            throw new Puppet.Crash("while it has the name");
                        }
                    } catch (LockUnavailableException taken) {
                        refused.incrementAndGet();
                    }
                }
            });
        }
        Supervisor tree = trees.start(spec);
        for (int round = 0; round < 300; round++) {
            String id = "c" + ThreadLocalRandom.current().nextInt(12);
            tree.terminateAsync(id).exceptionally(notRunning -> null).get();
            tree.restartAsync(id).get();
        }
        Eventually.await(
                () -> "each name was had often: " + had[0] + ", " + had[1] + ", " + had[2],
                () -> had[0].get() > 1_000 && had[1].get() > 1_000 && had[2].get() > 1_000);
        tree.close();
        assertThat(refused).hasPositiveValue();
        for (int i = 0; i < 12; i++) {
            assertThat(tree.failures("c" + i))
                    .allMatch(failure -> failure.exit().cause() instanceof Puppet.Crash);
        }
        assertThat(books.get().size()).isZero();
    }
}
