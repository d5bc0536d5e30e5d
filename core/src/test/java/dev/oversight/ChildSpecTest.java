package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.spi.Threads;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

class ChildSpecTest {
    private static final ChildBody BODY = self -> {};
    private static final Threads THREADS = Threads.platform();

    @Test
    void nothingSet_hasTheDefaultsOfAWorker() { // OTP-015
        ChildSpec spec = ChildSpec.of("a", BODY);
        assertThat(spec.restart()).isSameAs(Restart.PERMANENT);
        assertThat(spec.shutdown()).isEqualTo(Shutdown.within(Duration.ofSeconds(5)));
        assertThat(spec.readyWithin()).isEmpty();
        assertThat(spec.backoff()).isEmpty();
        assertThat(spec.significant()).isFalse();
        assertThat(spec.interruptOnStop()).isTrue();
        assertThat(spec.threads()).isEmpty();
        assertThat(spec.labels()).isEmpty();
        assertThat(spec.body()).containsSame(BODY);
        assertThat(spec.supervisor()).isEmpty();
    }

    @Test
    void aNestedSupervisor_takesItsIdAndHasUnboundedShutdown() { // OTP-015, OTP-103, ELX-001
        SupervisorSpec inner = SupervisorSpec.of("inner");
        ChildSpec spec = ChildSpec.of(inner);
        assertThat(spec.id()).contains("inner");
        assertThat(spec.shutdown()).isEqualTo(Shutdown.unbounded());
        assertThat(spec.supervisor()).containsSame(inner);
        assertThat(spec.body()).isEmpty();
        assertThat(spec.id("other").id()).contains("other");
    }

    @Test
    void everySetter_keepsTheOtherSettingsAndTheOldSpec() { // ELX-002, W-31
        Backoff backoff = Backoff.none();
        ChildSpec before = ChildSpec.of("a", BODY);
        ChildSpec spec = before.restart(Restart.TRANSIENT)
                .shutdown(Shutdown.immediate())
                .readyWithin(Duration.ofSeconds(3))
                .backoff(backoff)
                .significant(true)
                .interruptOnStop(false)
                .threads(THREADS)
                .label("shard", "1")
                .id("b");

        assertThat(spec.id()).contains("b");
        assertThat(spec.restart()).isSameAs(Restart.TRANSIENT);
        assertThat(spec.shutdown()).isEqualTo(Shutdown.immediate());
        assertThat(spec.readyWithin()).contains(Duration.ofSeconds(3));
        assertThat(spec.backoff()).containsSame(backoff);
        assertThat(spec.significant()).isTrue();
        assertThat(spec.interruptOnStop()).isFalse();
        assertThat(spec.threads()).containsSame(THREADS);
        assertThat(spec.labels()).containsExactly(Map.entry("shard", "1"));
        assertThat(spec.body()).containsSame(BODY);
        assertThat(before.restart()).isSameAs(Restart.PERMANENT);
        assertThat(before.label("shard")).isEmpty();
        assertThatThrownBy(() -> spec.labels().put("x", "y"))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void everyLegalMix_isAccepted() { // OTP-019, ELX-009
        List<Shutdown> rules = List.of(
                Shutdown.within(Duration.ZERO),
                Shutdown.within(Duration.ofMillis(1)),
                Shutdown.within(Duration.ofSeconds(1)),
                Shutdown.immediate(),
                Shutdown.unbounded());
        SupervisorSpec spec = SupervisorSpec.of("root");
        for (Restart restart : List.of(Restart.PERMANENT, Restart.TRANSIENT, Restart.TEMPORARY)) {
            for (Shutdown shutdown : rules) {
                String id = "c" + spec.size();
                spec = spec.child(ChildSpec.of(id, BODY).restart(restart).shutdown(shutdown))
                        .child(
                                SupervisorSpec.of("s" + id),
                                c -> c.restart(restart).shutdown(shutdown));
            }
        }
        assertThat(spec.problems()).isEmpty();
    }

    @Test
    void aDurationThatMakesNoSense_isRefusedInTheCaller() { // OTP-018, ELX-008
        ChildSpec spec = ChildSpec.of("a", BODY);
        assertThatThrownBy(() -> Shutdown.within(Duration.ofMillis(-1)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessage(
                        "shutdown is PT-0.001S, expected zero or more; use a Duration that is not negative");
        assertThatThrownBy(() -> Shutdown.within(Duration.ofDays(100_000)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("Shutdown.unbounded()");
        for (Duration limit : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
            assertThatThrownBy(() -> spec.readyWithin(limit))
                    .isInstanceOf(InvalidSpecException.class)
                    .hasMessageContaining("readyWithin is " + limit)
                    .hasMessageContaining("more than zero");
        }
    }

    @Test
    void nulls_areRefusedByName() { // OVS-026, SUT-015
        ChildSpec spec = ChildSpec.of("a", BODY);
        assertThatNullPointerException()
                .isThrownBy(() -> ChildSpec.of((ChildBody) null))
                .withMessage("body");
        assertThatNullPointerException()
                .isThrownBy(() -> ChildSpec.of(null, BODY))
                .withMessage("id");
        assertThatNullPointerException()
                .isThrownBy(() -> ChildSpec.fresh("a", null))
                .withMessage("factory");
        assertThatNullPointerException().isThrownBy(() -> spec.restart(null)).withMessage("rule");
        assertThatNullPointerException().isThrownBy(() -> spec.shutdown(null)).withMessage("rule");
        assertThatNullPointerException().isThrownBy(() -> spec.backoff(null)).withMessage("rule");
        assertThatNullPointerException().isThrownBy(() -> spec.threads(null)).withMessage("kind");
        assertThatNullPointerException()
                .isThrownBy(() -> spec.readyWithin(null))
                .withMessage("readyWithin");
        assertThatNullPointerException().isThrownBy(() -> spec.label(null, "v")).withMessage("key");
        assertThatNullPointerException()
                .isThrownBy(() -> spec.label("k", null))
                .withMessage("value");
        assertThatNullPointerException().isThrownBy(() -> spec.id(null)).withMessage("id");
        assertThatNullPointerException()
                .isThrownBy(() -> Shutdown.within(null))
                .withMessage("shutdown");
        assertThatNullPointerException().isThrownBy(() -> Restart.when(null)).withMessage("rule");
    }

    @Test
    void theBuiltInRules_sayWhatTheyAreAndDecideByTheEnd() { // OTP-057, OTP-058, OTP-059, OTP-060
        Exit returned = new Exit(Exit.Kind.COMPLETED, null, 0);
        Exit failed = new Exit(Exit.Kind.FAILED, new InterruptedException(), 0);

        assertThat(Restart.PERMANENT).hasToString("PERMANENT");
        assertThat(Restart.PERMANENT.shouldRestart(returned)).isTrue();
        assertThat(Restart.TRANSIENT.shouldRestart(returned)).isFalse();
        assertThat(Restart.TRANSIENT.shouldRestart(failed)).isTrue();
        assertThat(Restart.TEMPORARY.shouldRestart(failed)).isFalse();
        assertThat(Restart.TEMPORARY.keepsSpec()).isFalse();
        assertThat(Restart.when(exit -> exit.cause() == null).shouldRestart(returned))
                .isTrue();
    }

    @Test
    void aFactory_isAskedOncePerIncarnation() throws Exception {
        AtomicInteger made = new AtomicInteger();
        ChildSpec spec = ChildSpec.fresh("a", () -> {
            made.incrementAndGet();
            return BODY;
        });
        ChildBody body = spec.body().orElseThrow();
        assertThat(made).hasValue(0);
        body.run(null);
        body.run(null);
        assertThat(made).hasValue(2);
        assertThatNullPointerException()
                .isThrownBy(() ->
                        ChildSpec.fresh("a", () -> null).body().orElseThrow().run(null))
                .withMessageContaining("factory returned null");
    }

    @Test
    void dependencies_areInTheOrderGivenAndALaterConditionReplacesAnEarlierOne() {
        ChildSpec needy = ChildSpec.of("a", self -> {}).dependsOn("x", "y");
        assertThat(needy.dependencies())
                .containsExactly(
                        new Dependency("x", Condition.READY), new Dependency("y", Condition.READY));
        ChildSpec changed = needy.dependsOn("x", Condition.COMPLETED).dependsOn("z");
        assertThat(changed.dependencies())
                .containsExactly(
                        new Dependency("y", Condition.READY),
                        new Dependency("x", Condition.COMPLETED),
                        new Dependency("z", Condition.READY))
                .isUnmodifiable();
        assertThat(needy.dependencies()).hasSize(2);
        assertThatThrownBy(() -> needy.dependsOn("z", "a/b"))
                .isInstanceOf(InvalidSpecException.class);
    }
}
