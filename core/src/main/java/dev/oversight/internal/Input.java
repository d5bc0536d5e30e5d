package dev.oversight.internal;

import dev.oversight.AtLimit;
import dev.oversight.ChildSpec;
import dev.oversight.Exit;
import dev.oversight.OversightException;
import dev.oversight.event.StackTaken;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Function;

/**
 * Something that happened to one supervisor: what its serial loop takes in, one after the other. Each
 * is handed over once; it is its own node in the queue, so that handing over allocates nothing.
 */
abstract sealed class Input
        permits Run,
                Input.Start,
                Input.Ready,
                Input.Woke,
                Input.GoOn,
                Input.Add,
                Input.Terminate,
                Input.End,
                Input.Delete,
                Input.Restart,
                Input.ChangeLimits,
                Input.Fail,
                Input.Watching,
                Input.Unwatch,
                Input.Stop,
                Input.Abort,
                Input.Evidence,
                Input.ReleasedBelow,
                Input.Query {
    /** The next one in the queue of the {@link SerialLoop}. */
    @Nullable
    Input next;

    /** Where the answer goes; null if nobody waits for one. */
    final @Nullable Reply<?> reply() {
        return switch (this) {
            case Add add -> add.reply;
            case Terminate terminate -> terminate.reply;
            case End end -> end.reply;
            case Delete delete -> delete.reply;
            case Restart restart -> restart.reply;
            case ChangeLimits change -> change.reply;
            case Fail fail -> fail.reply;
            case Watching watching -> watching.reply;
            case Query<?> query -> query.reply;
            default -> null;
        };
    }

    /** Tells whoever waits for an answer that there will be none. */
    final void refuse(OversightException problem) {
        Reply<?> reply = reply();
        if (reply != null) {
            reply.fail(problem);
        }
    }

    /** The supervisor begins to start its children. */
    static final class Start extends Input {}

    /** A run says that it is up. */
    static final class Ready extends Input {
        final Run run;

        Ready(Run run) {
            this.run = run;
        }
    }

    /** The alarm went off, perhaps for something that is no longer due. */
    static final class Woke extends Input {}

    /** A run has ended that a nested supervisor, which has ended, had left behind. */
    static final class ReleasedBelow extends Input {}

    /** The next turn of work that was cut into turns. */
    static final class GoOn extends Input {}

    /** A child is to be added. */
    static final class Add extends Input {
        final ChildSpec spec;

        /** Answered at once if the child has to wait for its turn: the caller may be what it waits for. */
        final boolean fromInside;

        final Reply<Child> reply;

        /** Told of its end; null if nobody is. */
        final @Nullable Reply<Exit> whenDown;

        Add(
                ChildSpec spec,
                boolean fromInside,
                Reply<Child> reply,
                @Nullable Reply<Exit> whenDown) {
            this.spec = spec;
            this.fromInside = fromInside;
            this.reply = reply;
            this.whenDown = whenDown;
        }
    }

    /** A child is to be ended, and kept. */
    static final class Terminate extends Input {
        final String id;
        final Reply<Exit> reply;

        Terminate(String id, Reply<Exit> reply) {
            this.id = id;
            this.reply = reply;
        }
    }

    /** This very child is to be ended, whoever has its id by now. Nothing to do if it is gone. */
    static final class End extends Input {
        final Child child;
        final Reply<Exit> reply;

        End(Child child, Reply<Exit> reply) {
            this.child = child;
            this.reply = reply;
        }
    }

    /** A child is to be ended and forgotten. */
    static final class Delete extends Input {
        final String id;
        final Reply<Exit> reply;

        Delete(String id, Reply<Exit> reply) {
            this.id = id;
            this.reply = reply;
        }
    }

    /** A child that is down is to be started. */
    static final class Restart extends Input {
        final String id;
        final Reply<Child> reply;

        Restart(String id, Reply<Child> reply) {
            this.id = id;
            this.reply = reply;
        }
    }

    /** The limits are to be others from now on. */
    static final class ChangeLimits extends Input {
        /** Null if that stays. */
        final @Nullable Integer maxChildren;

        /** Null if that stays. */
        final AtLimit.@Nullable Allowance intensity;

        /** Told how many children there might be before. */
        final Reply<Integer> reply;

        ChangeLimits(
                @Nullable Integer maxChildren,
                AtLimit.@Nullable Allowance intensity,
                Reply<Integer> reply) {
            this.maxChildren = maxChildren;
            this.intensity = intensity;
            this.reply = reply;
        }
    }

    /** A run is said to have failed, though it goes on. */
    static final class Fail extends Input {
        final String id;

        /** The run that is meant; null for whichever lives. */
        final @Nullable Run run;

        final Throwable cause;
        final Reply<Child> reply;

        Fail(String id, @Nullable Run run, Throwable cause, Reply<Child> reply) {
            this.id = id;
            this.run = run;
            this.cause = cause;
            this.reply = reply;
        }
    }

    /** Somebody wants to know when the incarnation of a child ends. */
    static final class Watching extends Input {
        final String id;
        final Watch watch;
        final Reply<Child> reply;

        Watching(String id, Watch watch, Reply<Child> reply) {
            this.id = id;
            this.watch = watch;
            this.reply = reply;
        }
    }

    /** Or no longer. */
    static final class Unwatch extends Input {
        final Child child;
        final Watch watch;

        Unwatch(Child child, Watch watch) {
            this.child = child;
            this.watch = watch;
        }
    }

    /** The supervisor is to stop in order, and to be over by a time. */
    static final class Stop extends Input {
        final long byNanos;

        Stop(long byNanos) {
            this.byNanos = byNanos;
        }

        Stop() {
            this(Long.MAX_VALUE);
        }
    }

    /** The supervisor is to stop at once; whatever does not is abandoned. */
    static final class Abort extends Input {}

    /** Where a run is that was abandoned or is suspected to hang. */
    static final class Evidence extends Input {
        final Run run;
        final List<StackTraceElement> stack;

        Evidence(Run run, List<StackTraceElement> stack) {
            this.run = run;
            this.stack = stack;
        }

        StackTaken asEvent(long now) {
            return new StackTaken(run.child.path, run.incarnation, now, stack);
        }
    }

    /** Somebody wants to know something. */
    static final class Query<T> extends Input {
        private final Function<SupervisorState, T> question;
        private final Reply<T> reply;

        Query(Function<SupervisorState, T> question, Reply<T> reply) {
            this.question = question;
            this.reply = reply;
        }

        void answer(SupervisorState state) {
            reply.succeed(question.apply(state));
        }
    }
}
