package dev.oversight.testkit;

import static dev.oversight.testkit.Fact.failed;
import static dev.oversight.testkit.Fact.silent;
import static dev.oversight.testkit.Fact.started;
import static dev.oversight.testkit.Fact.stopping;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.oversight.HeartbeatMissedException;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildState;
import dev.oversight.event.StopCause;
import dev.oversight.testkit.junit.OversightExtension;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;

/** Scripts that beat, and those that fall silent. */
@ExtendWith(OversightExtension.class)
class HeartbeatScriptTest {
    private static SupervisorSpec worker(Script script) {
        return SupervisorSpec.of("shop")
                .child("worker", script, c -> c.heartbeatWithin(ofSeconds(10)));
    }

    @Test
    void aScriptThatBeats_isLeftAlone(TestKit kit) {
        TestTree tree = kit.start(worker(Script.idle().beatsEvery(ofSeconds(4))));
        tree.advance(ofHours(1));
        tree.verify(it -> it.never(silent("worker")).incarnation("worker", 1));
    }

    @Test
    void aScriptThatFallsSilent_isSuspectedThenReplaced(TestKit kit) {
        TestTree tree = kit.start(worker(Script.runs(
                Script.idle().beatsEvery(ofSeconds(4)).silentAfter(ofSeconds(60)), Script.idle())));
        tree.advance(ofSeconds(120));
        // its last beat is the one at 56 s
        tree.verify(it -> it.inOrder(
                        silent("worker").at(ofSeconds(61)),
                        failed("worker", HeartbeatMissedException.class).at(ofSeconds(66)),
                        stopping("worker", StopCause.SILENT),
                        started("worker").incarnation(2))
                .state("worker", ChildState.RUNNING));
    }

    @Test
    void aScriptThatHangs_isSilent(TestKit kit) {
        TestTree tree = kit.start(
                worker(Script.runs(Script.idle().hangsAfter(ofSeconds(30)), Script.idle())));
        tree.advance(ofSeconds(30).plus(ofSeconds(10)).minus(ofMillis(1)));
        tree.verify(it -> it.incarnation("worker", 1).state("worker", ChildState.RUNNING));
        tree.advance(ofMillis(1));
        tree.verify(it -> it.state("worker", ChildState.STOPPING));
        tree.advance(ofSeconds(5)); // its budget
        tree.verify(it -> it.inOrder(Fact.abandoned("worker"), started("worker").incarnation(2)));
    }

    @Test
    void aScriptThatBeats_endsAndStopsAsOthersDo(TestKit kit) {
        TestTree tree = kit.start(worker(Script.runs(
                Script.idle().beatsEvery(ofSeconds(4)).failsAfter(ofSeconds(30)),
                Script.idle().beatsEvery(ofSeconds(4)).stopsAfter(ofSeconds(2)))));
        tree.advance(ofSeconds(30));
        tree.verify(it -> it.inOrder(failed("worker", SimulatedFailure.class).at(ofSeconds(30))));
        tree.stop();
        tree.advance(ofSeconds(2));
        tree.verify(it -> it.inOrder(Fact.stopped("worker").at(ofSeconds(32))));
    }

    @Test
    void noTimeBetweenBeats_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Script.idle().beatsEvery(Duration.ZERO))
                .withMessageContaining("make it positive");
    }
}
