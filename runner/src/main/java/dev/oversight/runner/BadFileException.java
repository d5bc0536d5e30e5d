package dev.oversight.runner;

import java.util.Collection;
import java.util.List;

/** A tree file cannot be used. Carries everything that is wrong with it. */
final class BadFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // a list of List.copyOf
    private final List<String> lines;

    BadFileException(String file, Collection<Problem> problems) {
        super(file + " has " + problems.size() + (problems.size() == 1 ? " problem" : " problems"));
        lines = problems.stream().map(problem -> problem.in(file)).toList();
    }

    /** About the file as a whole. */
    static BadFileException of(String file, String text) {
        return at(file, 0, 0, text);
    }

    static BadFileException at(String file, int line, int column, String text) {
        return new BadFileException(file, List.of(new Problem(line, column, "", text)));
    }

    /** One message for each problem, by line. */
    List<String> lines() {
        return lines;
    }
}
