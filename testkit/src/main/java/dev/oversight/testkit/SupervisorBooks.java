package dev.oversight.testkit;

import dev.oversight.ChildSpec;
import dev.oversight.SupervisorSpec;
import dev.oversight.event.AbandonedRunEnded;
import dev.oversight.event.ChildAbandoned;
import dev.oversight.event.ChildAdded;
import dev.oversight.event.ChildBackingOff;
import dev.oversight.event.ChildCompleted;
import dev.oversight.event.ChildCoolingDown;
import dev.oversight.event.ChildDeclined;
import dev.oversight.event.ChildDown;
import dev.oversight.event.ChildEvent;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildParked;
import dev.oversight.event.ChildReady;
import dev.oversight.event.ChildRemoved;
import dev.oversight.event.ChildSilent;
import dev.oversight.event.ChildSnapshot;
import dev.oversight.event.ChildStarted;
import dev.oversight.event.ChildState;
import dev.oversight.event.ChildStopped;
import dev.oversight.event.ChildStopping;
import dev.oversight.event.Event;
import dev.oversight.event.LimitsChanged;
import dev.oversight.event.StackTaken;
import dev.oversight.event.StopCause;
import dev.oversight.event.SupervisorCoolingDown;
import dev.oversight.event.SupervisorEnded;
import dev.oversight.event.SupervisorEvent;
import dev.oversight.event.SupervisorStarted;
import dev.oversight.event.SupervisorStopping;

import org.jspecify.annotations.Nullable;

import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One supervisor, from its start to its end, by its description and its events: per child the states that
 * it may be in. Some moves have no event of their own, so there may be two or three.
 */
final class SupervisorBooks {
    private final String path;
    private final @Nullable SupervisorSpec spec;
    private final Requests requests;
    private final Map<String, Entry> children = new LinkedHashMap<>();
    private final Ranks ranks = new Ranks();
    private final @Nullable OrderJudge order;
    private final EndJudge ends;
    private long nextOrdinal;
    private boolean started;
    private boolean stopping;

    /** It may be out of time when it stops, and then gives up its order. */
    private boolean mayBeAborted;

    /**
     * Begins when it is started.
     *
     * @param spec what it was made from; null if nobody knows, and then less can be said
     */
    SupervisorBooks(
            String path, @Nullable SupervisorSpec spec, boolean mayBeAborted, Requests requests) {
        this.path = path;
        this.spec = spec;
        this.mayBeAborted = mayBeAborted;
        this.requests = requests;
        this.order = spec == null ? null : new OrderJudge(spec, path, ranks, children);
        this.ends = new EndJudge(spec, path, ranks);
        if (spec != null) {
            for (ChildSpec child : spec.children()) {
                child.id().ifPresent(id -> append(path + "/" + id, child));
            }
        }
    }

    private Entry append(String child, @Nullable ChildSpec of) {
        Entry entry = new Entry(child, nextOrdinal++, of);
        children.put(child, entry);
        ranks.update(entry);
        return entry;
    }

    // ------------------------------------------------------------------ the supervisor

    void take(SupervisorEvent event, Judge judge) {
        switch (event) {
            case SupervisorStarted e -> started = true;
            case SupervisorStopping e -> {
                stopping = true;
                String problem = ends.problemOf(e, started);
                if (problem != null) {
                    judge.violated(ChaosViolation.Kind.ENDED, path, problem, e.atNanos());
                }
            }
            case SupervisorEnded e -> {
                for (String left : live()) {
                    judge.violated(
                            ChaosViolation.Kind.BOOKS,
                            left,
                            "is live by its events, though its supervisor has ended",
                            e.atNanos());
                }
            }
            case LimitsChanged e -> ends.allows(e.intensity());
            case SupervisorCoolingDown e -> {}
        }
    }

    // ------------------------------------------------------------------ its children

    void take(ChildEvent event, Judge judge) {
        Entry child = children.get(event.path());
        switch (event) {
            case ChildAdded added -> added(child, added, judge);
            case AbandonedRunEnded ended -> lateEnd(child, ended);
            case StackTaken evidence -> {}
            case ChildCoolingDown pause -> {}
            case ChildSilent suspicion -> {}
            default -> {
                Entry known = child != null ? child : unknown(event, judge);
                if (known != null) {
                    of(known, event, judge);
                }
            }
        }
    }

    private static void impossible(Judge judge, Event event, String what) {
        judge.violated(
                ChaosViolation.Kind.BOOKS,
                event.path(),
                "\"" + event.text() + "\" " + what,
                event.atNanos());
    }

    /** All children of a supervisor are new to us if we do not know what it was made from. */
    private @Nullable Entry unknown(ChildEvent event, Judge judge) {
        if (spec != null) {
            impossible(judge, event, "is about a child that nobody has heard of");
            return null;
        }
        Entry child = append(event.path(), null);
        child.incarnation =
                event instanceof ChildStarted ? event.incarnation() - 1 : event.incarnation();
        child.states = EnumSet.allOf(ChildState.class);
        return child;
    }

    private void added(@Nullable Entry same, ChildAdded event, Judge judge) {
        if (same != null) {
            impossible(judge, event, "is about a child that is there already");
            removed(same);
        }
        append(event.path(), null);
    }

    private void removed(Entry child) {
        children.remove(child.path);
        ranks.remove(child);
    }

    private void lateEnd(@Nullable Entry child, AbandonedRunEnded event) {
        if (child == null || !child.is(ChildState.ABANDONED)) {
            return;
        }
        if (event.incarnation() == child.incarnation) {
            child.states = EnumSet.of(ChildState.STOPPED, ChildState.RESTARTING);
        }
    }

    private void of(Entry child, ChildEvent event, Judge judge) {
        if (event instanceof ChildRemoved) {
            removed(child);
            return;
        }
        long expected = event instanceof ChildStarted ? child.incarnation + 1 : child.incarnation;
        boolean first = event instanceof ChildStarted && child.incarnation == 0;
        if (first ? event.incarnation() < 1 : event.incarnation() != expected) {
            impossible(
                    judge,
                    event,
                    "is about incarnation " + event.incarnation() + ", expected " + expected);
        }
        child.incarnation = event.incarnation();
        move(child, event, judge);
        ranks.update(child);
    }

    private void move(Entry child, ChildEvent event, Judge judge) {
        switch (event) {
            case ChildStarted e -> started(child, e, judge);
            case ChildReady e -> to(child, e, judge, ChildState.RUNNING);
            case ChildFailed e -> ended(child, e, e.restarting(), judge);
            case ChildCompleted e -> ended(child, e, e.restarting(), judge);
            case ChildDeclined e -> ended(child, e, false, judge);
            case ChildStopping e -> stopping(child, e, judge);
            case ChildStopped e -> {
                to(child, e, judge, ChildState.STOPPED, ChildState.RESTARTING);
                child.downSinceNanos = e.atNanos();
            }
            case ChildAbandoned e -> {
                to(child, e, judge, ChildState.ABANDONED, ChildState.RESTARTING);
                child.downSinceNanos = e.atNanos();
            }
            case ChildDown e -> {
                to(child, e, judge, ChildState.STOPPED, ChildState.RESTARTING);
                child.comesBack = false;
                child.byRequest = !stopping;
                child.downSinceNanos = e.atNanos();
            }
            case ChildParked e -> to(child, e, judge, ChildState.PARKED, ChildState.RESTARTING);
            case ChildBackingOff e ->
                to(child, e, judge, ChildState.BACKING_OFF, ChildState.RESTARTING);
            default -> throw new IllegalStateException("no move: " + event);
        }
    }

    /** The first state is the one it moves to; it may have moved on to the others without an event. */
    private static void to(
            Entry child, ChildEvent event, Judge judge, ChildState first, ChildState... more) {
        if (!child.mayMoveTo(first) && !isSecondOfTwo(child, event)) {
            impossible(judge, event, "cannot be: it was " + child.states);
        }
        child.states = EnumSet.of(first, more);
    }

    /** Some moves have two events. */
    private static boolean isSecondOfTwo(Entry child, ChildEvent event) {
        return switch (event) {
            // It was said to have failed, and told of as failed, while it was still there.
            case ChildStopping stopping ->
                switch (stopping.why()) {
                    case FAILED, NOT_READY, SILENT -> true;
                    case REQUEST, SIBLING, SUPERVISOR -> false;
                };
            case ChildParked parked ->
                child.is(ChildState.STOPPED) || child.is(ChildState.ABANDONED);
            default -> false;
        };
    }

    private void started(Entry child, ChildStarted event, Judge judge) {
        if (child.byRequest && !requests.startedSince(child.path, child.downSinceNanos)) {
            judge.violated(
                    ChaosViolation.Kind.CAME_BACK,
                    child.path,
                    "was stopped by request, and was started though the chaos did not ask for it",
                    event.atNanos());
        }
        if (order != null && child.isOnly(ChildState.NEW) && child.spec != null && !started) {
            order.firstStart(child, event, judge);
        } else if (order != null && child.comesBack) {
            order.restart(child, event, judge);
        }
        to(child, event, judge, event.awaitsReadiness() ? ChildState.STARTING : ChildState.RUNNING);
        child.comesBack = false;
        child.byRequest = false;
        child.forGood = false;
    }

    private void stopping(Entry child, ChildStopping event, Judge judge) {
        if (order != null && !(event.why() == StopCause.SUPERVISOR && mayBeAborted)) {
            order.stop(child, event, judge);
        }
        to(child, event, judge, ChildState.STOPPING);
        child.byRequest = event.why() == StopCause.REQUEST;
        child.comesBack = false;
    }

    private void ended(Entry child, ChildEvent event, boolean restarting, Judge judge) {
        child.downSinceNanos = event.atNanos();
        child.comesBack = restarting;
        child.forGood = !restarting;
        if (restarting) {
            ends.restarted(event.atNanos());
            to(child, event, judge, ChildState.RESTARTING);
        } else {
            to(child, event, judge, ChildState.STOPPED, ChildState.RESTARTING);
        }
    }

    // ------------------------------------------------------------------ what is asked of them

    void mayBeAborted() {
        mayBeAborted = true;
    }

    boolean isDownByRequest(String child) {
        Entry entry = children.get(child);
        return entry != null
                && (entry.byRequest
                        || requests.stoppedSince(child, entry.downSinceNanos)
                        || requests.startFailedSince(child, entry.downSinceNanos));
    }

    boolean isDownForGood(String child) {
        Entry entry = children.get(child);
        return entry != null && entry.forGood;
    }

    List<String> live() {
        return ranks.live().stream().map(entry -> entry.path).toList();
    }

    /** What differs from the supervisor's own books; null if nothing does. */
    @Nullable
    String difference(List<ChildSnapshot> own) {
        Iterator<Entry> mine = children.values().iterator();
        for (ChildSnapshot child : own) {
            Entry entry = children.get(child.path());
            if (entry == null) {
                return child.path() + " is in the books of " + path + ", by its events it is not";
            }
            if (!entry.is(child.state()) || entry.incarnation != child.incarnation()) {
                return child.path() + " is " + child.state() + " (incarnation "
                        + child.incarnation() + "), by its events " + entry.states
                        + " (incarnation " + entry.incarnation + ")";
            }
            if (mine.next() != entry) {
                return child.path() + " has another place among its siblings than by its events";
            }
        }
        return mine.hasNext()
                ? mine.next().path + " is not in the books of " + path + ", by its events it is"
                : null;
    }

    /** Takes over what the supervisor says itself. */
    void copy(List<ChildSnapshot> own) {
        List.copyOf(children.values()).forEach(this::removed);
        ends.lostTrack();
        for (ChildSnapshot child : own) {
            Entry entry = append(child.path(), child.spec());
            entry.incarnation = child.incarnation();
            entry.states = EnumSet.of(child.state());
            entry.byRequest = child.state().isAtRest(); // for all that anybody knows
            ranks.update(entry);
        }
        started = true;
    }
}
