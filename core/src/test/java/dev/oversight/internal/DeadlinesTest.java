package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

class DeadlinesTest {
    private static List<Child> children(int count) {
        List<Child> result = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            result.add(new Child(StateHarness.worker("c" + i), "c" + i, "root/c" + i, i, false));
        }
        return result;
    }

    @Test
    void empty_isNeverDue() {
        Deadlines deadlines = new Deadlines();
        assertThat(deadlines.earliest()).isEqualTo(Long.MAX_VALUE);
        assertThat(deadlines.pollDue(Long.MAX_VALUE - 1)).isNull();
    }

    @Test
    void due_fromItsNanosecondOn() {
        Deadlines deadlines = new Deadlines();
        Child child = children(1).getFirst();
        deadlines.add(child, 10);
        assertThat(deadlines.pollDue(9)).isNull();
        assertThat(deadlines.pollDue(10)).isSameAs(child);
        assertThat(deadlines.pollDue(10)).isNull();
        assertThat(child.heapIndex).isNegative();
    }

    @Test
    void removed_isNotDueAndRemovingTwiceDoesNothing() {
        Deadlines deadlines = new Deadlines();
        Child child = children(1).getFirst();
        deadlines.add(child, 10);
        deadlines.remove(child);
        deadlines.remove(child);
        assertThat(deadlines.earliest()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void addedTwice_isRefused() {
        Deadlines deadlines = new Deadlines();
        Child child = children(1).getFirst();
        deadlines.add(child, 10);
        assertThatIllegalStateException()
                .isThrownBy(() -> deadlines.add(child, 11))
                .withMessageContaining("root/c0");
        assertThat(deadlines.earliest()).isEqualTo(10);
    }

    @Test
    void randomOperations_agreeWithASortedMap() {
        for (long seed = 1; seed <= 40; seed++) {
            Random random = new Random(seed);
            Deadlines deadlines = new Deadlines();
            TreeMap<Long, Set<Child>> model = new TreeMap<>();
            List<Child> children = children(60);
            long now = 0;
            for (int step = 0; step < 2_000; step++) {
                Child child = children.get(random.nextInt(children.size()));
                if (random.nextInt(5) == 0) {
                    now += random.nextInt(20);
                    poll(deadlines, model, now);
                } else if (child.heapIndex < 0) {
                    long due = now + random.nextInt(100);
                    deadlines.add(child, due);
                    model.computeIfAbsent(due, d -> new HashSet<>()).add(child);
                } else {
                    deadlines.remove(child);
                    take(model, child);
                }
                long earliest = model.isEmpty() ? Long.MAX_VALUE : model.firstKey();
                assertThat(deadlines.earliest())
                        .as("seed " + seed + ", step " + step)
                        .isEqualTo(earliest);
            }
            poll(deadlines, model, Long.MAX_VALUE - 1);
            assertThat(model).isEmpty();
        }
    }

    private static void poll(Deadlines deadlines, TreeMap<Long, Set<Child>> model, long now) {
        long last = Long.MIN_VALUE;
        for (Child child = deadlines.pollDue(now); child != null; child = deadlines.pollDue(now)) {
            assertThat(child.dueNanos).as("earliest first").isBetween(last, now);
            last = child.dueNanos;
            take(model, child);
        }
        assertThat(model.isEmpty() || model.firstKey() > now)
                .as("nothing due is left")
                .isTrue();
    }

    private static void take(TreeMap<Long, Set<Child>> model, Child child) {
        Set<Child> due = model.get(child.dueNanos);
        assertThat(due).contains(child);
        due.remove(child);
        if (due.isEmpty()) {
            model.remove(child.dueNanos);
        }
    }
}
