package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.event.ChildState;
import dev.oversight.event.StopTime;
import dev.oversight.event.StopWaterfall;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** How a stop reaches the supervisors below, and what comes back from there. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NestedStopScenarioTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final ManualTime time = new ManualTime();

    @Test
    void aLimitForAll_isDividedAmongTheChildrenOfANestedSupervisor() throws Exception {
        CountDownLatch gate = trees.gate();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .child(SupervisorSpec.of("in")
                                .child("a", Puppet.idle())
                                .child(
                                        "deaf",
                                        Puppet.deaf(gate),
                                        c -> c.shutdown(Shutdown.unbounded()))),
                time);
        Eventually.Caller<Optional<Outcome>> stop =
                Eventually.calling("stop", () -> tree.stop(Duration.ofSeconds(8)));
        Trees.awaitState(tree, "in/deaf", ChildState.STOPPING);
        time.advance(Duration.ofSeconds(4)); // half of it, so that a has the other half
        assertThat(stop.result().orElseThrow())
                .isEqualTo(new Outcome("root", Outcome.Reason.STOPPED, null, 1));
        gate.countDown();
    }

    @Test
    void aNestedSupervisorThatIsNotWaitedFor_letsGoOfWhoeverIsLeftThere() throws Exception {
        CountDownLatch gate = trees.gate();
        SupervisorSpec in = SupervisorSpec.of("in")
                .child("deaf", Puppet.deaf(gate), c -> c.shutdown(Shutdown.unbounded()));
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .autoShutdown(AutoShutdown.NEVER)
                        .child(ChildSpec.of(in).shutdown(Shutdown.immediate())),
                time);
        tree.terminate("in");
        assertThat(tree.abandoned()).extracting(run -> run.path()).containsExactly("root/in/deaf");
    }

    @Test
    void whoWasSlowBelowANestedSupervisor_isAmongTheSlowestOfAll() throws Exception {
        Supervisor tree = trees.start(
                SupervisorSpec.of("root").child(SupervisorSpec.of("in").child("a", Puppet.idle())),
                time);
        tree.close();
        assertThat(tree.slowestStops())
                .extracting(StopTime::path)
                .containsExactlyInAnyOrder("root/in/a", "root/in");
    }

    @Test
    void aGrandchildThatReplacedItsHandler_doesNotWaitForTheEndOfAll() throws Exception {
        CompletableFuture<Supervisor> root = new CompletableFuture<>();
        CountDownLatch returned = new CountDownLatch(1);
        ChildBody closes = self -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {});
            root.get().close();
            returned.countDown();
        };
        SupervisorSpec deep =
                SupervisorSpec.of("deep").child("x", closes, c -> c.shutdown(Shutdown.unbounded()));
        Supervisor tree = trees.start(
                SupervisorSpec.of("root").child(SupervisorSpec.of("in").child(deep)), time);
        root.complete(tree);
        Eventually.await("close returns", () -> returned.getCount() == 0);
        assertThat(tree.join().reason()).isSameAs(Outcome.Reason.STOPPED);
    }

    @Test
    void theWaterfallOfAStopThatGoesOn_isCutAndSaysHowManyThereAre() throws Exception {
        CountDownLatch gate = trees.gate();
        SupervisorSpec deep = SupervisorSpec.of("deep")
                .child("deaf", Puppet.deaf(gate), c -> c.shutdown(Shutdown.unbounded()));
        SupervisorSpec in = SupervisorSpec.of("in").child(deep);
        for (int i = 0; i < 80; i++) {
            in = in.child("c" + i, Puppet.idle());
        }
        Supervisor tree = trees.start(SupervisorSpec.of("root").child(in), time);
        Eventually.Caller<Boolean> close = Eventually.calling("close", () -> {
            tree.close();
            return true;
        });
        Trees.awaitState(tree, "in/deep/deaf", ChildState.STOPPING);
        StopWaterfall fall = tree.stopWaterfall().orElseThrow();
        assertThat(fall.stops()).hasSize(64);
        assertThat(fall.more()).isEqualTo(83 - 64); // of all below root
        assertThat(fall.stops())
                .extracting(StopTime::path)
                .contains(
                        "root/in", "root/in/deep", "root/in/deep/deaf"); // who goes on comes first
        gate.countDown();
        close.result();
    }
}
