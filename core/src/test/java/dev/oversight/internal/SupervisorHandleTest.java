package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.AutoShutdown;
import dev.oversight.ChildContext;
import dev.oversight.ChildRef;
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
            assertThat((Collection<?>) fieldOf(run, "helpers")).isEmpty();
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
                Object watches = SupervisorHandle.of(tree).ask(state -> {
                    Object first = fieldOf(state.children().find(id), "watches");
                    return first == null ? "none" : first;
                });
                assertThat(watches).isEqualTo("none");
            }
        }
    }
}
