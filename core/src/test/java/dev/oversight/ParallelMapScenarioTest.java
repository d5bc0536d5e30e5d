package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.task.Concurrency;
import dev.oversight.task.MapInterruptedException;
import dev.oversight.task.Mapped;
import dev.oversight.task.Task;
import dev.oversight.task.TaskFailedException;
import dev.oversight.task.TaskResult;
import dev.oversight.task.TaskSpec;
import dev.oversight.task.TaskStoppedException;
import dev.oversight.task.TaskStoppedException.Reason;
import dev.oversight.task.TaskSupervisor;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A stream mapped by supervised tasks: right values, bounded work, nothing left running. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ParallelMapScenarioTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private final TaskSpec tasks = TaskSpec.of("tasks");
    private final AtomicInteger live = new AtomicInteger();
    private final AtomicInteger mostLive = new AtomicInteger();
    private final AtomicInteger started = new AtomicInteger();
    private TaskSupervisor map;

    @BeforeEach
    void start() throws Exception {
        map = start(tasks);
    }

    private TaskSupervisor start(TaskSpec spec) throws Exception {
        return spec.in(trees.start(root(spec)));
    }

    private static SupervisorSpec root(TaskSpec spec) {
        return SupervisorSpec.of("root").autoShutdown(AutoShutdown.NEVER).child(spec.spec());
    }

    private static Stream<Integer> endless() {
        return Stream.iterate(0, i -> i + 1);
    }

    private int counted(int value) throws InterruptedException {
        started.incrementAndGet();
        mostLive.accumulateAndGet(live.incrementAndGet(), Math::max);
        try {
            Thread.yield();
            return value;
        } finally {
            live.decrementAndGet();
        }
    }

    private static int blocks() throws InterruptedException {
        new CountDownLatch(1).await();
        return -1;
    }

    private void assertNothingRuns() {
        assertThat(map.supervisor().children()).isEmpty();
        Eventually.await("its threads end", () -> trees.live("root/tasks/").isEmpty());
    }

    // ------------------------------------------------------------------ values

    // ELX-060, scenario 20
    @Test
    void inOrder_everyResultComesInTheOrderOfTheSource() {
        try (Stream<Integer> results =
                map.map(IntStream.range(0, 3_000).boxed(), this::counted, Concurrency.of(8))) {
            assertThat(results)
                    .containsExactlyElementsOf(IntStream.range(0, 3_000).boxed().toList());
        }
        assertThat(mostLive).hasValueLessThanOrEqualTo(8);
        assertThat(started).hasValue(3_000);
        Eventually.await("its threads end", () -> trees.live("root/tasks/").isEmpty());
    }

    // ELX-060, scenario 20
    @Test
    void outOfOrder_everyResultComesOnce() {
        List<Integer> source = IntStream.range(0, 3_000).boxed().toList();
        try (Stream<Integer> results =
                map.map(source, this::counted, Concurrency.of(8).unordered())) {
            assertThat(results).containsExactlyInAnyOrderElementsOf(source);
        }
        assertThat(mostLive).hasValueLessThanOrEqualTo(8);
    }

    @Test
    void outOfOrder_aSlowElementHoldsUpNobody() {
        try (Stream<Integer> results =
                map.map(endless(), i -> i == 0 ? blocks() : i, Concurrency.of(2).unordered())) {
            assertThat(results.limit(100))
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, 100).boxed().toList());
        }
        assertNothingRuns();
    }

    @Test
    void inOrder_behindASlowElementTheOthersGoOnAsFarAsTheLookAheadSays() throws Exception {
        CountDownLatch gate = trees.gate();
        Iterator<Integer> results = map.map(
                        endless(),
                        i -> {
                            if (i == 0) {
                                gate.await();
                            }
                            return counted(i);
                        },
                        Concurrency.of(2).lookAhead(10))
                .iterator();
        Eventually.Caller<Integer> first = Eventually.calling("next", results::next);
        Eventually.await("the others went on", () -> started.get() == 11);
        first.awaitBlocked();
        assertThat(started).hasValue(11);
        gate.countDown();
        assertThat(first.result()).isZero();
    }

    @Test
    void anEmptySource_givesAnEmptyResult() {
        assertThat(map.map(List.<Integer>of(), this::counted, Concurrency.of(1)))
                .isEmpty();
    }

    @Test
    void nullElementsAndResults_passThrough() {
        Stream<String> source = Stream.of("a", null, "b");
        assertThat(map.<String, String>map(source, s -> s, Concurrency.of(2)))
                .containsExactly("a", null, "b");
    }

    // scenario 20
    @Test
    void anEndlessSource_isReadNoFurtherThanTheReaderNeeds() {
        AtomicInteger read = new AtomicInteger();
        try (Stream<Integer> results = map.map(
                endless().peek(i -> read.incrementAndGet()), this::counted, Concurrency.of(4))) {
            Iterator<Integer> reader = results.iterator();
            assertThat(read).hasValue(0);
            for (int i = 0; i < 50; i++) {
                assertThat(reader.next()).isEqualTo(i);
                assertThat(read.get()).isLessThanOrEqualTo(i + 9);
            }
        }
        assertNothingRuns();
    }

    // scenario 20
    @Test
    void anEndlessUnorderedStream_keepsNothingOfThePast() {
        List<WeakReference<Object>> past = new ArrayList<>();
        try (Stream<Mapped<Integer, Object>> results =
                map.mapResults(endless(), i -> new Object(), Concurrency.of(4).unordered())) {
            Iterator<Mapped<Integer, Object>> reader = results.iterator();
            for (int i = 0; i < 500; i++) {
                past.add(new WeakReference<>(reader.next().result().orThrow()));
            }
            reader.next();
            Eventually.await("all that was handed out can be collected", () -> {
                System.gc();
                return past.stream().allMatch(result -> result.get() == null);
            });
        }
        assertNothingRuns();
    }

    @Test
    void aStreamMadeParallel_isReadByOneThreadAllTheSame() {
        try (Stream<Integer> results =
                map.map(IntStream.range(0, 500).boxed(), this::counted, Concurrency.of(3))) {
            assertThat(results.parallel().collect(Collectors.toSet())).hasSize(500);
        }
        assertThat(mostLive).hasValueLessThanOrEqualTo(3);
    }

    // ------------------------------------------------------------------ failures

    // ELX-060
    @Test
    void aFailedElement_isThrownInItsPlaceAndTheRestIsStopped() {
        List<Integer> seen = new ArrayList<>();
        Stream<Integer> results = map.map(
                endless(),
                i -> {
                    if (i == 5) {
                        throw new IOException("five");
                    }
                    return i < 5 ? i : blocks();
                },
                Concurrency.of(4));

        assertThatThrownBy(() -> results.forEach(seen::add))
                .isInstanceOf(TaskFailedException.class)
                .hasCauseInstanceOf(IOException.class);
        assertThat(seen).containsExactly(0, 1, 2, 3, 4);
        assertNothingRuns();
    }

    // ELX-060
    @Test
    void asResults_aFailedElementIsAValueWithItsInputAndTheRestGoesOn() {
        try (Stream<Mapped<Integer, Integer>> results = map.mapResults(
                IntStream.range(0, 10).boxed(), i -> 12 / (i - 5), Concurrency.of(3))) {
            List<Mapped<Integer, Integer>> all = results.toList();
            assertThat(all).extracting(Mapped::input).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
            assertThat(all.stream().filter(each -> !each.result().isSuccess()))
                    .singleElement()
                    .satisfies(failed -> {
                        assertThat(failed.input()).isEqualTo(5);
                        assertThat(((TaskResult.Failure<Integer>) failed.result()).problem())
                                .hasCauseInstanceOf(ArithmeticException.class);
                    });
            assertThat(all.get(9).result().orThrow()).isEqualTo(3);
        }
    }

    // ELX-060
    @Test
    void anElementThatTakesTooLong_isStoppedAndTheRestGoesOn() throws Exception {
        ManualTime time = new ManualTime();
        TaskSupervisor slow = tasks.in(trees.start(root(tasks), time));
        CountDownLatch runs = new CountDownLatch(3);
        Eventually.Caller<List<Mapped<Integer, Integer>>> reader = Eventually.calling(
                "read",
                () -> slow.<Integer, Integer>mapResults(
                                List.of(0, 1, 2),
                                i -> {
                                    runs.countDown();
                                    return i == 1 ? blocks() : i;
                                },
                                Concurrency.of(3).timeout(Duration.ofSeconds(5)))
                        .toList());
        runs.await();
        Eventually.await(
                "only the slow one runs",
                () -> slow.supervisor().count().specs() == 1 && time.alarms() == 1);
        time.advance(Duration.ofSeconds(5));

        List<Mapped<Integer, Integer>> all = reader.result();
        assertThat(all.get(0).result().orThrow()).isZero();
        assertThat(all.get(2).result().orThrow()).isEqualTo(2);
        assertThatThrownBy(() -> all.get(1).result().orThrow())
                .isInstanceOfSatisfying(
                        TaskStoppedException.class,
                        stopped -> assertThat(stopped.reason()).isSameAs(Reason.TIMED_OUT));
    }

    // ELX-061, scenario 20
    @Test
    void aLimitHitHalfWay_isThrownAndNothingIsLeftRunning() throws Exception {
        map = start(tasks.maxTasks(3));
        Task<Void> other = map.start(ChildContext::awaitStop);

        assertThatThrownBy(() ->
                        map.map(endless(), i -> blocks(), Concurrency.of(4)).forEach(i -> {}))
                .isInstanceOf(TooManyChildrenException.class);
        assertThat(map.supervisor().count().specs()).isOne();
        other.stop();
    }

    @Test
    void aSourceThatThrows_stopsWhatRuns() {
        Stream<Integer> source = endless().peek(i -> {
            if (i == 3) {
                throw new IllegalStateException("no more");
            }
        });
        assertThatThrownBy(
                        () -> map.map(source, i -> blocks(), Concurrency.of(8)).forEach(i -> {}))
                .hasMessage("no more");
        assertNothingRuns();
    }

    @Test
    void aReaderThatThrows_stopsWhatRuns() {
        assertThatThrownBy(() -> map.map(endless(), i -> i == 0 ? 0 : blocks(), Concurrency.of(4))
                        .forEach(i -> {
                            throw new IllegalStateException("enough");
                        }))
                .hasMessage("enough");
        assertNothingRuns();
    }

    @Test
    void aSupervisorThatStopsHalfWay_isToldToTheReader() throws Exception {
        Semaphore seen = new Semaphore(0);
        Eventually.Caller<Object> reader = Eventually.calling("read", () -> {
            map.map(endless(), i -> i < 10 ? i : blocks(), Concurrency.of(2))
                    .forEach(i -> seen.release());
            return "read to its end";
        });
        seen.acquire(10);
        map.supervisor().close();

        assertThat(reader.failure())
                .isInstanceOfAny(TaskStoppedException.class, SupervisorNotRunningException.class);
    }

    // ------------------------------------------------------------------ an early end

    // ELX-061, scenario 20
    @Test
    void anEarlyEnd_stopsTheTasksThatStillRun() {
        for (Concurrency how : List.of(Concurrency.of(8), Concurrency.of(8).unordered())) {
            AtomicBoolean closed = new AtomicBoolean();
            Stream<Integer> source = endless().onClose(() -> closed.set(true));
            try (Stream<Integer> results = map.map(source, i -> i < 20 ? i : blocks(), how)) {
                assertThat(results.limit(20)).hasSize(20);
            }
            assertNothingRuns();
            assertThat(closed).isTrue();
        }
    }

    // ELX-061
    @Test
    void tasksThatIgnoreTheirInterrupt_areGivenUpAndTheCloseReturns() throws Exception {
        map = start(tasks.shutdown(Shutdown.immediate()));
        CountDownLatch gate = trees.gate();
        CountDownLatch deaf = new CountDownLatch(3);
        try (Stream<Integer> results = map.map(
                endless(),
                i -> {
                    if (i > 0) {
                        deaf.countDown();
                        Puppet.deafAwait(gate);
                    }
                    return i;
                },
                Concurrency.of(4).unordered())) {
            assertThat(results.findFirst()).contains(0);
            deaf.await();
        }
        assertThat(map.supervisor().children()).isEmpty();
        assertThat(map.supervisor().abandoned()).hasSizeGreaterThanOrEqualTo(3);
        gate.countDown();
    }

    @Test
    void anInterruptedReader_stopsTheTasksAndKeepsItsInterrupt() throws Exception {
        Eventually.Caller<Boolean> reader = Eventually.calling("read", () -> {
            try {
                map.map(endless(), i -> blocks(), Concurrency.of(4)).forEach(i -> {});
                return false;
            } catch (MapInterruptedException interrupted) {
                return Thread.currentThread().isInterrupted();
            }
        });
        Eventually.await("four run", () -> map.supervisor().count().specs() == 4);
        reader.thread().interrupt();

        assertThat(reader.result()).isTrue();
        assertNothingRuns();
    }

    @Test
    void closingFromAnotherThread_endsTheReader() throws Exception {
        Stream<Integer> results = map.map(endless(), i -> blocks(), Concurrency.of(4));
        Eventually.Caller<Object> reader = Eventually.calling("read", () -> {
            results.forEach(i -> {});
            return "read to its end";
        });
        Eventually.await("four run", () -> map.supervisor().count().specs() == 4);
        results.close();

        assertThat(reader.failure()).hasMessageContaining("was closed while it was read");
        assertNothingRuns();
    }

    @Test
    void closingFromInsideATaskOfTheMap_doesNotWaitForThatTask() throws Exception {
        Stream<?>[] itself = new Stream<?>[1];
        CountDownLatch ready = trees.gate();
        Thread reader = Thread.currentThread();
        TaskSupervisor patient = start(tasks.rules(c -> c.shutdown(Shutdown.unbounded())));
        Stream<Integer> results = patient.map(
                List.of(1),
                i -> {
                    ready.await();
                    Eventually.await( // before that it is not known to be open
                            "the reader waits", () -> reader.getState() == Thread.State.WAITING);
                    itself[0].close();
                    return i;
                },
                Concurrency.of(1));
        itself[0] = results;
        ready.countDown();

        assertThatThrownBy(() -> results.forEach(i -> {})).isInstanceOf(RuntimeException.class);
        assertNothingRuns();
    }

    // ELX-050
    @Test
    void whenALinkedReaderEnds_itsTasksAreStoppedAlsoWithoutAClose() throws Exception {
        Supervisor tree = trees.start(SupervisorSpec.of("other").autoShutdown(AutoShutdown.NEVER));
        tree.add(ChildSpec.of(
                        "reader",
                        self -> assertThat(map.linkedTo(self)
                                        .map(
                                                endless(),
                                                i -> i == 0 ? 0 : blocks(),
                                                Concurrency.of(4))
                                        .findFirst())
                                .contains(0))
                .restart(Restart.TEMPORARY));
        Eventually.await("it has begun", () -> Trees.ids(tree).isEmpty());
        assertThat(tree.forgotten().getFirst().exit().kind()).isSameAs(Exit.Kind.COMPLETED);

        Eventually.await("nothing runs", () -> map.supervisor().count().specs() == 0);
    }

    // scenario 20
    @Test
    void resultsOvertakenByTheExitNotice_areRightUnderLoad() {
        for (int round = 0; round < 200; round++) {
            int seed = round;
            Concurrency how = Concurrency.of(1 + round % 7);
            try (Stream<Integer> results =
                    map.map(endless(), i -> i + seed, round % 2 == 0 ? how : how.unordered())) {
                List<Integer> some = results.limit(round).toList();
                assertThat(some).doesNotHaveDuplicates().hasSize(round);
                assertThat(some).allMatch(value -> value >= seed);
            }
            assertThat(map.supervisor().count().specs()).isZero();
        }
    }

    // ELX-061
    @Test
    void boundsThatMakeNoSense_areRefused() {
        assertThatThrownBy(() -> Concurrency.of(0)).isInstanceOf(InvalidSpecException.class);
        assertThatThrownBy(() -> Concurrency.of(1).lookAhead(-1))
                .isInstanceOf(InvalidSpecException.class);
        assertThatThrownBy(() -> Concurrency.of(1).timeout(Duration.ZERO))
                .isInstanceOf(InvalidSpecException.class);
        assertThat(Concurrency.of(2).unordered()).isEqualTo(Concurrency.of(2).unordered());
    }
}
