package dev.oversight;

import java.util.List;

/**
 * A description makes no sense. Thrown in the caller's thread, before anything runs. A whole tree is
 * checked at once: {@link #problems()} has all that was found, each with place, value and cure.
 */
public final class InvalidSpecException extends OversightException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // the lists given here are those of List.of and copyOf
    private final List<String> problems;

    /** Made by the engine. */
    public InvalidSpecException(String path, List<String> problems) {
        super(path, String.join("; ", problems), null);
        this.problems = List.copyOf(problems);
    }

    /** For one problem of a description that is not in a tree yet. */
    public static InvalidSpecException of(
            String field, Object found, String expected, String cure) {
        return new InvalidSpecException("", List.of(problem(field, found, expected, cure)));
    }

    static String problem(String field, Object found, String expected, String cure) {
        return field + " is " + found + ", expected " + expected + "; " + cure;
    }

    /** Every problem found, one sentence each, in the order of the description. At least one. */
    public List<String> problems() {
        return problems;
    }
}
