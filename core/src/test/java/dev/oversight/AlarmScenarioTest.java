package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.event.ChildState;
import dev.oversight.spi.Platform;
import dev.oversight.spi.Threads;
import dev.oversight.spi.TimeSource;
import dev.oversight.spi.Timers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** What a supervisor asks of the timers: one alarm at a time, for the next thing that is due. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AlarmScenarioTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final ManualTime time = new ManualTime();

    private static SupervisorSpec backingOff(Puppet puppet, String id, Duration delay) {
        return SupervisorSpec.of("root")
                .neverGiveUp()
                .child(id, puppet, c -> c.backoff(Backoff.constant(delay)));
    }

    private static void crash(Supervisor tree, Puppet puppet, String id) {
        puppet.awaitRuns(1);
        puppet.crash();
        Trees.awaitState(tree, id, ChildState.BACKING_OFF);
    }

    @Test
    void whatIsDueEarlier_replacesTheAlarmForWhatIsDueLater() throws Exception {
        Puppet late = new Puppet();
        Puppet early = new Puppet();
        Supervisor tree = trees.start(
                backingOff(late, "late", Duration.ofHours(1))
                        .child(
                                "early",
                                early,
                                c -> c.backoff(Backoff.constant(Duration.ofMinutes(1)))),
                time);
        crash(tree, late, "late");
        assertThat(time.alarms()).isOne();
        crash(tree, early, "early");
        assertThat(time.alarms()).isOne();

        time.advance(Duration.ofMinutes(1));
        early.awaitRuns(2);
        assertThat(late.runs()).isOne();
        time.advance(Duration.ofMinutes(59).minusNanos(1));
        assertThat(Trees.state(tree, "late")).isSameAs(ChildState.BACKING_OFF);
        time.advance(Duration.ofNanos(1));
        late.awaitRuns(2);
    }

    @Test
    void theEndOfATree_leavesNoAlarmBehind() throws Exception {
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .child(backingOff(puppet, "a", Duration.ofHours(1)).id("in")),
                time);
        crash(tree, puppet, "in/a");
        assertThat(time.alarms()).isOne();
        tree.close();
        assertThat(time.alarms()).isZero();
    }

    @Test
    void whatIsDueBeforeTheAlarmIsSet_isDueAtOnceAndNotInThePast() throws Exception {
        List<Long> delays = new CopyOnWriteArrayList<>();
        AtomicLong ticks = new AtomicLong();
        // It goes on while the supervisor thinks.
        TimeSource ticking = () -> ticks.addAndGet(1_000);
        Timers strict = (delay, task) -> {
            delays.add(delay);
            return Platform.system().timers().after(Math.max(0, delay), task);
        };
        Puppet puppet = new Puppet();
        trees.start(
                backingOff(puppet, "a", Duration.ofNanos(1)),
                trees.platform(ticking, strict, Threads.virtual()));
        puppet.crashAndAwaitRestart();
        assertThat(delays).isNotEmpty().allMatch(delay -> delay == 0);
    }

    /** While the loop is busy, so that both wait in its queue. */
    @Test
    void anAlarmThatGoesOffTwice_isTakenInTwice() throws Exception {
        CountDownLatch inRule = trees.gate();
        CountDownLatch gate = trees.gate();
        Restart slow = Restart.when(exit -> {
            inRule.countDown();
            Puppet.deafAwait(gate);
            return true;
        });
        Puppet puppet = new Puppet();
        Puppet blocking = new Puppet();
        Timers twice = (delay, task) -> time.after(delay, () -> {
            task.run();
            task.run();
        });
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .neverGiveUp()
                        .child("a", puppet, c -> c.backoff(Backoff.constant(Duration.ofSeconds(1))))
                        .child("blocking", blocking, c -> c.restart(slow)),
                trees.platform(time, twice, Threads.virtual()));
        puppet.awaitRuns(1);
        puppet.crash();
        Trees.awaitState(tree, "a", ChildState.BACKING_OFF);
        blocking.crash();
        inRule.await();
        time.advance(Duration.ofSeconds(1));
        gate.countDown();
        puppet.awaitRuns(2);
        assertThat(tree.children()).hasSize(2);
    }

    @Test
    void aJoinThatIsOver_leavesNoAlarmBehind() throws Exception {
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", Puppet.idle()), time);
        Eventually.Caller<Optional<Outcome>> join =
                Eventually.calling("join", () -> tree.join(Duration.ofHours(1)));
        time.awaitAlarm();
        tree.close();
        assertThat(join.result()).isPresent();
        assertThat(time.alarms()).isZero();
    }
}
