package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

class OutcomeTest {
    @Test
    void onlyThreeReasons_areFailures() {
        Set<Outcome.Reason> failures = Arrays.stream(Outcome.Reason.values())
                .filter(Outcome.Reason::isFailure)
                .collect(Collectors.toSet());
        assertThat(failures)
                .containsExactlyInAnyOrder(
                        Outcome.Reason.TOO_MANY_FAILURES,
                        Outcome.Reason.START_FAILED,
                        Outcome.Reason.SUPERVISOR_FAILED);
        assertThat(new Outcome("root", Outcome.Reason.NO_CHILD_LEFT, null, 0).isFailure())
                .isFalse();
        assertThat(new Outcome("root", Outcome.Reason.TOO_MANY_FAILURES, null, 0).isFailure())
                .isTrue();
    }

    @Test
    void onlyCompletedDeclinedAndStopped_areNormalExits() {
        assertThat(List.of(Exit.Kind.values()))
                .filteredOn(kind -> new Exit(kind, null, 0).isNormal())
                .containsExactly(Exit.Kind.COMPLETED, Exit.Kind.DECLINED, Exit.Kind.STOPPED);
    }

    @Test
    void missingParts_areRefusedByName() {
        assertThatNullPointerException()
                .isThrownBy(() -> new Outcome(null, Outcome.Reason.STOPPED, null, 0))
                .withMessage("path");
        assertThatNullPointerException()
                .isThrownBy(() -> new Outcome("p", null, null, 0))
                .withMessage("reason");
        assertThatNullPointerException()
                .isThrownBy(() -> new Exit(null, null, 0))
                .withMessage("kind");
    }

    @Test
    void tooManyFailures_hasTheLastAsCauseAndTheEarlierOnesSuppressed() { // W-25
        Throwable first = new IllegalStateException("1");
        Throwable second = new IllegalStateException("2");
        Throwable last = new IllegalStateException("3");
        TooManyFailuresException given = TooManyFailuresException.givenUp(
                "root/shop", allowed(2), List.of(first, second, last));

        assertThat(given)
                .hasCause(last)
                .hasMessage("root/shop gave up: 3 failures within 30s, allowed are 2");
        assertThat(given.getSuppressed()).containsExactly(first, second);
        assertThat(given.path()).isEqualTo("root/shop");
    }

    @Test
    void tooManyFailures_sayWhatHappenedInTheRightNumber() {
        List<Throwable> one = List.of(new IllegalStateException());
        List<Throwable> two = List.of(new IllegalStateException(), new IllegalStateException());
        assertThat(TooManyFailuresException.givenUp("root", allowed(0), one))
                .hasMessage("root gave up: 1 failure within 30s, none is allowed");
        assertThat(TooManyFailuresException.givenUp("root", allowed(1), two))
                .hasMessage("root gave up: 2 failures within 30s, allowed is 1");
        assertThat(TooManyFailuresException.ofChildren("root", allowed(0), one))
                .hasMessage("root had 1 failure within 30s, none is allowed");
        assertThat(TooManyFailuresException.ofChild("root/a", allowed(0), one))
                .hasMessage("root/a failed once within 30s, none is allowed");
        assertThat(TooManyFailuresException.ofChild("root/a", allowed(1), two))
                .hasMessage("root/a failed 2 times within 30s, allowed is 1");
    }

    private static AtLimit.Allowance allowed(int restarts) {
        return new AtLimit.Allowance(restarts, Duration.ofSeconds(30));
    }

    @Test
    void liveStatesAndStatesAtRest_areDisjoint() {
        for (ChildState state : ChildState.values()) {
            assertThat(state.isLive() && state.isAtRest()).as("%s", state).isFalse();
            assertThat(state.canMoveTo(state)).as("%s", state).isFalse();
        }
    }
}
