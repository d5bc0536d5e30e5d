package dev.oversight.testkit;

import static dev.oversight.testkit.Fact.failed;
import static dev.oversight.testkit.Fact.started;
import static dev.oversight.testkit.Fact.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.oversight.Outcome;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.ChildState;
import dev.oversight.testkit.junit.OversightExtension;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

@ExtendWith(OversightExtension.class)
class VerificationTest {
    private TestTree tree;

    @BeforeEach
    void start(TestKit kit) {
        tree = kit.start(SupervisorSpec.of("shop", Strategy.REST_FOR_ONE)
                .child("db", Script.idle())
                .child("api", Script.idle()));
    }

    private String message(Consumer<Verification> expectations) {
        Throwable thrown = catchThrowable(() -> tree.verify(expectations));
        assertThat(thrown).isExactlyInstanceOf(AssertionError.class);
        return thrown.getMessage();
    }

    @Test
    void allThatDoesNotHold_isReportedTogetherWithTheTimeline() {
        tree.advance(Duration.ofSeconds(61)).fail("api");
        assertThat(message(it -> it.state("db", ChildState.STOPPED)
                        .untouched("api")
                        .incarnation("api", 1)
                        .times(2, failed("api", IOException.class))
                        .ended(Outcome.Reason.STOPPED)))
                .contains("6 expectations do not hold:")
                .contains("db is RUNNING, expected STOPPED")
                .contains("api was touched: shop/api failed")
                .contains("api was touched: shop/api started (incarnation 2)")
                .contains("api is at incarnation 2, expected 1")
                .contains("failed api with IOException: happened 0 times, expected 2")
                .contains("the tree still runs, expected that it ended with STOPPED")
                .contains("timeline of shop:")
                .contains("+01:01.000  shop/api failed after 1m1s")
                .contains("now +01:01.000")
                .contains("shop/db RUNNING (incarnation 1)");
    }

    @Test
    void aScript_saysWhatIsMissingAndWhatIsTooMuch() {
        assertThat(message(it -> it.script(started("db"), failed("db"), up("shop"))))
                .contains("2 expectations")
                .contains("missing: failed db")
                .contains("not expected: +00:00.000  shop/api started (incarnation 1)");
        assertThatCode(() -> tree.verify(it -> it.script(started("db"), started("api"), up("shop"))
                        .script("api", started("api"))))
                .doesNotThrowAnyException();
    }

    @Test
    void looseOrder_ignoresWhatIsBetweenButNotTheOrder() {
        tree.verify(it -> it.inOrder(started("db"), up("shop")));
        assertThat(message(it -> it.inOrder(up("shop"), started("db"), started("api"))))
                .contains("missing, in this order: started db")
                .contains("missing, in this order: started api");
    }

    @Test
    void aMark_forgetsWhatWasBefore() {
        tree.fail("api").mark();
        tree.verify(it -> it.untouched("api", "db").never(failed("api")).touchedOnly());
        tree.fail("db");
        assertThat(message(it -> it.untouched("api")))
                .contains("api was touched: shop/api stopping");
    }

    @Test
    void whatHappensBelow_touchesTheSupervisorToo(TestKit kit) {
        TestTree nested = kit.start(SupervisorSpec.of("root")
                .child(SupervisorSpec.of("data").child("db", Script.idle())));
        nested.fail("data/db");
        assertThatThrownBy(() -> nested.verify(it -> it.untouched("data")))
                .hasMessageContaining("data was touched: root/data/db failed");
    }

    @Test
    void whoeverWasNeverHeardOf_isNotUntouched() {
        assertThat(message(it -> it.untouched("htpt"))).contains("htpt was never heard of");
        tree.verify(it -> it.unknown("htpt"));
        assertThat(message(it -> it.unknown("db"))).contains("db is known");
    }

    @Test
    void orders_areCompared() {
        tree.verify(it -> it.startOrder("db", "api"));
        assertThat(message(it -> it.startOrder("api", "db")))
                .contains("started were [shop/db, shop/api], expected [shop/api, shop/db]");
        tree.stop();
        tree.verify(it -> it.stopOrder("api", "db"));
        assertThat(message(it -> it.stopOrder("db", "api"))).contains("asked to stop were");
        assertThat(message(Verification::running)).contains("the tree has ended");
    }

    @Test
    void theBlastRadius_isNamedExactly() {
        tree.fail("db");
        tree.verify(it -> it.touchedOnly("db", "api"));
        assertThat(message(it -> it.touchedOnly("db")))
                .contains("touched were [shop/api, shop/db]");
    }

    @Test
    void aFactWithATime_isExactAboutIt() {
        tree.advance(Duration.ofSeconds(1)).fail("api");
        tree.verify(it -> it.times(1, failed("api").at(Duration.ofSeconds(1)))
                .never(failed("api").at(Duration.ofMillis(1001))));
    }
}
