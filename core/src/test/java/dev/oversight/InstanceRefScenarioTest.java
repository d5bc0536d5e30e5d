package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.dynamic.DynamicSpec;
import dev.oversight.dynamic.DynamicTree;
import dev.oversight.dynamic.InstanceRef;
import dev.oversight.event.AbandonedRunEnded;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.spi.Platform;
import dev.oversight.spi.Threads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A handle is that of one instance: not of a namesake, nor of one at the same place in another tree. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InstanceRefScenarioTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    @Test
    void completingAFutureOfTheEnd_tellsNobodyElseOfIt() throws Exception {
        DynamicTree<Puppet> live = trees.start(DynamicSpec.of("workers", Puppet::run));
        InstanceRef<Puppet> ref = live.start(new Puppet());
        Exit invented = new Exit(Exit.Kind.COMPLETED, null, 1);
        CompletableFuture<Exit> mine = ref.whenEnded();
        mine.complete(invented);
        assertThat(ref.whenEnded()).isNotDone();
        assertThat(ref.ended()).isEmpty();
        ref.terminate();
        assertThat(ref.whenEnded().get().kind()).isSameAs(Exit.Kind.STOPPED);
        assertThat(mine.get()).isSameAs(invented);
    }

    @Test
    void anInstanceAtTheSamePlaceOfAnotherTree_isAStranger() throws Exception {
        DynamicSpec<Puppet> workers =
                DynamicSpec.of("workers", Puppet::run).ids(puppet -> "the-one");
        DynamicTree<Puppet> live = trees.start(workers);
        DynamicTree<Puppet> other = trees.start(workers);
        InstanceRef<Puppet> ref = live.start(new Puppet());
        InstanceRef<Puppet> strange = other.start(new Puppet());
        assertThat(strange.path()).isEqualTo(ref.path());
        assertThat(live.child(strange)).isEmpty();
        assertThatThrownBy(() -> live.terminate(strange))
                .isInstanceOf(UnknownChildException.class)
                .hasMessageContaining(strange.path());
        assertThat(strange.ended()).isEmpty();
        assertThat(live.child(ref)).isPresent();
    }

    @Test
    void aWaitForTheEnd_isLimitedOnTheClockOfTheTree() throws Exception {
        ManualTime time = new ManualTime();
        DynamicTree<Puppet> live =
                DynamicSpec.of("workers", Puppet::run).neverGiveUp().start(trees.platform(time));
        trees.closeLater(live.root());
        InstanceRef<Puppet> ref = live.start(new Puppet());
        assertThat(ref.awaitEnd(Duration.ZERO)).isEmpty();
        Eventually.Caller<Optional<Exit>> waiting =
                Eventually.calling("awaitEnd", () -> ref.awaitEnd(Duration.ofDays(400_000)));
        time.awaitAlarm();
        time.advance(Duration.ofDays(40_000));
        assertThat(waiting.result()).isEmpty();
        assertThat(time.alarms()).isZero();
        ref.terminate();
        assertThat(ref.awaitEnd(Duration.ofHours(1))).isPresent();
    }

    /** All of it is asked while the loop is kept by a rule, so it is decided in one go. */
    @Test
    void aNamesakeThatHasTakenThePlace_isNotShownUnderTheOldHandle() throws Exception {
        CountDownLatch inRule = trees.gate();
        CountDownLatch gate = trees.gate();
        Restart slow = Restart.when(exit -> {
            inRule.countDown();
            Puppet.deafAwait(gate);
            return true;
        });
        Puppet first = new Puppet();
        Puppet blocking = new Puppet();
        DynamicTree<Puppet> live = trees.start(DynamicSpec.describedBy(
                "workers",
                (Puppet puppet) -> ChildSpec.of(
                                puppet == blocking ? "blocking" : "namesake", puppet)
                        .restart(puppet == blocking ? slow : Restart.TEMPORARY)));
        InstanceRef<Puppet> old = live.start(first);
        live.start(blocking);
        first.awaitRuns(1);
        blocking.crash();
        inRule.await();

        Thread thread = first.thread();
        first.finish();
        Eventually.await("the end is handed in", () -> !thread.isAlive());
        CompletableFuture<InstanceRef<Puppet>> next = live.startAsync(new Puppet());
        CompletableFuture<Optional<ChildSnapshot>> shown = new CompletableFuture<>();
        Thread helper = Thread.ofPlatform().daemon().start(() -> shown.complete(old.snapshot()));
        Eventually.await("it has asked", () -> helper.getState() == Thread.State.WAITING);
        gate.countDown();

        assertThat(shown.get()).isEmpty();
        assertThat(next.get().id()).isEqualTo(old.id());
        assertThat(old.snapshot()).isEmpty();
    }

    @Test
    void anInstanceThatIsGivenUpBeforeItsThreadHasBegun_doesNothing() throws Exception {
        CountDownLatch gate = trees.gate();
        Threads slow = (name, body) -> Threads.virtual().unstarted(name, () -> {
            if (name.startsWith("workers/")) {
                Puppet.deafAwait(gate);
            }
            body.run();
        });
        Platform system = Platform.system();
        Recorder events = new Recorder();
        Puppet puppet = new Puppet();
        DynamicTree<Puppet> live = DynamicSpec.of("workers", Puppet::run)
                .instances(c -> c.shutdown(Shutdown.immediate()))
                .listener(events)
                .start(trees.platform(system.time(), system.timers(), slow));
        trees.closeLater(live.root());
        live.start(puppet).terminate();
        gate.countDown();
        AbandonedRunEnded late = events.await(AbandonedRunEnded.class, e -> true);
        assertThat(late.cause()).isNull();
        assertThat(puppet.runs()).isZero();
    }

    @Test
    void rulesOfInstances_areAppliedInTheOrderInWhichTheyWereSet() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        DynamicTree<Integer> live =
                trees.start(DynamicSpec.of("workers", (Integer argument, ChildContext self) -> {
                            seen.add("body " + argument);
                            self.awaitStop();
                        })
                        .instances(c -> saying(c, "first", seen).label("zone", "first"))
                        .instances(c -> saying(c, "second", seen).label("zone", "second")));
        InstanceRef<Integer> ref = live.start(7);
        Eventually.await("it runs", () -> seen.size() == 3);
        assertThat(seen).containsExactly("second", "first", "body 7");
        assertThat(ref.snapshot().orElseThrow().spec().labels()).containsEntry("zone", "second");
    }

    /** Around the body there was before. */
    private static ChildSpec saying(ChildSpec child, String what, List<String> seen) {
        ChildBody inner = child.body().orElseThrow();
        return child.body(self -> {
            seen.add(what);
            inner.run(self);
        });
    }
}
