package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.AbandonedException;
import dev.oversight.ChildSpec;
import dev.oversight.service.ServiceKey;
import dev.oversight.service.ServiceTakenException;

import org.junit.jupiter.api.Test;

import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** The registry with owners that die without anybody tidying up after them. */
class ServicesTest {
    private static final ServiceKey<String> NAME = ServiceKey.of("name", String.class);
    private static final ServiceKey<String> SHARED = ServiceKey.shared("shared", String.class);

    private final Services services = new Services((delay, task) -> () -> {});

    private static ThreadRun run(String id) {
        return new ThreadRun(
                new Child(ChildSpec.of(id, self -> {}), id, "root/" + id, 0, false), 1, null);
    }

    private Object find(ServiceKey<?> key) {
        Services.Entry entry = services.find(key);
        return entry == null ? null : entry.service();
    }

    // ELX-065, scenario 19
    @Test
    void aDeadOwnerThatWasNotTidiedUp_isNotFoundAndBlocksNoName() {
        ThreadRun dead = run("dead");
        services.publish(dead, NAME, "old");
        services.publish(dead, SHARED, "old");
        dead.abandoned = true;
        assertThat(find(NAME)).isNull();
        assertThat(find(SHARED)).isNull();
        assertThat(services.all(SHARED)).isEmpty();
        assertThat(services.formerOwner(NAME).path()).isEqualTo("root/dead");

        ThreadRun next = run("next");
        services.publish(next, NAME, "new");
        services.publish(next, SHARED, "new");
        assertThat(find(NAME)).isEqualTo("new");
        assertThat(find(SHARED)).isEqualTo("new");
        services.release(dead);
        assertThat(find(NAME)).isEqualTo("new");
        assertThat(services.all(SHARED)).hasSize(1);
        services.release(next);
        assertThat(services.size()).isZero();
    }

    @Test
    void twoWhoWantTheNamesOfADeadOwnerAtTheSameTime_getEachOnce() throws Exception {
        int names = 10_000;
        List<ServiceKey<String>> keys = IntStream.range(0, names)
                .mapToObj(i -> ServiceKey.of("k" + i, String.class))
                .toList();
        ThreadRun dead = run("dead");
        keys.forEach(key -> services.publish(dead, key, "old"));
        dead.abandoned = true;
        AtomicInteger arrived = new AtomicInteger();
        Callable<BitSet> publishes = () -> {
            ThreadRun run = run(Thread.currentThread().getName());
            BitSet got = new BitSet();
            for (int i = 0; i < names; i++) {
                arrived.incrementAndGet();
                for (int spins = 0; arrived.get() < 2 * (i + 1); spins++) {
                    if (spins > 10_000) {
                        Thread.yield();
                    }
                }
                try {
                    services.publish(run, keys.get(i), "new");
                    got.set(i);
                } catch (ServiceTakenException taken) {
                    assertThat(find(keys.get(i))).isEqualTo("new");
                }
            }
            return got;
        };
        try (ExecutorService two = Executors.newFixedThreadPool(2)) {
            Future<BitSet> one = two.submit(publishes);
            BitSet both = two.submit(publishes).get();
            both.xor(one.get());
            assertThat(both.cardinality()).isEqualTo(names);
        }
    }

    // ELX-065
    @Test
    void aStaleOwner_cannotComeBack() {
        ThreadRun stale = run("a");
        stale.abandoned = true;
        assertThatThrownBy(() -> services.publish(stale, NAME, "late"))
                .isInstanceOf(AbandonedException.class);
        assertThat(services.size()).isZero();
    }

    @Test
    void whatIsWithdrawnWhenItsOwnerIsOver_wasNoLongerThere() {
        ThreadRun owner = run("a");
        services.publish(owner, NAME, "x");
        services.publish(owner, SHARED, "x");
        assertThat(services.withdraw(owner, SHARED)).isTrue();
        owner.abandoned = true;
        assertThat(services.withdraw(owner, NAME)).isFalse();
        assertThat(services.size()).isZero();
    }

    // ELX-066, elixir issue 8611
    @Test
    void refusedAttempts_leaveNothingBehind() {
        services.publish(run("holder"), NAME, "held");
        int before = services.size();
        for (int i = 0; i < 10_000; i++) {
            ThreadRun other = run("other" + i);
            assertThatThrownBy(() -> services.publish(other, NAME, "mine"))
                    .isInstanceOf(ServiceTakenException.class);
        }
        assertThat(services.size()).isEqualTo(before);
        assertThat(find(NAME)).isEqualTo("held");
    }

    // ELX-064
    @Test
    void whatOneRunPublishedUnderManyKeys_goesWithItAndNothingElseDoes() {
        ThreadRun a = run("a");
        ThreadRun b = run("b");
        for (int i = 0; i < 1_000; i++) {
            services.publish(a, ServiceKey.of("a" + i, String.class), "a");
            services.publish(b, ServiceKey.of("b" + i, String.class), "b");
        }
        services.publish(a, SHARED, "a");
        services.publish(b, SHARED, "b");
        services.release(a);
        services.release(a);
        assertThat(services.size()).isEqualTo(1_002);
        assertThat(find(ServiceKey.of("b999", String.class))).isEqualTo("b");
        assertThat(find(ServiceKey.of("a999", String.class))).isNull();
        assertThat(find(SHARED)).isEqualTo("b");
    }

    @Test
    void formerOwners_areRememberedInAFixedNumber() {
        ThreadRun a = run("a");
        for (int i = 0; i < 1_000; i++) {
            services.publish(a, ServiceKey.of("k" + i, String.class), "x");
        }
        services.release(a);
        long known = IntStream.range(0, 1_000)
                .filter(i -> services.formerOwner(ServiceKey.of("k" + i, String.class)) != null)
                .count();
        assertThat(known).isBetween(1L, 64L);
    }
}
