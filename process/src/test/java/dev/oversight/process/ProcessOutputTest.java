package dev.oversight.process;

import static dev.oversight.process.FakeChild.sh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

class ProcessOutputTest {
    @Test
    void lines_carryPathIncarnationAndStream() {
        try (FakeChild child = FakeChild.run(sh("echo out; echo err >&2; printf 'no end'"))) {
            assertThat(child.end()).isNull();
            assertThat(child.lines)
                    .containsExactlyInAnyOrder(
                            new ProcessLine("root/fake", 7, false, "out"),
                            new ProcessLine("root/fake", 7, true, "err"),
                            new ProcessLine("root/fake", 7, false, "no end"));
        }
    }

    @Test
    void linesInATaker_comeFromPlatformThreads() {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        try (FakeChild child = FakeChild.run(
                sh("echo out; echo err >&2").output(line -> threads.add(Thread.currentThread())))) {
            assertThat(child.end()).isNull();
            assertThat(threads)
                    .hasSize(2)
                    .allMatch(thread -> !thread.isVirtual() && thread.isDaemon());
            assertThat(threads.stream().map(Thread::getName))
                    .containsExactlyInAnyOrder("root/fake stdout", "root/fake stderr");
        }
    }

    @Test
    void slowTaker_losesNothing() {
        CountDownLatch go = new CountDownLatch(1);
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        try (FakeChild child =
                FakeChild.run(sh("i=0; while [ $i -lt 30000 ]; do echo line $i; i=$((i+1)); done")
                        .output(line -> {
                            try {
                                go.await();
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                            seen.add(line.text());
                        }))) {
            Await.until("the first line", () -> !child.lines.isEmpty());
            assertThat(child.ended()).isFalse();
            go.countDown();
            assertThat(child.end()).isNull();
            Await.until("all lines", () -> seen.size() == 30_000);
            assertThat(seen)
                    .containsExactlyElementsOf(IntStream.range(0, 30_000)
                            .mapToObj(i -> "line " + i)
                            .toList());
        }
    }

    @Test
    void takerThatBlocksForEver_doesNotHoldTheBody() {
        CountDownLatch never = new CountDownLatch(1);
        try (FakeChild child = FakeChild.run(sh("echo a; echo b").output(line -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }))) {
            assertThat(child.end()).isNull();
            never.countDown();
            Await.until("both lines", () -> child.lines.size() == 2);
        }
    }

    @Test
    void takerThatThrows_getsTheNextLine() {
        try (FakeChild child = FakeChild.run(sh("echo a; echo b; exit 3").output(line -> {
            throw new IllegalStateException("thrown on purpose");
        }))) {
            assertThat(child.end()).isInstanceOf(ProcessFailedException.class);
            assertThat(child.texts(false)).containsExactly("a", "b");
        }
    }

    @Test
    void longLine_comesInPieces() {
        try (FakeChild child =
                FakeChild.run(sh("head -c 20000 /dev/zero | tr '\\0' x; echo; echo next"))) {
            assertThat(child.end()).isNull();
            assertThat(child.texts(false).map(String::length))
                    .containsExactly(8192, 8192, 20_000 - 2 * 8192, 4);
        }
    }

    @Test
    void split_keepsCharactersWhole() {
        for (String character : new String[] {"x", "é", "€", "🐢"}) {
            for (int shift = 0; shift < 4; shift++) {
                String text = "-".repeat(shift) + character.repeat(6000);
                List<String> pieces = split((text + "\n").getBytes(StandardCharsets.UTF_8), 1000);
                assertThat(String.join("", pieces)).isEqualTo(text);
                assertThat(pieces)
                        .allMatch(piece -> piece.getBytes(StandardCharsets.UTF_8).length
                                <= LineSplitter.LONGEST);
            }
        }
    }

    @Test
    void split_toleratesWhatIsNoText() {
        byte[] noText = new byte[20_000];
        java.util.Arrays.fill(noText, (byte) 0x80);
        assertThat(split(noText, 4096)).hasSize(3).allMatch(piece -> piece.startsWith("\uFFFD"));
    }

    @Test
    void split_endsLinesAtEveryKindOfEnd() {
        String text = "a\r\n\n\r\nb\rc\nd\r";
        assertThat(split(text.getBytes(StandardCharsets.UTF_8), 1))
                .containsExactly("a", "", "", "b\rc", "d");
    }

    @Test
    void split_lineOfExactlyTheLimitIsOneLine() {
        String text = "x".repeat(LineSplitter.LONGEST);
        assertThat(split((text + "\n").getBytes(StandardCharsets.UTF_8), 4096))
                .containsExactly(text);
        assertThat(split((text + "\r\n").getBytes(StandardCharsets.UTF_8), 4096))
                .containsExactly(text);
    }

    private static List<String> split(byte[] bytes, int chunk) {
        List<String> pieces = new ArrayList<>();
        LineSplitter splitter = new LineSplitter(pieces::add);
        for (int from = 0; from < bytes.length; from += chunk) {
            splitter.bytes(bytes, from, Math.min(bytes.length, from + chunk));
        }
        splitter.end();
        return pieces;
    }
}
