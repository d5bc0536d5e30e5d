package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.dynamic.DynamicSpec;
import dev.oversight.dynamic.DynamicSupervisor;
import dev.oversight.dynamic.InstanceRef;
import dev.oversight.event.ChildCounts;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** How many instances there may be, how often they may fail, and limits that change meanwhile. */
class DynamicLimitScenarioTest extends DynamicScenario {
    // scenario 16
    @Test
    void beyondTheLimit_isRefusedAlsoWhileOneWaitsForItsRestart() throws Exception {
        DynamicSupervisor<Puppet> live =
                start(WORKERS.maxChildren(2).backoff(Backoff.constant(Duration.ofMillis(100))));
        Puppet a = started(live);
        started(live);
        for (int i = 2; i < 20; i++) {
            a.crash();
            InstanceRef<Puppet> ref = live.instances().getFirst();
            Eventually.await(
                    "it waits",
                    () -> ref.snapshot().orElseThrow().state() == ChildState.BACKING_OFF);
            assertThat(live.count()).isEqualTo(new ChildCounts(2, 1, 0, 2, 0));
            assertThatThrownBy(() -> live.start(new Puppet()))
                    .isInstanceOf(TooManyChildrenException.class)
                    .hasMessageContaining("root/workers has 2 children, and its maxChildren is 2");
            time.awaitAlarm();
            time.advance(Duration.ofMillis(100));
            a.awaitRuns(i);
        }
        live.instances().getLast().terminate();
        started(live);
    }

    @Test
    void limitsChangedWhileItRuns_holdUntilTheSupervisorIsRestarted() throws Exception {
        DynamicSupervisor<Puppet> live = start(WORKERS.maxChildren(2));
        started(live);
        started(live);
        assertThatThrownBy(() -> live.start(new Puppet()))
                .isInstanceOf(TooManyChildrenException.class);
        assertThat(live.maxChildren(4)).isEqualTo(2);
        assertThat(live.maxChildren()).isEqualTo(4);
        started(live);
        InstanceRef<Puppet> newest = live.instances().getLast();

        assertThat(live.maxChildren(2)).isEqualTo(4);
        assertThat(live.count().specs()).isEqualTo(3); // nobody is ended for it
        assertThatThrownBy(() -> live.start(new Puppet()))
                .isInstanceOf(TooManyChildrenException.class)
                .hasMessageContaining("has 3 children, and its maxChildren is 2");
        newest.terminate();
        assertThatThrownBy(() -> live.start(new Puppet()))
                .isInstanceOf(TooManyChildrenException.class);
        live.instances().getLast().terminate();
        started(live);
        live.maxChildren(0);
        live.instances().forEach(InstanceRef::terminateAsync);
        Eventually.await("all are gone", () -> live.count().specs() == 0);
        assertThatThrownBy(() -> live.start(new Puppet()))
                .isInstanceOf(TooManyChildrenException.class);
        assertThatThrownBy(() -> live.maxChildren(-1))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("maxChildren is -1");

        restartSupervisor(live);
        assertThat(live.maxChildren()).isEqualTo(2);
        started(live);
        root.terminate("workers");
        assertThatThrownBy(() -> live.maxChildren(5))
                .isInstanceOf(SupervisorNotRunningException.class);
        assertThatThrownBy(() -> live.intensity(5, Duration.ofSeconds(1)))
                .isInstanceOf(SupervisorNotRunningException.class);
    }

    @Test
    void intensityChangedWhileItRuns_decidesAboutTheNextFailure() throws Exception {
        DynamicSupervisor<Puppet> live = start(WORKERS.intensity(0, Duration.ofHours(1)));
        Puppet puppet = started(live);
        assertThatThrownBy(() -> live.intensity(1, Duration.ZERO))
                .isInstanceOf(InvalidSpecException.class);
        live.intensity(2, Duration.ofHours(1));
        puppet.crashAndAwaitRestart();
        puppet.crashAndAwaitRestart();
        Supervisor before = live.supervisor().orElseThrow();
        puppet.crash();
        Outcome outcome = before.join();
        assertThat(outcome.reason()).isEqualTo(Outcome.Reason.TOO_MANY_FAILURES);
        assertThat(outcome.cause()).hasMessageContaining("allowed are 2");
    }

    // OTP-078, ELX-027
    @Test
    void tooManyFailuresOfInstances_endTheSupervisorWithAll() throws Exception {
        DynamicSpec<Puppet> spec =
                DynamicSpec.of("workers", Puppet::run).intensity(2, Duration.ofSeconds(5));
        DynamicSupervisor<Puppet> live = start(spec);
        Puppet a = started(live);
        Puppet b = started(live);
        Supervisor before = live.supervisor().orElseThrow();
        a.crashAndAwaitRestart();
        b.crashAndAwaitRestart();
        a.crash();
        assertThat(before.join().reason()).isSameAs(Outcome.Reason.TOO_MANY_FAILURES);
        assertThat(b.live()).isZero();
        Eventually.await("it is back", () -> live.supervisor().isPresent());
        assertThat(live.count().specs()).isZero();
    }

    @Test
    void limitOfAllInstances_mayGiveUpTheOneThatFailed() throws Exception {
        DynamicSupervisor<Puppet> live = start(DynamicSpec.of("workers", Puppet::run)
                .intensity(1, Duration.ofSeconds(5))
                .atLimit(AtLimit.park()));
        Puppet a = started(live);
        Puppet b = started(live);
        InstanceRef<Puppet> first = live.instances().getFirst();
        a.crashAndAwaitRestart();
        a.crash();
        assertThat(first.awaitEnd().cause()).isInstanceOf(TooManyFailuresException.class);
        assertThat(b.live()).isEqualTo(1);
        assertThat(live.count()).isEqualTo(new ChildCounts(1, 1, 0, 1, 0));
    }
}
