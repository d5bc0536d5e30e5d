package dev.oversight.internal;

import static dev.oversight.event.ChildState.ABANDONED;
import static dev.oversight.event.ChildState.BACKING_OFF;
import static dev.oversight.event.ChildState.NEW;
import static dev.oversight.event.ChildState.PARKED;
import static dev.oversight.event.ChildState.RESTARTING;
import static dev.oversight.event.ChildState.RUNNING;
import static dev.oversight.event.ChildState.STARTING;
import static dev.oversight.event.ChildState.STOPPED;
import static dev.oversight.event.ChildState.STOPPING;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.oversight.event.ChildCounts;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

class ChildStateTest {
    /** Written out once more, so that a change of the table is a change of two files. */
    private static final Map<ChildState, Set<ChildState>> LEGAL = Map.of(
            NEW, EnumSet.of(STARTING, RUNNING, STOPPED),
            STARTING, EnumSet.of(RUNNING, STOPPING, RESTARTING, PARKED, STOPPED),
            RUNNING, EnumSet.of(STOPPING, RESTARTING, PARKED, STOPPED),
            STOPPING, EnumSet.of(STOPPED, RESTARTING, PARKED, ABANDONED),
            RESTARTING, EnumSet.of(STARTING, RUNNING, BACKING_OFF, STOPPED),
            BACKING_OFF, EnumSet.of(RESTARTING, STOPPED),
            STOPPED, EnumSet.of(RESTARTING),
            PARKED, EnumSet.of(RESTARTING),
            ABANDONED, EnumSet.of(RESTARTING, STOPPED));

    @ParameterizedTest
    @EnumSource
    void everyPair_isLegalAsTheTableSaysAndTheBooksMakeOrRefuseIt(ChildState from) {
        for (ChildState to : ChildState.values()) {
            boolean legal = LEGAL.get(from).contains(to);
            assertThat(from.canMoveTo(to)).as(from + " to " + to).isEqualTo(legal);
            Children children = new Children("root", false);
            Child child = children.append(StateHarness.worker("a"), 0);
            wayTo(from).forEach(step -> children.move(child, step, 1));
            if (legal) {
                children.move(child, to, 2);
                assertThat(child.state).isEqualTo(to);
                assertThat(child.sinceNanos).isEqualTo(2);
                assertThat(children.counts())
                        .isEqualTo(new ChildCounts(
                                1, to.isLive() ? 1 : 0, 0, 1, to == PARKED ? 1 : 0));
                assertThat(children.active()).isEqualTo(to.isAtRest() && to != PARKED ? 0 : 1);
            } else {
                assertThatIllegalStateException()
                        .isThrownBy(() -> children.move(child, to, 2))
                        .withMessageContainingAll("root/a", from.name(), to.name());
                assertThat(child.state).isEqualTo(from);
            }
        }
    }

    @Test
    void everyState_canBeReachedFromNewAndCanComeToRest() {
        for (ChildState state : ChildState.values()) {
            assertThat(wayTo(state)).as("way to " + state).isNotNull();
            assertThat(state.isAtRest() || way(state, STOPPED) != null)
                    .as("way from " + state)
                    .isTrue();
        }
    }

    @Test
    void childThatIsNotAtRest_cannotBeTakenOutOfTheBooks() {
        Children children = new Children("root", false);
        Child child = children.append(StateHarness.worker("a"), 0);
        assertThatIllegalStateException()
                .isThrownBy(() -> children.remove(child))
                .withMessageContainingAll("root/a", "NEW");
        assertThat(children.find("a")).isSameAs(child);
    }

    @Test
    void liveAndAtRest_excludeEachOther() {
        assertThat(ChildState.values())
                .filteredOn(ChildState::isLive)
                .containsExactly(STARTING, RUNNING, STOPPING);
        assertThat(ChildState.values())
                .filteredOn(ChildState::isAtRest)
                .containsExactly(STOPPED, PARKED, ABANDONED);
    }

    private static Deque<ChildState> wayTo(ChildState state) {
        return way(NEW, state);
    }

    /** The shortest way by the table; null if there is none. */
    private static Deque<ChildState> way(ChildState from, ChildState to) {
        Map<ChildState, Deque<ChildState>> ways = new EnumMap<>(ChildState.class);
        ways.put(from, new ArrayDeque<>());
        Deque<ChildState> todo = new ArrayDeque<>(Set.of(from));
        while (!todo.isEmpty() && !ways.containsKey(to)) {
            ChildState here = todo.poll();
            for (ChildState next : LEGAL.get(here)) {
                if (!ways.containsKey(next)) {
                    Deque<ChildState> way = new ArrayDeque<>(ways.get(here));
                    way.add(next);
                    ways.put(next, way);
                    todo.add(next);
                }
            }
        }
        return ways.get(to);
    }
}
