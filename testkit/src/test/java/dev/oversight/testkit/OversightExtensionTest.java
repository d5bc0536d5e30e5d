package dev.oversight.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.oversight.ChildContext;
import dev.oversight.Supervisor;
import dev.oversight.SupervisorSpec;
import dev.oversight.testkit.junit.OversightExtension;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

class OversightExtensionTest {
    private static final CountDownLatch GATE = new CountDownLatch(1);
    private static TestKit handedOut;
    private static Supervisor real;

    /** Run by the tests below alone. */
    @ExtendWith(OversightExtension.class)
    @Tag("soak") // so that no ordinary run takes them for tests
    static class Cases {
        private TestKit mine;

        @BeforeEach
        void keep(TestKit kit) {
            mine = kit;
        }

        @AfterEach
        void compare(TestKit kit) {
            assertThat(kit).isSameAs(mine);
        }

        @Test
        void hangs(TestKit kit) {
            handedOut = kit;
            kit.start(SupervisorSpec.of("root")
                    .child("a", Script.idle().ignoresStop())
                    .child("b", Script.idle().stopsAfter(Duration.ofHours(3))));
        }

        @Test
        void leaks(TestKit kit) {
            kit.start(SupervisorSpec.of("root")
                    .child("leaky", self -> RealWorkerTest.deafAwait(GATE)));
        }

        @Test
        void leavesARealTree(RealTrees trees) throws Exception {
            real = trees.start(SupervisorSpec.of("root").child("a", ChildContext::awaitStop));
        }

        @Test
        void failsItself(TestKit kit) {
            kit.start(SupervisorSpec.of("root")
                    .child("leaky", self -> RealWorkerTest.deafAwait(GATE)));
            throw new IllegalStateException("the test's own");
        }
    }

    private static TestExecutionResult run(String method) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectMethod(
                        Cases.class,
                        method,
                        method.equals("leavesARealTree")
                                ? RealTrees.class.getName()
                                : TestKit.class.getName()))
                .execute()
                .testEvents()
                .finished()
                .stream()
                .findFirst()
                .orElseThrow()
                .getRequiredPayload(TestExecutionResult.class);
    }

    @Test
    void whatTheKitHadHang_isGoneAfterTheTest() {
        TestExecutionResult result = run("hangs");
        assertThat(result.getThrowable()).isEmpty();
        assertThat(handedOut.alive()).isEmpty();
    }

    @Test
    void aThreadThatDoesNotEnd_failsTheTestWithItsNameAndStack() {
        TestExecutionResult result = run("leaks");
        assertThat(result.getStatus()).isEqualTo(TestExecutionResult.Status.FAILED);
        assertThat(result.getThrowable().orElseThrow())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("1 thread is still alive after the test")
                .hasMessageContaining("root/leaky is WAITING")
                .hasMessageContaining("RealWorkerTest.deafAwait");
    }

    @Test
    void aTreeOnRealTime_isStoppedAfterTheTest() {
        TestExecutionResult result = run("leavesARealTree");
        assertThat(result.getThrowable()).isEmpty();
        assertThat(real.outcome()).isPresent();
    }

    @Test
    void aTestThatFailsItself_keepsItsOwnFailureFirst() {
        TestExecutionResult result = run("failsItself");
        assertThat(result.getThrowable().orElseThrow())
                .hasMessage("the test's own")
                .satisfies(t -> assertThat(t.getSuppressed())
                        .anySatisfy(s -> assertThat(s).hasMessageContaining("still alive")));
    }
}
