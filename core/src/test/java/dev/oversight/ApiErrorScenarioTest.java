package dev.oversight;

import static dev.oversight.Trees.awaitState;
import static dev.oversight.Trees.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.oversight.event.ChildState;
import dev.oversight.event.SupervisorEnded;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Wrong calls fail in the caller's thread, and say where, what, and what to do instead. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ApiErrorScenarioTest {
    private static final ChildBody IDLE = Puppet.idle();

    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private Supervisor start() throws InterruptedException {
        return trees.start(SupervisorSpec.of("root").child("a", IDLE).child("down", IDLE));
    }

    /** Its stack begins in the API, leads to this test, and no loop is in it. */
    private static void pointsHere(Throwable thrown) {
        assertThat(thrown.getStackTrace())
                .anyMatch(frame ->
                        frame.getClassName().startsWith(ApiErrorScenarioTest.class.getName()))
                .noneMatch(frame -> frame.getClassName().endsWith("SerialLoop"))
                .noneMatch(frame -> frame.getClassName().endsWith("SupervisorState"));
    }

    private static void refuses(
            Class<?> type, String path, List<String> parts, ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(type).isInstanceOf(OversightException.class);
        assertThat(((OversightException) thrown).path()).isEqualTo(path);
        parts.forEach(part -> assertThat(thrown).hasMessageContaining(part));
        pointsHere(thrown);
    }

    @Test
    void whatHangsOnARequestThatFails_runsOutsideTheLoop() throws Exception {
        Supervisor tree = start();
        CompletableFuture<Integer> asked = tree.addAsync(
                        ChildSpec.of("late", IDLE).readyWithin(Duration.ofHours(1)))
                .handle((ref, problem) -> tree.count().specs()); // would throw inside the loop
        Trees.awaitState(tree, "late", ChildState.STARTING);
        tree.terminate("late");
        assertThat(asked.get()).isPositive();
    }

    @Test
    void anUnknownChild_isNamedWithItsSupervisor() throws Exception { // OVS-027, OTP-043
        Supervisor tree = start();
        List<String> parts = List.of("root has no child \"ghost\"", "children()");
        refuses(UnknownChildException.class, "root/ghost", parts, () -> tree.terminate("ghost"));
        refuses(UnknownChildException.class, "root/ghost", parts, () -> tree.restart("ghost"));
        refuses(UnknownChildException.class, "root/ghost", parts, () -> tree.delete("ghost"));
        assertThat(tree.child("ghost")).isEmpty();
        assertThat(tree.find("ghost")).isEmpty();
        assertThat(tree.find("ghost/x")).isEmpty();
        assertThat(tree.find("a/x")).isEmpty();
        assertThat(tree.supervisor("a")).isEmpty();
        assertThat(tree.failures("ghost")).isEmpty();
    }

    @Test
    void terminateTwice_saysThatItIsDownAndWhatToDo()
            throws Exception { // OVS-016, OTP-040, ELX-034
        Supervisor tree = start();
        tree.terminate("down");
        refuses(
                ChildNotRunningException.class,
                "root/down",
                List.of("root/down is not running (it is STOPPED)", "restart(id)", "delete(id)"),
                () -> tree.terminate("down"));
    }

    @Test
    void restartOfARunningChild_saysThatItRuns() throws Exception {
        Supervisor tree = start();
        refuses(
                ChildAlreadyRunningException.class,
                "root/a",
                List.of("root/a is already RUNNING", "terminate(id)"),
                () -> tree.restart("a"));
    }

    @Test
    void anIdThatIsTaken_runningOrNot_isRefusedAndTheNewSpecDropped() throws Exception { // OTP-041
        Supervisor tree = start();
        tree.terminate("down");
        AtomicInteger runs = new AtomicInteger();
        refuses(
                DuplicateChildException.class,
                "root/a",
                List.of("root/a exists already (it is RUNNING)", "delete(id)"),
                () -> tree.add("a", self -> runs.incrementAndGet()));
        refuses(
                DuplicateChildException.class,
                "root/down",
                List.of("it is STOPPED"),
                () -> tree.add("down", self -> runs.incrementAndGet()));
        assertThat(runs).hasValue(0);
        assertThat(ids(tree)).containsExactly("a", "down");
    }

    @Test
    void aDuplicateWhileTheFirstBacksOff_isRefusedToo() throws Exception { // OTP-083
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(
                SupervisorSpec.of("root")
                        .child("a", puppet, c -> c.backoff(Backoff.constant(Duration.ofHours(1)))),
                new ManualTime());
        puppet.crash();
        awaitState(tree, "a", ChildState.BACKING_OFF);
        refuses(
                DuplicateChildException.class,
                "root/a",
                List.of("BACKING_OFF"),
                () -> tree.add("a", IDLE));
    }

    @Test
    void everyCallAfterTheEnd_saysSoAtOnceAndQueriesStillAnswer()
            throws Exception { // OTP-044, OVS-020, SUT-025
        Supervisor tree = start();
        tree.close();
        List<String> parts = List.of("root has ended", "start its spec again");
        refuses(SupervisorNotRunningException.class, "root", parts, () -> tree.add("b", IDLE));
        refuses(SupervisorNotRunningException.class, "root", parts, () -> tree.terminate("a"));
        refuses(SupervisorNotRunningException.class, "root", parts, () -> tree.restart("a"));
        refuses(SupervisorNotRunningException.class, "root", parts, () -> tree.delete("a"));
        assertThatThrownBy(() -> tree.addAsync(ChildSpec.of("b", IDLE)).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(SupervisorNotRunningException.class);
        tree.close();
        assertThat(tree.join()).isEqualTo(tree.outcome().orElseThrow());
        assertThat(ids(tree)).containsExactly("a", "down");
        assertThat(tree.count().active()).isZero();
        assertThat(tree).hasToString("Supervisor[root, STOPPED]");
    }

    @Test
    void callsDuringTheEnd_areRefusedOrServed() throws Exception {
        CountDownLatch gate = trees.gate();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child("a", IDLE)
                .child("hangs", Puppet.deaf(gate), c -> c.shutdown(Shutdown.unbounded())));
        Eventually.Caller<Object> close = Eventually.calling("close", () -> {
            tree.close();
            return null;
        });
        awaitState(tree, "hangs", ChildState.STOPPING);
        refuses(
                SupervisorNotRunningException.class,
                "root",
                List.of("root is stopping"),
                () -> tree.add("b", IDLE));
        refuses(
                SupervisorNotRunningException.class,
                "root",
                List.of("root is stopping"),
                () -> tree.restart("a"));
        gate.countDown();
        close.result();
    }

    @Test
    void everyNull_isRefusedInTheCallerAndTheTreeGoesOn() throws Exception { // OVS-026
        Supervisor tree = start();
        List<ThrowingCallable> calls = List.of(
                () -> tree.child(null),
                () -> tree.failures(null),
                () -> tree.find(null),
                () -> tree.supervisor(null),
                () -> tree.terminate(null),
                () -> tree.restart(null),
                () -> tree.delete(null),
                () -> tree.add((ChildSpec) null),
                () -> tree.addAsync(null),
                () -> tree.terminateAsync(null),
                () -> tree.restartAsync(null),
                () -> tree.deleteAsync(null),
                () -> tree.stop(null),
                () -> tree.join(null),
                () -> Supervisor.start(null),
                () -> Supervisor.run(null));
        for (ThrowingCallable call : calls) {
            Throwable thrown = Eventually.returns("call with null", () -> catchThrowable(call));
            assertThat(thrown).isInstanceOf(NullPointerException.class);
            assertThat(thrown.getMessage()).as("names the parameter").matches("[a-z]+");
        }
        assertThat(tree.outcome()).isEmpty();
        assertThat(tree.count().active()).isEqualTo(2);
    }

    @Test
    void everyNull_isRefusedByAContext() throws Exception {
        Puppet puppet = new Puppet();
        trees.start(SupervisorSpec.of("root").child("a", puppet));
        puppet.awaitRuns(1);
        assertThatNullPointerException()
                .isThrownBy(() -> puppet.self().onStop(null))
                .withMessage("hook");
        assertThatNullPointerException()
                .isThrownBy(() -> puppet.self().awaitStop(null))
                .withMessage("limit");
    }

    @Test
    void aSpecWithProblems_startsNothingAndNamesThemAll() {
        AtomicInteger runs = new AtomicInteger();
        SupervisorSpec spec = SupervisorSpec.of("root")
                .child("a", self -> runs.incrementAndGet())
                .child("a", IDLE)
                .child(SupervisorSpec.of("in").child("x", IDLE).child("x", IDLE))
                .child("s", IDLE, c -> c.significant(true));
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> Supervisor.start(spec), () -> Supervisor.run(spec), spec::check)) {
            Throwable thrown = catchThrowable(call);
            assertThat(thrown).isInstanceOf(InvalidSpecException.class);
            assertThat(((InvalidSpecException) thrown).problems()).hasSize(4);
            assertThat(thrown)
                    .hasMessageContaining("root/a: id")
                    .hasMessageContaining("root/in/x: id")
                    .hasMessageContaining("root/s: significant");
            pointsHere(thrown);
        }
        assertThat(runs).hasValue(0);
    }

    @Test
    void anAddedChildWithProblems_isRefusedWithItsWholePath() throws Exception { // OTP-018, ELX-008
        Supervisor tree = trees.start(
                SupervisorSpec.of("root").child(SupervisorSpec.of("in").child("a", IDLE)));
        Supervisor inner = tree.supervisor("in").orElseThrow();
        assertThatThrownBy(() -> inner.add(ChildSpec.of("s", IDLE).significant(true)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("root/in/s: significant is true");
        assertThatThrownBy(() ->
                        inner.add(SupervisorSpec.of("deep").child("x", IDLE).child("x", IDLE)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("root/in/deep/x: id is \"x\"");
        assertThat(ids(inner)).containsExactly("a");
    }

    @Test
    void aFailedStart_namesPathAndCauseAndPointsAtTheCaller() throws Exception { // OTP-005, OTP-004
        IllegalStateException broken = new IllegalStateException("no database");
        SupervisorSpec deep = SupervisorSpec.of("root")
                .child("ok", IDLE)
                .child(SupervisorSpec.of("in")
                        .child(
                                "db",
                                self -> {
                                    throw broken;
                                },
                                c -> c.readyWithin(Duration.ofMinutes(1))));
        Throwable thrown = catchThrowable(() -> trees.start(deep));
        assertThat(thrown)
                .isInstanceOf(StartFailedException.class)
                .hasMessage("root/in/db could not be started: it failed before it was ready")
                .hasCause(broken);
        pointsHere(thrown);
        trees.awaitNoThreads();

        Supervisor tree = start();
        Throwable added = catchThrowable(() -> tree.add(deep));
        assertThat(added)
                .isInstanceOf(StartFailedException.class)
                .hasMessageContaining("root/root/in/db")
                .hasCause(broken);
        pointsHere(added);
        assertThat(ids(tree)).containsExactly("a", "down");
    }

    @Test
    void aFailedStart_isThrownAsAnExceptionOfTheCallersOwn() throws Exception {
        Recorder events = new Recorder();
        IllegalStateException broken = new IllegalStateException("broken");
        Throwable thrown = catchThrowable(() -> trees.start(SupervisorSpec.of("root")
                .listener(events)
                .child(
                        "a",
                        self -> {
                            throw broken;
                        },
                        c -> c.readyWithin(Duration.ofMinutes(1)))));
        Throwable told = events.await(SupervisorEnded.class, "root").outcome().cause();
        assertThat(told).isInstanceOf(StartFailedException.class).hasCause(broken);
        assertThat(thrown).isNotSameAs(told).hasMessage(told.getMessage()).hasCause(broken);
    }

    @Test
    void aChildThatReturnsBeforeItIsReady_isAFailedStart() {
        assertThatThrownBy(() -> trees.start(SupervisorSpec.of("root")
                        .child("a", self -> {}, c -> c.readyWithin(Duration.ofMinutes(1)))))
                .isInstanceOf(StartFailedException.class)
                .hasMessage("root/a could not be started: it returned before it was ready");
    }

    @Test
    void aFutureOfACall_completesWithTheSameErrors() throws Exception {
        Supervisor tree = start();
        assertThatThrownBy(() -> tree.terminateAsync("ghost").join())
                .hasCauseInstanceOf(UnknownChildException.class);
        assertThatThrownBy(() -> tree.restartAsync("a").join())
                .hasCauseInstanceOf(ChildAlreadyRunningException.class);
        assertThat(tree.terminateAsync("a").join().kind()).isSameAs(Exit.Kind.STOPPED);
        tree.restartAsync("a").join();
        tree.deleteAsync("a").join();
        assertThat(tree.addAsync(ChildSpec.of(IDLE)).join().id()).isEqualTo("child-1");
    }
}
