package dev.oversight;

import static dev.oversight.Trees.awaitState;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.event.ChildEvent;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildReady;
import dev.oversight.event.ChildStarted;
import dev.oversight.event.ChildState;
import dev.oversight.event.ChildStopped;
import dev.oversight.event.ChildStopping;
import dev.oversight.event.Event;
import dev.oversight.event.EventsDropped;
import dev.oversight.event.SupervisorEnded;
import dev.oversight.event.SupervisorStarted;
import dev.oversight.event.SupervisorStopping;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Listeners are told everything in order, and can do no harm. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ListenerScenarioTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final Recorder events = new Recorder();

    @Test
    void aListener_isToldEveryFactInOrderBeforeCloseReturns() throws Exception { // OVS-013
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .listener(events)
                .child("a", puppet)
                .child(
                        "b",
                        self -> {
                            self.ready();
                            self.awaitStop();
                        },
                        c -> c.readyWithin(Duration.ofMinutes(1))));
        puppet.crashAndAwaitRestart();
        tree.close();

        events.await(SupervisorEnded.class, "root"); // should it take more than a second
        assertThat(events.events())
                .<Class<?>>extracting(Event::getClass)
                .containsExactly(
                        ChildStarted.class,
                        ChildStarted.class,
                        ChildReady.class,
                        SupervisorStarted.class,
                        ChildFailed.class,
                        ChildStarted.class,
                        SupervisorStopping.class,
                        ChildStopping.class,
                        ChildStopped.class,
                        ChildStopping.class,
                        ChildStopped.class,
                        SupervisorEnded.class);
        assertThat(events.events()).extracting(Event::atNanos).isSorted();
        assertThat(events.of(ChildStopping.class))
                .extracting(ChildEvent::path)
                .containsExactly("root/b", "root/a");
    }

    @Test
    void aListenerThatThrows_harmsNobodyAndIsToldTheRest() throws Exception { // SUT-029
        AtomicInteger told = new AtomicInteger();
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .neverGiveUp()
                .listener(event -> {
                    told.incrementAndGet();
                    throw new StackOverflowError("listener");
                })
                .listener(events)
                .child("a", puppet));
        for (int i = 0; i < 20; i++) {
            puppet.crashAndAwaitRestart();
        }
        tree.close();
        events.await(SupervisorEnded.class, "root");
        assertThat(events.events()).hasSizeGreaterThan(40);
        Eventually.await(
                "both were told the same", () -> told.get() == events.events().size());
    }

    @Test
    void aListenerThatHangs_holdsUpNeitherTheTreeNorTheOthers() throws Exception { // SUT-029
        CountDownLatch gate = trees.gate();
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .neverGiveUp()
                .listener(event -> Puppet.deafAwait(gate))
                .listener(events)
                .child("a", puppet));
        for (int i = 0; i < 20; i++) {
            puppet.crashAndAwaitRestart();
        }
        Eventually.await(
                "the other listener is told", () -> events.of(ChildFailed.class).size() == 20);
        tree.terminate("a");
        assertThat(Eventually.returns("join", () -> tree.join()).reason())
                .isSameAs(Outcome.Reason.NO_CHILD_LEFT);
    }

    @Test
    void listenersThatHang_holdUpTheEndForASecondTogether() throws Exception {
        CountDownLatch gate = trees.gate();
        SupervisorSpec spec =
                SupervisorSpec.of("root").child("a", Puppet.idle()).listener(events);
        for (int i = 0; i < 40; i++) {
            spec = spec.listener(event -> Puppet.deafAwait(gate));
        }
        Supervisor tree = trees.start(spec);
        Eventually.returns(
                "close",
                () -> { // within less than one second for each
                    tree.close();
                    return null;
                });
        events.await(SupervisorEnded.class, "root");
    }

    @Test
    void close_returnsWhenTheListenersHaveBeenToldOfTheEnd() throws Exception {
        CompletableFuture<Thread> closing = new CompletableFuture<>();
        AtomicReference<String> told = new AtomicReference<>("not told");
        Supervisor tree =
                trees.start(SupervisorSpec.of("root").child("a", Puppet.idle()).listener(event -> {
                    if (event instanceof SupervisorEnded) {
                        Thread waiting = closing.join();
                        Eventually.await(
                                "it waits for the last words", () -> switch (waiting.getState()) {
                                    case TIMED_WAITING, TERMINATED -> true;
                                    default -> false;
                                });
                        told.set("told");
                    }
                }));
        Eventually.Caller<String> close = Eventually.calling("close", () -> {
            closing.complete(Thread.currentThread());
            long began = System.nanoTime();
            tree.close();
            if (System.nanoTime() - began > Duration.ofMillis(900).toNanos()) {
                Eventually.await(
                        "it is told", () -> told.get().equals("told")); // by a slow machine
            }
            return told.get();
        });
        assertThat(close.result()).isEqualTo("told");
    }

    @Test
    void whatASlowListenerHasNoRoomFor_isDroppedCountedAndReported() throws Exception {
        CountDownLatch gate = trees.gate();
        AtomicInteger told = new AtomicInteger();
        AtomicReference<EventsDropped> dropped = new AtomicReference<>();
        AtomicInteger all = new AtomicInteger();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .autoShutdown(AutoShutdown.NEVER)
                .listener(event -> all.incrementAndGet())
                .listener(event -> {
                    Puppet.deafAwait(gate);
                    if (event instanceof EventsDropped report) {
                        dropped.set(report);
                    } else {
                        told.incrementAndGet();
                    }
                }));
        for (int i = 1; i <= 7_000; i++) { // added, started, completed, removed: 28,000 events
            assertThat(tree.addAsync(ChildSpec.of(self -> {}).restart(Restart.TEMPORARY)))
                    .isNotNull();
            if (i % 500 == 0) {
                int due = i * 4 + 1;
                Eventually.await("the quick listener keeps up", () -> all.get() == due);
            }
        }
        Eventually.await("all are gone", () -> tree.count().specs() == 0 && all.get() == 28_001);
        assertThat(told).hasValue(0);
        gate.countDown();

        Eventually.await("drops are reported", () -> dropped.get() != null);
        assertThat(dropped.get().count() + told.get()).isEqualTo(28_001);
        assertThat(told.get()).isBetween(16_384, 16_400);
        assertThat(dropped.get().text()).contains(dropped.get().count() + " events were dropped");
        tree.add("after", Puppet.idle());
        Eventually.await("it is told again", () -> told.get() > 16_385);
    }

    @Test
    void aListenerThatCallsBack_isAnswered() throws Exception {
        AtomicReference<Supervisor> tree = new AtomicReference<>();
        CountDownLatch set = new CountDownLatch(1);
        Puppet puppet = new Puppet();
        AtomicInteger seen = new AtomicInteger();
        tree.set(trees.start(SupervisorSpec.of("root")
                .child("b", Puppet.idle())
                .child("a", puppet)
                .listener(event -> {
                    if (event instanceof ChildFailed) {
                        Puppet.deafAwait(set);
                        seen.set(tree.get().children().size());
                        tree.get().close();
                    }
                })));
        set.countDown();
        puppet.crash();
        assertThat(tree.get().join().reason()).isSameAs(Outcome.Reason.STOPPED);
        Eventually.await("it saw both", () -> seen.get() == 2);
    }

    @Test
    void theListenersOfAParent_hearTheWholeTreeAndThoseOfANestedOneOnlyTheirs()
            throws Exception { // SUT-009
        Recorder inner = new Recorder();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .listener(events)
                .child("a", Puppet.idle())
                .child(SupervisorSpec.of("in").listener(inner).child("b", Puppet.idle())));
        tree.close();
        events.await(SupervisorEnded.class, "root");
        inner.await(SupervisorEnded.class, "root/in");
        assertThat(events.of(ChildStarted.class))
                .extracting(ChildEvent::path)
                .containsExactlyInAnyOrder("root/a", "root/in", "root/in/b");
        assertThat(inner.of(ChildStarted.class))
                .extracting(ChildEvent::path)
                .containsExactly("root/in/b");
        assertThat(inner.of(SupervisorEnded.class)).hasSize(1);
        assertThat(events.of(SupervisorEnded.class))
                .extracting(Event::path)
                .containsExactly("root/in", "root");
    }

    @Test
    void oneListener_isNeverCalledByTwoThreadsAtOnce() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Set<String> names = ConcurrentHashMap.newKeySet();
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root").neverGiveUp().child("a", puppet).listener(event -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    names.add(Thread.currentThread().getName());
                    inside.decrementAndGet();
                }));
        for (int i = 0; i < 500; i++) {
            puppet.crashAndAwaitRestart();
        }
        tree.close();
        assertThat(most).hasValue(1);
        assertThat(names).noneMatch(name -> name.startsWith("root/"));
    }

    @Test
    void theTextOfAnEvent_isBoundedAndNamesPathAndCause() throws Exception { // OTP-108
        Puppet puppet = new Puppet();
        Supervisor tree =
                trees.start(SupervisorSpec.of("root").listener(events).child("a", puppet));
        puppet.crash(new IllegalStateException("x".repeat(1_000_000)));
        awaitState(tree, "a", ChildState.RUNNING);
        String text = events.await(ChildFailed.class, "root/a").text();
        assertThat(text)
                .startsWith("root/a failed")
                .contains("IllegalStateException: xxx")
                .endsWith("restarting");
        assertThat(text.length()).isLessThan(1_000);
        tree.close();
        events.events()
                .forEach(event -> assertThat(event.text()).contains("root").doesNotContain("\n"));
    }
}
