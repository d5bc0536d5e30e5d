package dev.oversight.benchmarks;

import com.typesafe.config.ConfigFactory;

import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Pekko typed: an actor with so many child actors, each of which restarts on failure without limit. A
 * child has no thread; it restarts where it failed, and its parent does not hear of it. Logging is off.
 */
final class PekkoPeer implements Peer {
    private static final SupervisorStrategy RESTART =
            SupervisorStrategy.restart().withLoggingEnabled(false);

    private final ActorSystem<Order> system = ActorSystem.create(
            supervisor(),
            "peer",
            ConfigFactory.parseString(
                            "pekko { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off }")
                    .withFallback(ConfigFactory.load()));

    /** What a supervising actor is to do, with its own context. */
    @FunctionalInterface
    private interface Order {
        void in(ActorContext<Order> self);
    }

    /** What a child is told. */
    private enum Told {
        RUN,
        CRASH
    }

    @Override
    public void close() {
        system.terminate();
    }

    @Override
    public @Nullable Work open(Task task) throws Exception {
        int size = task.siblings();
        return switch (task.metric()) {
            case CRASH_RESTART -> {
                int restarts = task.crashes();
                yield with(size, tree -> Peer.perSecond(restarts, crashRestart(tree, restarts)));
            }
            case CRASH_TO_RUNNING ->
                with(size, tree -> Peer.p50AndP99(crashToRunning(tree, task.scaled(20_000))));
            case MASS_CRASH -> () -> Peer.perSecond(size, massCrash(size));
            case START -> () -> Peer.perSecond(size, start(size));
            case START_FROM_PLATFORM_THREAD, START_FROM_SPEC -> null;
            case TERMINATE_DELETE -> with(size, tree -> terminate(task, tree));
            case BYTES_PER_CHILD -> () -> new double[] {bytesPerChild(size)};
            case ONE_FOR_ALL -> allForOne(size);
            case STOP -> () -> Peer.millis(stop(size));
            case QUERY -> queryWhileAStopHangs(size, task.scaled(2_000));
        };
    }

    private static Behavior<Order> supervisor() {
        return Behaviors.receive((self, order) -> {
            order.in(self);
            return Behaviors.same();
        });
    }

    private static <T> Behavior<T> restarting(
            org.apache.pekko.japi.function.Function<ActorContext<T>, Behavior<T>> body) {
        return Behaviors.supervise(Behaviors.setup(body)).onFailure(Exception.class, RESTART);
    }

    private static Behavior<Told> idle(Runnable up) {
        return restarting(self -> {
            up.run();
            return listening();
        });
    }

    private static Behavior<Told> listening() {
        return Behaviors.receiveMessage(told -> {
            if (told == Told.CRASH) {
                throw Crash.INSTANCE;
            }
            return Behaviors.same();
        });
    }

    /** Has a supervising actor find out something, and waits for it. */
    private static <T> T ask(ActorRef<Order> actor, Function<ActorContext<Order>, T> question)
            throws Exception {
        CompletableFuture<T> answer = new CompletableFuture<>();
        actor.tell(self -> {
            try {
                answer.complete(question.apply(self));
            } catch (Throwable failure) {
                answer.completeExceptionally(failure);
            }
        });
        return answer.get();
    }

    private ActorRef<Order> tree(int children) throws Exception {
        ActorRef<Order> tree = ask(system, self -> self.spawnAnonymous(supervisor()));
        spawn(tree, children, () -> {});
        return tree;
    }

    private static List<ActorRef<Told>> spawn(ActorRef<Order> tree, int count, Runnable up)
            throws Exception {
        return ask(tree, self -> {
            List<ActorRef<Told>> children = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                children.add(self.spawn(idle(up), "child-" + i));
            }
            return children;
        });
    }

    /** Waits until it and all its children are gone. */
    private void end(ActorRef<?> tree) throws Exception {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        system.tell(self -> {
            self.watchWith(tree, after -> gone.complete(null));
            self.stop(tree);
        });
        gone.get();
    }

    @FunctionalInterface
    private interface InTree {
        double[] once(ActorRef<Order> tree) throws Exception;
    }

    private Work with(int children, InTree work) throws Exception {
        ActorRef<Order> tree = tree(children);
        return new Work() {
            @Override
            public double[] once() throws Exception {
                return work.once(tree);
            }

            @Override
            public void close() throws Exception {
                end(tree);
            }
        };
    }

    /** A restart is a message that fails; an actor has no body that could fail by itself. */
    private long crashRestart(ActorRef<Order> tree, int restarts) throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(1);
        Behavior<Told> crashing = restarting(self -> {
            self.getSelf().tell(Told.RUN);
            return Behaviors.receiveMessage(told -> {
                if (runs.incrementAndGet() <= restarts) {
                    throw Crash.INSTANCE;
                }
                done.countDown();
                return Behaviors.stopped();
            });
        });
        long begin = System.nanoTime();
        ask(tree, self -> self.spawnAnonymous(crashing));
        done.await();
        return System.nanoTime() - begin;
    }

    /** Who tells and times is an actor as well: waking a thread would cost more than the restart. */
    private long[] crashToRunning(ActorRef<Order> tree, int crashes) throws Exception {
        CompletableFuture<long[]> result = new CompletableFuture<>();
        ActorRef<ActorRef<Told>> driver = ask(
                system,
                self -> self.spawnAnonymous(Behaviors.<ActorRef<Told>>setup(
                        context -> driver(new long[crashes], result))));
        Behavior<Told> child = restarting(self -> {
            driver.tell(self.getSelf());
            return listening();
        });
        ActorRef<Told> told = ask(tree, self -> self.spawnAnonymous(child));
        long[] nanos = result.get();
        end(driver);
        ask(tree, self -> {
            self.stop(told);
            return true;
        });
        Arrays.sort(nanos);
        return nanos;
    }

    private static Behavior<ActorRef<Told>> driver(long[] nanos, CompletableFuture<long[]> result) {
        AtomicInteger crashes = new AtomicInteger();
        long[] begin = new long[1];
        return Behaviors.receiveMessage(child -> {
            long now = System.nanoTime();
            int seen = crashes.getAndIncrement();
            if (seen > 0) {
                nanos[seen - 1] = now - begin[0];
            }
            if (seen == nanos.length) {
                result.complete(nanos);
            } else {
                begin[0] = System.nanoTime();
                child.tell(Told.CRASH);
            }
            return Behaviors.same();
        });
    }

    private long massCrash(int size) throws Exception {
        CountDownLatch first = new CountDownLatch(size);
        CountDownLatch again = new CountDownLatch(size);
        ActorRef<Order> tree = tree(0);
        List<ActorRef<Told>> children = spawn(tree, size, () -> {
            if (first.getCount() > 0) {
                first.countDown();
            } else {
                again.countDown();
            }
        });
        first.await();
        long begin = System.nanoTime();
        children.forEach(child -> child.tell(Told.CRASH));
        again.await();
        long nanos = System.nanoTime() - begin;
        end(tree);
        return nanos;
    }

    /** One order to spawn them all: a parent does not wait for a child that it spawns. */
    private long start(int size) throws Exception {
        CountDownLatch up = new CountDownLatch(size);
        ActorRef<Order> tree = tree(0);
        long begin = System.nanoTime();
        spawn(tree, size, up::countDown);
        up.await();
        long nanos = System.nanoTime() - begin;
        end(tree);
        return nanos;
    }

    private static double[] terminate(Task task, ActorRef<Order> tree) throws Exception {
        return Peer.endAndReplace(
                task,
                (from, count) -> {
                    CompletableFuture<Void> done = new CompletableFuture<>();
                    tree.tell(self -> stopNext(self, task, from, from + count, done));
                    done.get();
                },
                (from, count) -> ask(tree, self -> {
                    for (int i = from; i < from + count; i++) {
                        self.spawn(idle(() -> {}), "child-" + task.pick(i));
                    }
                    return true;
                }));
    }

    private static void stopNext(
            ActorContext<Order> self, Task task, int next, int end, CompletableFuture<Void> done) {
        if (next == end) {
            done.complete(null);
            return;
        }
        ActorRef<Void> child = self.getChild("child-" + task.pick(next)).orElseThrow();
        self.watchWith(child, after -> stopNext(after, task, next + 1, end, done));
        self.stop(child);
    }

    private double bytesPerChild(int size) throws Exception {
        long before = Peer.usedHeap();
        ActorRef<Order> tree = tree(size);
        double bytes = (double) (Peer.usedHeap() - before) / size;
        end(tree);
        return bytes;
    }

    /** The nearest there is: the parent fails with its child, which ends and spawns all, in no order. */
    private Work allForOne(int size) throws Exception {
        AtomicReference<ActorRef<Told>> first = new AtomicReference<>();
        Semaphore back = new Semaphore(0);
        Behavior<Order> parent = restarting(self -> {
            ActorRef<Told> watched = self.spawn(listening(), "first");
            self.watch(watched);
            first.set(watched);
            for (int i = 2; i < size; i++) {
                self.spawn(idle(() -> {}), "child-" + i);
            }
            self.spawn(idle(back::release), "last");
            return supervisor();
        });
        ActorRef<Order> tree = ask(system, self -> self.spawnAnonymous(parent));
        back.acquire();
        return new Work() {
            @Override
            public double[] once() throws InterruptedException {
                long begin = System.nanoTime();
                first.get().tell(Told.CRASH);
                back.acquire();
                return Peer.millis(System.nanoTime() - begin);
            }

            @Override
            public void close() throws Exception {
                end(tree);
            }
        };
    }

    private long stop(int size) throws Exception {
        ActorRef<Order> tree = tree(size);
        long begin = System.nanoTime();
        end(tree);
        return System.nanoTime() - begin;
    }

    private Work queryWhileAStopHangs(int size, int queries) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch hangs = new CountDownLatch(1);
        ActorRef<Order> tree = tree(size - 1);
        ask(tree, self -> {
            ActorRef<Told> deaf = self.spawn(
                    Behaviors.receiveMessage(told -> {
                        hangs.countDown();
                        release.await();
                        return Behaviors.same();
                    }),
                    "deaf");
            deaf.tell(Told.RUN);
            return deaf;
        });
        hangs.await();
        ask(tree, self -> {
            self.stop(self.getChild("deaf").orElseThrow());
            return true;
        });
        return new Work() {
            @Override
            public double[] once() throws Exception {
                return Peer.p99OfListings(
                        queries,
                        size,
                        () -> ask(tree, self -> self.getChildren().size()));
            }

            @Override
            public void close() throws Exception {
                release.countDown();
                end(tree);
            }
        };
    }
}
