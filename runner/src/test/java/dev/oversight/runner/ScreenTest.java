package dev.oversight.runner;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

class ScreenTest {
    private static final List<String> NAMES = List.of("shop", "db", "workers/mailer");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void names_areAlignedAndStreamsToldApart() {
        Screen screen = screen(false);

        screen.child("db", false, "héllo");
        screen.child("workers/mailer", true, "oops");
        screen.decision("shop", "12:00:00.000", "up", false);

        assertThat(out.toString(UTF_8)).isEqualTo("""
                db             | héllo
                workers/mailer ! oops
                shop           * 12:00:00.000 up
                """);
    }

    @Test
    void colours_belongToAChildAndDoNotLeak() {
        Screen screen = screen(true);

        screen.child("db", false, "\u001b[31mred");
        screen.child("workers/mailer", false, "plain");

        String[] lines = out.toString(UTF_8).split("\n", -1);
        assertThat(lines[0])
                .startsWith("\u001b[33mdb\u001b[0m ")
                .endsWith("\u001b[31mred\u001b[0m");
        assertThat(lines[1]).startsWith("\u001b[32mworkers/mailer\u001b[0m ").endsWith(" plain");
    }

    @Test
    void anOutputThatIsGone_isToldOnceAndHurtsNobody() {
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        Screen screen = new Screen(
                new PrintStream(closed, false, UTF_8),
                new PrintStream(err, true, UTF_8),
                false,
                NAMES);

        screen.child("db", false, "a");
        screen.child("db", false, "b");

        assertThat(err.toString(UTF_8))
                .isEqualTo("oversight: standard output is closed; the tree goes on without it\n");
    }

    @Test
    void colour_isForTerminalsUnlessAskedOtherwise() {
        assertThat(Colour.AUTO.isOn(Map.of(), true)).isTrue();
        assertThat(Colour.AUTO.isOn(Map.of(), false)).isFalse();
        assertThat(Colour.AUTO.isOn(Map.of("NO_COLOR", "1"), true)).isFalse();
        assertThat(Colour.AUTO.isOn(Map.of("NO_COLOR", ""), true)).isTrue();
        assertThat(Colour.AUTO.isOn(Map.of("TERM", "dumb"), true)).isFalse();
        assertThat(Colour.ALWAYS.isOn(Map.of("NO_COLOR", "1"), false)).isTrue();
        assertThat(Colour.NEVER.isOn(Map.of(), true)).isFalse();
    }

    private Screen screen(boolean colour) {
        return new Screen(
                new PrintStream(out, false, UTF_8),
                new PrintStream(err, true, UTF_8),
                colour,
                NAMES);
    }
}
