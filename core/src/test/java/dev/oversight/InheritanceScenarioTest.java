package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.spi.Platform;
import dev.oversight.spi.TimeSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** What a child's thread takes over from the thread that happened to start it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InheritanceScenarioTest {
    private static final InheritableThreadLocal<String> INHERITABLE =
            new InheritableThreadLocal<>();
    private static final ThreadLocal<String> PLAIN = new ThreadLocal<>();
    private static final ScopedValue<String> SCOPED = ScopedValue.newInstance();

    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    /** What the n-th run of a child found in its thread. */
    private record Found(
            String inheritable,
            String plain,
            boolean scoped,
            boolean interrupted,
            ClassLoader loader) {
        static Found here() {
            return new Found(
                    INHERITABLE.get(),
                    PLAIN.get(),
                    SCOPED.isBound(),
                    Thread.currentThread().isInterrupted(),
                    Thread.currentThread().getContextClassLoader());
        }
    }

    /** A body that notes what it finds, poisons its own thread, and then does what the puppet is told. */
    private static ChildBody poisoned(Queue<Found> found, Puppet puppet) {
        return self -> {
            found.add(Found.here());
            INHERITABLE.set("of " + self.path());
            PLAIN.set("of " + self.path());
            Thread.currentThread().setContextClassLoader(null);
            ScopedValue.where(SCOPED, "of " + self.path()).call(() -> {
                puppet.run(self);
                return null;
            });
        };
    }

    @Test
    void aSuccessor_inheritsNothingFromTheDyingThreadThatStartsIt() throws Exception {
        ClassLoader mine = Thread.currentThread().getContextClassLoader();
        INHERITABLE.set("of the starter");
        Queue<Found> found = new ConcurrentLinkedQueue<>();
        Puppet puppet = new Puppet();
        trees.start(SupervisorSpec.of("root").neverGiveUp().child("a", poisoned(found, puppet)));
        puppet.crashAndAwaitRestart();
        puppet.order(self -> {
            Thread.currentThread().interrupt(); // dies with its flag set
            throw new IllegalStateException();
        });
        puppet.awaitRuns(3);
        puppet.finish();
        puppet.awaitRuns(4);

        assertThat(found).hasSize(4).containsOnly(new Found(null, null, false, false, mine));
    }

    @Test
    void aChildRestartedAddedOrSwept_inheritsNothingFromTheCaller() throws Exception {
        ClassLoader mine = Thread.currentThread().getContextClassLoader();
        Queue<Found> found = new ConcurrentLinkedQueue<>();
        Puppet a = new Puppet();
        Puppet b = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root", Strategy.ONE_FOR_ALL)
                .neverGiveUp()
                .child("a", poisoned(found, a))
                .child("b", poisoned(found, b)));
        Eventually.returns("calls from a poisoned thread", () -> {
            INHERITABLE.set("of the caller");
            Thread.currentThread().setContextClassLoader(new URLClassLoader(new URL[0]));
            return ScopedValue.where(SCOPED, "caller").call(() -> {
                tree.add("c", poisoned(found, new Puppet()));
                tree.terminate("b");
                tree.restart("b");
                return tree;
            });
        });
        Eventually.await("all have begun", () -> found.size() == 4); // or a stop may come before
        a.crashAndAwaitRestart(); // takes b and c with it
        Eventually.await("7 runs", () -> found.size() == 7);

        assertThat(found).containsOnly(new Found(null, null, false, false, mine));
    }

    @Test
    void theContextClassLoader_isThatOfTheThreadThatStartedTheTree() throws Exception {
        ClassLoader own = new URLClassLoader(new URL[0]);
        Queue<ClassLoader> found = new ConcurrentLinkedQueue<>();
        ChildBody notes = self -> {
            self.onStop(() -> found.add(Thread.currentThread().getContextClassLoader()));
            found.add(Thread.currentThread().getContextClassLoader());
            self.awaitStop();
        };
        Supervisor tree = Eventually.returns("start", () -> {
            Thread.currentThread().setContextClassLoader(own);
            return trees.start(
                    SupervisorSpec.of("root").child(SupervisorSpec.of("in").child("a", notes)));
        });
        tree.supervisor("in").orElseThrow().add("later", notes);
        Eventually.await("two started", () -> found.size() == 2);
        tree.close();

        assertThat(found).hasSize(4).containsOnly(own);
    }

    @Test
    void aThread_isNamedByItsPath() throws Exception { // ELX-015
        Queue<String> names = new ConcurrentLinkedQueue<>();
        ChildBody notes = self -> {
            names.add(Thread.currentThread().getName());
            assertThat(Thread.currentThread().getName()).isEqualTo(self.path());
            self.awaitStop();
        };
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child("a", notes)
                .child(SupervisorSpec.of("in").child("b", notes)));
        ChildRef generated = tree.supervisor("in").orElseThrow().add(ChildSpec.of(notes));
        Eventually.await("three ran", () -> names.size() == 3);

        assertThat(names).containsExactlyInAnyOrder("root/a", "root/in/b", generated.path());
        assertThat(generated.path()).startsWith("root/in/");
    }

    @Test
    void byDefault_childrenAreVirtualAndDaemons() throws Exception {
        Puppet puppet = new Puppet();
        trees.start(SupervisorSpec.of("root").child("a", puppet), Platform.system());
        puppet.awaitRuns(1);
        assertThat(puppet.thread().isVirtual()).isTrue();
        assertThat(puppet.thread().isDaemon()).isTrue();
    }

    @Test
    void platformThreadsOfTheHost_areUsedAndRestarted() throws Exception {
        Platform platform = trees.platform(
                TimeSource.system(),
                Platform.system().timers(),
                (name, body) -> Thread.ofPlatform()
                        .name(name)
                        .inheritInheritableThreadLocals(false)
                        .unstarted(body));
        Puppet puppet = new Puppet();
        Supervisor tree = trees.start(SupervisorSpec.of("root").child("a", puppet), platform);
        puppet.crashAndAwaitRestart();
        assertThat(puppet.thread().isVirtual()).isFalse();
        assertThat(puppet.thread().getName()).isEqualTo("root/a");
        tree.terminate("a");
        assertThat(puppet.live()).isZero();
    }

    @Test
    void aWorkerThatDropsItsInterrupt_stillSeesThatItShouldStop() throws Exception { // scenario 13
        CountDownLatch dropped = new CountDownLatch(1);
        AtomicBoolean left = new AtomicBoolean();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .child(
                        "a",
                        self -> {
                            do {
                                try {
                                    Thread.sleep(Duration.ofHours(1));
                                } catch (InterruptedException e) {
                                    dropped.countDown(); // and goes on as if nothing had happened
                                }
                            } while (self.running());
                            left.set(!self.running() && !Thread.currentThread().isInterrupted());
                        },
                        c -> c.shutdown(Shutdown.unbounded())));
        tree.close();
        assertThat(dropped.getCount()).isZero();
        assertThat(left).isTrue();
        assertThat(tree.outcome().orElseThrow().abandoned()).isZero();
    }

    @Test
    void anInterruptBeforeTheBodyBegins_isNotLost() throws Exception {
        for (int i = 0; i < 300; i++) {
            Queue<Boolean> ended = new ConcurrentLinkedQueue<>();
            Supervisor tree = trees.start(SupervisorSpec.of("root")
                    .child(
                            "a",
                            self -> {
                                try {
                                    new CountDownLatch(1).await();
                                } finally {
                                    ended.add(self.running());
                                }
                            },
                            c -> c.shutdown(Shutdown.unbounded())));
            tree.close(); // perhaps before the thread has run at all
            assertThat(List.copyOf(ended)).containsExactly(false);
        }
    }
}
