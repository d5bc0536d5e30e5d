package dev.oversight.process;

import static dev.oversight.process.ProcessRestart.onExitCode;
import static dev.oversight.process.ProcessRestart.onSignal;
import static dev.oversight.process.ProcessRestart.unlessExitCode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.Exit;
import dev.oversight.Restart;

import org.junit.jupiter.api.Test;

import java.util.List;

class ProcessRestartTest {
    private static boolean restarts(Restart rule, int exitCode) {
        return rule.shouldRestart(
                exitCode == 0
                        ? new Exit(Exit.Kind.COMPLETED, null, 0)
                        : failed(new ProcessFailedException("root/a", exitCode, List.of())));
    }

    private static Exit failed(Throwable cause) {
        return new Exit(Exit.Kind.FAILED, cause, 0);
    }

    @Test
    void onExitCode_restartsAfterTheseAlone() {
        Restart rule = onExitCode(75, 3);
        assertThat(restarts(rule, 3)).isTrue();
        assertThat(restarts(rule, 75)).isTrue();
        assertThat(restarts(rule, 4)).isFalse();
        assertThat(restarts(rule, 0)).isFalse();
        assertThat(restarts(onExitCode(0), 0)).isTrue();
        assertThat(rule.shouldRestart(failed(new IllegalStateException()))).isFalse();
        assertThat(rule.keepsSpec()).isTrue();
        assertThat(rule).hasToString("on exit code 3, 75");
    }

    @Test
    void unlessExitCode_restartsAfterAllOthers() {
        Restart rule = unlessExitCode(0, 3);
        assertThat(restarts(rule, 0)).isFalse();
        assertThat(restarts(rule, 3)).isFalse();
        assertThat(restarts(rule, 1)).isTrue();
        assertThat(restarts(rule, 137)).isTrue();
        assertThat(rule.shouldRestart(
                        failed(new ProcessNotStartedException("root/a", "not found", null))))
                .isTrue();
        assertThat(restarts(unlessExitCode(3), 0)).isTrue();
        assertThat(rule).hasToString("unless exit code 0, 3");
    }

    @Test
    void onSignal_takesNamesWithAndWithoutSig() {
        Restart rule = onSignal("SIGKILL", "SEGV");
        assertThat(restarts(rule, 137)).isTrue();
        assertThat(restarts(rule, 139)).isTrue();
        assertThat(restarts(rule, 143)).isFalse();
        assertThat(restarts(rule, 9)).isFalse();
        assertThat(restarts(rule, 0)).isFalse();
        assertThat(rule).hasToString("on signal SIGKILL, SIGSEGV");
        Restart either = onExitCode(75).or(rule);
        assertThat(restarts(either, 75)).isTrue();
        assertThat(restarts(either, 137)).isTrue();
        assertThat(restarts(Restart.PERMANENT.unless(rule), 137)).isFalse();
    }

    @Test
    void whatNoProcessHas_isRefused() {
        assertThatThrownBy(() -> onExitCode(256))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the exit code is 256, expected 0 to 255; a process has no others");
        assertThatThrownBy(() -> unlessExitCode(-1)).hasMessageContaining("-1");
        assertThatThrownBy(ProcessRestart::onExitCode)
                .hasMessage("the rule has no exit code, expected at least one; add it");
        assertThatThrownBy(ProcessRestart::onSignal).hasMessageContaining("no signal");
        assertThatThrownBy(() -> onSignal("SIGNAL"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the signal is \"SIGNAL\", expected one of SIGHUP, SIGINT");
    }
}
