package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class SupervisorSpecTest {
    private static final ChildBody BODY = self -> {};

    @Test
    void nothingSet_hasTheDocumentedDefaults() { // OTP-015
        SupervisorSpec spec = SupervisorSpec.of("root");

        assertThat(spec.id()).isEqualTo("root");
        assertThat(spec.strategy()).isSameAs(Strategy.ONE_FOR_ONE);
        assertThat(spec.intensity()).isEqualTo(1);
        assertThat(spec.period()).isEqualTo(Duration.ofSeconds(5));
        assertThat(spec.neverGivesUp()).isFalse();
        assertThat(spec.autoShutdown()).isSameAs(AutoShutdown.NOTHING_LEFT);
        assertThat(spec.backoff()).isEmpty();
        assertThat(spec.listeners()).isEmpty();
        assertThat(spec.children()).isEmpty();
        assertThat(spec.size()).isZero();
        assertThat(spec.maxChildren()).isEqualTo(Integer.MAX_VALUE);
        assertThat(spec.forgetsEnded()).isFalse();
    }

    // ELX-013
    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void limitOfNoChildren_isRefused(int limit) {
        assertThatThrownBy(() -> SupervisorSpec.of("root").maxChildren(limit))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("maxChildren is " + limit + ", expected one or more");
    }

    @Test
    void moreChildrenThanAllowed_areRefusedWithTheOtherProblems() {
        SupervisorSpec pool =
                SupervisorSpec.of("pool").maxChildren(1).child("a", BODY).child("a", BODY);

        assertThat(SupervisorSpec.of("root").child(pool).problems())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("root/pool: maxChildren is 1, expected at least the 2 children");
        assertThat(pool.maxChildren(2)
                        .withoutChildren()
                        .child("a", BODY)
                        .check()
                        .maxChildren())
                .isEqualTo(2);
    }

    @Test
    void everySetter_keepsTheOtherSettings() { // SUT-007, ELX-002
        Backoff backoff = Backoff.none();
        Listener listener = event -> {};
        SupervisorSpec spec = SupervisorSpec.of("a", Strategy.REST_FOR_ONE)
                .intensity(7, Duration.ofMinutes(2))
                .autoShutdown(AutoShutdown.NEVER)
                .backoff(backoff)
                .listener(listener)
                .child("x", BODY)
                .id("b")
                .strategy(Strategy.ONE_FOR_ALL);

        assertThat(spec.id()).isEqualTo("b");
        assertThat(spec.strategy()).isSameAs(Strategy.ONE_FOR_ALL);
        assertThat(spec.intensity()).isEqualTo(7);
        assertThat(spec.period()).isEqualTo(Duration.ofMinutes(2));
        assertThat(spec.autoShutdown()).isSameAs(AutoShutdown.NEVER);
        assertThat(spec.backoff()).containsSame(backoff);
        assertThat(spec.listeners()).containsExactly(listener);
        assertThat(spec.size()).isOne();
        assertThat(spec.neverGiveUp().neverGivesUp()).isTrue();
        assertThat(spec.neverGiveUp().intensity(2, Duration.ofSeconds(1)).neverGivesUp())
                .isFalse();
        assertThat(spec.withoutChildren().size()).isZero();
        assertThat(spec.withoutChildren().listeners()).containsExactly(listener);
    }

    @Test
    void aSetter_leavesTheSpecItWasCalledOnAlone() { // W-31
        SupervisorSpec before = SupervisorSpec.of("root").child("a", BODY);
        SupervisorSpec left = before.child("l", BODY).intensity(9, Duration.ofSeconds(9));
        SupervisorSpec right = before.child("r", BODY).listener(event -> {});

        assertThat(ids(before)).containsExactly("a");
        assertThat(ids(left)).containsExactly("a", "l");
        assertThat(ids(right)).containsExactly("a", "r");
        assertThat(before.intensity()).isEqualTo(1);
        assertThat(before.listeners()).isEmpty();
    }

    @Test
    void theListsOfASpec_cannotBeChanged() { // W-31
        SupervisorSpec spec = SupervisorSpec.of("root").child("a", BODY).listener(event -> {});

        assertThatThrownBy(() -> spec.children().clear())
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> spec.listeners().clear())
                .isInstanceOf(UnsupportedOperationException.class);
        List<ChildSpec> given = new ArrayList<>(List.of(ChildSpec.of("x", BODY)));
        SupervisorSpec from = SupervisorSpec.of("root").children(given);
        given.clear();
        assertThat(ids(from)).containsExactly("x");
    }

    @Test
    void children_areInStartOrderWhateverTheirNumber() {
        SupervisorSpec spec = SupervisorSpec.of("root");
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            spec = spec.child("c" + i, BODY);
            expected.add("c" + i);
        }
        assertThat(ids(spec)).isEqualTo(expected);
        assertThat(spec.size()).isEqualTo(10_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a/b", "/", "a\nb", "\t", "a\u0000"})
    void anIdThatIsNoName_isRefusedWithValueAndCure(String id) { // ELX-007
        for (InvalidSpecException refused : List.of(
                refusal(() -> SupervisorSpec.of(id)),
                refusal(() -> SupervisorSpec.of("ok").id(id)),
                refusal(() -> ChildSpec.of(id, BODY)),
                refusal(() -> ChildSpec.fresh(id, () -> BODY)),
                refusal(() -> ChildSpec.of(BODY).id(id)))) {
            assertThat(refused)
                    .hasMessageContaining("id")
                    .hasMessageContaining("expected")
                    .hasMessageContaining("use");
            assertThat(refused.problems()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "orders.v2", "héllo wörld", "注文", "child-3", "a:b", "🙂"})
    void anyOtherId_isAccepted(String id) {
        assertThat(SupervisorSpec.of(id).child(id, BODY).check().id()).isEqualTo(id);
    }

    @Test
    void anIntensityOutOfRange_isRefusedWithValueAndCure() { // OTP-024, ELX-013, OVS-021,
        // OVS-043, W-18
        SupervisorSpec spec = SupervisorSpec.of("root");
        assertThatThrownBy(() -> spec.intensity(-1, Duration.ofSeconds(1)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessage(
                        "intensity.restarts is -1, expected zero or more; use neverGiveUp() for no limit");
        for (Duration period :
                List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(-5))) {
            assertThatThrownBy(() -> spec.intensity(1, period))
                    .isInstanceOf(InvalidSpecException.class)
                    .hasMessageContaining("intensity.period is " + period)
                    .hasMessageContaining("expected more than zero");
        }
        assertThatThrownBy(() -> spec.intensity(1, Duration.ofSeconds(Long.MAX_VALUE)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("at most");
        assertThat(spec.intensity(0, Duration.ofNanos(1)).intensity()).isZero();
    }

    @Test
    void nulls_areRefusedByName() { // OVS-026, SUT-015
        SupervisorSpec spec = SupervisorSpec.of("root");
        assertThatNullPointerException()
                .isThrownBy(() -> SupervisorSpec.of(null))
                .withMessage("id");
        assertThatNullPointerException()
                .isThrownBy(() -> spec.strategy(null))
                .withMessage("strategy");
        assertThatNullPointerException()
                .isThrownBy(() -> spec.intensity(1, null))
                .withMessage("intensity.period");
        assertThatNullPointerException()
                .isThrownBy(() -> spec.autoShutdown(null))
                .withMessage("rule");
        assertThatNullPointerException().isThrownBy(() -> spec.backoff(null)).withMessage("rule");
        assertThatNullPointerException()
                .isThrownBy(() -> spec.listener(null))
                .withMessage("listener");
        assertThatNullPointerException()
                .isThrownBy(() -> spec.child("a", null))
                .withMessage("body");
        assertThatNullPointerException()
                .isThrownBy(() -> spec.child((ChildSpec) null))
                .withMessage("child");
    }

    @Test
    void duplicateIds_areReportedWithTheirPath() {
        SupervisorSpec spec =
                SupervisorSpec.of("root").child("a", BODY).child("a", BODY).child(BODY());
        assertThat(spec.problems())
                .singleElement()
                .asString()
                .startsWith("root/a: id is \"a\"")
                .contains("rename");
    }

    @Test
    void everyProblemOfATree_isReportedAtOnce() {
        SupervisorSpec inner = SupervisorSpec.of("inner")
                .child("x", BODY)
                .child("x", BODY)
                .child("s", BODY, c -> c.significant(true).restart(Restart.TRANSIENT));
        SupervisorSpec root = SupervisorSpec.of("root")
                .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                .child("p", BODY, c -> c.significant(true))
                .child(SupervisorSpec.of("middle").child(inner))
                .child("p", BODY);

        InvalidSpecException refused = refusal(root::check);
        assertThat(refused.path()).isEqualTo("root");
        assertThat(refused.problems())
                .satisfiesExactlyInAnyOrder(
                        p -> assertThat(p)
                                .startsWith("root/p: significant is true")
                                .contains("TRANSIENT"),
                        p -> assertThat(p).startsWith("root/p: id is"),
                        p -> assertThat(p).startsWith("root/middle/inner/x: id is"),
                        p -> assertThat(p)
                                .startsWith("root/middle/inner/s: significant is true")
                                .contains("ANY_SIGNIFICANT"));
        refused.problems().forEach(problem -> assertThat(refused).hasMessageContaining(problem));
    }

    @Test
    void significance_needsARuleAndAChildThatEnds() { // OTP-022
        for (AutoShutdown mode : AutoShutdown.values()) {
            for (Restart restart :
                    List.of(Restart.PERMANENT, Restart.TRANSIENT, Restart.TEMPORARY)) {
                SupervisorSpec spec = SupervisorSpec.of("root").autoShutdown(mode);
                boolean counts = mode == AutoShutdown.ANY_SIGNIFICANT
                        || mode == AutoShutdown.ALL_SIGNIFICANT;
                boolean legal = counts && !restart.equals(Restart.PERMANENT);

                assertThat(spec.child("a", BODY, c -> c.restart(restart).significant(true))
                                .problems()
                                .isEmpty())
                        .as("%s %s", mode, restart)
                        .isEqualTo(legal);
                assertThat(spec.child("a", BODY, c -> c.restart(restart)).problems())
                        .isEmpty();
            }
        }
    }

    @Test
    void aTreeOfTenThousandLevels_isCheckedWithoutRecursion() {
        SupervisorSpec tree = SupervisorSpec.of("s").child("a", BODY).child("a", BODY);
        for (int i = 0; i < 10_000; i++) {
            tree = SupervisorSpec.of("s").child(tree);
        }
        SupervisorSpec deep = tree;
        assertThat(deep.problems()).hasSize(1);
        assertThatCode(deep::toString).doesNotThrowAnyException();
    }

    @Test
    void printed_itNamesIdStrategyAndAllowance() {
        assertThat(SupervisorSpec.of("shop", Strategy.REST_FOR_ONE)
                        .intensity(3, Duration.ofSeconds(30))
                        .child("a", BODY))
                .hasToString("SupervisorSpec[shop, REST_FOR_ONE, 3 in 30s, 1 children]");
    }

    private static ChildSpec BODY() {
        return ChildSpec.of(BODY);
    }

    private static List<String> ids(SupervisorSpec spec) {
        return spec.children().stream().map(c -> c.id().orElseThrow()).toList();
    }

    private static InvalidSpecException refusal(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(InvalidSpecException.class, call);
    }

    @Test
    void aRuleThatCannotSayWhetherItKeepsItsSpec_isRefusedBeforeAnythingRuns() {
        Restart broken = new Restart() {
            @Override
            public boolean shouldRestart(Exit exit) {
                return false;
            }

            @Override
            public boolean keepsSpec() {
                throw new UnsupportedOperationException("asked");
            }
        };
        SupervisorSpec spec =
                SupervisorSpec.of("root").child("a", self -> {}, c -> c.restart(broken));
        assertThat(spec.problems())
                .singleElement()
                .asString()
                .startsWith("root/a: restart is a rule whose keepsSpec() throws"
                        + " java.lang.UnsupportedOperationException");
    }
}
