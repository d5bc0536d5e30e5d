package dev.oversight.internal;

import dev.oversight.SupervisorSpec;
import dev.oversight.event.AbandonedRunEnded;
import dev.oversight.event.ChildAbandoned;
import dev.oversight.event.ChildAdded;
import dev.oversight.event.ChildBackingOff;
import dev.oversight.event.ChildCompleted;
import dev.oversight.event.ChildDeclined;
import dev.oversight.event.ChildDown;
import dev.oversight.event.ChildEvent;
import dev.oversight.event.ChildFailed;
import dev.oversight.event.ChildParked;
import dev.oversight.event.ChildReady;
import dev.oversight.event.ChildRemoved;
import dev.oversight.event.ChildSilent;
import dev.oversight.event.ChildStarted;
import dev.oversight.event.ChildState;
import dev.oversight.event.ChildStopped;
import dev.oversight.event.ChildStopping;
import dev.oversight.event.Event;
import dev.oversight.event.StackTaken;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The books as somebody has them who knows the spec and hears the events, and nothing else: per child
 * the states that it may be in. Some moves have no event of their own, so there may be two or three.
 */
final class EventReplay {
    private final String path;
    private final Map<String, Set<ChildState>> books = new LinkedHashMap<>();
    private final Map<String, Long> incarnations = new LinkedHashMap<>();

    /** The runs that were let go of and go on. */
    private final Set<String> left = new HashSet<>();

    EventReplay(SupervisorSpec spec, String path) {
        this.path = path;
        spec.children().forEach(c -> c.id().ifPresent(id -> append(path + "/" + id)));
    }

    private void append(String child) {
        books.put(child, EnumSet.of(ChildState.NEW));
        incarnations.put(child, 0L);
    }

    void take(Event event) {
        switch (event) {
            case ChildAdded e -> append(e.path());
            case ChildStarted e -> {
                if (left.contains(run(e))) {
                    throw new AssertionError(e + " has the number of an old run that goes on");
                }
                incarnations.put(e.path(), e.incarnation());
                put(e, e.awaitsReadiness() ? ChildState.STARTING : ChildState.RUNNING);
            }
            case ChildReady e -> put(e, ChildState.RUNNING);
            case ChildFailed e -> ended(e, e.restarting());
            case ChildCompleted e -> ended(e, e.restarting());
            case ChildDeclined e -> ended(e, false);
            case ChildParked e -> put(e, ChildState.PARKED, ChildState.RESTARTING);
            case ChildStopping e -> put(e, ChildState.STOPPING);
            case ChildStopped e -> put(e, ChildState.STOPPED, ChildState.RESTARTING);
            case ChildAbandoned e -> {
                left.add(run(e));
                put(e, ChildState.ABANDONED, ChildState.RESTARTING);
            }
            case AbandonedRunEnded e -> lateEnd(e);
            case ChildBackingOff e -> put(e, ChildState.BACKING_OFF, ChildState.RESTARTING);
            case ChildDown e -> put(e, ChildState.STOPPED, ChildState.RESTARTING);
            case ChildRemoved e -> books.remove(e.path());
            case StackTaken e -> {}
            case ChildSilent e -> {}
            default -> {}
        }
    }

    private void ended(ChildEvent event, boolean restarting) {
        if (restarting) {
            put(event, ChildState.RESTARTING);
        } else {
            put(event, ChildState.STOPPED, ChildState.RESTARTING);
        }
    }

    private static String run(ChildEvent event) {
        return event.path() + "#" + event.incarnation();
    }

    private void lateEnd(AbandonedRunEnded event) {
        if (!left.remove(run(event))) {
            throw new AssertionError(event + " is about a run that nobody has let go of");
        }
        Set<ChildState> known = books.get(event.path());
        if (known == null || !known.contains(ChildState.ABANDONED)) {
            return;
        }
        if (event.incarnation() == incarnations.get(event.path())) {
            put(event, ChildState.STOPPED, ChildState.RESTARTING);
        }
    }

    private void put(ChildEvent event, ChildState first, ChildState... more) {
        if (!books.containsKey(event.path())) {
            throw new AssertionError(event + " is about a child that nobody has heard of");
        }
        if (event.incarnation() != incarnations.get(event.path())) {
            throw new AssertionError(event + " is not about the current incarnation");
        }
        books.put(event.path(), EnumSet.of(first, more));
    }

    /** What differs from the real books; empty if nothing does. */
    String difference(Children children) {
        Set<String> seen = new HashSet<>();
        for (Child child = children.first(); child != null; child = child.later) {
            seen.add(child.path);
            Set<ChildState> known = books.get(child.path);
            if (known == null || !known.contains(child.state)) {
                return child.path + " is " + child.state + ", by its events " + known;
            }
        }
        for (String known : books.keySet()) {
            if (!seen.contains(known)) {
                return known + " is not in the books of " + path + ", but in the events";
            }
        }
        return "";
    }
}
