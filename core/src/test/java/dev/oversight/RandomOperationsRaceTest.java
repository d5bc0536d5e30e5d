package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.event.ChildCounts;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** Random requests and queries from several threads while children crash. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RandomOperationsRaceTest {
    private static final int THREADS = 4;
    private static final int IDS = 16;
    private static final int KEPT = 4;

    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final Map<String, AtomicReference<ChildContext>> owners = new ConcurrentHashMap<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final AtomicInteger crashes = new AtomicInteger();
    private volatile boolean crashing = true;

    /** Those that may have seen that they are to crash. */
    private final Set<Thread> deciding = ConcurrentHashMap.newKeySet();

    private volatile boolean closing;

    /** Notes in its owner's slot that it runs; there must be no other. Crashes now and then. */
    private ChildBody body(long seed, int crashesInAThousand) {
        return self -> {
            AtomicReference<ChildContext> slot =
                    owners.computeIfAbsent(self.path(), p -> new AtomicReference<>());
            if (!slot.compareAndSet(null, self)) {
                violations.add(
                        "two live incarnations of " + self.path() + ": " + self.incarnation());
            }
            try {
                Random random = new Random(seed + self.incarnation());
                while (self.running()) {
                    deciding.add(Thread.currentThread());
                    if (crashing && random.nextInt(1_000) < crashesInAThousand) {
                        crashes.incrementAndGet();
                        throw new Puppet.Crash("at random"); // in there until its thread has ended
                    }
                    deciding.remove(Thread.currentThread());
                    LockSupport.parkNanos(1_000L * random.nextInt(2_000));
                    if (Thread.interrupted() && self.running()) {
                        violations.add("interrupted without a request: " + self.path());
                    }
                }
            } finally {
                if (!slot.compareAndSet(self, null)) {
                    violations.add("somebody else ran as " + self.path());
                }
            }
        };
    }

    private ChildSpec spec(String id, Random random) {
        int rate = 20;
        if (random.nextInt(8) == 0) {
            return ChildSpec.of(SupervisorSpec.of(id)
                    .neverGiveUp()
                    .child("x", body(random.nextLong(), rate), RandomOperationsRaceTest::patient)
                    .child("y", body(random.nextLong(), rate), RandomOperationsRaceTest::patient));
        }
        List<Restart> rules = List.of(Restart.PERMANENT, Restart.TRANSIENT, Restart.TEMPORARY);
        ChildSpec spec = patient(ChildSpec.of(id, body(random.nextLong(), rate)))
                .restart(rules.get(random.nextInt(3)))
                .interruptOnStop(random.nextInt(4) != 0);
        return random.nextInt(4) == 0 ? spec.backoff(Backoff.constant(Duration.ofMillis(1))) : spec;
    }

    /** Nobody is to be abandoned because the machine stood still. */
    private static ChildSpec patient(ChildSpec child) {
        return child.shutdown(Shutdown.unbounded());
    }

    private void operate(Supervisor tree, Random random) throws Exception {
        String id = "c" + random.nextInt(IDS);
        try {
            switch (random.nextInt(10)) {
                case 0, 1 -> tree.add(spec(id, random));
                case 2 -> tree.terminate(id);
                case 3 -> tree.delete(id);
                case 4 -> tree.restart(id);
                case 5 -> check(tree.children());
                case 6 -> check(tree.count());
                case 7 ->
                    tree.find("root/" + id + "/x")
                            .ifPresent(x -> assertThat(x.path()).endsWith("/x"));
                case 8 -> tree.child(id).ifPresent(c -> assertThat(c.id()).isEqualTo(id));
                default -> {
                    tree.failures(id);
                    tree.forgotten();
                    assertThat(tree.abandoned()).isEmpty();
                }
            }
        } catch (DuplicateChildException
                | UnknownChildException
                | ChildNotRunningException
                | ChildAlreadyRunningException
                | StartFailedException expected) {
            // another thread was faster
        } catch (SupervisorNotRunningException ended) {
            if (!closing) {
                violations.add("refused although it runs: " + ended);
            }
        }
    }

    private void check(List<ChildSnapshot> children) {
        if (new HashSet<>(children.stream().map(ChildSnapshot::id).toList()).size()
                != children.size()) {
            violations.add("an id is listed twice: " + children);
        }
        for (ChildSnapshot child : children) {
            if (child.id().startsWith("keep") && child.state().isAtRest() && !closing) {
                violations.add("a permanent child is at rest: " + child);
            }
        }
        long kept = children.stream().filter(c -> c.id().startsWith("keep")).count();
        if (kept != KEPT) {
            violations.add("a permanent child is lost: " + children);
        }
    }

    private void check(ChildCounts counts) {
        if (counts.active() > counts.specs()
                || counts.workers() + counts.supervisors() != counts.specs()) {
            violations.add("counts do not add up: " + counts);
        }
    }

    private Supervisor start(Strategy strategy, long seed) throws InterruptedException {
        SupervisorSpec spec =
                SupervisorSpec.of("root", strategy).neverGiveUp().autoShutdown(AutoShutdown.NEVER);
        for (int i = 0; i < KEPT; i++) {
            spec = spec.child(
                    ChildSpec.of("keep" + i, body(seed + i, 5)).shutdown(Shutdown.unbounded()));
        }
        return trees.start(spec);
    }

    private List<Eventually.Caller<Object>> operators(Supervisor tree, long seed, int operations) {
        List<Eventually.Caller<Object>> callers = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            Random random = new Random(seed * 31 + t);
            callers.add(Eventually.calling("operations", () -> {
                for (int i = 0; i < operations && !(closing && tree.outcome().isPresent()); i++) {
                    operate(tree, random);
                }
                return null;
            }));
        }
        return callers;
    }

    private void operateAndSettle(Strategy strategy, long seed, int operations) throws Exception {
        Supervisor tree = start(strategy, seed);
        List<Eventually.Caller<Object>> callers = operators(tree, seed, operations / THREADS);
        for (Eventually.Caller<Object> caller : callers) {
            while (!caller.isDone()) { // as long as it makes progress; the whole test has a limit
                caller.thread().join(100);
            }
            caller.result();
        }
        crashing = false;
        Eventually.await(
                "who had decided to crash is gone",
                () -> deciding.stream().noneMatch(Thread::isAlive));
        Eventually.await(
                () -> "everything is up or at rest: " + tree.children(),
                () -> tree.children().stream()
                        .allMatch(c -> c.state() == ChildState.RUNNING
                                || c.state() == ChildState.STOPPED));
        for (ChildSnapshot child : tree.children()) {
            if (child.state() == ChildState.RUNNING && !child.isSupervisor()) {
                Eventually.await(
                        child.path() + " really runs",
                        () -> owners.get(child.path()).get() != null);
                assertThat(owners.get(child.path()).get().incarnation())
                        .isEqualTo(child.incarnation());
            }
        }
        assertThat(tree.count().active()).isEqualTo((int)
                tree.children().stream().filter(c -> c.state().isLive()).count());
        for (int i = 0; i < KEPT; i++) {
            ChildSnapshot kept = tree.child("keep" + i).orElseThrow();
            assertThat(kept.state()).isSameAs(ChildState.RUNNING);
            assertThat(kept.restarts()).isEqualTo((int) kept.incarnation() - 1);
        }
        assertThat(crashes.get()).as("the test is worth something").isPositive();
        tree.close();
        trees.awaitNoThreads();
        assertThat(violations).isEmpty();
        assertThat(owners.values()).allMatch(slot -> slot.get() == null);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aHundredThousandOperationsWhileChildrenCrash_keepTheTreeWhole(int strategy)
            throws Exception { // W-09, W-11, W-12, scenario 8
        operateAndSettle(
                Trees.STRATEGIES.get(strategy),
                20_261_123L + strategy,
                strategy == 0 ? 60_000 : 20_000);
    }

    @Test
    void operationsWhileTheTreeEnds_areBoundedAndLeaveNothing() throws Exception { // scenario 8
        for (int round = 0; round < 40; round++) {
            closing = false;
            Supervisor tree = start(Trees.STRATEGIES.get(round % 3), round);
            List<Eventually.Caller<Object>> callers = operators(tree, round, Integer.MAX_VALUE);
            LockSupport.parkNanos(new Random(round).nextInt(5_000_000));
            closing = true;
            List<Eventually.Caller<Object>> closers = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                closers.add(Eventually.calling("close", () -> {
                    tree.close();
                    return null;
                }));
            }
            for (Eventually.Caller<Object> closer : closers) {
                closer.result();
            }
            for (Eventually.Caller<Object> caller : callers) {
                caller.result();
            }
            trees.awaitNoThreads();
            assertThat(tree.count().active()).isZero();
            assertThat(violations).isEmpty();
        }
    }

    @Test
    @Tag("soak")
    void fiveMillionOperations_keepTheTreeWhole() throws Exception {
        for (int round = 0; round < 50; round++) {
            crashing = true;
            long seed = System.nanoTime();
            System.out.println("seed " + seed);
            operateAndSettle(Trees.STRATEGIES.get(round % 3), seed, 100_000);
        }
    }
}
