package dev.oversight.runner;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a command line into words as a POSIX shell would, without running one: blanks separate,
 * single and double quotes and backslashes protect. What only a shell can carry out (pipes,
 * redirections, variables) is refused where a shell would act on it, rather than handed to the
 * program as text.
 */
final class CommandWords {
    private static final String OPERATORS = "|&;<>";
    private static final String SHELL_CURE = "quote it, or run a shell: [sh, -c, \"...\"]";

    private final String line;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord; // an empty pair of quotes is a word, too
    private int at;

    private CommandWords(String line) {
        this.line = line;
    }

    /**
     * Splits.
     *
     * @throws IllegalArgumentException with what was found, expected, and the cure
     */
    static List<String> split(String line) {
        return new CommandWords(line).split();
    }

    private List<String> split() {
        while (at < line.length()) {
            char c = line.charAt(at++);
            switch (c) {
                case ' ', '\t', '\n', '\r' -> endWord();
                case '\'' -> single();
                case '"' -> quoted();
                case '\\' -> append(escaped());
                default -> {
                    refuseShell(c);
                    append(c);
                }
            }
        }
        endWord();
        return words;
    }

    private void single() {
        int end = line.indexOf('\'', at);
        if (end < 0) {
            throw new IllegalArgumentException(
                    "has a ' that is not closed; close it, or write \\' for a plain one");
        }
        word.append(line, at, end);
        inWord = true;
        at = end + 1;
    }

    private void quoted() {
        inWord = true;
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c == '"') {
                return;
            }
            if (c == '\\' && at < line.length() && "\"\\$`".indexOf(line.charAt(at)) >= 0) {
                word.append(line.charAt(at++));
            } else {
                refuseExpansion(c);
                word.append(c);
            }
        }
        throw new IllegalArgumentException(
                "has a \" that is not closed; close it, or write \\\" for a plain one");
    }

    private char escaped() {
        if (at == line.length()) {
            throw new IllegalArgumentException("ends with a backslash; write \\\\ for a plain one");
        }
        return line.charAt(at++);
    }

    private void refuseShell(char c) {
        if (OPERATORS.indexOf(c) >= 0) {
            throw new IllegalArgumentException(
                    "has " + c + ", which only a shell understands; " + SHELL_CURE);
        }
        if (c == '~' && !inWord) {
            throw new IllegalArgumentException(
                    "has ~, which only a shell expands; write the folder, or " + SHELL_CURE);
        }
        refuseExpansion(c);
    }

    private void refuseExpansion(char c) {
        boolean variable = c == '$'
                && at < line.length()
                && (Character.isLetterOrDigit(line.charAt(at))
                        || "_{(".indexOf(line.charAt(at)) >= 0);
        if (variable || c == '`') {
            throw new IllegalArgumentException("has " + c + (variable ? line.charAt(at) : "")
                    + ", which only a shell expands; write \\" + c
                    + " for a plain one, or run a shell: [sh, -c, \"...\"]");
        }
    }

    private void append(char c) {
        word.append(c);
        inWord = true;
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }
}
