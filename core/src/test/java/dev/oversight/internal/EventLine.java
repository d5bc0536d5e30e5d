package dev.oversight.internal;

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
import dev.oversight.event.ChildStarted;
import dev.oversight.event.ChildStopped;
import dev.oversight.event.ChildStopping;
import dev.oversight.event.Event;
import dev.oversight.event.EventsDropped;
import dev.oversight.event.LimitsChanged;
import dev.oversight.event.StackTaken;
import dev.oversight.event.SupervisorCoolingDown;
import dev.oversight.event.SupervisorEnded;
import dev.oversight.event.SupervisorStarted;
import dev.oversight.event.SupervisorStopping;

/** An event as a short line, without times. */
final class EventLine {
    private EventLine() {}

    static String of(String place, Event event) {
        String run = event instanceof ChildEvent child ? place + "#" + child.incarnation() : place;
        return switch (event) {
            case ChildAdded e -> "added " + place;
            case ChildStarted e -> (e.awaitsReadiness() ? "starting " : "started ") + run;
            case ChildReady e -> "ready " + run;
            case ChildFailed e -> "failed " + run + (e.restarting() ? ", restarting" : "");
            case ChildCompleted e -> "completed " + run + (e.restarting() ? ", restarting" : "");
            case ChildDeclined e -> "declined " + run;
            case ChildParked e -> "parked " + run;
            case ChildCoolingDown e -> "cooling down " + run + " " + e.pause().toMillis() + " ms";
            case SupervisorCoolingDown e ->
                "cooling down " + place + " " + e.pause().toMillis() + " ms";
            case ChildStopping e -> "stopping " + run + ": " + e.why();
            case ChildStopped e -> "stopped " + run;
            case ChildAbandoned e -> "abandoned " + run;
            case AbandonedRunEnded e -> "abandoned run ended " + run;
            case ChildBackingOff e ->
                "backing off " + run + " " + e.delay().toMillis() + " ms, attempt " + e.attempt();
            case ChildDown e -> "down " + run;
            case ChildRemoved e -> "removed " + run;
            case StackTaken e -> "stack " + run;
            case ChildSilent e -> "silent " + run + " " + e.silence().toMillis() + " ms";
            case SupervisorStarted e -> "up " + place;
            case SupervisorStopping e -> "stopping " + place + ": " + e.reason();
            case SupervisorEnded e -> "ended " + place + ": " + e.outcome().reason();
            case LimitsChanged e ->
                "limits of " + place + ": " + e.maxChildren() + ", " + e.intensity();
            case EventsDropped e -> "dropped";
        };
    }
}
