package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

class DecoratedSpecTest {
    @RegisterExtension
    private final LeakCheck trees = new LeakCheck();

    @Test
    void aDecoratedTree_callsTheDecoratorsBodyAtEveryDepthAndKeepsTheRules() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        SupervisorSpec plain = SupervisorSpec.of("root", Strategy.ONE_FOR_ALL)
                .intensity(7, Duration.ofMinutes(1))
                .child("a", Puppet.idle(), c -> c.restart(Restart.TRANSIENT).label("k", "v"))
                .child(
                        SupervisorSpec.of("in").child("b", Puppet.idle()),
                        c -> c.shutdown(Shutdown.within(Duration.ofSeconds(9))));

        SupervisorSpec spec = plain.decorated(body -> self -> {
            seen.add(self.path());
            body.run(self);
        });

        assertThat(spec.strategy()).isSameAs(Strategy.ONE_FOR_ALL);
        assertThat(spec.intensity()).isEqualTo(7);
        assertThat(spec.children().get(0).restart()).isSameAs(Restart.TRANSIENT);
        assertThat(spec.children().get(0).label("k")).contains("v");
        assertThat(spec.children().get(1).shutdown())
                .isEqualTo(Shutdown.within(Duration.ofSeconds(9)));
        trees.start(spec);
        Eventually.await("both have run", () -> seen.size() == 2);
        assertThat(seen).containsExactlyInAnyOrder("root/a", "root/in/b");
    }

    @Test
    void aDecoratorThatReturnsNothing_isRefused() {
        assertThatNullPointerException()
                .isThrownBy(() -> ChildSpec.of("a", Puppet.idle()).decorated(body -> null))
                .withMessageContaining("decorator");
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
