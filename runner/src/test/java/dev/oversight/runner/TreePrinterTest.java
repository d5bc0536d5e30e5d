package dev.oversight.runner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class TreePrinterTest {
    @TempDir
    Path dir;

    @Test
    void aTree_isDrawnWithItsRulesInWords() throws IOException {
        assertThat(print(true)).isEqualTo("""
                shop: rest_for_one: when a child fails, it and those after it are restarted
                │   gives up after more than 3 restarts within 30s; ends when nothing is left to run
                ├── db: sh Db.sh 'a b'
                │       in data
                │       with PORT, SECRET set
                │       ready when port 5432 accepts connections, within 10s
                │       restarted whenever it ends, after 200ms, doubling to 30s; has 2s to stop, then it is killed
                ├── workers: one_for_all: when a child fails, all are restarted
                │   │   never gives up; ends with the first significant child
                │   │   restarted after a failure, after 3s; has 1m to stop
                │   └── mailer: sh
                │           ready when it writes "up", within 30s
                │           never restarted; killed at once when it is to stop
                │           significant
                └── last: sh
                        restarted whenever it ends, at once; may take as long as it needs to stop
                        labels zone=b
                """);
    }

    @Test
    void withoutUtf8_itIsDrawnInAscii() throws IOException {
        String picture = print(false);

        assertThat(picture)
                .isEqualTo(print(true)
                        .replace("├── ", "|-- ")
                        .replace("└── ", "`-- ")
                        .replace("│", "|"));
        assertThat(picture.chars()).allMatch(c -> c < 128);
    }

    @Test
    void dependenciesAndLimits_areToldInWords() throws IOException {
        assertThat(print("""
                tree: shop
                strategy: rest_for_dependents
                stop_order: together
                intensity: {restarts: 20, within: 1m, then: {pause: 15s}}
                children:
                  db: {command: sh, intensity: {restarts: 3, within: 1m, then: park}}
                  migrate: {command: sh, restart: transient, depends_on: {db: started}, backoff: none}
                  jobs:
                    depends_on: {db: ready, migrate: completed}
                    intensity: {restarts: 1, within: 5s, then: park}
                    restart_intensity: {restarts: 2, within: 1m, then: {pause: 3s}}
                    backoff: none
                    children: {mailer: {command: sh, intensity: {restarts: 0, within: 1s}, backoff: none}}
                """, true)).isEqualTo("""
                shop: rest_for_dependents: when a child fails, it and those that depend on it are restarted
                │   restarts nothing for 15s after more than 20 restarts within 1m; ends when nothing is left to run
                │   starts each child when what it depends on is there, others at the same time
                │   stops all children at the same time
                ├── db: sh
                │       restarted whenever it ends, after 200ms, doubling to 30s; has 5s to stop, then it is killed
                │       is parked after more than 3 restarts within 1m
                ├── migrate: sh
                │       starts when db runs
                │       restarted after a failure, at once; has 5s to stop, then it is killed
                └── jobs: one_for_one: when a child fails, it alone is restarted
                    │   parks the child that failed after more than 1 restart within 5s; ends when nothing is left to run
                    │   starts when db is ready and migrate has completed
                    │   restarted whenever it ends, at once
                    │   pauses for 3s after more than 2 restarts within 1m
                    └── mailer: sh
                            restarted whenever it ends, at once; has 5s to stop, then it is killed
                            makes its supervisor give up at the first failure
                """);
    }

    private String print(boolean boxes) throws IOException {
        Files.createDirectories(dir.resolve("data"));
        return print("""
                tree: shop
                strategy: rest_for_one
                intensity: {restarts: 3, within: 30s}
                children:
                  db:
                    command: [sh, Db.sh, a b]
                    directory: data
                    env: {PORT: 5432, SECRET: xyzzy}
                    ready: {port: 5432, within: 10s}
                    shutdown: 2s
                  workers:
                    strategy: one_for_all
                    intensity: unlimited
                    auto_shutdown: any_significant
                    restart: transient
                    backoff: 3s
                    shutdown: 1m
                    children:
                      mailer: {command: sh, ready: {log: up}, restart: temporary, shutdown: immediate, significant: true}
                  last: {command: sh, backoff: none, shutdown: unbounded, labels: {zone: b}}
                """, boxes);
    }

    private String print(String yaml, boolean boxes) throws IOException {
        Path file = Files.writeString(dir.resolve("tree.yaml"), yaml);
        return String.join("\n", TreePrinter.lines(TreeReader.read(file), dir, boxes)) + "\n";
    }
}
