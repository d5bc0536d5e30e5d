package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.event.ChildFailed;
import dev.oversight.spi.Threads;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The kind of thread that a child runs in, chosen child by child. */
class ThreadKindScenarioTest {
    private static final InheritableThreadLocal<String> INHERITABLE =
            new InheritableThreadLocal<>();

    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private record Kind(boolean virtual, boolean daemon, String name, String inherited) {
        static Kind here() {
            Thread thread = Thread.currentThread();
            return new Kind(
                    thread.isVirtual(), thread.isDaemon(), thread.getName(), INHERITABLE.get());
        }
    }

    @Test
    void eachChild_runsInItsKindAgainAfterARestartAndInheritsNothing() throws Exception {
        Queue<Kind> found = new ConcurrentLinkedQueue<>();
        Puppet platform = new Puppet();
        Puppet daemon = new Puppet();
        Puppet usual = new Puppet();
        Supervisor tree = Eventually.returns("start from a thread with a value", () -> {
            INHERITABLE.set("of the starter");
            return trees.start(SupervisorSpec.of("root")
                    .neverGiveUp()
                    .child(
                            "user",
                            noting(found, platform),
                            c -> c.threads(kind(Threads.platform())))
                    .child(
                            "daemon",
                            noting(found, daemon),
                            c -> c.threads(kind(Threads.platformDaemon())))
                    .child(
                            "virtual",
                            noting(found, usual),
                            c -> c.threads(kind(Threads.virtual()))));
        });
        platform.crashAndAwaitRestart(); // the thread that dies has a value, too
        daemon.crashAndAwaitRestart();
        usual.crashAndAwaitRestart();
        tree.terminate("user");
        tree.close();

        assertThat(found)
                .containsExactlyInAnyOrder(
                        new Kind(false, false, "root/user", null),
                        new Kind(false, false, "root/user", null),
                        new Kind(false, true, "root/daemon", null),
                        new Kind(false, true, "root/daemon", null),
                        new Kind(true, true, "root/virtual", null),
                        new Kind(true, true, "root/virtual", null));
    }

    private Threads kind(Threads threads) {
        return trees.recording(threads);
    }

    private static ChildBody noting(Queue<Kind> found, Puppet puppet) {
        return self -> {
            found.add(Kind.here());
            INHERITABLE.set("of " + self.path());
            puppet.run(self);
        };
    }

    @Test
    void aChildOfItsOwnKind_goesBeforeThePlatformOfTheTree() throws Exception {
        Puppet own = new Puppet();
        Puppet usual = new Puppet();
        trees.start(
                SupervisorSpec.of("root")
                        .child("own", own, c -> c.threads(Threads.virtual()))
                        .child("usual", usual),
                trees.platform(
                        dev.oversight.spi.TimeSource.system(),
                        dev.oversight.spi.Platform.system().timers(),
                        Threads.platformDaemon()));
        own.awaitRuns(1);
        usual.awaitRuns(1);
        assertThat(own.thread().isVirtual()).isTrue();
        assertThat(usual.thread().isVirtual()).isFalse();
    }

    @Test
    void threadsForANestedSupervisor_areRefusedWithTheCure() {
        SupervisorSpec spec = SupervisorSpec.of("root")
                .child(SupervisorSpec.of("in"), c -> c.threads(Threads.platform()));
        assertThatThrownBy(spec::check)
                .isInstanceOf(InvalidSpecException.class)
                .hasMessage("root/in: threads is set, expected none for a nested supervisor, which"
                        + " has no thread of its own; set threads on its children");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void threadsThatCannotBeHad_areAFailedStartLikeAnyOther(boolean returnsNull) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Threads scarce = (name, body) -> {
            if (asked.incrementAndGet() != 2) {
                return Threads.virtual().unstarted(name, body);
            }
            if (returnsNull) {
                return null;
            }
            throw new OutOfMemoryError("unable to create native thread");
        };
        Puppet puppet = new Puppet();
        Recorder events = new Recorder();
        trees.start(SupervisorSpec.of("root")
                .neverGiveUp()
                .listener(events)
                .child("a", puppet, c -> c.threads(kind(scarce))));
        puppet.crashAndAwaitRestart();

        ChildFailed failed = events.await(
                ChildFailed.class,
                e -> e.cause() instanceof StartFailedException && e.restarting());
        assertThat(failed.cause())
                .hasMessage("root/a could not be started: its thread could not be started");
        assertThat(asked).hasValue(3);
    }

    /** Whether the JVM outlives {@code main}, decided by the kind of one child's thread. */
    static final class Main {
        public static void main(String[] args) throws Exception {
            CountDownLatch began = new CountDownLatch(1);
            Thread main = Thread.currentThread();
            ChildBody works = self -> {
                began.countDown();
                main.join();
                // A daemon has for ever, as the JVM may take long to end.
                self.awaitStop(
                        Boolean.getBoolean("daemon")
                                ? Duration.ofMinutes(1)
                                : Duration.ofMillis(100));
                System.out.println("worked");
            };
            Supervisor.start(SupervisorSpec.of("root")
                    .child(
                            "a",
                            works,
                            c -> c.restart(Restart.TEMPORARY)
                                    .threads(
                                            Boolean.getBoolean("daemon")
                                                    ? Threads.platformDaemon()
                                                    : Threads.platform())));
            began.await();
        }
    }

    @Test
    @Tag("jvm")
    void aChildInAUserThread_keepsTheJvmAliveUntilItEnds() throws Exception {
        Jvm.Ended ended = Jvm.run(Main.class);
        assertThat(ended.code()).isZero();
        assertThat(ended.output().lines()).containsExactly("worked");
    }

    @Test
    @Tag("jvm")
    void aChildInADaemonThread_doesNotKeepTheJvmAlive() throws Exception {
        Jvm.Ended ended = Jvm.run(Main.class, "-Ddaemon=true");
        assertThat(ended.code()).isZero();
        assertThat(ended.output()).isEmpty();
    }
}
