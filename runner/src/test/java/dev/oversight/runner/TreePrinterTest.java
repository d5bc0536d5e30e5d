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

    private String print(boolean boxes) throws IOException {
        Files.createDirectories(dir.resolve("data"));
        Path file = Files.writeString(dir.resolve("tree.yaml"), """
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
                """);
        return String.join("\n", TreePrinter.lines(TreeReader.read(file), dir, boxes)) + "\n";
    }
}
