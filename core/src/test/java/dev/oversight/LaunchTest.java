package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.event.ChildState;
import dev.oversight.spi.Platform;
import dev.oversight.spi.Threads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

class LaunchTest {
    @RegisterExtension
    private final LeakCheck trees = new LeakCheck();

    @Test
    void whatIsAroundTheBodies_isCalledAtEveryDepthAndForWhatIsAddedLater() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        Supervisor tree = trees.closeLater(Supervisor.launch(
                SupervisorSpec.of("root")
                        .child("a", Puppet.idle())
                        .child(SupervisorSpec.of("in").child("b", Puppet.idle())),
                trees.platform(),
                body -> self -> {
                    seen.add(self.path());
                    body.run(self);
                }));
        tree.add("late", Puppet.idle());

        Eventually.await("all have run", () -> seen.size() == 3);
        assertThat(seen).containsExactlyInAnyOrder("root/a", "root/in/b", "root/late");
    }

    @Test
    void somethingAroundTheBodiesThatThrows_isAFailureOfTheChild() throws Exception {
        Supervisor tree = trees.closeLater(Supervisor.launch(
                SupervisorSpec.of("root")
                        .autoShutdown(AutoShutdown.NEVER)
                        .child("a", Puppet.idle(), c -> c.restart(Restart.TEMPORARY)),
                trees.platform(),
                body -> {
                    throw new IllegalStateException("broken");
                }));

        Eventually.await("it has failed", () -> !tree.forgotten().isEmpty());
        assertThat(tree.forgotten().getFirst().exit().cause()).hasMessage("broken");
    }

    @Test
    void threadsThatHaveToKnowAll_makeThoseOfChildrenThatNameTheirOwn() throws Exception {
        List<String> made = new CopyOnWriteArrayList<>();
        Threads knowing = new Threads() {
            @Override
            public Thread unstarted(String name, Runnable body) {
                made.add(name);
                return Threads.virtual().unstarted(name, body);
            }

            @Override
            public Threads orOwn(Threads own) {
                return this;
            }
        };
        Platform system = Platform.system();
        trees.start(
                SupervisorSpec.of("root")
                        .child("a", Puppet.idle(), c -> c.threads(Threads.platformDaemon())),
                new Platform(system.time(), system.timers(), knowing));

        assertThat(made).contains("root/a");
    }

    @Test
    void aLaunchedTree_isHandedOutBeforeItsChildrenAreUp() throws Exception {
        Supervisor tree = trees.closeLater(Supervisor.launch(
                SupervisorSpec.of("root")
                        .child("slow", Puppet.idle(), c -> c.readyWithin(Duration.ofHours(1)))
                        .child("next", Puppet.idle()),
                trees.platform()));

        Trees.awaitState(tree, "slow", ChildState.STARTING);
        assertThat(Trees.state(tree, "next")).isEqualTo(ChildState.NEW);
        assertThat(tree.outcome()).isEmpty();
    }

    @Test
    void aLaunchThatFails_isToldByTheOutcome() throws Exception {
        Supervisor tree = trees.closeLater(Supervisor.launch(
                SupervisorSpec.of("root")
                        .child("ends", self -> {}, c -> c.readyWithin(Duration.ofHours(1))),
                trees.platform()));

        assertThat(tree.join().reason()).isEqualTo(Outcome.Reason.START_FAILED);
    }
}
