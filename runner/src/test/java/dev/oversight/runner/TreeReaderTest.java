package dev.oversight.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.oversight.AtLimit;
import dev.oversight.AutoShutdown;
import dev.oversight.ChildSpec;
import dev.oversight.Condition;
import dev.oversight.Dependency;
import dev.oversight.Restart;
import dev.oversight.Shutdown;
import dev.oversight.StopOrder;
import dev.oversight.Strategy;
import dev.oversight.SupervisorSpec;
import dev.oversight.process.ProcessOutput;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

class TreeReaderTest {
    @TempDir
    Path dir;

    @Test
    void everySetting_isRead() throws IOException {
        Files.createDirectory(dir.resolve("work"));
        Entry.Supervisor tree = read("""
                tree: shop
                strategy: rest_for_one
                intensity: {restarts: 3, within: 30s}
                auto_shutdown: any_significant
                children:
                  db:
                    command: [sh, "a b", 5]
                    env: {PORT: 8080, DEBUG: true, EMPTY: ""}
                    directory: work
                    restart: transient
                    shutdown: 2s
                    ready: {port: 5432, within: 10s}
                    significant: true
                    backoff: {first: 1s, cap: 1m}
                    labels: {zone: a}
                  workers:
                    strategy: one_for_all
                    intensity: unlimited
                    auto_shutdown: never
                    restart: temporary
                    shutdown: 7s
                    backoff: none
                    children:
                      mailer: {command: sh mailer.sh, ready: {log: listening}, shutdown: unbounded, backoff: 2s}
                      killed: {command: sh x, shutdown: immediate}
                """);

        assertThat(tree.id()).isEqualTo("shop");
        assertThat(tree.own())
                .isEqualTo(new Entry.SupervisorRules(
                        Strategy.REST_FOR_ONE,
                        Optional.of(
                                new Entry.Intensity(3, Duration.ofSeconds(30), AtLimit.escalate())),
                        AutoShutdown.ANY_SIGNIFICANT,
                        StopOrder.REVERSE));
        Entry.Program db = (Entry.Program) tree.children().get(0);
        assertThat(db.process().command()).containsExactly("sh", "a b", "5");
        assertThat(db.process().env())
                .containsEntry("PORT", "8080")
                .containsEntry("DEBUG", "true")
                .containsEntry("EMPTY", "");
        assertThat(db.process().directory()).contains(dir.resolve("work"));
        assertThat(db.process().grace()).isEqualTo(Duration.ofSeconds(2));
        assertThat(db.ready()).contains(new Entry.Ready.Port(5432, Duration.ofSeconds(10)));
        Entry.Supervisor workers = (Entry.Supervisor) tree.children().get(1);
        Entry.Program mailer = (Entry.Program) workers.children().get(0);
        assertThat(mailer.ready())
                .contains(new Entry.Ready.Log("listening", Duration.ofSeconds(30)));

        SupervisorSpec spec = TreeSpec.of(tree, ProcessOutput.none());
        ChildSpec dbSpec = spec.children().get(0);
        assertThat(dbSpec.restart()).isEqualTo(Restart.TRANSIENT);
        assertThat(dbSpec.significant()).isTrue();
        assertThat(dbSpec.label("zone")).contains("a");
        assertThat(dbSpec.readyWithin()).contains(Duration.ofSeconds(10));
        assertThat(dbSpec.backoff().orElseThrow().delay(3))
                .isBetween(Duration.ofSeconds(4), Duration.ofMillis(4800));
        ChildSpec workersSpec = spec.children().get(1);
        assertThat(workersSpec.restart()).isEqualTo(Restart.TEMPORARY);
        assertThat(workersSpec.shutdown()).isEqualTo(Shutdown.within(Duration.ofSeconds(7)));
        assertThat(workersSpec.backoff().orElseThrow().delay(9)).isZero();
        SupervisorSpec nested = workersSpec.supervisor().orElseThrow();
        assertThat(nested.neverGivesUp()).isTrue();
        assertThat(nested.strategy()).isEqualTo(Strategy.ONE_FOR_ALL);
        assertThat(nested.autoShutdown()).isEqualTo(AutoShutdown.NEVER);
        ChildSpec mailerSpec = nested.children().get(0);
        assertThat(mailerSpec.shutdown()).isEqualTo(Shutdown.unbounded());
        assertThat(mailerSpec.backoff().orElseThrow().delay(9)).isEqualTo(Duration.ofSeconds(2));
        assertThat(((Entry.Program) workers.children().get(1)).process().grace())
                .isZero();
    }

    @Test
    void dependenciesAndLimits_areRead() throws IOException {
        SupervisorSpec spec = TreeSpec.of(read("""
                tree: shop
                strategy: rest_for_dependents
                stop_order: together
                intensity: {restarts: 20, within: 1m, then: {pause: 15s}}
                children:
                  web: {command: sh, depends_on: api}
                  db: {command: sh, intensity: {restarts: 3, within: 1m, then: park}}
                  migrate: {command: sh, restart: transient, depends_on: [db]}
                  api:
                    command: sh
                    depends_on: {db: started, migrate: completed, jobs: ready}
                    intensity: {restarts: 0, within: 1m, then: escalate}
                  jobs:
                    depends_on: [db]
                    intensity: {restarts: 2, within: 5s, then: park}
                    restart_intensity: {restarts: 1, within: 2s, then: {pause: 3s}}
                    children: {mailer: {command: sh}}
                """), ProcessOutput.none());

        assertThat(spec.strategy()).isEqualTo(Strategy.REST_FOR_DEPENDENTS);
        assertThat(spec.stopOrder()).isEqualTo(StopOrder.TOGETHER);
        assertThat(spec.atLimit()).isEqualTo(AtLimit.coolDown(Duration.ofSeconds(15)));
        List<ChildSpec> children = spec.children();
        assertThat(children)
                .extracting(ChildSpec::dependencies)
                .containsExactly(
                        List.of(new Dependency("api", Condition.READY)),
                        List.of(),
                        List.of(new Dependency("db", Condition.READY)),
                        List.of(
                                new Dependency("db", Condition.STARTED),
                                new Dependency("migrate", Condition.COMPLETED),
                                new Dependency("jobs", Condition.READY)),
                        List.of(new Dependency("db", Condition.READY)));
        assertThat(children.get(0).intensity()).isEmpty();
        assertThat(children.get(1).intensity())
                .contains(new AtLimit.Allowance(3, Duration.ofMinutes(1)));
        assertThat(children.get(1).atLimit()).isEqualTo(AtLimit.park());
        assertThat(children.get(3).intensity())
                .contains(new AtLimit.Allowance(0, Duration.ofMinutes(1)));
        assertThat(children.get(3).atLimit()).isEqualTo(AtLimit.escalate());
        ChildSpec jobs = children.get(4);
        assertThat(jobs.intensity()).contains(new AtLimit.Allowance(1, Duration.ofSeconds(2)));
        assertThat(jobs.atLimit()).isEqualTo(AtLimit.coolDown(Duration.ofSeconds(3)));
        assertThat(jobs.supervisor().orElseThrow().intensity()).isEqualTo(2);
        assertThat(jobs.supervisor().orElseThrow().atLimit()).isEqualTo(AtLimit.park());
    }

    @Test
    void defaults_areThoseOfTheGuide() throws IOException {
        Entry.Supervisor tree =
                read("{tree: t, children: {a: {command: sh}, s: {children: {b: {command: sh}}}}}");

        SupervisorSpec spec = TreeSpec.of(tree, ProcessOutput.none());
        assertThat(spec.strategy()).isEqualTo(Strategy.ONE_FOR_ONE);
        assertThat(spec.intensity()).isEqualTo(5);
        assertThat(spec.period()).isEqualTo(Duration.ofSeconds(30));
        assertThat(spec.autoShutdown()).isEqualTo(AutoShutdown.NOTHING_LEFT);
        assertThat(spec.atLimit()).isEqualTo(AtLimit.escalate());
        assertThat(spec.stopOrder()).isEqualTo(StopOrder.REVERSE);
        ChildSpec a = spec.children().get(0);
        assertThat(a.dependencies()).isEmpty();
        assertThat(a.intensity()).isEmpty();
        assertThat(a.restart()).isEqualTo(Restart.PERMANENT);
        assertThat(a.readyWithin()).isEmpty();
        assertThat(a.significant()).isFalse();
        assertThat(a.backoff().orElseThrow().delay(1))
                .isBetween(Duration.ofMillis(200), Duration.ofMillis(240));
        assertThat(a.backoff().orElseThrow().delay(99))
                .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(36));
        Entry.Program program = (Entry.Program) tree.children().get(0);
        assertThat(program.process().grace()).isEqualTo(Duration.ofSeconds(5));
        assertThat(program.process().directory()).contains(dir);
        assertThat(spec.children().get(1).shutdown()).isEqualTo(Shutdown.unbounded());
    }

    @Test
    void aliasesAndMergeKeys_repeatWhatTheyNameAndCanBeOverridden() throws IOException {
        Entry.Supervisor tree = read("""
                tree: t
                children:
                  a: &a {command: sh, restart: transient}
                  b: *a
                  c: {<<: *a, restart: temporary}
                """);

        assertThat(tree.children()).extracting(Entry::id).containsExactly("a", "b", "c");
        assertThat(tree.children())
                .extracting(child -> child.rules().restart())
                .containsExactly(Restart.TRANSIENT, Restart.TRANSIENT, Restart.TEMPORARY);
    }

    @Test
    void aByteOrderMark_isPassedOver() throws IOException {
        assertThat(read("\uFEFFtree: t\nchildren: {a: {command: sh}}").id()).isEqualTo("t");
    }

    @Test
    void theJdkOfTheRunner_isLastOnThePath() throws IOException {
        Entry.Program a = (Entry.Program)
                read("{tree: t, children: {a: {command: sh}}}").children().get(0);

        assertThat(a.process().env().get("PATH"))
                .endsWith(":" + Path.of(System.getProperty("java.home"), "bin"));
        assertThat(a.variables()).isEmpty();
    }

    @Test
    void theShopOfTheExamples_hasNoProblems() {
        Path shop = Path.of("").toAbsolutePath().resolveSibling("examples/shop/oversight.yaml");
        assumeTrue(Files.exists(shop), "not in a checkout");

        assertThat(TreeReader.read(shop).children()).hasSize(5);
    }

    private Entry.Supervisor read(String yaml) throws IOException {
        Path file = dir.resolve("tree.yaml");
        Files.writeString(file, yaml);
        return TreeReader.read(file);
    }
}
