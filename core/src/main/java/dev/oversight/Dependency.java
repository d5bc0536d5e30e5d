package dev.oversight;

import java.util.Objects;

/**
 * That a child needs a sibling.
 *
 * @param id the sibling
 * @param condition how far it must be
 */
public record Dependency(String id, Condition condition) {
    /** Checks that no component is missing. */
    public Dependency {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(condition, "condition");
    }

    @Override
    public String toString() {
        return id + " " + condition;
    }
}
