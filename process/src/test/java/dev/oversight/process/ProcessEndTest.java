package dev.oversight.process;

import static dev.oversight.process.FakeChild.lives;
import static dev.oversight.process.FakeChild.sh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

class ProcessEndTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    /** What the process itself does until one that it has started has come so far. */
    private static final String AWAIT_UP = " while [ ! -e $up ]; do sleep 0.01; done; rm $up; ";

    @Test
    void exitCodeZero_isNormalEnd() {
        try (FakeChild child = FakeChild.run(sh("exit 0"))) {
            assertThat(child.end()).isNull();
        }
    }

    @Test
    void otherExitCode_failsWithCodeAndLastLines() {
        try (FakeChild child = FakeChild.run(
                sh(
                        "for i in 1 2 3 4 5 6 7 8 9 10; do echo line $i >&2; done; echo no disk >&2; exit 3"))) {
            assertThat(child.end()).isInstanceOfSatisfying(ProcessFailedException.class, e -> {
                assertThat(e.path()).isEqualTo("root/fake");
                assertThat(e.exitCode()).isEqualTo(3);
                assertThat(e.signal()).isEmpty();
                assertThat(e.lastLines()).hasSize(10).contains("no disk").doesNotContain("line 1");
                assertThat(e).hasMessage("root/fake exited with code 3; last output: no disk");
            });
        }
    }

    @Test
    void killedBySignal_namesTheSignal() {
        try (FakeChild child = FakeChild.run(sh("kill -s KILL $$"))) {
            assertThat(child.end()).isInstanceOfSatisfying(ProcessFailedException.class, e -> {
                assertThat(e.exitCode()).isEqualTo(137);
                assertThat(e.signal()).contains("SIGKILL");
                assertThat(e).hasMessage("root/fake was killed by SIGKILL; it wrote nothing");
            });
        }
    }

    @Test
    void killedFromOutside_fails() {
        try (FakeChild child = FakeChild.run(sh("echo pid $$; exec sleep 1000"))) {
            ProcessHandle.of(child.pid("pid ")).orElseThrow().destroy();
            assertThat(child.end()).hasMessageContaining("was killed by SIGTERM");
        }
    }

    @Test
    void processLeadsItsOwnSessionAndGroup() {
        try (FakeChild child = FakeChild.run(sh("echo pid $$; exec sleep 1000"))) {
            long pid = child.pid("pid ");
            assertThat(Proc.all()).anySatisfy(proc -> {
                assertThat(proc.pid()).isEqualTo(pid);
                assertThat(proc.group()).isEqualTo(pid);
                assertThat(proc.session()).isEqualTo(pid);
            });
        }
    }

    @Test
    void stopped_endsNormallyWhateverItsExitCode() {
        try (FakeChild child = FakeChild.run(
                sh("trap 'exit 5' TERM; echo pid $$; while :; do sleep 0.01; done"))) {
            long pid = child.pid("pid ");
            assertThat(child.stop().end()).isNull();
            assertThat(lives(pid)).isFalse();
        }
    }

    @Test
    void stoppedWithoutInterrupt_ends() {
        try (FakeChild child = FakeChild.run(sh("echo pid $$; exec sleep 1000"))) {
            child.pid("pid ");
            assertThat(child.askWithoutInterrupt().end()).isNull();
        }
    }

    @Test
    void interruptNobodyAskedFor_endsProcessAndPassesOn() {
        try (FakeChild child = FakeChild.run(sh("echo pid $$; exec sleep 1000"))) {
            long pid = child.pid("pid ");
            child.interruptUnasked();
            assertThat(child.end()).isInstanceOf(InterruptedException.class);
            assertThat(lives(pid)).isFalse();
        }
    }

    @Test
    void stoppedBeforeItStarts_startsNothing() {
        for (int i = 0; i < 20; i++) {
            try (FakeChild child = FakeChild.run(sh("exec sleep 1000"))) {
                assertThat(child.stop().end()).isNull();
            }
        }
    }

    @Test
    void termIgnored_isKilledAfterGrace() {
        try (FakeChild child =
                FakeChild.run(sh("trap '' TERM; echo pid $$; while :; do sleep 0.01; done")
                        .grace(Duration.ofMillis(300)))) {
            long pid = child.pid("pid ");
            long before = System.nanoTime();
            assertThat(child.stop().end()).isNull();
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(300));
            assertThat(lives(pid)).isFalse();
        }
    }

    @Test
    void abandonedWhileInGrace_isKilledAtOnce() {
        try (FakeChild child = FakeChild.run(
                sh("trap '' TERM; echo pid $$; while :; do sleep 0.01; done").grace(LONG))) {
            long pid = child.pid("pid ");
            child.stop();
            assertThat(child.ended()).isFalse();
            child.abandon();
            assertThat(child.end()).isNull();
            assertThat(lives(pid)).isFalse();
        }
    }

    @Test
    void stoppedBySigstop_stillGetsItsTerm() {
        try (FakeChild child =
                FakeChild.run(sh("echo pid $$; kill -s STOP $$; sleep 1000").grace(LONG))) {
            child.pid("pid ");
            assertThat(child.stop().end()).isNull();
        }
    }

    @Test
    void grandchildren_areGoneWithIt() {
        // One that ignores SIGTERM, one double-forked, one in a group of its own in the same
        // session
        String script =
                "(trap '' TERM; echo a $(sh -c 'echo $PPID'); while :; do sleep 0.01; done) & "
                        + "(sleep 1001 & echo b $!); "
                        + "set -m; sleep 1002 & echo c $!; "
                        + "wait";
        try (FakeChild child = FakeChild.run(sh(script).grace(Duration.ofMillis(200)))) {
            List<Long> pids = List.of(child.pid("a "), child.pid("b "), child.pid("c "));
            assertThat(pids).allMatch(FakeChild::lives);
            assertThat(child.stop().end()).isNull();
            assertThat(pids).noneMatch(FakeChild::lives);
        }
    }

    @Test
    void descendantInASessionOfItsOwn_isGoneWithIt() {
        try (FakeChild child = FakeChild.run(sh("setsid sh -c 'trap \"\" TERM; echo a $$;"
                        + " while :; do sleep 0.01; done' & wait")
                .grace(Duration.ofMillis(200)))) {
            long pid = child.pid("a ");
            assertThat(child.stop().end()).isNull();
            assertThat(lives(pid)).isFalse();
        }
    }

    @Test
    void anInterruptWhileItEnds_isSeenAfterwards(@TempDir Path dir) throws IOException {
        for (boolean interrupted : new boolean[] {true, false}) {
            Path go = dir.resolve("go-" + interrupted);
            String script = "trap 'echo asked' TERM; echo up; while [ ! -e " + go
                    + " ]; do sleep 0.01; done";
            try (FakeChild child = FakeChild.run(sh(script).grace(Duration.ofMinutes(2)))) {
                Await.until("up", () -> child.texts(false).anyMatch("up"::equals));
                child.askWithoutInterrupt();
                Await.until("asked", () -> child.texts(false).anyMatch("asked"::equals));
                if (interrupted) {
                    child.interruptUnasked();
                }
                Files.createFile(go);
                assertThat(child.end()).isNull();
                assertThat(child.interruptedAtTheEnd).isEqualTo(interrupted);
            }
        }
    }

    @Test
    void oneThatHasEnded_isNoLongerWatched() {
        int before = Guardian.shared().size();
        try (FakeChild child = FakeChild.run(sh("echo pid $$; exec sleep 1009"))) {
            child.pid("pid ");
            assertThat(Guardian.shared().size()).isEqualTo(before + 1);
            child.stop().end();
            assertThat(Guardian.shared().size()).isEqualTo(before);
        }
    }

    /** Its parent has lost its own parent, and lives on in the session. */
    @Test
    void descendantInASessionOfItsOwn_isGoneAlsoIfTheProcessEndedFirst() {
        try (FakeChild child = FakeChild.run(sh("export up=$(mktemp -u);"
                        + " (setsid sh -c 'echo a $$; : >$up; exec sleep 1008' & wait) &"
                        + AWAIT_UP + "exit 0")
                .grace(Duration.ofMillis(200)))) {
            long pid = child.pid("a ");
            assertThat(child.end()).isNull();
            assertThat(lives(pid)).isFalse();
        }
    }

    @Test
    void leftoversAfterOwnEnd_areGoneBeforeBodyReturns() {
        String script = "up=$(mktemp -u); sleep 1003 & echo a $!;"
                + " (trap '' TERM; echo b $(sh -c 'echo $PPID') >&2; echo b $(sh -c 'echo $PPID');"
                + " : >$up; while :; do sleep 0.01; done) &" + AWAIT_UP + "exit 0";
        try (FakeChild child = FakeChild.run(sh(script).grace(Duration.ofMillis(200)))) {
            long first = child.pid("a ");
            long second = child.pid("b ");
            assertThat(child.end()).isNull();
            assertThat(lives(first)).isFalse();
            assertThat(lives(second)).isFalse();
        }
    }

    @Test
    void escapedProcessThatHoldsTheOutput_doesNotHangTheBody() {
        try (FakeChild child = FakeChild.run(
                sh("export up=$(mktemp -u); setsid sh -c 'echo a $$; : >$up; exec sleep 1004' &"
                        + AWAIT_UP + "exit 4"))) {
            long pid = child.pid("a ");
            try {
                assertThat(child.end()).hasMessageContaining("exited with code 4");
            } finally {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }

    @Test
    void withoutSetsid_descendantsAreEnded() {
        Tools poor = new Tools(Tools.system().sh(), null, "env");
        try (FakeChild child = FakeChild.run(
                sh("sleep 1005 & echo a $!; trap '' TERM; echo b $$; while :; do sleep 0.01; done")
                        .grace(Duration.ofMillis(200)),
                poor)) {
            long first = child.pid("a ");
            long second = child.pid("b ");
            assertThat(child.stop().end()).isNull();
            assertThat(lives(first)).isFalse();
            assertThat(lives(second)).isFalse();
        }
    }

    @Test
    void hundredAtOnce_allEnd() {
        FakeChild[] children = new FakeChild[100];
        for (int i = 0; i < children.length; i++) {
            children[i] = FakeChild.run(sh("echo pid $$; exec sleep 1006"));
        }
        try {
            for (FakeChild child : children) {
                child.pid("pid ");
            }
            for (FakeChild child : children) {
                child.stop();
            }
            for (FakeChild child : children) {
                assertThat(child.end()).isNull();
                assertThat(lives(child.pid("pid "))).isFalse();
            }
        } finally {
            for (FakeChild child : children) {
                child.close();
            }
        }
    }
}
