package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Restart rules that look at what was thrown. */
class RestartByCauseTest {
    @RegisterExtension
    final LeakCheck trees = new LeakCheck();

    private static boolean restarts(Restart rule, Throwable thrown) {
        return rule.shouldRestart(new Exit(Exit.Kind.FAILED, thrown, 0));
    }

    private static boolean restartsAfterReturn(Restart rule) {
        return rule.shouldRestart(new Exit(Exit.Kind.COMPLETED, null, 0));
    }

    @Test
    void onFailure_countsTheThrownTypeAndItsSubtypesAlone() {
        Restart rule = Restart.onFailure(IOException.class, TimeoutException.class);
        assertThat(restarts(rule, new IOException())).isTrue();
        assertThat(restarts(rule, new FileNotFoundException())).isTrue();
        assertThat(restarts(rule, new TimeoutException())).isTrue();
        assertThat(restarts(rule, new IllegalStateException())).isFalse();
        assertThat(restarts(rule, new UncheckedIOException(new IOException()))).isFalse();
        assertThat(restarts(rule, new OutOfMemoryError())).isFalse();
        assertThat(restartsAfterReturn(rule)).isFalse();
        assertThat(rule.shouldRestart(new Exit(Exit.Kind.STOPPED, new IOException(), 0)))
                .as("an answer to the request to stop is no failure")
                .isFalse();
        assertThat(rule.keepsSpec()).isTrue();
        assertThat(rule).hasToString("on failures of IOException, TimeoutException");
    }

    @Test
    void onFailureCausedBy_looksThroughTheCauses() {
        Restart rule = Restart.onFailureCausedBy(IOException.class);
        assertThat(restarts(rule, new IOException())).isTrue();
        assertThat(restarts(
                        rule, new ExecutionException(new UncheckedIOException(new IOException()))))
                .isTrue();
        assertThat(restarts(rule, new ExecutionException(new IllegalStateException())))
                .isFalse();
        Exception suppressing = new IllegalStateException();
        suppressing.addSuppressed(new IOException());
        assertThat(restarts(rule, suppressing)).isFalse();
        assertThat(restartsAfterReturn(rule)).isFalse();
        assertThat(rule).hasToString("on failures caused by IOException");
    }

    @Test
    void aChainOfCausesThatIsACircleOrThrows_isAnswered() {
        Exception outer = new Exception();
        Exception inner = new Exception(outer);
        outer.initCause(inner);
        assertThat(restarts(Restart.onFailureCausedBy(IOException.class), outer))
                .isFalse();

        class Broken extends Exception {
            private static final long serialVersionUID = 1L;

            @Override
            public synchronized Throwable getCause() {
                throw new IllegalStateException("getCause");
            }
        }
        assertThat(restarts(Restart.onFailureCausedBy(IOException.class), new Broken()))
                .isFalse();
    }

    @Test
    void unless_narrowsAnyRule() {
        Restart failing = Restart.TRANSIENT
                .unless(FileNotFoundException.class)
                .unless(TimeoutException.class);
        assertThat(restarts(failing, new IOException())).isTrue();
        assertThat(restarts(failing, new FileNotFoundException())).isFalse();
        assertThat(restarts(failing, new TimeoutException())).isFalse();
        assertThat(restartsAfterReturn(failing)).isFalse();

        Restart always =
                Restart.PERMANENT.unless(Restart.onFailureCausedBy(FileNotFoundException.class));
        assertThat(restartsAfterReturn(always)).isTrue();
        assertThat(restarts(always, new ExecutionException(new FileNotFoundException())))
                .isFalse();
        assertThat(always.keepsSpec()).isTrue();
        assertThat(Restart.TEMPORARY.unless(IOException.class).keepsSpec()).isFalse();
        assertThat(failing)
                .hasToString("TRANSIENT unless on failures of FileNotFoundException unless on"
                        + " failures of TimeoutException");
    }

    @Test
    void or_widensAnyRule() {
        Restart rule =
                Restart.onFailure(IOException.class).or(Restart.when(exit -> exit.cause() == null));
        assertThat(restarts(rule, new IOException())).isTrue();
        assertThat(restartsAfterReturn(rule)).isTrue();
        assertThat(restarts(rule, new IllegalStateException())).isFalse();
        assertThat(Restart.TEMPORARY.or(Restart.TEMPORARY).keepsSpec()).isFalse();
        assertThat(Restart.TEMPORARY.or(rule).keepsSpec()).isTrue();
        assertThat(rule.or(Restart.TEMPORARY).keepsSpec()).isTrue();
        assertThat(Restart.onFailure(IOException.class).or(Restart.TEMPORARY))
                .hasToString("on failures of IOException or TEMPORARY");
    }

    @Test
    @SuppressWarnings("unchecked")
    void rulesWithAPartMissing_areRefused() {
        assertThatThrownBy(Restart::onFailure)
                .isInstanceOf(InvalidSpecException.class)
                .hasMessage("restart is a rule for failures of no type, expected at least one type;"
                        + " name it, or use Restart.TRANSIENT for all failures");
        assertThatThrownBy(Restart::onFailureCausedBy).isInstanceOf(InvalidSpecException.class);
        assertThatNullPointerException()
                .isThrownBy(() -> Restart.TRANSIENT.or(null))
                .withMessage("other");
        assertThatNullPointerException()
                .isThrownBy(() -> Restart.TRANSIENT.unless((Restart) null))
                .withMessage("exception");
    }

    @Test
    void aSignificantChild_mayBePermanentUnless() {
        SupervisorSpec spec = SupervisorSpec.of("root")
                .autoShutdown(AutoShutdown.ANY_SIGNIFICANT)
                .child(
                        "a",
                        Puppet.idle(),
                        c -> c.significant(true)
                                .restart(Restart.PERMANENT.unless(IOException.class)));
        assertThat(spec.problems()).isEmpty();
    }

    @Test
    void aFailureThatTheRuleExcepts_endsTheChildAndTheTreeGoesOn() throws Exception {
        Puppet puppet = new Puppet();
        Recorder events = new Recorder();
        Supervisor tree = trees.start(SupervisorSpec.of("root")
                .neverGiveUp()
                .listener(events)
                .child("other", Puppet.idle())
                .child(
                        "a",
                        puppet,
                        c -> c.restart(Restart.TRANSIENT.unless(FileNotFoundException.class))));
        puppet.crash(new IOException("not that one"));
        puppet.awaitRuns(2);
        puppet.crash(new FileNotFoundException("no configuration"));
        Trees.awaitState(tree, "a", ChildState.STOPPED);

        assertThat(tree.failures("a"))
                .extracting(failure -> failure.exit().cause().getMessage())
                .containsExactlyInAnyOrder("not that one", "no configuration");
        events.await(ChildFailed.class, e -> !e.restarting());
        assertThat(events.of(ChildFailed.class, "root/a"))
                .extracting(ChildFailed::restarting)
                .containsExactly(true, false);
        assertThat(Trees.state(tree, "other")).isSameAs(ChildState.RUNNING);
        tree.restart("a");
        assertThat(Trees.snapshot(tree, "a").incarnation()).isEqualTo(3);
    }
}
