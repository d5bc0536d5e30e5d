package dev.oversight;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

/** What the built-in strategies answer when a strategy of the application asks them. */
class StrategyTest {
    private static final ChildSpec DB = named("db");
    private static final ChildSpec API = named("api").dependsOn("db");
    private static final ChildSpec LOG = named("log");
    private static final ChildSpec WEB = named("web").dependsOn("api");
    private static final List<ChildSpec> ALL = List.of(WEB, DB, LOG, API);

    private static ChildSpec named(String id) {
        return ChildSpec.of(id, self -> {});
    }

    @Test
    void oneForOne_isTheFailedChild() {
        assertThat(Strategy.ONE_FOR_ONE.affected(DB, ALL)).containsExactly(DB);
    }

    @Test
    void oneForAll_isAll() {
        assertThat(Strategy.ONE_FOR_ALL.affected(LOG, ALL)).containsExactlyElementsOf(ALL);
    }

    @Test
    void restForOne_isTheFailedChildAndWhatIsStartedAfterIt() {
        assertThat(Strategy.REST_FOR_ONE.affected(DB, ALL)).containsExactly(DB, LOG, API);
        assertThat(Strategy.REST_FOR_ONE.affected(API, ALL)).containsExactly(API);
    }

    @Test
    void restForDependents_isTheFailedChildAndWhatDependsOnItDirectlyOrNot() {
        assertThat(Strategy.REST_FOR_DEPENDENTS.affected(DB, ALL)).containsExactly(WEB, DB, API);
        assertThat(Strategy.REST_FOR_DEPENDENTS.affected(API, ALL)).containsExactly(WEB, API);
        assertThat(Strategy.REST_FOR_DEPENDENTS.affected(LOG, ALL)).containsExactly(LOG);
    }
}
