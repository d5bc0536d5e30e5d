package dev.oversight.testkit;

import static dev.oversight.testkit.Pace.every;
import static dev.oversight.testkit.Pace.once;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.ChildBody;
import dev.oversight.ChildContext;
import dev.oversight.Listener;
import dev.oversight.OversightException;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.SupervisorNotRunningException;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildAbandoned;
import dev.oversight.event.ChildStarted;
import dev.oversight.event.ChildStopping;
import dev.oversight.event.Event;
import dev.oversight.testkit.ChaosViolation.Kind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Each thing that a verdict can report, caused by a broken worker or a broken listener. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChaosViolationTest {
    private static Set<Kind> kinds(ChaosVerdict verdict) {
        return verdict.violations().stream().map(ChaosViolation::kind).collect(Collectors.toSet());
    }

    private static Chaos quick() {
        return Chaos.seeded(1)
                .during(ofMillis(200))
                .answersWithin(ofMillis(200))
                .recoversWithin(ofMillis(200))
                .stopsWithin(ofMillis(200));
    }

    private static Chaos patient() {
        return Chaos.seeded(1).during(ofMillis(200));
    }

    private static SupervisorSpec pair() {
        return SupervisorSpec.of("root")
                .neverGiveUp()
                .child("a", ChildContext::awaitStop, c -> c.shutdown(Shutdown.within(ofMillis(20))))
                .child(
                        "b",
                        ChildContext::awaitStop,
                        c -> c.shutdown(Shutdown.within(ofMillis(20))));
    }

    private static UnaryOperator<Listener> without(Class<? extends Event> type, String path) {
        return listener -> event -> {
            if (!type.isInstance(event) || !event.path().equals(path)) {
                listener.on(event);
            }
        };
    }

    @Test
    void twoThatRunAtATime_areFound() throws Exception {
        ChaosVerdict verdict = patient()
                .during(ofMillis(600))
                .hang("a", every(ofMillis(10)))
                .kill("a", every(ofMillis(40))) // when it hangs it is abandoned, unheard
                .hearingThrough(without(ChildAbandoned.class, "root/a"))
                .on(pair());
        assertThat(kinds(verdict)).contains(Kind.TWO_LIVE);
    }

    @Test
    void oneThatComesBackThoughItWasStoppedByRequest_isFound() throws Exception {
        SupervisorSpec meddled = pair().child("meddler", self -> {
            while (self.running()) {
                try {
                    self.supervisor().restart("a");
                } catch (OversightException runs) {
                    self.awaitStop(ofMillis(1));
                }
            }
        });
        ChaosVerdict verdict = patient()
                .during(ofMillis(500))
                .flood("a", 1, every(ofMillis(5)))
                .on(meddled);
        assertThat(kinds(verdict)).containsExactly(Kind.CAME_BACK);
        assertThat(verdict.violations().getFirst().path()).isEqualTo("root/a");
    }

    @Test
    void oneThatNeverStops_leavesRequestsUnansweredAndThreadsBehind() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        SupervisorSpec stubborn = SupervisorSpec.of("root")
                .child(
                        "a",
                        self -> RealWorkerTest.deafAwait(gate),
                        c -> c.shutdown(Shutdown.unbounded()));
        ChaosVerdict verdict;
        try {
            verdict = quick().flood("a", 2, every(ofMillis(2))).on(stubborn);
        } finally {
            gate.countDown();
        }
        assertThat(kinds(verdict))
                .contains(Kind.UNANSWERED, Kind.NOT_RECOVERED, Kind.NOT_STOPPED, Kind.THREADS_LEFT);
        assertThat(verdict.leftRunning())
                .singleElement()
                .satisfies(run -> assertThat(run.path()).isEqualTo("root/a"));
        assertThatThrownBy(verdict::assertHeld)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("deafAwait")
                .hasMessageContaining("again: Chaos.seeded(1L)");
    }

    @Test
    void anAnswerThatIsNone_isFound() {
        List<String> found = new ArrayList<>();
        Asking asking = new Asking(
                () -> 0,
                ofSeconds(1),
                (kind, path, what, at) -> found.add(kind + " " + what),
                path -> false);
        asking.ask("query a", "root/a", () -> {
            throw new IllegalStateException("lost the books");
        });
        asking.ask("terminate a", "root/a", () -> {
            throw new SupervisorNotRunningException("root/nested", "is stopping", null);
        });
        asking.judgeRefusals("root");
        assertThat(found)
                .containsExactly("UNANSWERED query a was answered by"
                        + " java.lang.IllegalStateException: lost the books");
    }

    @Test
    void aRefusalByARootThatRuns_isFound() {
        List<String> found = new ArrayList<>();
        Asking asking = new Asking(
                () -> 0, ofSeconds(1), (kind, path, what, at) -> found.add(what), path -> false);
        asking.ask("terminate a", "root/a", () -> {
            throw new SupervisorNotRunningException("root", "has ended", null);
        });
        asking.judgeRefusals("root");
        assertThat(found).singleElement().asString().contains("terminate a was refused", "it ran");
    }

    /** Up at first, and never ready again. */
    private static ChildBody readyOnce() {
        return self -> {
            if (self.incarnation() == 1) {
                self.ready();
            }
            self.awaitStop();
        };
    }

    @Test
    void oneThatDoesNotComeUpAgain_isFound() throws Exception {
        SupervisorSpec root = SupervisorSpec.of("root")
                .neverGiveUp()
                .child("a", readyOnce(), c -> c.readyWithin(ofSeconds(100)));
        ChaosVerdict verdict =
                quick().stopsWithin(ofSeconds(10)).kill("a", once(ofMillis(10))).on(root);
        assertThat(kinds(verdict)).containsExactly(Kind.NOT_RECOVERED);
        assertThat(verdict.violations().getFirst().what()).contains("STARTING", "200ms");
    }

    /** Its events say that it is down, and nobody has asked for that. */
    @Test
    void oneThatIsLost_isFound() throws Exception {
        SupervisorSpec fickle = SupervisorSpec.of("root")
                .neverGiveUp()
                .child("a", ChildContext::awaitStop)
                .child("b", ChildContext::awaitStop, c -> c.restart(new Fickle()));
        ChaosVerdict verdict =
                quick().stopsWithin(ofSeconds(10)).kill("b", once(ofMillis(10))).on(fickle);
        assertThat(kinds(verdict)).containsExactly(Kind.NOT_RECOVERED);
        assertThat(verdict.violations().getFirst().what()).contains("STOPPED", "nobody is known");
    }

    /** Says no when it counts, and yes ever after. */
    private static final class Fickle implements Restart {
        private volatile boolean asked;

        @Override
        public boolean shouldRestart(dev.oversight.Exit exit) {
            boolean before = asked;
            asked = true;
            return before;
        }
    }

    @Test
    void aRuleThatThrows_isFound() throws Exception {
        SupervisorSpec root = SupervisorSpec.of("root")
                .child(
                        "a",
                        ChildContext::awaitStop,
                        c -> c.restart(exit -> {
                            throw new IllegalStateException("broken rule");
                        }));
        ChaosVerdict verdict = patient().kill("a", once(ofMillis(10))).on(root);
        assertThat(kinds(verdict)).containsExactly(Kind.ENDED);
        assertThat(verdict.violations().getFirst().what()).contains("broken rule");
    }

    @Test
    void aTreeThatIsStoppedBySomebodyElse_isFound() throws Exception {
        SupervisorSpec root = pair().child("closer", self -> {
            self.awaitStop(ofMillis(20));
            self.supervisor().close();
        });
        assertThat(kinds(patient().during(ofSeconds(20)).on(root))).containsExactly(Kind.ENDED);
    }

    /** Hears of two requests to stop the other way round. */
    private static UnaryOperator<Listener> swappingStops() {
        return listener -> new Listener() {
            private final List<Event> held = new ArrayList<>();

            @Override
            public void on(Event event) {
                boolean ofB = event.path().equals("root/b");
                if (event instanceof ChildStopping && ofB) {
                    held.add(event);
                } else if (!held.isEmpty() && ofB) {
                    held.add(event);
                } else {
                    listener.on(event);
                    if (event instanceof ChildStopping) {
                        held.forEach(listener::on);
                        held.clear();
                    }
                }
            }
        };
    }

    @Test
    void stopsInTheWrongOrder_areFound() throws Exception {
        ChaosVerdict verdict = patient().hearingThrough(swappingStops()).on(pair());
        assertThat(kinds(verdict)).containsExactly(Kind.OUT_OF_ORDER);
        assertThat(verdict.violations().getFirst().what()).contains("before root/b is gone");
        assertThat(verdict.violations().getFirst().around().timeline()).contains("root/a stopping");
    }

    @Test
    void eventsThatDoNotAddUp_areFound() throws Exception {
        ChaosVerdict verdict = patient()
                .kill("a", once(ofMillis(10)))
                .recoversWithin(ofMillis(300))
                .stopsWithin(ofSeconds(1))
                .hearingThrough(without(ChildStarted.class, "root/b"))
                .on(pair());
        assertThat(kinds(verdict)).contains(Kind.BOOKS);
    }
}
