package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What concerns a whole JVM: its life, its heap, and what it writes to the console by default. */
@Tag("jvm")
class JvmScenarioTest {
    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    static final class RunKeepsAlive {
        public static void main(String[] args) {
            Outcome outcome = Supervisor.run(SupervisorSpec.of("root")
                    .child(
                            "a",
                            self -> {
                                Thread.sleep(Duration.ofMillis(
                                        300)); // the JVM would have ended meanwhile
                                say("worked as "
                                        + (Thread.currentThread().isDaemon()
                                                ? "daemon"
                                                : "user thread"));
                            },
                            c -> c.restart(Restart.TRANSIENT)));
            say("outcome " + outcome.reason());
        }
    }

    @Test
    void run_onAPlatformThread_keepsTheJvmAliveUntilTheTreeEnds() throws Exception {
        Jvm.Ended ended = Jvm.run(RunKeepsAlive.class);
        assertThat(ended.code()).isZero();
        assertThat(ended.output().lines())
                .containsExactly("worked as daemon", "outcome NO_CHILD_LEFT");
    }

    static final class JoinKeepsAlive {
        public static void main(String[] args) throws Exception {
            Thread main = Thread.currentThread();
            Supervisor tree = Supervisor.start(SupervisorSpec.of("root")
                    .child(
                            "a",
                            self -> {
                                main.join();
                                say("worked");
                            },
                            c -> c.restart(Restart.TEMPORARY)));
            Thread joins = new Thread(() -> {
                try {
                    say("outcome " + tree.join().reason());
                } catch (InterruptedException e) {
                    say("interrupted");
                }
            });
            joins.start();
            say("main ends");
        }
    }

    @Test
    void join_onAPlatformThread_keepsTheJvmAliveUntilTheTreeEnds() throws Exception {
        Jvm.Ended ended = Jvm.run(JoinKeepsAlive.class);
        assertThat(ended.code()).isZero();
        assertThat(ended.output().lines())
                .containsExactly("main ends", "worked", "outcome NO_CHILD_LEFT");
    }

    static final class NobodyWaits {
        public static void main(String[] args) throws Exception {
            Supervisor tree = Supervisor.start(SupervisorSpec.of("root")
                    .child("a", ChildContext::awaitStop)
                    .child(
                            "backs off",
                            self -> {
                                throw new IllegalStateException("sets a timer");
                            },
                            c -> c.backoff(Backoff.constant(Duration.ofHours(1)))));
            say("started " + tree.count().specs());
        }
    }

    @Test
    void aTreeThatNobodyWaitsFor_doesNotKeepTheJvmAlive()
            throws Exception { // daemon status, as documented
        Jvm.Ended ended = Jvm.run(NobodyWaits.class);
        assertThat(ended.code()).isZero();
        assertThat(ended.output().lines()).containsExactly("started 2");
    }

    static final class OneCarrier {
        public static void main(String[] args) throws Exception {
            AtomicInteger crashes = new AtomicInteger();
            SupervisorSpec spec =
                    SupervisorSpec.of("root").neverGiveUp().child("calm", ChildContext::awaitStop);
            for (int s = 0; s < Integer.parseInt(args[0]); s++) {
                SupervisorSpec nested = SupervisorSpec.of("nested-" + s).neverGiveUp();
                for (int i = 0; i < Integer.parseInt(args[1]); i++) {
                    nested = nested.child("hot-" + i, self -> {
                        crashes.incrementAndGet();
                        Thread.currentThread().interrupt();
                        throw new Puppet.Crash("at once");
                    });
                }
                spec = spec.child(nested);
            }
            try (Supervisor tree = Supervisor.start(spec)) {
                for (int i = 0; i < 100 || crashes.get() < 10_000; i++) {
                    tree.terminate("calm"); // its thread has to run for that
                    tree.restart("calm");
                }
                say("both went on");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1,10", "3,3"})
    void childrenThatCrashAtOnce_leaveTheOnlyProcessorToOthersToo(String supervisors, String hot)
            throws Exception {
        Jvm.Ended ended = Jvm.run(
                Duration.ofSeconds(50),
                OneCarrier.class,
                List.of(supervisors, hot),
                "-Djdk.virtualThreadScheduler.parallelism=1",
                "-Djdk.virtualThreadScheduler.maxPoolSize=1");
        assertThat(ended.code()).as(ended.errors()).isZero();
        assertThat(ended.output().lines()).containsExactly("both went on");
    }

    static final class HeapIsExhausted {
        public static void main(String[] args) throws Exception {
            AtomicInteger greedyRuns = new AtomicInteger();
            CountDownLatch go = new CountDownLatch(1);
            CountDownLatch back = new CountDownLatch(4);
            Supervisor tree = Supervisor.start(SupervisorSpec.of("root")
                    .neverGiveUp()
                    .child("other", ChildContext::awaitStop)
                    .child("greedy", self -> {
                        go.await(); // or the program's own threads might be the ones that get
                        // no memory
                        back.countDown();
                        if (greedyRuns.incrementAndGet() <= 3) {
                            Object[] hoard = {};
                            for (int size = 1 << 20; ; size = Math.max(16, size / 2)) {
                                try {
                                    while (true) {
                                        hoard = new Object[] {hoard, new byte[size]
                                        }; // to the last few bytes
                                    }
                                } catch (OutOfMemoryError e) {
                                    if (size == 16) {
                                        throw e;
                                    }
                                }
                            }
                        }
                        self.awaitStop();
                    }));
            tree.children();
            go.countDown();
            back.await();
            say("restarts " + tree.child("greedy").orElseThrow().restarts());
            say("other is at " + tree.child("other").orElseThrow().incarnation());
            say("cause "
                    + tree.failures("greedy")
                            .getFirst()
                            .exit()
                            .cause()
                            .getClass()
                            .getSimpleName());
            tree.add("new", ChildContext::awaitStop);
            tree.close();
            say("closed " + tree.outcome().orElseThrow().reason());
        }
    }

    @Test
    void aChildThatExhaustsTheHeap_isRestartedAndTheTreeGoesOn() throws Exception {
        Jvm.Ended ended = Jvm.run(HeapIsExhausted.class, "-Xmx24m", "-XX:+UseSerialGC");
        assertThat(ended.output().lines())
                .as(ended.errors())
                .containsExactly(
                        "restarts 3", "other is at 1", "cause OutOfMemoryError", "closed STOPPED");
        assertThat(ended.code()).isZero();
    }

    /** Nothing can be allocated from the end of the body until the handler of its thread is asked for. */
    static final class NoHeapForTheReport {
        private record Node(Node next) {}

        private static final class Hoarder extends Thread {
            static Thread previous; // what it lets go of when it ends would be heap

            Object[] large;
            Node small;
            boolean full;

            Hoarder(Runnable body, String name) {
                super(body, name);
                setDaemon(true);
            }

            void fill() {
                for (int size = 1 << 20; size >= 16; size /= 2) {
                    try {
                        while (true) {
                            large = new Object[] {large, new byte[size]};
                        }
                    } catch (OutOfMemoryError e) {
                        // go on with smaller ones
                    }
                }
                full = true;
                while (true) {
                    small = new Node(small); // the smallest there is
                }
            }

            @Override
            public UncaughtExceptionHandler getUncaughtExceptionHandler() {
                if (full) {
                    large = null;
                    small = null;
                    full = false;
                    say("the report failed");
                }
                return super.getUncaughtExceptionHandler();
            }
        }

        private static void run(ChildContext self, RuntimeException failure) throws Exception {
            if (self.incarnation() <= 2) {
                try {
                    ((Hoarder) Thread.currentThread()).fill();
                } catch (OutOfMemoryError e) {
                    if (self.incarnation() == 1) {
                        throw e;
                    }
                    throw failure;
                }
            }
            self.awaitStop();
        }

        public static void main(String[] args) throws Exception {
            CountDownLatch go = new CountDownLatch(1);
            CountDownLatch again = new CountDownLatch(3);
            Thread main = Thread.currentThread();
            RuntimeException failure = new IllegalStateException(); // while there is heap for it
            Supervisor tree = Supervisor.start(SupervisorSpec.of("root")
                    .neverGiveUp()
                    .child(
                            "greedy",
                            self -> {
                                go.await();
                                while (main.getState() != Thread.State.WAITING) {
                                    Thread.onSpinWait();
                                }
                                again.countDown();
                                if (Hoarder.previous != null) {
                                    Hoarder.previous.join();
                                }
                                Hoarder.previous = Thread.currentThread();
                                run(self, failure);
                            },
                            c -> c.threads((name, body) -> new Hoarder(body, name))));
            go.countDown();
            again.await();
            tree.failures("greedy").forEach(f -> say("" + f.exit().cause().getClass()));
            tree.close();
            say("closed " + tree.outcome().orElseThrow().reason());
        }
    }

    /** Among the long ones: where the heap is full, now and then a thread of the JDK itself is hit. */
    @Test
    @Tag("soak")
    void aRunForWhoseReportThereIsNoHeap_isReportedOnceThereIs() throws Exception {
        Path quiet = Files.createTempFile("quiet", ".properties");
        Files.writeString(
                quiet, ".level=OFF\n"); // or the log's thread might be the one without heap
        try {
            Jvm.Ended ended = Jvm.run(
                    NoHeapForTheReport.class,
                    "-Xmx16m",
                    "-XX:+UseSerialGC",
                    "-Djava.util.logging.config.file=" + quiet);
            assertThat(ended.output().lines())
                    .as(ended.errors())
                    .containsExactly(
                            "the report failed",
                            "the report failed",
                            "class java.lang.IllegalStateException",
                            "class java.lang.OutOfMemoryError",
                            "closed STOPPED");
        } finally {
            Files.delete(quiet);
        }
    }

    private static final class Broken extends OutputStream {
        @Override
        public void write(int b) {
            throw new LinkageError("broken");
        }
    }

    /** A log that throws whenever something is written to it: disk full, misconfigured. */
    static final class LogIsBroken {
        public static void main(String[] args) throws Exception {
            System.setErr(new PrintStream(new Broken()));
            AtomicInteger told = new AtomicInteger();
            AtomicInteger runs = new AtomicInteger();
            CountDownLatch hooked = new CountDownLatch(1);
            Supervisor tree = Supervisor.start(SupervisorSpec.of("root")
                    .neverGiveUp()
                    .listener(event -> {
                        told.incrementAndGet();
                        throw new IllegalStateException("so that it is logged");
                    })
                    .child(
                            "a",
                            self -> {
                                if (runs.incrementAndGet() <= 5) {
                                    throw new IllegalStateException("so that it is logged");
                                }
                                self.onStop(() -> {
                                    throw new IllegalStateException("so that it is logged");
                                });
                                hooked.countDown();
                                new CountDownLatch(1)
                                        .await(); // ended by the interrupt after the hooks
                            },
                            c -> c.shutdown(Shutdown.unbounded())));
            hooked.await();
            tree.close();
            for (int i = 0; i < 20 && told.get() < 16; i++) {
                tree.join(); // a cold JVM may need more than the second that close waits
            }
            say("ended " + tree.outcome().orElseThrow().reason() + ", told " + told);
        }
    }

    @Test
    void aLogThatThrows_losesNoEventNoInterruptAndNoTree() throws Exception {
        Jvm.Ended ended = Jvm.run(LogIsBroken.class);
        // 6 starts, 5 failures, up, stopping, stopping, stopped, ended
        assertThat(ended.output().lines()).containsExactly("ended STOPPED, told 16");
    }

    static final class Logs {
        public static void main(String[] args) throws Exception {
            class Unprintable extends RuntimeException {
                private static final long serialVersionUID = 1L;

                @Override
                public String getMessage() {
                    throw new IllegalStateException("getMessage");
                }
            }
            AtomicInteger runs = new AtomicInteger();
            Supervisor tree = Supervisor.start(SupervisorSpec.of("root")
                    .intensity(2, Duration.ofMinutes(1))
                    .child("worker", self -> {
                        switch (runs.incrementAndGet()) {
                            case 1 -> throw new IllegalStateException("no connection");
                            case 2 -> throw new Unprintable();
                            default -> throw new java.io.IOException("disk full");
                        }
                    }));
            joinUntilAllIsTold(tree);
        }
    }

    /** Each waits for the log, for a second at most; a cold JVM may need more. */
    private static void joinUntilAllIsTold(Supervisor tree) throws InterruptedException {
        for (int i = 0; i < 20; i++) {
            tree.join();
        }
    }

    @Test
    void byDefault_theConsoleTellsWhatAnOperatorNeeds() throws Exception {
        String log = Jvm.run(Logs.class).errors();
        assertThat(messages(log))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("INFO: root up with 1 child"),
                        line -> assertThat(line)
                                .startsWith("WARNING: root/worker failed")
                                .contains("(incarnation 1)")
                                .endsWith(
                                        "java.lang.IllegalStateException: no connection; restarting"),
                        line -> assertThat(line)
                                .startsWith("WARNING: root/worker failed")
                                .contains("(incarnation 2)")
                                .contains("Unprintable")
                                .contains("getMessage threw")
                                .contains("; restarting"),
                        line -> assertThat(line)
                                .startsWith("WARNING: root/worker failed")
                                .contains("(incarnation 3)")
                                .endsWith("java.io.IOException: disk full; not restarted"),
                        line -> assertThat(line)
                                .startsWith("SEVERE: root stopping: TOO_MANY_FAILURES")
                                .contains("root gave up: 3 failures within 1m, allowed are 2"),
                        line -> assertThat(line)
                                .startsWith("SEVERE: root ended: TOO_MANY_FAILURES"));
        assertThat(log).contains("at dev.oversight.JvmScenarioTest$Logs"); // where it happened
    }

    static final class Floods {
        public static void main(String[] args) throws Exception {
            AtomicInteger runs = new AtomicInteger();
            Supervisor tree = Supervisor.start(SupervisorSpec.of("root")
                    .neverGiveUp()
                    .child(
                            "worker",
                            self -> {
                                if (runs.incrementAndGet() <= 20_000) {
                                    throw new IllegalStateException("at once");
                                }
                            },
                            c -> c.restart(Restart.TRANSIENT)));
            joinUntilAllIsTold(tree);
        }
    }

    @Test
    void aChildInACrashLoop_doesNotFloodTheConsoleAndNothingIsHidden() throws Exception {
        long began = System.nanoTime();
        String log = Jvm.run(Floods.class).errors();
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds() + 2;
        List<String> messages = messages(log);
        long failures =
                messages.stream().filter(m -> m.contains("root/worker failed")).count();
        long unwritten = messages.stream()
                .flatMap(m -> Pattern.compile("(\\d+) more events before this one")
                        .matcher(m)
                        .results())
                .map(MatchResult::group)
                .mapToLong(text -> Long.parseLong(text.substring(0, text.indexOf(' '))))
                .sum();
        assertThat(failures).isBetween(1L, 20 * seconds);
        assertThat(failures + unwritten).isEqualTo(20_000);
    }

    private static List<String> messages(String log) {
        return log.lines()
                .filter(line -> line.matches("(INFO|WARNING|SEVERE): .*"))
                .toList();
    }
}
