package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.AutoShutdown;
import dev.oversight.ChildContext;
import dev.oversight.ChildRef;
import dev.oversight.Exit;
import dev.oversight.Restart;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.StopTime;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a handle hands out, and what nobody keeps for it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SupervisorHandleTest {
    private static final SupervisorSpec ONE = SupervisorSpec.of("root")
            .autoShutdown(AutoShutdown.NEVER)
            .child("a", ChildContext::awaitStop);

    private static Object fieldOf(Object owner, String name) {
        try {
            Field field = owner.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return field.get(owner);
        } catch (ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void whatIsAttached_isTheSameForAllWhoLookFirst() throws Exception {
        try (Supervisor tree = Supervisor.start(ONE)) {
            StringBuilder[] inside = new StringBuilder[1];
            StringBuilder outside = Attachments.of(tree, StringBuilder.class, () -> {
                // Somebody else is faster.
                inside[0] = Attachments.of(tree, StringBuilder.class, StringBuilder::new);
                return new StringBuilder();
            });
            assertThat(outside).isSameAs(inside[0]);
            assertThat(Attachments.of(tree, StringBuilder.class, StringBuilder::new))
                    .isSameAs(outside);
        }
    }

    @Test
    void listsThatAreHandedOut_cannotBeChanged() throws Exception {
        try (Supervisor tree = Supervisor.start(ONE)) {
            for (List<?> list : List.of(
                    tree.children(),
                    tree.failures("a"),
                    tree.forgotten(),
                    tree.abandoned(),
                    tree.unstopped(),
                    tree.slowestStops())) {
                assertThatThrownBy(list::removeLast)
                        .isInstanceOf(UnsupportedOperationException.class);
            }
        }
    }

    @Test
    void theSlowestStops_areAsManyAsOneReads() throws Exception {
        SupervisorSpec spec = ONE;
        for (int i = 0; i < 20; i++) {
            spec = spec.child("c" + i, ChildContext::awaitStop);
        }
        Supervisor tree = Supervisor.start(spec);
        tree.close();
        assertThat(tree.slowestStops()).hasSize(16);
        assertThat(tree.slowestStops())
                .extracting(StopTime::took)
                .isSortedAccordingTo((a, b) -> b.compareTo(a));
    }

    @Test
    void whoWasInterruptedWhileWaitingForTheEnd_isNotKept() throws Exception {
        try (Supervisor tree = Supervisor.start(ONE)) {
            for (int i = 0; i < 100; i++) {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> tree.join(Duration.ofHours(1)))
                        .isInstanceOf(InterruptedException.class);
            }
            assertThat(SupervisorHandle.of(tree).runtime().whenEnded().getNumberOfDependents())
                    .isLessThan(2);
        }
    }

    @Test
    void aHelperThatHasWaited_isNotKept() throws Exception {
        try (Supervisor tree = Supervisor.start(ONE)) {
            ThreadRun run = SupervisorHandle.of(tree)
                    .ask(state -> (ThreadRun) state.children().find("a").run);
            boolean[] stopped = {true};
            Thread.ofPlatform()
                    .start(() -> {
                        try {
                            stopped[0] = run.awaitStop(Duration.ZERO);
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    })
                    .join();
            assertThat(stopped[0]).isFalse();
            assertThat((Collection<?>) fieldOf(fieldOf(run, "helpers"), "waiting"))
                    .isEmpty();
        }
    }

    @Test
    void aRunThatHasEnded_leavesNoLinkBehind() throws Exception {
        SupervisorSpec spec = ONE.child("b", ChildContext::awaitStop)
                .child(
                        "links",
                        self -> {
                            self.link(new ChildRef(self.supervisor(), "a"));
                            self.link(new ChildRef(self.supervisor(), "b"));
                        },
                        c -> c.restart(Restart.TRANSIENT));
        try (Supervisor tree = Supervisor.start(spec)) {
            tree.watch("links").get();
            for (String id : List.of("a", "b")) {
                assertThat(watchesOf(tree, id)).isEqualTo("none");
            }
        }
    }

    @Test
    void aWatchThatIsCancelled_isNotKept() throws Exception {
        try (Supervisor tree = Supervisor.start(ONE)) {
            CompletableFuture<Exit> watch = tree.watch("a");
            assertThat(watchesOf(tree, "a")).isNotEqualTo("none");
            watch.cancel(false);
            assertThat(watchesOf(tree, "a")).isEqualTo("none");
        }
    }

    private static Object watchesOf(Supervisor tree, String id) {
        return SupervisorHandle.of(tree).ask(state -> {
            Object first = fieldOf(state.children().find(id), "watches");
            return first == null ? "none" : first;
        });
    }

    @Test
    void aPlaceThreeLevelsBelow_isFound() throws Exception {
        SupervisorSpec deep = SupervisorSpec.of("deep").child("x", ChildContext::awaitStop);
        SupervisorSpec spec = ONE.child(SupervisorSpec.of("in").child(deep));
        try (Supervisor tree = Supervisor.start(spec)) {
            for (String above : List.of("", "root/")) {
                assertThat(tree.find(above + "in/deep/x").orElseThrow().path())
                        .isEqualTo("root/in/deep/x");
                assertThat(tree.supervisor(above + "in/deep").orElseThrow().path())
                        .isEqualTo("root/in/deep");
                assertThat(tree.find(above + "in/deep/y")).isEmpty();
                assertThat(tree.supervisor(above + "in/x")).isEmpty();
            }
        }
    }

    @Test
    void aChildThatRuns_isDueForNothing() throws Exception {
        SupervisorSpec spec = ONE.child(
                "beats", ChildContext::awaitStop, c -> c.heartbeatWithin(Duration.ofHours(1)));
        try (Supervisor tree = Supervisor.start(spec)) {
            assertThat(tree.find("a").orElseThrow().due()).isNull();
            assertThat(tree.find("beats").orElseThrow().due()).isNull();
        }
    }

    @Test
    void aLinkOfAnEarlierRun_doesNotFailTheNextOne() throws Exception {
        try (Supervisor tree = Supervisor.start(ONE.child("b", ChildContext::awaitStop))) {
            SupervisorHandle handle = SupervisorHandle.of(tree);
            ThreadRun earlier = handle.ask(state -> (ThreadRun) state.children().find("a").run);
            tree.terminate("a");
            tree.restart("a");
            handle.ask(
                    state -> { // it comes late
                        new Link(earlier, handle.runtime())
                                .ended(
                                        state.children().find("b"),
                                        new Exit(Exit.Kind.FAILED, new Exception("b"), 0));
                        return true;
                    });
            assertThat(tree.failures("a")).isEmpty();
            assertThat(tree.find("a").orElseThrow().incarnation()).isEqualTo(2);
        }
    }
}
