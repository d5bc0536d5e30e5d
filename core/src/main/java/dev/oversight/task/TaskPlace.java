package dev.oversight.task;

import dev.oversight.Supervisor;
import dev.oversight.SupervisorNotRunningException;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** Where a task supervisor is: leads to the incarnation that runs now. Safe for use from any thread. */
final class TaskPlace {
    private final Supervisor tree;

    /** Below the tree; null if it is the tree itself. */
    private final @Nullable String path;

    /** The last one found, to spare the question while it runs. */
    private volatile @Nullable Supervisor last;

    TaskPlace(Supervisor tree, String path) {
        this.tree = Objects.requireNonNull(tree, "tree");
        this.path = Objects.requireNonNull(path, "path");
    }

    TaskPlace(Supervisor itself) {
        this.tree = itself;
        this.path = null;
    }

    String path() {
        return path == null || path.startsWith(tree.path() + "/")
                ? Objects.requireNonNullElse(path, tree.path())
                : tree.path() + "/" + path;
    }

    /**
     * The one that runs.
     *
     * @throws SupervisorNotRunningException if none does
     */
    Supervisor live() {
        if (path == null) {
            return tree;
        }
        Supervisor found = last;
        if (found == null || found.outcome().isPresent()) {
            found = tree.supervisor(path)
                    .orElseThrow(() -> new SupervisorNotRunningException(
                            path(), "does not run at the moment", null));
            last = found;
        }
        return found;
    }
}
