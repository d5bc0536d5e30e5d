package dev.oversight.internal;

import dev.oversight.ChildSpec;

import java.time.Duration;
import java.util.Locale;

/** One step of a script that the {@link Explorer} plays, in the newest supervisor of that path. */
record Action(Kind kind, String supervisor, String what, long nanos, ChildSpec child) {
    /** What can happen. */
    enum Kind {
        CRASH,
        COMPLETE,
        DECLINE,
        READY,
        LATE_END,
        BEAT,
        RESTS,
        GOES_ON,
        FAIL,
        TERMINATE,
        RESTART,
        DELETE,
        ADD,
        WATCH,
        UNWATCH,
        STOP,
        STOP_WITHIN,
        ABORT,
        CLOCK,
        WOKE,
        TURN;

        String method() {
            String[] words = name().toLowerCase(Locale.ROOT).split("_", 2);
            return words.length == 1
                    ? words[0]
                    : words[0]
                            + words[1].substring(0, 1).toUpperCase(Locale.ROOT)
                            + words[1].substring(1);
        }
    }

    private static final Throwable BOOM = new IllegalStateException("boom");

    static Action of(Kind kind, StateHarness supervisor, String what) {
        return new Action(kind, supervisor.path, what, 0, null);
    }

    static Action after(Kind kind, StateHarness supervisor, long nanos) {
        return new Action(kind, supervisor.path, "", nanos, null);
    }

    static Action add(StateHarness supervisor, ChildSpec child) {
        return new Action(Kind.ADD, supervisor.path, child.id().orElseThrow(), 0, child);
    }

    void play(StateHarness root) {
        StateHarness h = root.supervisor(supervisor);
        switch (kind) {
            case CRASH -> h.crash(what, BOOM);
            case COMPLETE -> h.complete(what);
            case DECLINE -> h.decline(what);
            case READY -> h.ready(what);
            case LATE_END -> h.lateEnd(what);
            case BEAT -> h.beat(what);
            case RESTS -> h.rests(what);
            case GOES_ON -> h.goesOn(what);
            case FAIL -> h.fail(what);
            case TERMINATE -> h.terminate(what);
            case RESTART -> h.restart(what);
            case DELETE -> h.delete(what);
            case ADD -> h.add(child);
            case WATCH -> h.watch(what);
            case UNWATCH -> h.unwatch(what);
            case STOP -> h.stop();
            case STOP_WITHIN -> h.stopWithin(Duration.ofNanos(nanos));
            case ABORT -> h.abort();
            case CLOCK -> h.clock(Duration.ofNanos(nanos));
            case WOKE -> h.woke();
            case TURN -> h.turn();
        }
    }

    /** As a line of a test. */
    @Override
    public String toString() {
        String h = supervisor.contains("/") ? "h.supervisor(\"" + supervisor + "\")" : "h";
        String argument = switch (kind) {
            case STOP_WITHIN, CLOCK -> SpecCode.of(Duration.ofNanos(nanos));
            case STOP, ABORT, WOKE, TURN -> "";
            case ADD -> SpecCode.of(child);
            default -> "\"" + what + "\"";
        };
        return h + "." + kind.method() + "(" + argument + ");";
    }
}
