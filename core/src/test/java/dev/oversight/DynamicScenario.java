package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.dynamic.DynamicSpec;
import dev.oversight.dynamic.DynamicSupervisor;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A tree with a dynamic supervisor in it, and what is asked of both. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class DynamicScenario {
    static final DynamicSpec<Puppet> WORKERS =
            DynamicSpec.of("workers", Puppet::run).neverGiveUp();
    static final DynamicSpec<Puppet> TRANSIENTS =
            WORKERS.instances(c -> c.restart(Restart.TRANSIENT));

    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    final ManualTime time = new ManualTime();

    Supervisor root;

    <A> DynamicSupervisor<A> start(DynamicSpec<A> spec) throws InterruptedException {
        root = trees.start(
                SupervisorSpec.of("root")
                        .neverGiveUp()
                        .autoShutdown(AutoShutdown.NEVER)
                        .child(spec.toChild()),
                time);
        return spec.in(root);
    }

    static Puppet started(DynamicSupervisor<Puppet> live) throws InterruptedException {
        Puppet puppet = new Puppet();
        live.start(puppet);
        puppet.awaitRuns(1);
        return puppet;
    }

    /** The supervisor of the instances dies and the one above starts it again. */
    void restartSupervisor(DynamicSupervisor<?> live) throws InterruptedException {
        Supervisor before = live.supervisor().orElseThrow();
        root.terminate("workers");
        root.restart("workers");
        assertThat(live.supervisor().orElseThrow()).isNotSameAs(before);
    }
}
