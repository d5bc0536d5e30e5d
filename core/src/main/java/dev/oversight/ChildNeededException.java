package dev.oversight;

import java.util.List;

/** The child cannot be deleted, because others {@linkplain ChildSpec#dependsOn depend} on it. */
public final class ChildNeededException extends OversightException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine. */
    public ChildNeededException(String path, List<String> dependents) {
        super(
                path,
                path + " is needed by " + dependents
                        + "; delete those first, or use terminate(id), which keeps its place",
                null);
    }
}
