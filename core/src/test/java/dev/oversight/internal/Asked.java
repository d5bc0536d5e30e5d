package dev.oversight.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oversight.OversightException;

/** A request and the answer to it. */
final class Asked<T> implements Reply<T> {
    final String what;
    private T value;
    private OversightException problem;
    private int answers;

    Asked(String what) {
        this.what = what;
    }

    @Override
    public void succeed(T answer) {
        answers++;
        value = answer;
    }

    @Override
    public void fail(OversightException why) {
        answers++;
        problem = why;
    }

    boolean isOpen() {
        return answers == 0;
    }

    int answers() {
        return answers;
    }

    boolean isRefused() {
        return problem != null;
    }

    T value() {
        assertThat(problem).as("answer to " + what).isNull();
        assertThat(answers).as("answers to " + what).isEqualTo(1);
        return value;
    }

    OversightException problem() {
        assertThat(answers).as("answers to " + what).isEqualTo(1);
        assertThat(problem).as("answer to " + what + ": " + value).isNotNull();
        return problem;
    }

    @Override
    public String toString() {
        return what + (isOpen() ? " (open)" : problem == null ? " ok" : " " + problem);
    }
}
