package dev.oversight.internal;

import dev.oversight.service.ServiceKey;

import org.jspecify.annotations.Nullable;

/**
 * Who published a service last, and why it no longer does.
 *
 * @param key the service
 * @param path the child
 * @param incarnation the run of it
 * @param end what became of it, to follow its name in a sentence
 * @param cause what it threw; null if nothing is known to have failed
 */
record FormerOwner(
        ServiceKey<?> key,
        String path,
        long incarnation,
        String end,
        @Nullable Throwable cause) {

    /** Asked when the owner is over, or has just withdrawn the service. */
    static FormerOwner of(Services.Entry entry) {
        ThreadRun owner = entry.owner;
        Throwable cause = null;
        String end;
        if (owner.abandoned) {
            end = "was abandoned";
        } else if (!owner.isOver()) {
            end = "withdrew it";
        } else if (owner.isAskedToStop()) {
            end = "was stopped";
        } else if (owner.cause == null) {
            end = "completed";
        } else {
            cause = owner.cause;
            end = "failed";
        }
        return new FormerOwner(entry.key, owner.child.path, owner.incarnation, end, cause);
    }
}
