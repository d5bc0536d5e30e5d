package dev.oversight.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandWordsTest {
    @Test
    void blanks_separate() {
        assertThat(CommandWords.split("  java\t-Xmx64m\n Api.java "))
                .containsExactly("java", "-Xmx64m", "Api.java");
    }

    @Test
    void quotes_protectAndJoin() {
        assertThat(CommandWords.split("a 'b c'd \"e 'f'\" ''"))
                .containsExactly("a", "b cd", "e 'f'", "");
    }

    @Test
    void backslash_protectsTheNextCharacter() {
        assertThat(CommandWords.split("a\\ b \\'c \"d\\\"e\\f\" '\\'"))
                .containsExactly("a b", "'c", "d\"e\\f", "\\");
    }

    @Test
    void whatAShellWouldActOn_isTextWhenItIsProtected() {
        assertThat(CommandWords.split("a '|' \"&\" \\; '$HOME' \"\\$HOME\" $ a~ *"))
                .containsExactly("a", "|", "&", ";", "$HOME", "$HOME", "$", "a~", "*");
    }

    @Test
    void nothing_isNoWord() {
        assertThat(CommandWords.split(" \t")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a | b",
                "a|b",
                "a && b",
                "a;b",
                "a > b",
                "a < b",
                "a &",
                "`a`",
                "a $B",
                "a \"${B}\"",
                "a $(b)",
                "~/a"
            })
    void whatOnlyAShellUnderstands_isRefused(String line) {
        assertThatThrownBy(() -> CommandWords.split(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("which only a shell")
                .hasMessageContaining("[sh, -c, \"...\"]");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '#',
            value = {
                "a 'b, has a ' that is not closed",
                "a \"b, has a \" that is not closed",
                "a\\, ends with a backslash"
            })
    void whatIsLeftOpen_isNamed(String line, String problem) {
        assertThatThrownBy(() -> CommandWords.split(line)).hasMessageStartingWith(problem);
    }
}
