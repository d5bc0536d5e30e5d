package dev.oversight;

import dev.oversight.event.ChildSnapshot;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A child of a running supervisor, whichever incarnation is live.
 *
 * @param supervisor its supervisor
 * @param id its id, as given or as generated
 */
public record ChildRef(Supervisor supervisor, String id) {
    /** Checks that no component is missing. */
    public ChildRef {
        Objects.requireNonNull(supervisor, "supervisor");
        Objects.requireNonNull(id, "id");
    }

    /** Its place in the tree. */
    public String path() {
        return supervisor.path() + "/" + id;
    }

    /** What it is doing; empty if the supervisor has forgotten it. */
    public Optional<ChildSnapshot> snapshot() {
        return supervisor.child(id);
    }

    /** {@link Supervisor#terminate}. */
    public void terminate() throws InterruptedException {
        supervisor.terminate(id);
    }

    /** {@link Supervisor#restart}. */
    public void restart() throws InterruptedException {
        supervisor.restart(id);
    }

    /** {@link Supervisor#fail}. */
    public void fail(Throwable cause) throws InterruptedException {
        supervisor.fail(id, cause);
    }

    /** {@link Supervisor#watch}. */
    public CompletableFuture<Exit> watch() {
        return supervisor.watch(id);
    }

    /** {@link Supervisor#delete}. */
    public void delete() throws InterruptedException {
        supervisor.delete(id);
    }
}
