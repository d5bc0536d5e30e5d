package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Threads that a body starts, and that use the context of its run. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HelperThreadScenarioTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final Puppet puppet = new Puppet();

    private Supervisor start(boolean interruptOnStop) throws InterruptedException {
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .autoShutdown(AutoShutdown.NEVER)
                .child(
                        "a",
                        puppet,
                        c -> c.restart(Restart.TEMPORARY)
                                .interruptOnStop(interruptOnStop)
                                .shutdown(Shutdown.unbounded())));
        puppet.awaitRuns(1);
        return tree;
    }

    /** Helpers that wait in each of the two ways. */
    private List<Eventually.Caller<Boolean>> waiting(ChildContext self) {
        List<Eventually.Caller<Boolean>> helpers = List.of(
                Eventually.calling("awaitStop in a helper", () -> {
                    self.awaitStop();
                    return !self.running();
                }),
                Eventually.calling(
                        "awaitStop of an hour in a helper",
                        () -> self.awaitStop(Duration.ofHours(1)) && !self.running()));
        helpers.forEach(Eventually.Caller::awaitBlocked);
        return helpers;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHelperThatWaitsForTheStop_hearsOfIt(boolean interruptOnStop) throws Exception {
        Supervisor tree = start(interruptOnStop);
        List<Eventually.Caller<Boolean>> helpers = waiting(puppet.self());
        tree.terminateAsync("a");
        for (Eventually.Caller<Boolean> helper : helpers) {
            assertThat(helper.result()).isTrue();
        }
        puppet.finish();
    }

    @Test
    void aHelperThatWaitsForTheStop_doesNotWaitForTheHooks() throws Exception {
        CountDownLatch gate = trees.gate();
        Supervisor tree = start(true);
        puppet.self().onStop(() -> Puppet.deafAwait(gate));
        List<Eventually.Caller<Boolean>> helpers = waiting(puppet.self());
        tree.terminateAsync("a");
        for (Eventually.Caller<Boolean> helper : helpers) {
            assertThat(helper.result()).isTrue();
        }
        assertThat(puppet.live()).isOne();
    }

    @Test
    void aHelperOfARunThatEndsByItself_hearsThatItIsOver() throws Exception {
        start(true);
        ChildContext self = puppet.self();
        List<Eventually.Caller<Boolean>> helpers = waiting(self);
        puppet.finish();
        for (Eventually.Caller<Boolean> helper : helpers) {
            assertThat(helper.result()).isTrue();
        }
        assertThat(self.awaitStop(Duration.ofHours(1))).isTrue();
    }

    @Test
    void aHelperThatIsInterrupted_isToldSo() throws Exception {
        start(true);
        Eventually.Caller<Boolean> helper = waiting(puppet.self()).getFirst();
        helper.thread().interrupt();
        assertThat(helper.failure())
                .isInstanceOf(InterruptedException.class)
                .hasMessageContaining("root/a was not asked to stop");
    }
}
