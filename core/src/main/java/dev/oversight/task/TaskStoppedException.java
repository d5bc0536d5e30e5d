package dev.oversight.task;

import org.jspecify.annotations.Nullable;

/** A task was asked to stop before it had a result, and has ended. */
public final class TaskStoppedException extends TaskException {
    private static final long serialVersionUID = 1L;

    /** Who asked. */
    public enum Reason {
        /** {@link Task#cancel()}, {@link Task#stop()}, or the end of the stream it worked for. */
        CANCELLED("it was cancelled"),
        /** It took longer than {@link TaskSpec#timeout} allows. */
        TIMED_OUT("it took longer than its timeout allows"),
        /** The child it was {@linkplain TaskSupervisor#linkedTo linked to} has ended. */
        CALLER_ENDED("the child it was linked to has ended"),
        /** It was terminated as a child, by its id. */
        TERMINATED("it was terminated by request"),
        /** Its supervisor stopped, by request or because it had too many failures. */
        SUPERVISOR_STOPPED("its supervisor stopped; submit it again when one runs");

        private final String text;

        Reason(String text) {
            this.text = text;
        }
    }

    private final Reason reason;

    TaskStoppedException(String path, Reason reason, @Nullable Throwable cause) {
        super(path, path + " was stopped before it had a result: " + reason.text, cause);
        this.reason = reason;
    }

    /** Who asked it to stop. */
    public Reason reason() {
        return reason;
    }
}
