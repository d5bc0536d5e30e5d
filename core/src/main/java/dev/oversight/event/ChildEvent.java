package dev.oversight.event;

/** A fact about a child. */
public sealed interface ChildEvent extends Event
        permits AbandonedRunEnded,
                ChildAbandoned,
                ChildAdded,
                ChildBackingOff,
                ChildCompleted,
                ChildCoolingDown,
                ChildDeclined,
                ChildDown,
                ChildFailed,
                ChildParked,
                ChildReady,
                ChildRemoved,
                ChildSilent,
                ChildStarted,
                ChildStopped,
                ChildStopping,
                StackTaken {
    /** The incarnation it is about; 0 for a child that has not been started yet. */
    long incarnation();
}
