package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.ChildBody;
import dev.oversight.ChildSpec;
import dev.oversight.SupervisorSpec;
import dev.oversight.spi.Platform;
import dev.oversight.spi.Threads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** The drain: each input once, one at a time, in order, and nobody is kept for long. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SerialLoopTest {
    private static final int UNTIL_A_REST = 4096;
    private static final int MANY = UNTIL_A_REST - 96;
    private static final int A_TURN = 1024;

    private final CountDownLatch allApplied = new CountDownLatch(1);

    private static SupervisorRuntime runtime(String id, Threads threads) {
        Platform system = Platform.system();
        Platform platform = new Platform(system.time(), system.timers(), threads);
        return new SupervisorRuntime(
                SupervisorSpec.of(id), new Tree(platform, null, UnaryOperator.identity()));
    }

    /** An input that does something in the loop. */
    private static Input doing(Runnable action) {
        return new Input.Query<>(
                state -> {
                    action.run();
                    return true;
                },
                new Awaited<>());
    }

    /** Has one input hand in many from inside; the names of the threads that applied them. */
    private List<String> applyMany(SerialLoop loop, List<Integer> order)
            throws InterruptedException {
        return applyMany(loop, order, () -> {});
    }

    /** The same, with something else that each of them does. */
    private List<String> applyMany(SerialLoop loop, List<Integer> order, Runnable action)
            throws InterruptedException {
        List<String> appliedBy = new ArrayList<>(); // by one thread at a time
        loop.submit(doing(() -> {
            for (int i = 1; i < MANY; i++) {
                int number = i;
                loop.submitInside(doing(() -> {
                    action.run();
                    order.add(number);
                    appliedBy.add(Thread.currentThread().getName());
                    if (number == MANY - 1) {
                        allApplied.countDown();
                    }
                }));
            }
        }));
        assertThat(allApplied.await(15, TimeUnit.SECONDS))
                .as("applied: " + order.size())
                .isTrue();
        return appliedBy;
    }

    @Test
    void inputs_areAppliedInTheOrderInWhichTheyWereHandedIn() throws Exception {
        List<Integer> order = new ArrayList<>();
        applyMany(runtime("root", Threads.virtual()).loop(), order);
        assertThat(order).isEqualTo(IntStream.range(1, MANY).boxed().toList());
    }

    @Test
    void aCaller_isRelievedAfterAsManyInputsAsOneTurnHas() throws Exception {
        String me = Thread.currentThread().getName();
        List<String> by = applyMany(runtime("root", Threads.virtual()).loop(), new ArrayList<>());
        assertThat(by.subList(0, A_TURN - 1)).containsOnly(me);
        assertThat(by.subList(A_TURN - 1, MANY - 1)).containsOnly("oversight-loop root");
    }

    @Test
    void aCaller_goesOnIfThereIsNoThreadToRelieveIt() throws Exception {
        int[] asked = new int[1];
        Threads none = (name, body) -> {
            asked[0]++;
            throw new OutOfMemoryError("unable to create native thread");
        };
        SerialLoop loop = runtime("root", none).loop();
        List<String> by = applyMany(loop, new ArrayList<>(), () -> loop.afterwards(() -> {}));
        assertThat(by).containsOnly(Thread.currentThread().getName());
        assertThat(asked[0]).isEqualTo(MANY / A_TURN); // not once more for each input
    }

    /** Threads that rest as they are told to. */
    private static Threads resting(Runnable rest) {
        return new Threads() {
            @Override
            public Thread unstarted(String name, Runnable body) {
                return Threads.virtual().unstarted(name, body);
            }

            @Override
            public void rest() {
                rest.run();
            }
        };
    }

    private static void keepBusy(SerialLoop loop) {
        for (int i = 0; i < UNTIL_A_REST; i++) {
            loop.submit(doing(() -> {}));
        }
    }

    @Test
    void aLoopThatRests_goesOnButForThreadsThatCanWait() throws Exception {
        CountDownLatch rests = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        SupervisorRuntime runtime = runtime("root", resting(() -> {
            rests.countDown();
            awaitUninterrupted(over);
        }));
        SerialLoop loop = runtime.loop();
        keepBusy(loop);
        assertThat(rests.await(15, TimeUnit.SECONDS)).isTrue();

        CountDownLatch virtual = new CountDownLatch(3);
        CountDownLatch platform = new CountDownLatch(1);
        ThreadRun first = run("first", runtime, self -> virtual.countDown());
        ThreadRun second = run("second", runtime, self -> virtual.countDown());
        ThreadRun third = run("third", runtime, self -> virtual.countDown());
        ThreadRun other = run(
                "other", runtime("root", Threads.platformDaemon()), self -> platform.countDown());
        loop.submit(doing(() -> {
            loop.startLast(first);
            loop.startLast(second);
            loop.startLast(other);
        }));
        loop.submit(doing(() -> loop.startLast(third)));
        assertThat(platform.await(15, TimeUnit.SECONDS)).isTrue();
        assertThat(List.of(first, second)).noneMatch(SerialLoopTest::isStarted);
        over.countDown();
        assertThat(virtual.await(15, TimeUnit.SECONDS)).isTrue();
    }

    /** Whoever asks for something when a rest is over does not wait for all that was put aside. */
    @Test
    void manyThatWerePutAside_areStartedInTurns() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        CountDownLatch ran = new CountDownLatch(300);
        List<Thread> rests = new ArrayList<>();
        SupervisorRuntime runtime = runtime("root", new Threads() {
            @Override
            public Thread unstarted(String name, Runnable body) {
                Thread made = Threads.virtual().unstarted(name, body);
                if (name.startsWith("oversight-loop")) {
                    rests.add(made);
                }
                return made;
            }

            @Override
            public void rest() {
                awaitUninterrupted(over);
            }
        });
        SerialLoop loop = runtime.loop();
        keepBusy(loop);
        List<ThreadRun> held = IntStream.range(0, 300)
                .mapToObj(i -> run("held-" + i, runtime, self -> ran.countDown()))
                .toList();
        long[] started = new long[1];
        loop.submit(doing(() -> {
            held.forEach(loop::startLast);
            over.countDown();
            joinUninterrupted(rests.getLast()); // it has handed in the end
            loop.submitInside(doing(() ->
                    started[0] = held.stream().filter(SerialLoopTest::isStarted).count()));
        }));
        assertThat(started[0]).isEqualTo(Order.STARTS_PER_TURN);
        assertThat(ran.await(15, TimeUnit.SECONDS)).isTrue();
    }

    private static void joinUninterrupted(Thread thread) {
        try {
            assertThat(thread.join(Duration.ofSeconds(15))).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aRestThatFails_isOver() throws Exception {
        SupervisorRuntime runtime = runtime("root", resting(() -> {
            throw new IllegalStateException("cannot rest");
        }));
        keepBusy(runtime.loop());
        CountDownLatch started = new CountDownLatch(1);
        ThreadRun run = run("a", runtime, self -> started.countDown());
        runtime.loop().submit(doing(() -> runtime.loop().startLast(run)));
        assertThat(started.await(15, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoeverComesDuringAHandOver_findsTheLoopBusyAndNobodyInside() throws Exception {
        int handOvers = MANY / A_TURN;
        CountDownLatch applied = new CountDownLatch(handOvers);
        List<String> by = new ArrayList<>();
        List<Boolean> inside = new ArrayList<>();
        SerialLoop[] loop = new SerialLoop[1];
        Threads meetsSomebody = (name, body) -> {
            inside.add(loop[0].isDrainedByCaller());
            handInFromElsewhere(loop[0], doing(() -> {
                by.add(Thread.currentThread().getName());
                applied.countDown();
            }));
            return Threads.virtual().unstarted(name, body);
        };
        loop[0] = runtime("root", meetsSomebody).loop();
        List<Integer> order = new ArrayList<>();
        applyMany(loop[0], order);
        assertThat(applied.await(15, TimeUnit.SECONDS)).isTrue();
        assertThat(order).isEqualTo(IntStream.range(1, MANY).boxed().toList());
        assertThat(by).hasSize(handOvers).containsOnly("oversight-loop root");
        assertThat(inside).hasSize(handOvers).containsOnly(false);
    }

    @Test
    void aThreadToBeStarted_waitsForTheNextInputAtMost() {
        SupervisorRuntime runtime = runtime("root", Threads.virtual());
        SerialLoop loop = runtime.loop();
        ThreadRun first = run("first", runtime);
        ThreadRun second = run("second", runtime);
        ThreadRun third = run("third", runtime);
        List<String> log = new ArrayList<>();
        loop.submit(doing(() -> {
            loop.startLast(first);
            log.add("first " + isStarted(first));
            loop.startLast(second);
            log.add("first " + isStarted(first) + ", second " + isStarted(second));
            loop.submitInside(doing(() -> {
                log.add("second " + isStarted(second));
                loop.startLast(third);
            }));
        }));
        assertThat(log).containsExactly("first false", "first true, second false", "second true");
        assertThat(isStarted(third)).isTrue();
    }

    private static void handInFromElsewhere(SerialLoop loop, Input input) {
        try {
            Thread.ofPlatform()
                    .name("elsewhere")
                    .start(() -> loop.submit(input))
                    .join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static ThreadRun run(String id, SupervisorRuntime runtime) {
        return run(id, runtime, self -> {});
    }

    private static ThreadRun run(String id, SupervisorRuntime runtime, ChildBody body) {
        ThreadRun run = new ThreadRun(
                new Child(ChildSpec.of(id, body), id, "root/" + id, 0, false), 1, runtime);
        assertThat(run.makeThread()).isTrue();
        return run;
    }

    private static boolean isStarted(ThreadRun run) {
        return run.thread.getState() != Thread.State.NEW;
    }

    @Test
    void inputsFromManyThreads_areEachAppliedOnceAndOneAtATime() throws Exception {
        SerialLoop loop = runtime("root", Threads.virtual()).loop();
        int each = 20_000;
        int[] applied = new int[1]; // neither volatile nor atomic: that is the loop's affair
        List<Thread> threads = IntStream.range(0, 4)
                .mapToObj(i -> Thread.ofPlatform().start(() -> {
                    for (int n = 0; n < each; n++) {
                        loop.submit(doing(() -> applied[0]++));
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        Awaited<Integer> count;
        do {
            count = new Awaited<>();
            loop.submit(new Input.Query<>(state -> applied[0], count));
        } while (count.await() < 4 * each && System.nanoTime() < deadline);
        assertThat(applied[0]).isEqualTo(4 * each);
    }

    @Test
    void inputsForAnotherLoop_areAppliedAfterThisOneHasBeenLeft() {
        SerialLoop first = runtime("first", Threads.virtual()).loop();
        SerialLoop second = runtime("second", Threads.virtual()).loop();
        List<String> log = new ArrayList<>();
        first.submit(doing(() -> {
            first.submitTo(second, doing(() -> {
                log.add("second, in the first: " + first.isDrainedByCaller());
                second.submitTo(first, doing(() -> log.add("first again")));
            }));
            first.submitTo(second, doing(() -> log.add("second again")));
            first.afterwards(() -> log.add("afterwards, in a loop: "
                    + (first.isDrainedByCaller() || second.isDrainedByCaller())));
            log.add("first");
        }));
        assertThat(log)
                .containsExactly(
                        "first",
                        "second, in the first: false",
                        "second again",
                        "first again",
                        "afterwards, in a loop: false");
    }

    @Test
    void loopsThatWereWokenAndActionsPutAside_haveTheirTurnInOrder() {
        SerialLoop first = runtime("first", Threads.virtual()).loop();
        SerialLoop second = runtime("second", Threads.virtual()).loop();
        SerialLoop third = runtime("third", Threads.virtual()).loop();
        List<String> log = new ArrayList<>();
        first.submit(doing(() -> {
            first.submitTo(second, doing(() -> log.add("second")));
            first.submitTo(third, doing(() -> log.add("third")));
            first.afterwards(() -> log.add("put aside"));
            first.afterwards(() -> log.add("put aside later"));
        }));
        assertThat(log).containsExactly("second", "third", "put aside", "put aside later");
    }

    @Test
    void anActionAfterwardsThatThrows_doesNotKeepTheOthersFromTheirs() {
        SerialLoop loop = runtime("root", Threads.virtual()).loop();
        List<String> log = new ArrayList<>();
        loop.submit(doing(() -> {
            loop.afterwards(() -> {
                throw new StackOverflowError("afterwards");
            });
            loop.afterwards(() -> log.add("the next one"));
        }));
        assertThat(log).containsExactly("the next one");
    }

    @Test
    void whatBelongsInsideTheLoop_isRefusedOutside() {
        SerialLoop loop = runtime("root", Threads.virtual()).loop();
        boolean[] inside = new boolean[1];
        loop.submit(doing(() -> inside[0] = loop.isDrainedByCaller()));
        assertThat(inside[0]).isTrue();
        assertThat(loop.isDrainedByCaller()).isFalse();
        assertThatThrownBy(() -> loop.afterwards(() -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("outside the loop");
        assertThatThrownBy(loop::isStopping).isInstanceOf(IllegalStateException.class);
    }
}
