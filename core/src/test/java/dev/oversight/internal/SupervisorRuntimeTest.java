package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.AutoShutdown;
import dev.oversight.ChildContext;
import dev.oversight.Outcome;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.spi.Platform;
import dev.oversight.spi.Threads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What the runtime makes of decisions, looked at from inside the loop. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SupervisorRuntimeTest {
    private static final SupervisorSpec ONE = SupervisorSpec.of("root")
            .autoShutdown(AutoShutdown.NEVER)
            .child("a", ChildContext::awaitStop);

    private static ThreadRun runOfA(SupervisorHandle tree) {
        return tree.ask(state -> (ThreadRun) state.children().find("a").run);
    }

    @Test
    void anEndThatIsToldOnceMore_isNoNewsToAnybody() throws Exception {
        SupervisorSpec spec = SupervisorSpec.of("root")
                .autoShutdown(AutoShutdown.NEVER)
                .child(SupervisorSpec.of("in").child("a", ChildContext::awaitStop));
        try (Supervisor tree = Supervisor.start(spec)) {
            SupervisorHandle nested = SupervisorHandle.of(tree.supervisor("in").orElseThrow());
            tree.terminate("in");
            Outcome first = nested.outcome().orElseThrow();
            Outcome second = new Outcome(
                    "root/in", Outcome.Reason.SUPERVISOR_FAILED, new Exception("again"), 0);
            nested.ask(state -> {
                nested.runtime().ended(second, new SlowestStops());
                return true;
            });
            assertThat(nested.outcome()).contains(first);
            assertThat(tree.outcome()).isEmpty();
            tree.restart("in");
            assertThat(tree.supervisor("in/a")).isEmpty();
            assertThat(tree.find("in/a")).isPresent();
        }
    }

    @Test
    void aRunThatIsAskedToStop_knowsItBeforeTheLoopIsLeft() throws Exception {
        try (Supervisor tree = Supervisor.start(ONE)) {
            SupervisorHandle handle = SupervisorHandle.of(tree);
            ThreadRun run = runOfA(handle);
            SerialLoop loop = handle.runtime().loop();
            List<Boolean> running = new ArrayList<>();
            Awaited<Boolean> last = new Awaited<>();
            loop.submit(new Input.Query<>(
                    state -> {
                        running.add(run.running());
                        loop.submitInside(new Input.Terminate("a", new Awaited<>()));
                        loop.submitInside(
                                new Input.Query<>(then -> running.add(run.running()), last));
                        return true;
                    },
                    new Awaited<>()));
            last.await();
            assertThat(running).containsExactly(true, false);
        }
    }

    @Test
    void aReadyThatChangesNothing_isNotHandedIn() throws Exception {
        AtomicInteger looks = new AtomicInteger(); // at the clock: one for each input
        Platform system = Platform.system();
        Platform counting = new Platform(
                () -> {
                    looks.incrementAndGet();
                    return system.time().nanos();
                },
                system.timers(),
                system.threads());
        SupervisorSpec spec = ONE.child(
                "told", ChildContext::awaitStop, c -> c.readyWithin(java.time.Duration.ofHours(1)));
        try (Supervisor tree = Supervisor.launch(spec, counting, body -> body)) {
            SupervisorHandle handle = SupervisorHandle.of(tree);
            ThreadRun undeclared = runOfA(handle);
            ThreadRun declared =
                    handle.ask(state -> (ThreadRun) state.children().find("told").run);
            declared.ready();
            int before = looks.get();
            undeclared.ready();
            declared.ready();
            assertThat(looks).hasValue(before);
        }
    }

    @Test
    void aTree_isStartedInAThreadOfItsOwn() throws Exception {
        List<String> makers = new CopyOnWriteArrayList<>();
        Platform system = Platform.system();
        Threads telling = (name, body) -> {
            if (name.equals("root/a")) {
                makers.add(Thread.currentThread().getName());
            }
            return system.threads().unstarted(name, body);
        };
        Platform platform = new Platform(system.time(), system.timers(), telling);
        try (Supervisor tree = Supervisor.start(ONE, platform)) {
            assertThat(tree.find("a")).isPresent();
        }
        assertThat(makers).containsExactly("oversight-loop root");
    }
}
