package dev.oversight;

import static dev.oversight.Trees.awaitState;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.event.ChildState;
import dev.oversight.internal.LockBooks;
import dev.oversight.service.Hold;
import dev.oversight.service.LockUnavailableException;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** What only one child may have at a time: who gets it, for how long, and what ends a wait. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LockScenarioTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration BUDGET = Duration.ofSeconds(5);

    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final ManualTime time = new ManualTime();
    private final Puppet a = new Puppet();
    private final Puppet b = new Puppet();
    private final Puppet c = new Puppet();
    private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
    private CountDownLatch gate;
    private Supervisor tree;

    @BeforeEach
    void start() throws InterruptedException {
        gate = trees.gate();
        tree = trees.start(
                SupervisorSpec.of("root")
                        .neverGiveUp()
                        .autoShutdown(AutoShutdown.NEVER)
                        .child(
                                "a",
                                a,
                                s -> s.restart(Restart.TRANSIENT).shutdown(Shutdown.within(BUDGET)))
                        .child("b", b)
                        .child("c", c),
                time);
        a.awaitRuns(1);
        b.awaitRuns(1);
        c.awaitRuns(1);
    }

    /** Has a child lock it and say so; what it gets is its own until it ends or the future is completed. */
    private CompletableFuture<Hold> locking(Puppet puppet, String name) {
        CompletableFuture<Hold> hold = new CompletableFuture<>();
        puppet.order(self -> {
            Hold held = self.lock(name, HOUR);
            told.add(self.id() + " has " + name); // before anybody goes on because of it
            hold.complete(held);
        });
        return hold;
    }

    /** Waits until so many have or want the one name that is in use. */
    private void awaitClaims(int count) {
        Eventually.await(count + " claims", () -> LockBooks.of(c.self()).size() == 1 + count);
    }

    private void assertTold(String what) throws InterruptedException {
        assertThat(told.take()).isEqualTo(what);
    }

    // ELX-067
    @Test
    void differentNames_neverWaitForEachOther() throws Exception {
        locking(a, "x").get();
        locking(b, "y").get();
        Hold third = c.self().lock("z", Duration.ZERO);
        assertThat(third.isHeld()).isTrue();
        assertThat(third.name()).isEqualTo("z");
        assertThat(LockBooks.of(c.self()).size()).isEqualTo(6);
    }

    // ELX-067
    @Test
    void theSameName_isHadByOneAfterTheOtherInTheOrderOfAsking() throws Exception {
        Hold first = locking(a, "x").get();
        assertTold("a has x");
        CompletableFuture<Hold> second = locking(c, "x");
        awaitClaims(2);
        CompletableFuture<Hold> third = locking(b, "x");
        awaitClaims(3);
        assertThat(told).isEmpty();
        first.close();
        assertTold("c has x");
        assertThat(first.isHeld()).isFalse();
        first.close();
        assertThat(second.get().isHeld()).isTrue();
        assertThat(third).isNotDone();
        second.get().close();
        assertTold("b has x");
        third.get().close();
        assertThat(LockBooks.of(a.self()).size()).isZero();
    }

    // ELX-067
    @Test
    void howeverTheHolderEnds_theNextOneHasIt() throws Exception {
        Map<String, Runnable> ends = Map.of(
                "fails", a::crash,
                "completes", a::finish,
                "is stopped", () -> tree.terminateAsync("a"));
        for (Map.Entry<String, Runnable> end : ends.entrySet()) {
            int runs = a.runs();
            Hold held = locking(a, "x").get();
            assertTold("a has x");
            CompletableFuture<Hold> next = locking(b, "x");
            awaitClaims(2);
            end.getValue().run();
            assertTold("b has x");
            assertThat(held.isHeld()).as(end.getKey()).isFalse();
            next.get().close();
            if (!end.getKey().equals("fails")) {
                awaitState(tree, "a", ChildState.STOPPED);
                tree.restart("a");
            }
            a.awaitRuns(runs + 1);
        }
        assertThat(LockBooks.of(b.self()).size()).isZero();
    }

    // ELX-067, scenario 13
    @Test
    void anAbandonedHolder_hasNothingAnyMoreAndGetsNothing() throws Exception {
        Hold stale = locking(a, "x").get();
        ChildContext gone = a.self();
        a.order(Puppet.deaf(gate));
        a.finish();
        locking(b, "x");
        awaitClaims(2);
        tree.terminateAsync("a");
        awaitState(tree, "a", ChildState.STOPPING);
        assertThat(stale.isHeld()).isTrue(); // asked to stop, it may finish its work
        time.advance(BUDGET);
        assertTold("a has x");
        assertTold("b has x");
        assertThat(stale.isHeld()).isFalse();
        stale.close();
        assertThatThrownBy(() -> gone.lock("y", HOUR)).isInstanceOf(AbandonedException.class);
        assertThat(LockBooks.of(b.self()).size()).isEqualTo(2); // the hold of b and nothing else
    }

    // ELX-067
    @Test
    void aWaiterThatIsGone_isPassedOver() throws Exception {
        Hold first = locking(a, "x").get();
        assertTold("a has x");
        // A thread that b's run has started, and that goes on waiting when that run has ended.
        ChildContext run = b.self();
        Eventually.Caller<Hold> helper = Eventually.calling("lock", () -> run.lock("x", HOUR));
        awaitClaims(2);
        locking(c, "x");
        awaitClaims(3);
        b.crashAndAwaitRestart();
        assertThat(helper.failure())
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("root/b cannot lock \"x\": incarnation 1 has ended");
        first.close();
        assertTold("c has x");
        assertThatThrownBy(() -> run.lock("x", HOUR)).isInstanceOf(LockUnavailableException.class);
        assertThat(LockBooks.of(a.self()).size()).isEqualTo(2);
    }

    @Test
    void aLimitThatIsOver_saysWhoHasItAndForHowLong() throws Exception {
        locking(a, "x").get();
        ChildContext self = c.self();
        Eventually.Caller<Hold> other =
                Eventually.calling("lock", () -> b.self().lock("x", HOUR));
        awaitClaims(2);
        time.advance(Duration.ofSeconds(3));
        assertThatThrownBy(() -> self.lock("x", Duration.ZERO))
                .isInstanceOf(LockUnavailableException.class)
                .hasMessage("root/c cannot lock \"x\": it was not free at once; incarnation 1 of"
                        + " root/a has had it for 3000 ms, and 1 more wait for it")
                .matches(e -> ((LockUnavailableException) e).name().equals("x"))
                .matches(e -> ((LockUnavailableException) e).path().equals("root/c"));
        Eventually.Caller<Hold> late =
                Eventually.calling("lock", () -> self.lock("x", Duration.ofSeconds(2)));
        awaitClaims(3);
        Eventually.await("both have a limit", () -> time.alarms() == 2);
        time.advance(Duration.ofMillis(1_999));
        assertThat(late.isDone()).isFalse();
        time.advance(Duration.ofMillis(1));
        assertThat(late.failure())
                .hasMessageContaining("not free within 2s; incarnation 1 of root/a has had it")
                .hasMessageContaining("5000 ms");
        assertThat(LockBooks.of(self).size()).isEqualTo(3); // it waits no longer
        assertThat(time.alarms()).isOne();
        other.thread().interrupt();
        assertThat(other.failure()).isInstanceOf(InterruptedException.class);
        assertThat(LockBooks.of(self).size()).isEqualTo(2);
        assertThat(time.alarms()).isZero();
    }

    @Test
    void aChildThatIsAskedToStop_waitsNoLonger() throws Exception {
        locking(a, "x").get();
        b.order(self -> {
            try {
                self.lock("x", HOUR);
            } catch (InterruptedException stopped) {
                told.add("stopped");
                self.awaitStop(); // until the interrupt is there: the request ended the wait
                Thread.interrupted();
                self.lock("y", HOUR); // for its clean-up
                told.add("cleaned up");
                throw stopped;
            }
        });
        awaitClaims(2);
        tree.terminate("b");
        assertTold("a has x");
        assertTold("stopped");
        assertTold("cleaned up");
        assertThat(LockBooks.of(a.self()).size()).isEqualTo(2);
    }

    @Test
    void aChildThatCleansUp_mayWaitForALockUntilItsBudgetIsOver() throws Exception {
        Hold held = locking(a, "x").get();
        assertTold("a has x");
        b.order(self -> {
            self.awaitStop();
            Thread.interrupted();
            self.lock("x", HOUR);
            told.add("cleaned up");
            throw new InterruptedException("as it was told to");
        });
        CompletableFuture<Exit> stopped = tree.terminateAsync("b");
        awaitClaims(2);
        held.close();
        assertTold("cleaned up");
        assertThat(stopped.get().kind()).isSameAs(Exit.Kind.STOPPED);
    }

    @Test
    void withoutInterrupts_aRequestToStopEndsTheWaitOfAllThreadsOfTheChild() throws Exception {
        locking(a, "x").get();
        Puppet spared = new Puppet();
        tree.add(ChildSpec.of("spared", spared).interruptOnStop(false));
        spared.awaitRuns(1);
        ChildContext self = spared.self();
        Eventually.Caller<Hold> helper = Eventually.calling("lock", () -> self.lock("x", HOUR));
        spared.order(its -> {
            try {
                its.lock("x", HOUR);
            } catch (InterruptedException stopped) {
                told.add("stopped");
                Puppet.deafAwait(gate); // its end is not what ends the other's wait
                throw stopped;
            }
        });
        awaitClaims(3);
        tree.terminateAsync("spared");
        assertTold("a has x");
        assertTold("stopped");
        assertThat(helper.failure())
                .isInstanceOf(InterruptedException.class)
                .hasMessageContaining("root/spared was asked to stop while it waited for \"x\"");
        assertThat(LockBooks.of(self).size()).isEqualTo(2);
    }

    @Test
    void aThreadThatHasItAlready_isRefusedAndAnotherOfTheSameRunWaits() throws Exception {
        ChildContext self = a.self();
        try (Hold hold = self.lock("x", HOUR)) {
            assertThatThrownBy(() -> self.lock("x", HOUR))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("root/a holds \"x\" already");
            assertThat(hold.isHeld()).isTrue();
            assertThatThrownBy(
                            () -> Eventually.returns("lock", () -> self.lock("x", Duration.ZERO)))
                    .isInstanceOf(LockUnavailableException.class);
            assertThat(LockBooks.of(self).size()).isEqualTo(2);
        }
        assertThat(LockBooks.of(self).size()).isZero();
        assertThatThrownBy(() -> self.lock(null, HOUR)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> self.lock("x", null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void theLead_passesToAStandbyWithEveryCrash() throws Exception {
        List<Puppet> candidates = List.of(b, c);
        candidates.forEach(each -> locking(each, "lead"));
        for (int crashes = 0; crashes < 20; crashes++) {
            String leader = told.take().substring(0, 1);
            awaitClaims(2); // or the lead may come back to whom it was taken from
            Puppet leads = leader.equals("b") ? b : c;
            int runs = leads.runs();
            leads.crash();
            leads.awaitRuns(runs + 1);
            locking(leads, "lead");
        }
        assertThat(b.runs() + c.runs()).isEqualTo(22);
        assertThat(Math.abs(b.runs() - c.runs())).isLessThanOrEqualTo(1);
    }
}
